import Configuration

/// Scans JSON (RFC 8259), also several values one after the other, without building anything.
struct JSONTokens: TokenSource {
    let bytes: UnsafeBufferPointer<UInt8>
    private let lines: LineFinder
    private var offset = 0
    /// Open objects (true) and arrays, outermost first.
    private var open: [Bool] = []
    private var expectation = Expectation.document

    private enum Expectation {
        case document, value, firstElement, firstKey, key, separator
    }

    init(_ bytes: UnsafeBufferPointer<UInt8>, file: String) {
        self.bytes = bytes
        lines = LineFinder(bytes, file: file)
    }

    func position(of place: Int) -> SourcePosition { lines.position(place) }

    mutating func scan(into queue: inout TokenQueue) throws(Diagnostic) {
        let limit = queue.tokens.count + TokenQueue.batch
        while queue.tokens.count < limit {
            skipBlanks()
            guard offset < bytes.count else {
                guard expectation == .document else { throw failure("the text ends inside \(openText)") }
                return queue.append(.end, at: offset)
            }
            switch expectation {
            case .document, .value: try scanValue(&queue)
            case .firstElement:
                if bytes[offset] == UInt8(ascii: "]") { close(&queue) } else { try scanValue(&queue) }
            case .firstKey:
                if bytes[offset] == UInt8(ascii: "}") { close(&queue) } else { try scanKey(&queue) }
            case .key: try scanKey(&queue)
            case .separator: try scanSeparator(&queue)
            }
        }
    }

    private mutating func skipBlanks() {
        while offset < bytes.count {
            switch bytes[offset] {
            case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"): offset += 1
            default: return
            }
        }
    }

    private mutating func scanSeparator(_ queue: inout TokenQueue) throws(Diagnostic) {
        let isMapping = open.last == true
        switch bytes[offset] {
        case UInt8(ascii: ","):
            offset += 1
            expectation = isMapping ? .key : .value
        case UInt8(ascii: "}") where isMapping: close(&queue)
        case UInt8(ascii: "]") where !isMapping: close(&queue)
        default: throw failure("expected , or \(isMapping ? "}" : "]") after a value")
        }
    }

    private mutating func scanKey(_ queue: inout TokenQueue) throws(Diagnostic) {
        guard bytes[offset] == UInt8(ascii: "\"") else { throw failure("expected a key in double quotes") }
        try scanString(.key, &queue)
        skipBlanks()
        guard offset < bytes.count, bytes[offset] == UInt8(ascii: ":") else { throw failure("expected : after a key") }
        offset += 1
        expectation = .value
    }

    private mutating func scanValue(_ queue: inout TokenQueue) throws(Diagnostic) {
        switch bytes[offset] {
        case UInt8(ascii: "\""): try scanString(.quoted, &queue)
        case UInt8(ascii: "{"): return try open(isMapping: true, &queue)
        case UInt8(ascii: "["): return try open(isMapping: false, &queue)
        case UInt8(ascii: "t"): try scanWord("true", &queue)
        case UInt8(ascii: "f"): try scanWord("false", &queue)
        case UInt8(ascii: "n"): try scanWord("null", &queue)
        default: try scanNumber(&queue)
        }
        finishValue(&queue)
    }

    private mutating func open(isMapping: Bool, _ queue: inout TokenQueue) throws(Diagnostic) {
        guard open.count < YAMLReader.depthLimit else {
            throw failure("nested deeper than \(YAMLReader.depthLimit) levels")
        }
        queue.append(isMapping ? .mappingStart : .listStart, at: offset)
        open.append(isMapping)
        offset += 1
        expectation = isMapping ? .firstKey : .firstElement
    }

    private mutating func close(_ queue: inout TokenQueue) {
        queue.append(open.removeLast() ? .mappingEnd : .listEnd, at: offset)
        offset += 1
        finishValue(&queue)
    }

    private mutating func finishValue(_ queue: inout TokenQueue) {
        if open.isEmpty { queue.append(.documentEnd, at: offset) }
        expectation = open.isEmpty ? .document : .separator
    }

    private mutating func scanWord(_ word: StaticString, _ queue: inout TokenQueue) throws(Diagnostic) {
        let end = offset + word.utf8CodeUnitCount
        guard end <= bytes.count,
            UnsafeBufferPointer(rebasing: bytes[offset..<end])
                .elementsEqual(UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)),
            end == bytes.count || !Self.isWord(bytes[end])
        else { throw failure("expected a value") }
        queue.append(.plain, text: offset..<end, place: offset)
        offset = end
    }

    private mutating func scanNumber(_ queue: inout TokenQueue) throws(Diagnostic) {
        var end = offset
        func skip(_ characters: UInt8...) -> Bool {
            guard end < bytes.count, characters.contains(bytes[end]) else { return false }
            end += 1
            return true
        }
        func skipDigits() -> Int {
            let start = end
            while end < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[end]) { end += 1 }
            return end - start
        }
        _ = skip(UInt8(ascii: "-"))
        let isZero = end < bytes.count && bytes[end] == UInt8(ascii: "0")
        let whole = skipDigits()
        guard whole > 0 else { throw failure("expected a value") }
        var isSound = whole == 1 || !isZero
        if skip(UInt8(ascii: ".")) { isSound = skipDigits() > 0 && isSound }
        if skip(UInt8(ascii: "e"), UInt8(ascii: "E")) {
            _ = skip(UInt8(ascii: "+"), UInt8(ascii: "-"))
            isSound = skipDigits() > 0 && isSound
        }
        guard isSound, end == bytes.count || !Self.isWord(bytes[end]) else { throw failure("expected a number") }
        queue.append(.plain, text: offset..<end, place: offset)
        offset = end
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "+"),
            UInt8(ascii: "_"), 0x80...0xFF:
            true
        default: false
        }
    }

    // MARK: - Strings

    private mutating func scanString(_ kind: Token.Kind, _ queue: inout TokenQueue) throws(Diagnostic) {
        let place = offset
        let start = offset + 1
        let end = bytes.endOfSimpleText(from: start, quote: UInt8(ascii: "\""))
        if end < bytes.count, bytes[end] == UInt8(ascii: "\"") {
            queue.append(kind, text: start..<end, place: place)
            offset = end + 1
            return
        }
        let copy = queue.copies.count
        offset = start
        try unescape(upTo: end, &queue.copies)
        queue.append(kind, copiedFrom: copy, place: place)
    }

    /// Copies the rest of a string without its escapes; up to `end` it has none.
    private mutating func unescape(upTo end: Int, _ text: inout [UInt8]) throws(Diagnostic) {
        var end = end
        while true {
            text.append(contentsOf: bytes[offset..<end])
            offset = end
            guard offset < bytes.count else { throw failure("the text ends inside a string") }
            switch bytes[offset] {
            case UInt8(ascii: "\""):
                offset += 1
                return
            case UInt8(ascii: "\\"): try scanEscape(&text)
            default: throw failure("a line break or control character inside a string; write \\n and the like")
            }
            end = bytes.endOfSimpleText(from: offset, quote: UInt8(ascii: "\""))
        }
    }

    private mutating func scanEscape(_ text: inout [UInt8]) throws(Diagnostic) {
        guard offset + 1 < bytes.count else { throw failure("the text ends inside a string") }
        let escaped: UInt8
        switch bytes[offset + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): escaped = bytes[offset + 1]
        case UInt8(ascii: "b"): escaped = 0x08
        case UInt8(ascii: "f"): escaped = 0x0C
        case UInt8(ascii: "n"): escaped = 0x0A
        case UInt8(ascii: "r"): escaped = 0x0D
        case UInt8(ascii: "t"): escaped = 0x09
        case UInt8(ascii: "u"):
            text.append(contentsOf: String(try scanUnicodeEscape()).utf8)
            return
        default: throw failure("unknown escape in a string")
        }
        text.append(escaped)
        offset += 2
    }

    /// `\u` with four digits, or two of them for a character beyond U+FFFF; half a pair becomes U+FFFD.
    private mutating func scanUnicodeEscape() throws(Diagnostic) -> Unicode.Scalar {
        guard let unit = bytes.hexadecimal(at: offset + 2, digits: 4) else {
            throw failure("\\u needs four hexadecimal digits")
        }
        offset += 6
        if let scalar = Unicode.Scalar(unit) { return scalar }
        let isHigh = (0xD800..<0xDC00).contains(unit)
        if isHigh, offset + 1 < bytes.count, bytes[offset] == UInt8(ascii: "\\"),
            bytes[offset + 1] == UInt8(ascii: "u"),
            let low = bytes.hexadecimal(at: offset + 2, digits: 4), (0xDC00..<0xE000).contains(low)
        {
            offset += 6
            return Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)) ?? "\u{FFFD}"
        }
        return "\u{FFFD}"
    }

    // MARK: - Failures

    private func failure(_ problem: String) -> Diagnostic {
        Diagnostic(position: lines.position(offset), message: "not valid JSON: \(problem)")
    }

    private var openText: String { open.last == true ? "an object" : open.last == false ? "an array" : "a value" }
}
