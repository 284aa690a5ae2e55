/// Finds the name that a misspelt one was meant to be.
public enum NearestName {
    /// The candidate nearest to `name`, if it is near enough to be a likely misspelling.
    ///
    /// Distance: insertions, deletions, substitutions and swaps of neighbours count one each (optimal string
    /// alignment), after lower-casing; near enough means at most a third of the longer name, and at least one edit is
    /// allowed unless nothing would remain in common. Of equally near candidates the first wins.
    public static func suggest(_ name: String, among candidates: [String]) -> String? {
        let wanted = Array(name.lowercased().unicodeScalars.prefix(longestName))
        guard !wanted.isEmpty else { return nil }
        var best: (name: String, distance: Int)?
        for candidate in candidates {
            let letters = Array(candidate.lowercased().unicodeScalars.prefix(longestName))
            let longer = max(letters.count, wanted.count)
            let allowed = min(max(1, longer / 3), longer - 1)
            let distance = distance(wanted, letters)
            if distance <= allowed, distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.name
    }

    /// Names longer than this are compared by their beginning, so that junk input costs little.
    private static let longestName = 64

    private static func distance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...b.count)
        for i in a.indices {
            var row = [i + 1]
            for j in b.indices {
                var edits = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { edits = min(edits, beforeLast[j - 1] + 1) }
                row.append(edits)
            }
            (beforeLast, last) = (last, row)
        }
        return last[b.count]
    }
}
