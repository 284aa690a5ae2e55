import Configuration

/// Turns offsets of a text into lines and columns.
///
/// A class, so that it can remember how far it has counted: findings come in the order of the text as a rule.
final class LineFinder {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let file: String
    /// A line whose number and start are known.
    private var line = 1
    private var lineStart = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>, file: String) {
        self.bytes = bytes
        self.file = file
    }

    /// The place of the byte at `offset`; columns count Unicode scalars.
    func position(_ offset: Int) -> SourcePosition {
        if offset < lineStart { (line, lineStart) = (1, 0) }
        for index in lineStart..<min(offset, bytes.count) where bytes[index] == UInt8(ascii: "\n") {
            line += 1
            lineStart = index + 1
        }
        let column = bytes[lineStart..<min(offset, bytes.count)].count { $0 & 0xC0 != 0x80 }
        return SourcePosition(file: file, line: line, column: column + 1)
    }
}

/// What the scanners of JSON and YAML have in common.
extension UnsafeBufferPointer<UInt8> {
    /// The index, from `start` on, of the first quote, backslash or control character; `count` if there is none.
    func endOfSimpleText(from start: Int, quote: UInt8) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let raw = UnsafeRawBufferPointer(self)
        let quotes = ones &* UInt64(quote)
        let backslashes = ones &* UInt64(UInt8(ascii: "\\"))
        var index = start
        /// The highest bit of every byte of `word` that is zero (and perhaps of bytes above such a one).
        func zeros(_ word: UInt64) -> UInt64 { (word &- ones) & ~word }
        while index + 8 <= count {
            let word = raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            let controls = (word &- ones &* 0x20) & ~word
            let hits = (controls | zeros(word ^ quotes) | zeros(word ^ backslashes)) & (ones << 7)
            if hits != 0 { return index + UInt64(littleEndian: hits).trailingZeroBitCount / 8 }
            index += 8
        }
        while index < count {
            let byte = self[index]
            if byte == quote || byte == UInt8(ascii: "\\") || byte < 0x20 { return index }
            index += 1
        }
        return count
    }

    /// The value of `digits` hexadecimal digits at `start`.
    func hexadecimal(at start: Int, digits: Int) -> UInt32? {
        guard start + digits <= count else { return nil }
        var value: UInt32 = 0
        for index in start..<start + digits {
            let byte = self[index]
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: return nil
            }
            value = value << 4 | UInt32(digit)
        }
        return value
    }
}

extension TokenQueue {
    /// Tokens that a scanner hands over at a time: few enough to stay in the cache.
    static let batch = 2048

    mutating func append(_ kind: Token.Kind, at place: Int) {
        tokens.append(Token(kind: kind, place: place))
    }

    /// Appends a key or value whose text stands in the source as it is.
    mutating func append(_ kind: Token.Kind, text: Range<Int>, place: Int) {
        tokens.append(
            Token(
                kind: kind, count: Int32(truncatingIfNeeded: text.count), start: text.lowerBound, place: place))
    }

    /// Appends a key or value whose text was written to the end of the copies, from `start` on.
    mutating func append(_ kind: Token.Kind, copiedFrom start: Int, place: Int) {
        tokens.append(
            Token(
                kind: kind, isCopied: true, count: Int32(truncatingIfNeeded: copies.count - start), start: start,
                place: place))
    }
}
