import Configuration

/// Prints API objects as `kubectl get -o json` and `-o yaml` do.
enum DumpText {
    /// A `List` of objects as JSON, indented by four blanks.
    static func json(_ objects: [JSONValue]) -> [UInt8] {
        var text = JSONText()
        text.append(list(objects), indent: 0)
        return text.bytes + Array("\n".utf8)
    }

    /// A `List` of objects as YAML.
    static func yaml(_ objects: [JSONValue]) -> [UInt8] {
        var text = YAMLDumpText()
        if case .object(let members) = list(objects) { text.append(members, indent: 0, startsInLine: true) }
        return text.bytes
    }

    private static func list(_ objects: [JSONValue]) -> JSONValue {
        ["apiVersion": "v1", "items": .array(objects), "kind": "List", "metadata": ["resourceVersion": ""]]
    }
}

private struct JSONText {
    var bytes: [UInt8] = []

    mutating func append(_ value: JSONValue, indent: Int) {
        switch value {
        case .object(let members) where !members.isEmpty:
            write("{")
            for (index, member) in members.enumerated() {
                startLine(indent + 4, after: index)
                quote(member.name)
                write(": ")
                append(member.value, indent: indent + 4)
            }
            startLine(indent, after: 0)
            write("}")
        case .array(let elements) where !elements.isEmpty:
            write("[")
            for (index, element) in elements.enumerated() {
                startLine(indent + 4, after: index)
                append(element, indent: indent + 4)
            }
            startLine(indent, after: 0)
            write("]")
        case .object: write("{}")
        case .string(let text): quote(text)
        default: write(value.description)
        }
    }

    private mutating func startLine(_ indent: Int, after index: Int) {
        write(index > 0 ? ",\n" : "\n")
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indent))
    }

    private mutating func write(_ text: String) { bytes.append(contentsOf: text.utf8) }

    /// As Go's encoder: `<`, `>` and `&` are escaped too.
    mutating func quote(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): write("\\\"")
            case UInt8(ascii: "\\"): write("\\\\")
            case UInt8(ascii: "\n"): write("\\n")
            case UInt8(ascii: "\t"): write("\\t")
            case UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "&"): write("\\u00" + String(byte, radix: 16))
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}

private struct YAMLDumpText {
    var bytes: [UInt8] = []

    mutating func append(_ members: [JSONValue.Member], indent: Int, startsInLine: Bool) {
        for (index, member) in members.enumerated() {
            if index > 0 || !startsInLine { blanks(indent) }
            scalar(member.name, indent: indent)
            write(":")
            append(member.value, indent: indent)
        }
    }

    /// A value after a colon.
    private mutating func append(_ value: JSONValue, indent: Int) {
        switch value {
        case .object(let members) where !members.isEmpty:
            write("\n")
            append(members, indent: indent + 2, startsInLine: false)
        case .array(let elements) where !elements.isEmpty:
            write("\n")
            for element in elements {
                blanks(indent)
                write("- ")
                item(element, indent: indent)
            }
        default:
            write(" ")
            single(value, indent: indent + 2)
        }
    }

    private mutating func item(_ value: JSONValue, indent: Int) {
        switch value {
        case .object(let members) where !members.isEmpty: append(members, indent: indent + 2, startsInLine: true)
        case .array(let elements) where !elements.isEmpty:
            for (index, element) in elements.enumerated() {
                if index > 0 { blanks(indent + 2) }
                write("- ")
                item(element, indent: indent + 2)
            }
        default: single(value, indent: indent + 2)
        }
    }

    private mutating func single(_ value: JSONValue, indent: Int) {
        switch value {
        case .object: write("{}")
        case .array: write("[]")
        case .string(let text): scalar(text, indent: indent)
        default: write(value.description)
        }
        write("\n")
    }

    private mutating func scalar(_ text: String, indent: Int) {
        if text.contains("\n") {
            write(text.hasSuffix("\n") ? "|" : "|-")
            for line in (text.hasSuffix("\n") ? String(text.dropLast()) : text).split(
                separator: "\n", omittingEmptySubsequences: false)
            {
                write("\n")
                if !line.isEmpty { blanks(indent) }
                write(String(line))
            }
            return
        }
        let isWord = YAMLNode(.scalar(text: text, style: .plain), origin: .default).kind == .string
        let isPlain =
            isWord && !text.hasSuffix(" ") && !text.hasSuffix(":") && !text.contains(": ") && !text.contains(" #")
            && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F } && text.utf8.first.map(Self.startsPlain) == true
        if isPlain { return fold(text, indent: indent) }
        if text.contains("\t") { return write(JSONValue.string(text).description) }
        write("'")
        fold(text.replacing("'", with: "''"), indent: indent)
        write("'")
    }

    /// Breaks long texts at blanks, as goyaml does at column 80.
    private mutating func fold(_ text: String, indent: Int) {
        guard text.utf8.count > 60, !text.contains("  "), !text.hasPrefix(" ") else { return write(text) }
        var column = 0
        for (index, word) in text.split(separator: " ", omittingEmptySubsequences: false).enumerated() {
            if column > 60, !word.isEmpty, !word.hasPrefix("#"), !word.hasPrefix("---") {
                write("\n")
                blanks(indent + 2)
                column = 0
            } else if index > 0 {
                write(" ")
            }
            write(String(word))
            column += word.utf8.count + 1
        }
    }

    private static func startsPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "("), 0x80...0xFF:
            true
        default: false
        }
    }

    private mutating func blanks(_ count: Int) {
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: count))
    }

    private mutating func write(_ text: String) { bytes.append(contentsOf: text.utf8) }
}
