/// Which colour a team or queue has: the same in every chart of a run.
struct Palette: Sendable {
    /// Colours that stay apart for colour-blind readers.
    static let seriesCount = 7

    private let paints: [String: Paint]

    /// Colours by sorted name. Beyond seven names, the seven of greatest `weight` get colours (ties by name) and the
    /// rest are drawn as "other".
    init(names: [String], weight: (String) -> Double) {
        let kept = names.sorted { weight($0) != weight($1) ? weight($0) > weight($1) : $0 < $1 }
            .prefix(Self.seriesCount).sorted()
        paints = Dictionary(
            kept.enumerated().map { ($0.element, Paint.series($0.offset)) }, uniquingKeysWith: { first, _ in first })
    }

    /// The colour of `name`.
    func paint(_ name: String) -> Paint { paints[name] ?? .other }

    /// Whether `name` has a colour of its own.
    func isNamed(_ name: String) -> Bool { paints[name] != nil }
}
