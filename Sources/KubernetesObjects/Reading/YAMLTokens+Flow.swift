import Configuration

/// The flow collections that are open, and what may come next in the innermost.
struct FlowState {
    enum Expectation {
        case firstKey, key, value, firstElement, element, separator
    }

    /// Mappings (true) and lists, outermost first.
    var open: [Bool] = []
    var expectation = Expectation.separator
}

extension YAMLTokens {
    /// Takes `{` or `[`.
    mutating func openFlow(_ queue: inout TokenQueue) throws(Diagnostic) {
        guard depth < YAMLReader.depthLimit else { throw unsupported("such deep nesting") }
        let isMapping = bytes[offset] == UInt8(ascii: "{")
        queue.append(isMapping ? .mappingStart : .listStart, at: offset)
        flow.open.append(isMapping)
        flow.expectation = isMapping ? .firstKey : .firstElement
        offset += 1
    }

    /// Takes one token of the innermost flow collection.
    mutating func scanFlow(_ queue: inout TokenQueue) throws(Diagnostic) {
        try skipFlowBlanks()
        let byte = bytes[offset]
        switch flow.expectation {
        case .firstKey where byte == UInt8(ascii: "}"): try closeFlow(&queue)
        case .firstKey, .key: try scanFlowKey(&queue)
        case .firstElement where byte == UInt8(ascii: "]"): try closeFlow(&queue)
        case .firstElement, .element, .value: try scanFlowValue(&queue)
        case .separator:
            let isMapping = flow.open.last == true
            switch byte {
            case UInt8(ascii: ","):
                offset += 1
                flow.expectation = isMapping ? .key : .element
            case UInt8(ascii: "}") where isMapping, UInt8(ascii: "]") where !isMapping: try closeFlow(&queue)
            default: throw unsupported("text after a value")
            }
        }
    }

    private mutating func closeFlow(_ queue: inout TokenQueue) throws(Diagnostic) {
        queue.append(flow.open.removeLast() ? .mappingEnd : .listEnd, at: offset)
        offset += 1
        flow.expectation = .separator
        if flow.open.isEmpty { try finishLine() }
    }

    /// Skips blanks, line breaks and comments; something always follows.
    private mutating func skipFlowBlanks() throws(Diagnostic) {
        while true {
            if try skipBlanks() { return }
            guard offset < bytes.count else { throw unsupported("a collection without closing bracket") }
            if isMarker(offset) { throw unsupported("a document mark inside brackets") }
            if bytes[offset] == UInt8(ascii: "#") { skipLine() }
        }
    }

    private mutating func scanFlowKey(_ queue: inout TokenQueue) throws(Diagnostic) {
        let text = try scanFlowText()
        guard text.isOneLine else { throw unsupported("a long key") }
        while offset < bytes.count, bytes[offset] == UInt8(ascii: " ") { offset += 1 }
        guard offset < bytes.count, bytes[offset] == UInt8(ascii: ":"), isBlankOrEnd(offset + 1),
            offset - text.place < 1000
        else { throw unsupported("a key without value in brackets") }
        offset += 1
        try appendKey(text, &queue)
        flow.expectation = .value
    }

    private mutating func scanFlowValue(_ queue: inout TokenQueue) throws(Diagnostic) {
        switch bytes[offset] {
        case UInt8(ascii: "{"), UInt8(ascii: "["): return try openFlow(&queue)
        default: break
        }
        let text = try scanFlowText()
        if let copy = text.copy {
            queue.append(text.style == .plain ? .plain : .quoted, copying: copy, place: text.place)
        } else {
            queue.append(text.style == .plain ? .plain : .quoted, text: text.range, place: text.place)
        }
        flow.expectation = .separator
    }

    /// Takes a plain or quoted text inside brackets.
    private mutating func scanFlowText() throws(Diagnostic) -> YAMLText {
        switch bytes[offset] {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return try scanQuoted()
        case UInt8(ascii: "-"):
            // A negative number, or a word like -x.
            guard offset + 1 < bytes.count, Self.isPlainInFlow(bytes[offset + 1]) else {
                throw unsupported("an indicator in brackets")
            }
        case let first where !Self.isPlainInFlow(first):
            throw unsupported("a text in brackets that begins with this character")
        default: break
        }
        let start = offset
        var end = offset
        scanning: while offset < bytes.count {
            let byte = bytes[offset]
            switch byte {
            case UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: "\n"): break scanning
            case UInt8(ascii: ":") where isBlankOrEnd(offset + 1): break scanning
            case UInt8(ascii: " "):
                if offset + 1 < bytes.count, bytes[offset + 1] == UInt8(ascii: "#") { break scanning }
                offset += 1
            case _ where Self.isPlainInFlow(byte), UInt8(ascii: "-"), UInt8(ascii: "*"), UInt8(ascii: "="),
                UInt8(ascii: "%"), UInt8(ascii: "@"), UInt8(ascii: "!"), UInt8(ascii: "&"), UInt8(ascii: "'"),
                UInt8(ascii: "\""), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "|"), UInt8(ascii: "#"):
                offset += 1
                end = offset
            case UInt8(ascii: ":"):
                guard Self.isPlainInFlow(bytes[offset + 1]) else { throw unsupported("a colon in brackets") }
                offset += 1
                end = offset
            default: throw unsupported("this character in brackets")
            }
        }
        return YAMLText(style: .plain, range: start..<end, place: start)
    }

    /// Characters that mean nothing special inside brackets, wherever they stand.
    private static func isPlainInFlow(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "_"),
            UInt8(ascii: "+"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "$"), UInt8(ascii: "^"),
            UInt8(ascii: "~"), UInt8(ascii: ";"), 0x80...0xFF:
            true
        default: false
        }
    }
}
