/// Writes HTML and SVG. Text and attribute values are escaped here and nowhere else, so nothing that a scenario or a
/// trace names can leave its place.
struct Markup: Sendable {
    /// What has been written.
    private(set) var text = ""

    /// Nothing yet.
    init() {}

    /// Appends an element without content.
    mutating func empty(_ tag: String, _ attributes: KeyValuePairs<String, String> = [:]) {
        open(tag, attributes)
        text.removeLast()
        text += "/>"
    }

    /// Appends an element that holds escaped text only.
    mutating func leaf(_ tag: String, _ content: String) { leaf(tag, [:], content) }

    /// Appends an element with attributes that holds escaped text only.
    mutating func leaf(_ tag: String, _ attributes: KeyValuePairs<String, String>, _ content: String) {
        open(tag, attributes)
        text += Self.escape(content)
        close(tag)
    }

    /// Appends an element with what `body` writes.
    mutating func element(
        _ tag: String, _ attributes: KeyValuePairs<String, String> = [:], _ body: (inout Markup) -> Void
    ) {
        open(tag, attributes)
        body(&self)
        close(tag)
    }

    /// Appends escaped text.
    mutating func write(_ content: String) { text += Self.escape(content) }

    /// Appends markup that was built before.
    mutating func raw(_ markup: String) { text += markup }

    /// Text with the five characters of markup replaced, and control characters that no document may hold left out.
    static func escape(_ content: String) -> String {
        guard content.utf8.contains(where: { $0 < 0x20 || "&<>\"'".utf8.contains($0) }) else { return content }
        var escaped = ""
        escaped.reserveCapacity(content.utf8.count + 16)
        for scalar in content.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            case "\n", "\t": escaped.unicodeScalars.append(scalar)
            case _ where scalar.value < 0x20: break
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    private mutating func open(_ tag: String, _ attributes: KeyValuePairs<String, String>) {
        text += "<" + tag
        for (name, value) in attributes { text += " \(name)=\"\(Self.escape(value))\"" }
        text += ">"
    }

    private mutating func close(_ tag: String) { text += "</" + tag + ">" }
}
