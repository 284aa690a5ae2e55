import Foundation

/// A waterfall in characters: one line for each bar, as wide as the terminal.
struct WaterfallText {
    struct Bar {
        var name: String
        var group: String
        /// Position of the group, which decides about the colour.
        var color: Int
        var start: Double
        var seconds: Double
    }

    let bars: [Bar]
    let columns: Int
    let usesColor: Bool

    private static let blocks: [Character] = ["▏", "▎", "▍", "▌", "▋", "▊", "▉"]
    private static let colors = [34, 33, 31, 32, 35]

    var text: String {
        let total = bars.map { $0.start + $0.seconds }.max() ?? 0
        let nameWidth = min(26, bars.map(\.name.count).max() ?? 0)
        let groupWidth = columns >= 76 ? (bars.map(\.group.count).max() ?? 0) + 2 : 0
        let room = max(8, columns - 2 - nameWidth - 1 - groupWidth - 20)
        var lines = ""
        for bar in bars {
            let name = bar.name.count > nameWidth ? bar.name.prefix(nameWidth - 1) + "…" : Substring(bar.name)
            var line = "  " + padded(String(name), nameWidth) + " "
            if groupWidth > 0 { line += padded(bar.group, groupWidth) }
            let (indent, drawn) = Self.drawing(bar, total: total, room: room)
            line += String(repeating: " ", count: indent) + painted(drawn, bar.color)
            line += String(repeating: " ", count: max(0, room - indent - drawn.count))
            let share = total > 0 ? bar.seconds / total : 0
            line += flushRight((bar.seconds * 1000).fixed(1), 10) + " ms" + flushRight(share.percent, 5) + " %"
            lines += line + "\n"
        }
        return lines
    }

    /// Cells before the bar, and the bar in eighths of a cell; at least an eighth, so that no bar vanishes.
    private static func drawing(_ bar: Bar, total: Double, room: Int) -> (indent: Int, drawn: String) {
        guard total > 0 else { return (0, "") }
        let scale = Double(room) / total
        let indent = min(room - 1, max(0, Int(bar.start * scale)))
        let eighths = Int(((bar.start + bar.seconds) * scale * 8).rounded()) - indent * 8
        let length = min((room - indent) * 8, max(1, eighths))
        var drawn = String(repeating: "█", count: length / 8)
        if length % 8 > 0 { drawn.append(blocks[length % 8 - 1]) }
        return (indent, drawn)
    }

    private func painted(_ text: String, _ color: Int) -> String {
        usesColor ? "\u{1B}[\(Self.colors[color % Self.colors.count])m\(text)\u{1B}[0m" : text
    }

    private func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private func flushRight(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
