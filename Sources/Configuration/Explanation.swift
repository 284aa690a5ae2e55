/// The resolved configuration as a listing: every value, defaults included, with where it came from.
public enum Explanation {
    /// YAML-like text; the origins stand in a column of their own as comments.
    public static func text(_ values: [ReadValue]) -> String {
        var lines: [(text: String, origin: String)] = []
        var dashes = ""
        for value in values where !value.path.isEmpty {
            let indent = String(repeating: "  ", count: value.depth - 1 - dashes.count / 2)
            if value.label == "-" && value.text == nil {
                dashes += "- "
                continue
            }
            let label = value.label == "-" ? "- " : quotedIfNeeded(value.label) + ":"
            let content = value.text.map { value.label == "-" ? $0 : " " + $0 } ?? ""
            lines.append((indent + dashes + label + content, value.text == nil ? "" : value.origin.description))
            dashes = ""
        }
        let column = min(lines.filter { !$0.origin.isEmpty }.map(\.text.count).max() ?? 0, 60)
        return lines.map { line in
            if line.origin.isEmpty { return line.text }
            let padding = String(repeating: " ", count: max(column - line.text.count, 0))
            return "\(line.text)\(padding)  # \(line.origin)"
        }.joined(separator: "\n")
    }

    /// Every value as `path=text`, one a line: the content of a configuration without its origins, for hashing.
    public static func content(_ values: [ReadValue]) -> String {
        values.compactMap { value in value.text.map { "\(value.path)=\($0)\n" } }.joined()
    }

    /// A value as listings show it: YAML on one line, with quotes only where they are needed.
    public static func plain(_ value: JSONValue) -> String { value.plainText }

    private static func quotedIfNeeded(_ label: String) -> String {
        let isPlain = label.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "-_./".utf8.contains(byte)
        }
        return isPlain && !label.isEmpty ? label : JSONValue.string(label).description
    }
}
