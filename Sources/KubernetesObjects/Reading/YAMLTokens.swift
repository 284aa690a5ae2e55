import Configuration

/// Scans the YAML that `kubectl` and most other programs write, without building anything: block mappings and lists,
/// plain and quoted texts (also folded over lines), literal blocks, flow mappings and lists.
///
/// Whatever else YAML has (anchors, tags, folded blocks, tabs between tokens, …) and whatever is wrong, it gives up on:
/// the general reader then takes over. What it accepts it reads as that one does.
///
/// The work is divided by form: lines and block collections here, texts in `YAMLTokens+Texts`, flow collections in
/// `YAMLTokens+Flow`.
struct YAMLTokens: TokenSource {
    let bytes: UnsafeBufferPointer<UInt8>
    private let lines: LineFinder
    /// Where scanning stands: at the beginning of a line, or inside a flow collection.
    var offset = 0
    /// Open block collections, outermost first.
    private var open: [Block] = []
    private var awaited: Awaited?
    private var isInDocument = false
    /// Open flow collections, outermost first.
    var flow = FlowState()

    private struct Block {
        var isMapping: Bool
        /// Column, from 0, of its keys or dashes.
        var indent: Int
    }

    /// A value that the lines to come must give.
    private enum Awaited {
        case root
        case ofKey(indent: Int)
        case ofItem(indent: Int)
        /// The line with `:` after one with `?`.
        case colon(indent: Int)
    }

    init(_ bytes: UnsafeBufferPointer<UInt8>, file: String) {
        self.bytes = bytes
        lines = LineFinder(bytes, file: file)
    }

    func position(of place: Int) -> SourcePosition { lines.position(place) }

    /// The reason for giving up, at the place where scanning stands.
    func unsupported(_ what: String, at place: Int? = nil) -> Diagnostic {
        Diagnostic(
            position: lines.position(place ?? offset), message: "not plain YAML, or not valid: \(what)",
            hint: "a text this large must be JSON or YAML as kubectl writes it")
    }

    mutating func scan(into queue: inout TokenQueue) throws(Diagnostic) {
        if offset == 0, let character = UnusualBreak.first(in: bytes) {
            throw unsupported("a line break other than \\n", at: character)
        }
        let limit = queue.tokens.count + TokenQueue.batch
        while queue.tokens.count < limit {
            if !flow.open.isEmpty {
                try scanFlow(&queue)
                continue
            }
            guard let indent = try nextLine() else {
                closeDocument(&queue)
                return queue.append(.end, at: offset)
            }
            if indent == 0, try scanMarker(&queue) { continue }
            try scanLine(indent, &queue)
        }
    }

    /// Number of open collections of both forms.
    var depth: Int { open.count + flow.open.count }
}

// MARK: - Lines

extension YAMLTokens {
    /// Goes to the first character of the next line that is neither blank nor a comment; its column, nil at the end.
    private mutating func nextLine() throws(Diagnostic) -> Int? {
        while offset < bytes.count {
            let start = offset
            while offset < bytes.count, bytes[offset] == UInt8(ascii: " ") { offset += 1 }
            guard offset < bytes.count else { return nil }
            switch bytes[offset] {
            case UInt8(ascii: "\n"): offset += 1
            case UInt8(ascii: "#"): skipLine()
            case UInt8(ascii: "\t"): throw unsupported("a tab in an indentation")
            default: return offset - start
            }
        }
        return nil
    }

    mutating func skipLine() {
        while offset < bytes.count, bytes[offset] != UInt8(ascii: "\n") { offset += 1 }
        if offset < bytes.count { offset += 1 }
    }

    /// Whether a blank, a line break or nothing stands at `index`.
    func isBlankOrEnd(_ index: Int) -> Bool {
        guard index < bytes.count else { return true }
        switch bytes[index] {
        case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\t"): return true
        default: return false
        }
    }

    /// Whether `---` or `...` stands at `index`, which is the beginning of a line.
    func isMarker(_ index: Int) -> Bool {
        guard index + 3 <= bytes.count, isBlankOrEnd(index + 3) else { return false }
        let first = bytes[index]
        return (first == UInt8(ascii: "-") || first == UInt8(ascii: ".")) && bytes[index + 1] == first
            && bytes[index + 2] == first
    }

    /// Takes the rest of a line after a value: blanks and a comment at most.
    mutating func finishLine() throws(Diagnostic) {
        guard try skipBlanks() else { return }
        throw unsupported("text after a value")
    }

    /// Skips blanks, and at the end of the line that end and a comment; whether something else follows in the line.
    mutating func skipBlanks() throws(Diagnostic) -> Bool {
        let start = offset
        while offset < bytes.count, bytes[offset] == UInt8(ascii: " ") { offset += 1 }
        guard offset < bytes.count else { return false }
        switch bytes[offset] {
        case UInt8(ascii: "\n"):
            offset += 1
            return false
        case UInt8(ascii: "#") where offset > start:
            skipLine()
            return false
        case UInt8(ascii: "\t"): throw unsupported("a tab between values")
        default: return true
        }
    }

    /// Takes the line `---`; false if the line is something else.
    private mutating func scanMarker(_ queue: inout TokenQueue) throws(Diagnostic) -> Bool {
        if bytes[offset] == UInt8(ascii: "%") { throw unsupported("a directive") }
        guard isMarker(offset) else { return false }
        if bytes[offset] == UInt8(ascii: ".") { throw unsupported("the end mark \"...\"") }
        closeDocument(&queue)
        offset += 3
        if try skipBlanks() { throw unsupported("a value after \"---\"") }
        return true
    }

    private mutating func closeDocument(_ queue: inout TokenQueue) {
        finishAwaited(&queue)
        while !open.isEmpty { closeBlock(&queue) }
        if isInDocument { queue.append(.documentEnd, at: offset) }
        isInDocument = false
    }
}

// MARK: - Block collections

extension YAMLTokens {
    /// Takes a line whose first character stands at `indent`.
    private mutating func scanLine(_ indent: Int, _ queue: inout TokenQueue) throws(Diagnostic) {
        let isItem = bytes[offset] == UInt8(ascii: "-") && isBlankOrEnd(offset + 1)
        if !isInDocument {
            isInDocument = true
            awaited = .root
        }
        if let awaited, try startsValue(awaited, indent, isItem: isItem) {
            self.awaited = nil
            switch awaited {
            case .root: return try scanNode(column: indent, outer: -1, &queue)
            case .ofItem(let outer), .ofKey(let outer): return try scanNode(column: indent, outer: outer, &queue)
            case .colon(let outer): return try scanAfterColon(column: indent, outer: outer, &queue)
            }
        }
        finishAwaited(&queue)
        while let last = open.last, last.indent > indent || (last.indent == indent && !last.isMapping && !isItem) {
            closeBlock(&queue)
        }
        guard let last = open.last, last.indent == indent, last.isMapping != isItem else {
            throw unsupported("an indentation that fits no line above")
        }
        if isItem { try scanItem(indent, &queue) } else { try scanEntry(indent, &queue) }
    }

    /// Whether the line gives the value that is awaited; if not, that is null.
    private func startsValue(_ awaited: Awaited, _ indent: Int, isItem: Bool) throws(Diagnostic) -> Bool {
        switch awaited {
        case .root: return true
        // A list may stand as far left as the key that it belongs to.
        case .ofKey(let outer): return indent > outer || (indent == outer && isItem)
        case .ofItem(let outer): return indent > outer
        case .colon(let outer):
            guard indent == outer, bytes[offset] == UInt8(ascii: ":"), isBlankOrEnd(offset + 1) else {
                throw unsupported("a key after \"?\" without value")
            }
            return true
        }
    }

    private mutating func finishAwaited(_ queue: inout TokenQueue) {
        switch awaited {
        case .ofKey, .ofItem, .colon: queue.append(.plain, text: offset..<offset, place: offset)
        case .root, nil: break
        }
        awaited = nil
    }

    private mutating func closeBlock(_ queue: inout TokenQueue) {
        queue.append(open.removeLast().isMapping ? .mappingEnd : .listEnd, at: offset)
    }

    private mutating func openBlock(
        isMapping: Bool, indent: Int, at place: Int, _ queue: inout TokenQueue
    ) throws(Diagnostic) {
        guard depth < YAMLReader.depthLimit else { throw unsupported("such deep nesting") }
        queue.append(isMapping ? .mappingStart : .listStart, at: place)
        open.append(Block(isMapping: isMapping, indent: indent))
    }

    /// Takes `- ` and what follows it in the line.
    private mutating func scanItem(_ indent: Int, _ queue: inout TokenQueue) throws(Diagnostic) {
        offset += 1
        let start = offset
        guard try skipBlanks() else {
            awaited = .ofItem(indent: indent)
            return
        }
        try scanNode(column: indent + 1 + offset - start, outer: indent, &queue)
    }

    /// Takes a key and what follows it in the line.
    private mutating func scanEntry(_ indent: Int, _ queue: inout TokenQueue) throws(Diagnostic) {
        if bytes[offset] == UInt8(ascii: "?"), isBlankOrEnd(offset + 1) { return try scanLongKey(indent, &queue) }
        let text = try scanInLine()
        guard text.isKey else { throw unsupported("a text where a key belongs", at: text.place) }
        try appendKey(text, &queue)
        try scanValue(ofKeyAt: indent, &queue)
    }

    /// Takes `:` after a key, and the value if it stands in the line.
    private mutating func scanValue(ofKeyAt indent: Int, _ queue: inout TokenQueue) throws(Diagnostic) {
        offset += 1
        guard try skipBlanks() else {
            awaited = .ofKey(indent: indent)
            return
        }
        switch bytes[offset] {
        case UInt8(ascii: "-") where isBlankOrEnd(offset + 1), UInt8(ascii: "?") where isBlankOrEnd(offset + 1):
            throw unsupported("a list or key in the line of another key")
        default: try scanScalarOrFlow(outer: indent, &queue)
        }
    }

    /// Takes `? key`; the value follows in a line of its own.
    private mutating func scanLongKey(_ indent: Int, _ queue: inout TokenQueue) throws(Diagnostic) {
        offset += 1
        guard try skipBlanks() else { throw unsupported("an empty key") }
        let text = try scanInLine()
        guard !text.isKey else { throw unsupported("a mapping as a key", at: text.place) }
        try finishLine()
        try appendKey(text, &queue)
        awaited = .colon(indent: indent)
    }

    /// Takes `: value` after `? key`.
    private mutating func scanAfterColon(
        column: Int, outer: Int, _ queue: inout TokenQueue
    ) throws(Diagnostic) {
        offset += 1
        let start = offset
        guard try skipBlanks() else {
            awaited = .ofItem(indent: outer)
            return
        }
        try scanNode(column: column + 1 + offset - start, outer: outer, &queue)
    }

    /// Takes a value that begins at `column`, where a block collection may begin too; `outer` is the column of the
    /// collection around it.
    private mutating func scanNode(column: Int, outer: Int, _ queue: inout TokenQueue) throws(Diagnostic) {
        let place = offset
        switch bytes[offset] {
        case UInt8(ascii: "-") where isBlankOrEnd(offset + 1):
            try openBlock(isMapping: false, indent: column, at: place, &queue)
            return try scanItem(column, &queue)
        case UInt8(ascii: "?") where isBlankOrEnd(offset + 1):
            try openBlock(isMapping: true, indent: column, at: place, &queue)
            return try scanLongKey(column, &queue)
        case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "|"):
            return try scanScalarOrFlow(outer: outer, &queue)
        default: break
        }
        let text = try scanInLine()
        if text.isKey {
            try openBlock(isMapping: true, indent: column, at: place, &queue)
            try appendKey(text, &queue)
            return try scanValue(ofKeyAt: column, &queue)
        }
        try finishScalar(text, outer: outer, &queue)
    }

    /// Takes a value that cannot be a block collection.
    private mutating func scanScalarOrFlow(outer: Int, _ queue: inout TokenQueue) throws(Diagnostic) {
        switch bytes[offset] {
        case UInt8(ascii: "{"), UInt8(ascii: "["): try openFlow(&queue)
        case UInt8(ascii: "|"): try scanLiteral(outer: outer, &queue)
        default:
            let text = try scanInLine()
            if text.isKey { throw unsupported("a key in the line of another key", at: text.place) }
            try finishScalar(text, outer: outer, &queue)
        }
    }
}

/// Line breaks that only YAML knows: carriage return, next line, line and paragraph separator.
private enum UnusualBreak {
    static func first(in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\r") { return index }
            if byte == 0xC2, index + 1 < bytes.count, bytes[index + 1] == 0x85 { return index }
            if byte == 0xE2, index + 2 < bytes.count, bytes[index + 1] == 0x80, bytes[index + 2] & 0xFE == 0xA8 {
                return index
            }
            index += 1
        }
        return nil
    }
}
