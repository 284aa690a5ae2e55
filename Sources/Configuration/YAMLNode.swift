/// One node of a YAML document, with its place in the text.
public struct YAMLNode: Sendable, Equatable {
    /// What the node holds.
    public var content: Content
    /// Where it was written.
    public var origin: Origin

    /// The three kinds of node. Aliases are replaced by what they stand for.
    public enum Content: Sendable, Equatable {
        /// A single value; `text` is unquoted and unescaped.
        case scalar(text: String, style: ScalarStyle)
        /// An ordered list.
        case sequence([YAMLNode])
        /// Keys with values, in the order of the text; keys are unique.
        case mapping([Entry])
    }

    /// One key of a mapping with its value.
    public struct Entry: Sendable, Equatable {
        /// The key's text.
        public var key: String
        /// Where the key was written.
        public var keyOrigin: Origin
        /// What it maps to.
        public var value: YAMLNode

        /// A key written at `keyOrigin`.
        public init(key: String, keyOrigin: Origin, value: YAMLNode) {
            self.key = key
            self.keyOrigin = keyOrigin
            self.value = value
        }
    }

    /// How a scalar was written; only plain scalars can be numbers, booleans or null.
    public enum ScalarStyle: Sendable, Equatable {
        /// Without quotes.
        case plain
        /// In quotes, as a block, or tagged `!!str`: always a string.
        case quoted
    }

    /// A node written at `origin`.
    public init(_ content: Content, origin: Origin) {
        self.content = content
        self.origin = origin
    }
}

extension YAMLNode {
    /// The value of `key`, if the node is a mapping that has it.
    public subscript(key: String) -> YAMLNode? {
        guard case .mapping(let entries) = content else { return nil }
        return entries.first { $0.key == key }?.value
    }

    /// What the node is by the YAML 1.2 core schema.
    public var kind: Kind {
        switch content {
        case .sequence: .sequence
        case .mapping: .mapping
        case .scalar(_, .quoted): .string
        case .scalar(let text, .plain): CoreSchema.kind(of: text)
        }
    }

    /// Kinds of node by the YAML 1.2 core schema.
    public enum Kind: Sendable, Equatable {
        case null, boolean, integer, number, string, sequence, mapping
    }

    /// The node in the words of an error message: `the string "abc"`, `a mapping`, `nothing`.
    public var found: String {
        switch (kind, content) {
        case (.null, .scalar(let text, _)): text.isEmpty ? "nothing" : "null"
        case (.boolean, .scalar(let text, _)): "the boolean \(text)"
        case (.integer, .scalar(let text, _)), (.number, .scalar(let text, _)): "the number \(text.shortened)"
        case (_, .scalar(let text, _)): "the string \(text.quoted)"
        case (_, .sequence): "a list"
        case (_, .mapping): "a mapping"
        }
    }
}

/// The scalar rules of the YAML 1.2 core schema (yaml.org/spec/1.2.2, section 10.3.2).
///
/// `yes`, `no`, `on` and `off` are strings here, as the 1.2 schema says.
enum CoreSchema {
    static func kind(of text: String) -> YAMLNode.Kind {
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE", "false", "False", "FALSE": return .boolean
        case ".nan", ".NaN", ".NAN": return .number
        default: break
        }
        if integer(text) != nil || isDecimal(text, point: false) { return .integer }
        return isInfinity(text) || isDecimal(text, point: true) ? .number : .string
    }

    /// The integer that `text` writes in decimal, `0o` octal or `0x` hexadecimal; nil beyond 64 bits.
    static func integer(_ text: String) -> Int64? {
        if text.hasPrefix("0o") { return unsigned(text.dropFirst(2), radix: 8) }
        if text.hasPrefix("0x") { return unsigned(text.dropFirst(2), radix: 16) }
        return isDecimal(text, point: false) ? Int64(text) : nil
    }

    private static func unsigned(_ digits: Substring, radix: Int) -> Int64? {
        digits.utf8.first.map { $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") } == true
            ? Int64(digits, radix: radix) : nil
    }

    private static func isInfinity(_ text: String) -> Bool {
        let unsigned = text.hasPrefix("+") || text.hasPrefix("-") ? text.dropFirst() : text[...]
        return unsigned == ".inf" || unsigned == ".Inf" || unsigned == ".INF"
    }

    /// `[-+]? [0-9]+`, and with `point` also `[-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`.
    private static func isDecimal(_ text: String, point: Bool) -> Bool {
        var bytes = text.utf8[...]
        func skipSign() {
            if let b = bytes.first, b == UInt8(ascii: "+") || b == UInt8(ascii: "-") { bytes.removeFirst() }
        }
        func skipDigits() -> Int {
            let start = bytes.count
            while let b = bytes.first, b >= UInt8(ascii: "0"), b <= UInt8(ascii: "9") { bytes.removeFirst() }
            return start - bytes.count
        }
        skipSign()
        var digits = skipDigits()
        guard point else { return digits > 0 && bytes.isEmpty }
        if bytes.first == UInt8(ascii: ".") {
            bytes.removeFirst()
            digits += skipDigits()
        }
        guard digits > 0 else { return false }
        if let e = bytes.first, e == UInt8(ascii: "e") || e == UInt8(ascii: "E") {
            bytes.removeFirst()
            skipSign()
            guard skipDigits() > 0 else { return false }
        }
        return bytes.isEmpty
    }
}

extension String {
    /// The text in double quotes for a message, control characters escaped, long texts cut.
    var quoted: String { "\"" + shortened + "\"" }

    /// At most 60 characters without control characters.
    var shortened: String {
        var text = ""
        for (count, scalar) in unicodeScalars.enumerated() {
            if count == 60 { return text + "…" }
            switch scalar {
            case "\n": text += "\\n"
            case "\t": text += "\\t"
            case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value):
                text += "\\u{" + String(scalar.value, radix: 16) + "}"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
