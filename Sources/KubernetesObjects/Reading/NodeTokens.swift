import Configuration

/// The tokens of parsed YAML.
struct NodeTokens: TokenSource {
    let bytes = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
    private let documents: [YAMLNode]
    private var next = 0
    private let file: String
    private var positions: [SourcePosition] = []

    /// The tokens of whole documents; `file` stands for values that nobody wrote.
    init(_ documents: [YAMLNode], file: String) {
        self.documents = documents
        self.file = file
    }

    mutating func scan(into queue: inout TokenQueue) throws(Diagnostic) {
        guard next < documents.count else {
            queue.tokens.append(Token(kind: .end, place: place(.default)))
            return
        }
        append(documents[next], to: &queue)
        queue.tokens.append(Token(kind: .documentEnd, place: place(documents[next].origin)))
        next += 1
    }

    func position(of place: Int) -> SourcePosition { positions[place] }

    /// Recursion is as deep as the nodes are: the YAML reader bounds it.
    private mutating func append(_ node: YAMLNode, to queue: inout TokenQueue) {
        let place = place(node.origin)
        switch node.content {
        case .scalar(let text, let style):
            queue.append(style == .plain ? .plain : .quoted, copying: text.utf8, place: place)
        case .sequence(let elements):
            queue.tokens.append(Token(kind: .listStart, place: place))
            for element in elements { append(element, to: &queue) }
            queue.tokens.append(Token(kind: .listEnd, place: place))
        case .mapping(let entries):
            queue.tokens.append(Token(kind: .mappingStart, place: place))
            for entry in entries {
                queue.append(.key, copying: entry.key.utf8, place: self.place(entry.keyOrigin))
                append(entry.value, to: &queue)
            }
            queue.tokens.append(Token(kind: .mappingEnd, place: place))
        }
    }

    private mutating func place(_ origin: Origin) -> Int {
        positions.append(origin.position ?? SourcePosition(file: file, line: 1, column: 1))
        return positions.count - 1
    }
}
