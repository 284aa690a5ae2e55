/// Pieces of DOT source, with every name escaped.
enum DOTText {
    /// Text for an HTML-like label. Characters that XML forbids become U+FFFD.
    static func html(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "[": result += "&#91;"
            case "]": result += "&#93;"
            case "\t", "\n", "\r": result += " "
            case "\u{0}"..."\u{1F}", "\u{7F}", "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        // A cell with nothing in it has no height.
        return result.isEmpty ? " " : result
    }

    /// Text in a given colour and size.
    static func font(_ text: String, color: String, size: Int, bold: Bool = false) -> String {
        let inner = bold ? "<B>\(html(text))</B>" : html(text)
        return "<FONT COLOR=\"\(color)\" POINT-SIZE=\"\(size)\">\(inner)</FONT>"
    }

    /// A row of one cell, its text at the left.
    static func row(_ content: String, columns: Int = 1) -> String {
        "<TR><TD ALIGN=\"LEFT\"\(columns > 1 ? " COLSPAN=\"\(columns)\"" : "")>\(content)</TD></TR>"
    }

    /// A number with at most one decimal, without a trailing zero: `3.2`, `400`.
    static func number(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(abs(tenths % 10))"
    }

    /// A network rate in bits, as network cards are sold: `400 Gb/s`, `3.2 Tb/s`.
    static func bitRate(_ bytesPerSecond: Double) -> String { scaled(bytesPerSecond * 8, "b/s") }

    /// An NVLink rate in bytes, as GPUs are sold: `450 GB/s`.
    static func byteRate(_ bytesPerSecond: Double) -> String { scaled(bytesPerSecond, "B/s") }

    private static func scaled(_ value: Double, _ unit: String) -> String {
        for (limit, prefix) in [(1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")] where value >= limit {
            return "\(number(value / limit)) \(prefix)\(unit)"
        }
        return "\(number(value)) \(unit)"
    }
}
