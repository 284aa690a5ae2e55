/// How wide a text will be, before any browser has seen it: enough to keep labels apart.
///
/// Widths per letter are those of the widest of the common interface fonts (DejaVu Sans), so the estimate errs on the
/// side of more room.
enum TextWidth {
    /// Width of `text` in pixels at a font size of `size` pixels.
    static func estimate(_ text: String, size: Double) -> Double {
        var ems = 0.0
        for scalar in text.unicodeScalars { ems += width(of: scalar) }
        return ems * size
    }

    /// `text` cut to `limit` pixels, with an ellipsis where something is missing.
    static func truncate(_ text: String, toFit limit: Double, size: Double) -> String {
        guard estimate(text, size: size) > limit else { return text }
        var kept = text
        while !kept.isEmpty, estimate(kept + "…", size: size) > limit { kept.removeLast() }
        return kept + "…"
    }

    /// `text` cut to `limit` pixels from its front: of numbered names, the end tells them apart.
    static func truncateFront(_ text: String, toFit limit: Double, size: Double) -> String {
        guard estimate(text, size: size) > limit else { return text }
        var kept = text
        while !kept.isEmpty, estimate("…" + kept, size: size) > limit { kept.removeFirst() }
        return "…" + kept
    }

    /// `text` cut to `limit` pixels in its middle: names of variants often differ at their end only.
    static func truncateMiddle(_ text: String, toFit limit: Double, size: Double) -> String {
        guard estimate(text, size: size) > limit else { return text }
        let characters = Array(text)
        for kept in stride(from: characters.count - 1, through: 1, by: -1) {
            let cut = characters.prefix((kept + 1) / 2) + ["…"] + characters.suffix(kept / 2)
            if estimate(String(cut), size: size) <= limit { return String(cut) }
        }
        return "…"
    }

    /// `text` broken at spaces into at most `lines` lines of `limit` pixels; the last is cut if it must be.
    static func wrap(_ text: String, toFit limit: Double, size: Double, lines: Int) -> [String] {
        var wrapped: [String] = []
        for word in text.split(separator: " ") {
            if let last = wrapped.last, wrapped.count == lines || estimate(last + " " + word, size: size) <= limit {
                wrapped[wrapped.count - 1] = last + " " + word
            } else {
                wrapped.append(String(word))
            }
        }
        return wrapped.map { truncate($0, toFit: limit, size: size) }
    }

    private static func width(of scalar: Unicode.Scalar) -> Double {
        switch scalar {
        case "i", "j", "l", "I", "'", "|", ".", ",", ":", ";", " ", "!", "(", ")", "[", "]": 0.34
        case "f", "t", "r", "-", "/", "\"": 0.42
        case "m", "w", "M", "W", "%", "@", "…": 0.96
        case "0"..."9": 0.636
        case "A"..."Z": 0.70
        case "a"..."z": 0.61
        case "–", "−", "·", "×", "≤", "≥", "_": 0.70
        default: scalar.value < 0x2000 ? 0.70 : 1.0
        }
    }
}
