/// What a page says first: computed sentences with their numbers.
struct Answer: Sendable {
    /// A piece of a sentence; the numbers and names that matter are strong.
    struct Piece: Equatable, Sendable {
        let text: String
        let isStrong: Bool
    }

    private(set) var pieces: [Piece] = []

    /// Nothing yet.
    init() {}

    /// The sentences as plain text.
    var text: String { pieces.map(\.text).joined() }

    /// The sentences as HTML.
    var html: String {
        var markup = Markup()
        for piece in pieces {
            // A number stays with its unit.
            if piece.isStrong {
                markup.leaf("b", piece.text.replacing(" %", with: "\u{a0}%"))
            } else {
                markup.write(piece.text)
            }
        }
        return markup.text
    }

    /// Appends words.
    mutating func say(_ text: String) { pieces.append(Piece(text: text, isStrong: false)) }
    /// Appends a number or a name that matters.
    mutating func stress(_ text: String) { pieces.append(Piece(text: text, isStrong: true)) }
}
