import Configuration

/// What a text says next: the form that JSON, YAML and parsed nodes have in common.
struct Token {
    enum Kind: UInt8 {
        case mappingStart, mappingEnd, listStart, listEnd
        /// A key; its value follows.
        case key
        /// A value written without quotes: a number, a boolean, null or, in YAML, a text.
        case plain
        /// A text in quotes or a block.
        case quoted
        /// Nothing more of the document.
        case documentEnd
        /// Nothing more at all.
        case end
    }

    var kind: Kind
    /// Whether the text lies in the queue's copies, not in the source.
    var isCopied = false
    /// Bytes of a key's or value's text, without quotes and escapes.
    var count: Int32 = 0
    /// Where the text begins.
    var start = 0
    /// Where it was written, in the source's own terms.
    var place: Int
}

/// Tokens that were scanned and not yet read.
struct TokenQueue {
    var tokens: [Token] = []
    /// Texts that do not stand in the source as they are: those with escapes or folded lines.
    var copies: [UInt8] = []

    /// Appends a key or value whose text had to be assembled.
    mutating func append(_ kind: Token.Kind, copying text: some Collection<UInt8>, place: Int) {
        let start = copies.count
        copies.append(contentsOf: text)
        tokens.append(
            Token(
                kind: kind, isCopied: true, count: Int32(truncatingIfNeeded: copies.count - start), start: start,
                place: place))
    }
}

/// Something that can be told as tokens: every value complete, every mapping an alternation of keys and values.
protocol TokenSource {
    /// The bytes that tokens which are not copied point into; they outlive the source.
    var bytes: UnsafeBufferPointer<UInt8> { get }

    /// Appends at least one token; after an `end` it is not called again.
    ///
    /// - Throws: the first place where the text breaks the rules of its format.
    mutating func scan(into queue: inout TokenQueue) throws(Diagnostic)

    /// The place of a token for a message.
    func position(of place: Int) -> SourcePosition
}
