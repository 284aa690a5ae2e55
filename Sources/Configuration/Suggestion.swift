import Quantities

/// Hints that name what the user may have meant.
public enum Suggestion {
    /// `did you mean "x"?`, or for a short list without a near name all of them.
    public static func text(_ name: String, among known: [String]) -> String? {
        if let nearest = NearestName.suggest(name, among: known) { return "did you mean \"\(nearest)\"?" }
        if known.isEmpty { return nil }
        if known.count <= 12 { return "known: \(known.joined(separator: ", "))" }
        return "known: \(known.prefix(12).joined(separator: ", ")), …"
    }
}
