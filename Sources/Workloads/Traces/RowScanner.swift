import Glibc

/// What stands between the fields of a row.
enum FieldSeparator {
    /// Commas, with quoted fields as in RFC 4180.
    case comma
    /// Runs of spaces and tabs; no quotes.
    case whitespace
}

/// Cuts a byte source into rows and fields without copying or allocating per row.
///
/// Accepts LF and CRLF line ends, a missing last line end and a UTF-8 byte order mark; blank lines are skipped. A zero
/// byte (a binary file), a row over 1 MiB or a broken quote is an error. Fields of the current row are views into the
/// scanner's buffer and hold until the next row.
final class RowScanner {
    /// What `next` found.
    enum Step { case row, comment, end }

    private struct Field {
        var start: UInt32
        var end: UInt32
    }

    private static let longestRow = 1 << 20
    /// Readable bytes kept behind the buffered text, so that eight may be loaded at any offset.
    private static let padding = 8

    private let source: ByteSource
    private let separator: FieldSeparator
    /// A line that begins with this byte is a comment; nil: no comments (any more).
    var commentMark: UInt8?
    /// Line of the current row's first byte, from 1.
    private(set) var line = 0
    /// Fields of the current row.
    private(set) var fieldCount = 0

    private var buffer: UnsafeMutableRawPointer
    private var capacity: Int
    /// The text in the buffer that is not yet consumed.
    private var begin = 0
    private var end = 0
    private var isAtEnd = false
    /// Where the first zero byte lies in the buffer, if anywhere.
    private var zeroByte: Int?
    private var rowStart = 0
    private var rowEnd = 0
    /// Bytes from `begin` to the start of the next row.
    private var consumed = 0
    /// Bytes of text before the current row.
    private var textBefore = 0
    private var lineAfterRow = 1
    private var fields: UnsafeMutablePointer<Field>
    private var fieldCapacity = 64

    init(_ source: ByteSource, separator: FieldSeparator, commentMark: UInt8? = nil, bufferSize: Int = 1 << 18) {
        self.source = source
        self.separator = separator
        self.commentMark = commentMark
        capacity = max(16, bufferSize)
        buffer = .allocate(byteCount: capacity + Self.padding, alignment: 8)
        fields = .allocate(capacity: fieldCapacity)
    }

    deinit {
        buffer.deallocate()
        fields.deallocate()
    }

    /// Name of the source.
    var file: String { source.name }

    /// How many times as long the whole text is as the part before the current row; nil if not known.
    var wholeOverPart: Double? {
        guard textBefore > 0, let size = source.textSize else { return nil }
        return Double(size) / Double(textBefore)
    }

    /// Goes on to the next row or comment line.
    func next() throws(TraceError) -> Step {
        if line == 0 { try skipByteOrderMark() }
        while true {
            begin += consumed
            textBefore += consumed
            line = lineAfterRow
            guard try findRow() else {
                fieldCount = 0
                rowStart = begin
                rowEnd = begin
                return .end
            }
            if let zeroByte, zeroByte < rowEnd { throw binaryFile(at: zeroByte) }
            if rowStart == rowEnd { continue }
            if let commentMark, load(rowStart) == commentMark {
                fieldCount = 0
                return .comment
            }
            switch separator {
            case .comma: try splitAtCommas()
            case .whitespace: splitAtWhitespace()
            }
            if fieldCount == 0 || (fieldCount == 1 && isBlank(fields[0])) { continue }
            return .row
        }
    }

    /// The current line as text, without its end.
    var text: String { String(decoding: view(rowStart, rowEnd), as: UTF8.self) }

    /// The bytes of field `index`; quotes and outer blanks are gone.
    @inline(__always)
    subscript(index: Int) -> UnsafeRawBufferPointer {
        let field = fields[index]
        return view(Int(field.start), Int(field.end))
    }

    /// An error at field `index` of the current row.
    func fault(_ index: Int, in name: String, expected: String, suggestion: String? = nil) -> TraceError {
        let shown = Self.quoted(self[index])
        return TraceError(
            file: file, line: place(ofField: index).line, column: place(ofField: index).column,
            found: name.isEmpty ? shown : "\(shown) in column \(name)", expected: expected, suggestion: suggestion)
    }

    /// An error of the current row as a whole.
    func fault(found: String, expected: String) -> TraceError {
        TraceError(file: file, line: max(line, 1), column: 1, found: found, expected: expected)
    }

    // MARK: Rows

    private func skipByteOrderMark() throws(TraceError) {
        while end < 3, !isAtEnd { try fill() }
        if end >= 3, load(0) == 0xEF, load(1) == 0xBB, load(2) == 0xBF { begin = 3 }
    }

    /// Sets the bounds of the next row; false at the end of the text. A line end inside quotes ends no row.
    private func findRow() throws(TraceError) -> Bool {
        var searched = 0
        var quotes = 0
        consumed = 0
        while true {
            while let newline = find(UInt8(ascii: "\n"), from: begin + searched) {
                quotes += countQuotes(from: begin + searched, to: newline)
                searched = newline + 1 - begin
                lineAfterRow += 1
                if quotes.isMultiple(of: 2) || isAtComment {
                    consumed = searched
                    setRow(end: newline)
                    return true
                }
            }
            quotes += countQuotes(from: begin + searched, to: end)
            searched = end - begin
            if isAtEnd {
                consumed = searched
                setRow(end: end)
                return searched > 0
            }
            guard searched <= Self.longestRow else {
                throw TraceError(
                    file: file, line: line, column: 1, found: "a row longer than 1 MiB",
                    expected: quotes.isMultiple(of: 2) ? "a line end" : "a closing quote")
            }
            try fill()
        }
    }

    private var isAtComment: Bool {
        if let commentMark { load(begin) == commentMark } else { false }
    }

    private func countQuotes(from start: Int, to end: Int) -> Int {
        guard separator == .comma else { return 0 }
        var count = 0
        var offset = start
        while offset < end, let hit = memchr(buffer + offset, Int32(UInt8(ascii: "\"")), end - offset) {
            count += 1
            offset = UnsafeRawPointer(hit) - UnsafeRawPointer(buffer) + 1
        }
        return count
    }

    private func setRow(end newline: Int) {
        rowStart = begin
        rowEnd = newline
        if rowEnd > rowStart, load(rowEnd - 1) == UInt8(ascii: "\r") { rowEnd -= 1 }
    }

    /// Moves what is left to the front of the buffer and reads more behind it.
    private func fill() throws(TraceError) {
        let left = end - begin
        if begin > 0 {
            buffer.copyMemory(from: buffer + begin, byteCount: left)
            zeroByte = zeroByte.map { $0 - begin }
            begin = 0
            end = left
        }
        if left * 2 > capacity {
            let larger = UnsafeMutableRawPointer.allocate(byteCount: capacity * 2 + Self.padding, alignment: 8)
            larger.copyMemory(from: buffer, byteCount: left)
            buffer.deallocate()
            buffer = larger
            capacity *= 2
        }
        let count = try source.read(into: UnsafeMutableRawBufferPointer(start: buffer + end, count: capacity - end))
        if count == 0 { isAtEnd = true }
        end += count
        if zeroByte == nil { zeroByte = find(0, from: end - count) }
    }

    private func binaryFile(at offset: Int) -> TraceError {
        let column = characters(rowStart, offset) + 1
        return TraceError(
            file: file, line: line, column: column, found: "a zero byte",
            expected: "text: this looks like a binary file")
    }

    // MARK: Fields

    private func splitAtWhitespace() {
        fieldCount = 0
        var offset = rowStart
        while offset < rowEnd {
            while offset < rowEnd, isSpace(load(offset)) { offset += 1 }
            let start = offset
            while offset < rowEnd, !isSpace(load(offset)) { offset += 1 }
            if offset > start { append(start, offset) }
        }
    }

    /// Finds commas and quotes eight bytes at a time: a byte of `x` is zero where `((x & 0x7f…) + 0x7f… | x)` has its
    /// top bit clear (the exact form of the zero-byte test; no false hits from carries).
    private func splitAtCommas() throws(TraceError) {
        fieldCount = 0
        var start = rowStart
        var offset = rowStart
        while offset < rowEnd {
            let word = UInt64(littleEndian: buffer.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            var commas = Self.matches(word, UInt8(ascii: ","))
            var quotes = Self.matches(word, UInt8(ascii: "\""))
            let rest = rowEnd - offset
            if rest < 8 {
                let inside = (UInt64(1) << UInt64(rest * 8)) - 1
                commas &= inside
                quotes &= inside
            }
            if quotes != 0 { return try splitWithQuotes() }
            while commas != 0 {
                let comma = offset + commas.trailingZeroBitCount >> 3
                appendTrimmed(start, comma)
                start = comma + 1
                commas &= commas - 1
            }
            offset += 8
        }
        appendTrimmed(start, rowEnd)
    }

    @inline(__always)
    private static func matches(_ word: UInt64, _ byte: UInt8) -> UInt64 {
        let low: UInt64 = 0x7F7F_7F7F_7F7F_7F7F
        let x = word ^ (0x0101_0101_0101_0101 &* UInt64(byte))
        return ~(((x & low) &+ low) | x | low)
    }

    /// The careful way for rows with a quote in them; quoted fields lose their quotes in place.
    private func splitWithQuotes() throws(TraceError) {
        fieldCount = 0
        var offset = rowStart
        while true {
            var start = offset
            while start < rowEnd, isSpace(load(start)) { start += 1 }
            if start < rowEnd, load(start) == UInt8(ascii: "\"") {
                offset = try takeQuoted(from: start)
            } else {
                start = offset
                while offset < rowEnd, load(offset) != UInt8(ascii: ",") {
                    if load(offset) == UInt8(ascii: "\"") {
                        throw quoteFault(at: offset, found: "a quote inside an unquoted field")
                    }
                    offset += 1
                }
                appendTrimmed(start, offset)
            }
            guard offset < rowEnd else { return }
            offset += 1
        }
    }

    /// Appends the quoted field that opens at `quote`; returns the offset of the comma behind it, or the row's end.
    private func takeQuoted(from quote: Int) throws(TraceError) -> Int {
        var offset = quote + 1
        var write = offset
        while true {
            guard offset < rowEnd else { throw quoteFault(at: quote, found: "a quote that is never closed") }
            let byte = load(offset)
            if byte == UInt8(ascii: "\"") {
                guard offset + 1 < rowEnd, load(offset + 1) == UInt8(ascii: "\"") else { break }
                offset += 1
            }
            buffer.storeBytes(of: byte, toByteOffset: write, as: UInt8.self)
            write += 1
            offset += 1
        }
        append(quote + 1, write)
        // The bytes freed by doubled quotes must not show twice when lines and columns are counted.
        while write < offset {
            buffer.storeBytes(of: UInt8(ascii: " "), toByteOffset: write, as: UInt8.self)
            write += 1
        }
        offset += 1
        while offset < rowEnd, isSpace(load(offset)) { offset += 1 }
        if offset < rowEnd, load(offset) != UInt8(ascii: ",") {
            throw quoteFault(at: offset, found: "text after a closing quote")
        }
        return offset
    }

    private func quoteFault(at offset: Int, found: String) -> TraceError {
        let place = place(of: offset)
        return TraceError(
            file: file, line: place.line, column: place.column, found: found,
            expected: "a quoted field \"…\" with inner quotes doubled, then a comma or the line end")
    }

    @inline(__always)
    private func appendTrimmed(_ start: Int, _ end: Int) {
        var start = start
        var end = end
        while start < end, isSpace(load(start)) { start += 1 }
        while end > start, isSpace(load(end - 1)) { end -= 1 }
        append(start, end)
    }

    @inline(__always)
    private func append(_ start: Int, _ end: Int) {
        if fieldCount == fieldCapacity { growFields() }
        fields[fieldCount] = Field(start: UInt32(truncatingIfNeeded: start), end: UInt32(truncatingIfNeeded: end))
        fieldCount += 1
    }

    private func growFields() {
        let larger = UnsafeMutablePointer<Field>.allocate(capacity: fieldCapacity * 2)
        larger.update(from: fields, count: fieldCount)
        fields.deallocate()
        fields = larger
        fieldCapacity *= 2
    }

    private func isBlank(_ field: Field) -> Bool { field.start == field.end && Int(field.start) == rowEnd }

    // MARK: Places and bytes

    /// Line and column of field `index`.
    func place(ofField index: Int) -> (line: Int, column: Int) { place(of: Int(fields[index].start)) }

    /// Line and column of a byte of the current row; a quoted field may have moved it down.
    private func place(of offset: Int) -> (line: Int, column: Int) {
        var lines = 0
        var lineStart = rowStart
        for position in rowStart..<offset where load(position) == UInt8(ascii: "\n") {
            lines += 1
            lineStart = position + 1
        }
        return (line + lines, characters(lineStart, offset) + 1)
    }

    /// UTF-8 characters (scalars) from `start` to `end`: the bytes that do not continue one.
    private func characters(_ start: Int, _ end: Int) -> Int {
        (start..<end).reduce(0) { $0 + (load($1) & 0xC0 == 0x80 ? 0 : 1) }
    }

    private func find(_ byte: UInt8, from offset: Int) -> Int? {
        guard offset < end, let hit = memchr(buffer + offset, Int32(byte), end - offset) else { return nil }
        return UnsafeRawPointer(hit) - UnsafeRawPointer(buffer)
    }

    @inline(__always)
    private func view(_ start: Int, _ end: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: buffer + start, count: end - start)
    }

    @inline(__always)
    private func load(_ offset: Int) -> UInt8 { buffer.load(fromByteOffset: offset, as: UInt8.self) }

    @inline(__always)
    private func isSpace(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

    /// The start of a field's text in single quotes, fit for one line of an error message.
    static func quoted(_ bytes: UnsafeRawBufferPointer) -> String {
        if bytes.isEmpty { return "nothing" }
        let shown = String(decoding: bytes.prefix(40), as: UTF8.self)
        let safe = shown.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? "\u{FFFD}" : Character($0) }
        return "'\(String(safe))\(bytes.count > 40 ? "…" : "")'"
    }
}
