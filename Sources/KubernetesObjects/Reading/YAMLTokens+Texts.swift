import Configuration

/// A key or value that begins in a line.
struct YAMLText {
    enum Style {
        /// Without quotes: up to the end of the line it may go on in the next one.
        case plain
        case quoted
    }

    var style: Style
    /// Where its characters stand; empty if they were copied.
    var range: Range<Int>
    /// The characters, where they do not stand in the text as they are.
    var copy: [UInt8]?
    var place: Int
    /// Whether it ends in the line in which it began.
    var isOneLine = true
    /// Whether `:` follows: it is a key.
    var isKey = false
}

extension YAMLTokens {
    /// Takes a plain or quoted text up to the end of the line, a comment or the `:` that makes it a key.
    mutating func scanInLine() throws(Diagnostic) -> YAMLText {
        let first = bytes[offset]
        switch first {
        case UInt8(ascii: "\""), UInt8(ascii: "'"):
            var text = try scanQuoted()
            // A key must lie in one line and be short, or it is none.
            let end = offset
            while offset < bytes.count, bytes[offset] == UInt8(ascii: " ") { offset += 1 }
            if offset < bytes.count, bytes[offset] == UInt8(ascii: ":"), isBlankOrEnd(offset + 1) {
                guard text.isOneLine, offset - text.place < Self.longestKey else { throw unsupported("a long key") }
                text.isKey = true
            } else {
                offset = end
            }
            return text
        case UInt8(ascii: "&"), UInt8(ascii: "*"), UInt8(ascii: "!"):
            throw unsupported("an anchor, alias or tag")
        case UInt8(ascii: ">"): throw unsupported("a folded block")
        case UInt8(ascii: "|"), UInt8(ascii: "%"), UInt8(ascii: "@"), UInt8(ascii: "`"), UInt8(ascii: ","),
            UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "#"):
            throw unsupported("a text that begins with this character")
        case UInt8(ascii: "-"), UInt8(ascii: "?"), UInt8(ascii: ":"):
            if isBlankOrEnd(offset + 1) { throw unsupported("an indicator in this place") }
        default: break
        }
        return try scanPlain()
    }

    /// libyaml's limit for keys that are not marked by `?`.
    private static var longestKey: Int { 1000 }

    /// Takes the part of a plain text that stands in this line.
    private mutating func scanPlain() throws(Diagnostic) -> YAMLText {
        let start = offset
        var end = offset
        scanning: while offset < bytes.count {
            switch bytes[offset] {
            case UInt8(ascii: "\n"): break scanning
            case UInt8(ascii: " "):
                if offset + 1 < bytes.count, bytes[offset + 1] == UInt8(ascii: "#") { break scanning }
                offset += 1
            case UInt8(ascii: ":") where isBlankOrEnd(offset + 1):
                guard offset - start < Self.longestKey else { throw unsupported("a long key") }
                return YAMLText(style: .plain, range: start..<end, place: start, isKey: true)
            case UInt8(ascii: "\t"): throw unsupported("a tab in a plain text")
            default:
                offset += 1
                end = offset
            }
        }
        return YAMLText(style: .plain, range: start..<end, place: start)
    }

    func appendKey(_ text: YAMLText, _ queue: inout TokenQueue) throws(Diagnostic) {
        if let copy = text.copy { return queue.append(.key, copying: copy, place: text.place) }
        if text.style == .plain, text.range.count == 2, bytes[text.range.lowerBound] == UInt8(ascii: "<"),
            bytes[text.range.lowerBound + 1] == UInt8(ascii: "<")
        {
            throw unsupported("a merge key")
        }
        queue.append(.key, text: text.range, place: text.place)
    }

    /// Takes what is left of a value: the rest of its line and the lines in which a plain text goes on.
    mutating func finishScalar(_ text: YAMLText, outer: Int, _ queue: inout TokenQueue) throws(Diagnostic) {
        guard outer >= 0 else { throw unsupported("a document of a single value") }
        if text.style == .quoted {
            if let copy = text.copy {
                queue.append(.quoted, copying: copy, place: text.place)
            } else {
                queue.append(.quoted, text: text.range, place: text.place)
            }
            return try finishLine()
        }
        let hasComment = offset < bytes.count && bytes[offset] != UInt8(ascii: "\n")
        skipLine()
        guard !hasComment, let indent = continuation(outer: outer) else {
            return queue.append(.plain, text: text.range, place: text.place)
        }
        let copy = queue.copies.count
        queue.copies.append(contentsOf: bytes[text.range])
        try scanContinuation(indent, outer: outer, &queue.copies)
        queue.append(.plain, copiedFrom: copy, place: text.place)
    }

    /// The indentation of the line that comes next if a plain text goes on there. The line may be a blank one.
    private func continuation(outer: Int) -> Int? {
        var index = offset
        while index < bytes.count, bytes[index] == UInt8(ascii: " ") { index += 1 }
        guard index < bytes.count, bytes[index] != UInt8(ascii: "#") else { return nil }
        if bytes[index] == UInt8(ascii: "\n") { return hasText(afterBlankLineAt: index, outer: outer) ? -1 : nil }
        return index - offset > outer ? index - offset : nil
    }

    /// Whether after blank lines a plain text goes on.
    private func hasText(afterBlankLineAt start: Int, outer: Int) -> Bool {
        var index = start
        var lineStart = start
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\n"):
                index += 1
                lineStart = index
            case UInt8(ascii: " "): index += 1
            default: return index - lineStart > outer && bytes[index] != UInt8(ascii: "#")
            }
        }
        return false
    }

    /// Takes the lines in which a plain text goes on, and folds each line break to a space.
    private mutating func scanContinuation(
        _ indent: Int, outer: Int, _ text: inout [UInt8]
    ) throws(Diagnostic) {
        var next: Int? = indent
        while let indent = next {
            if indent < 0 { throw unsupported("a plain text with a blank line") }
            offset += indent
            let line = try scanPlain()
            if line.isKey { throw unsupported("a key after a text without quotes") }
            text.append(UInt8(ascii: " "))
            text.append(contentsOf: bytes[line.range])
            let hasComment = offset < bytes.count && bytes[offset] != UInt8(ascii: "\n")
            skipLine()
            next = hasComment ? nil : continuation(outer: outer)
        }
    }
}

// MARK: - Quoted texts

extension YAMLTokens {
    /// Takes a text in quotes up to the closing one.
    mutating func scanQuoted() throws(Diagnostic) -> YAMLText {
        let place = offset
        let quote = bytes[offset]
        let isDouble = quote == UInt8(ascii: "\"")
        offset += 1
        let start = offset
        var end = bytes.endOfSimpleText(from: start, quote: quote)
        // A backslash means nothing between single quotes, nor does a tab anywhere.
        while end < bytes.count, bytes[end] == UInt8(ascii: "\t") || (!isDouble && bytes[end] == UInt8(ascii: "\\")) {
            end = bytes.endOfSimpleText(from: end + 1, quote: quote)
        }
        if end < bytes.count, bytes[end] == quote, isDouble || end + 1 == bytes.count || bytes[end + 1] != quote {
            offset = end + 1
            return YAMLText(style: .quoted, range: start..<end, place: place)
        }
        var copy: [UInt8] = []
        let isOneLine = try unquote(isDouble: isDouble, &copy)
        return YAMLText(style: .quoted, range: start..<start, copy: copy, place: place, isOneLine: isOneLine)
    }

    /// Copies a text in quotes without its escapes and folded line breaks; whether it lies in one line.
    private mutating func unquote(isDouble: Bool, _ text: inout [UInt8]) throws(Diagnostic) -> Bool {
        let quote = isDouble ? UInt8(ascii: "\"") : UInt8(ascii: "'")
        var isOneLine = true
        while offset < bytes.count {
            let byte = bytes[offset]
            if byte == quote {
                offset += 1
                guard !isDouble, offset < bytes.count, bytes[offset] == quote else { return isOneLine }
                text.append(quote)
                offset += 1
            } else if isDouble, byte == UInt8(ascii: "\\") {
                if offset + 1 < bytes.count, bytes[offset + 1] == UInt8(ascii: "\n") {
                    offset += 2
                    try skipFolded(&text, isEscaped: true)
                    isOneLine = false
                } else {
                    try scanEscape(&text)
                }
            } else if byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\n") {
                let start = offset
                while offset < bytes.count, bytes[offset] == UInt8(ascii: " ") || bytes[offset] == UInt8(ascii: "\t") {
                    offset += 1
                }
                if offset < bytes.count, bytes[offset] == UInt8(ascii: "\n") {
                    offset += 1
                    try skipFolded(&text, isEscaped: false)
                    isOneLine = false
                } else {
                    text.append(contentsOf: bytes[start..<offset])
                }
            } else {
                text.append(byte)
                offset += 1
            }
        }
        throw unsupported("a text without closing quote")
    }

    /// Takes the blanks after a line break inside quotes: a single break becomes a space, of several the first goes; an
    /// escaped one leaves nothing.
    private mutating func skipFolded(_ text: inout [UInt8], isEscaped: Bool) throws(Diagnostic) {
        var breaks = 0
        if isMarker(offset) { throw unsupported("a document mark inside quotes") }
        while offset < bytes.count {
            switch bytes[offset] {
            case UInt8(ascii: " "), UInt8(ascii: "\t"): offset += 1
            case UInt8(ascii: "\n"):
                offset += 1
                breaks += 1
                if isMarker(offset) { throw unsupported("a document mark inside quotes") }
            default:
                if breaks > 0 {
                    text.append(contentsOf: repeatElement(UInt8(ascii: "\n"), count: breaks))
                } else if !isEscaped {
                    text.append(UInt8(ascii: " "))
                }
                return
            }
        }
    }

    /// Takes an escape inside double quotes (YAML 1.1, section 5.6).
    private mutating func scanEscape(_ text: inout [UInt8]) throws(Diagnostic) {
        guard offset + 1 < bytes.count else { throw unsupported("a text without closing quote") }
        let scalar: Unicode.Scalar
        var length = 2
        switch bytes[offset + 1] {
        case UInt8(ascii: "0"): scalar = "\0"
        case UInt8(ascii: "a"): scalar = "\u{07}"
        case UInt8(ascii: "b"): scalar = "\u{08}"
        case UInt8(ascii: "t"), UInt8(ascii: "\t"): scalar = "\t"
        case UInt8(ascii: "n"): scalar = "\n"
        case UInt8(ascii: "v"): scalar = "\u{0B}"
        case UInt8(ascii: "f"): scalar = "\u{0C}"
        case UInt8(ascii: "r"): scalar = "\r"
        case UInt8(ascii: "e"): scalar = "\u{1B}"
        case UInt8(ascii: " "): scalar = " "
        case UInt8(ascii: "\""): scalar = "\""
        case UInt8(ascii: "/"): scalar = "/"
        case UInt8(ascii: "\\"): scalar = "\\"
        case UInt8(ascii: "N"): scalar = "\u{85}"
        case UInt8(ascii: "_"): scalar = "\u{A0}"
        case UInt8(ascii: "L"): scalar = "\u{2028}"
        case UInt8(ascii: "P"): scalar = "\u{2029}"
        case UInt8(ascii: "x"), UInt8(ascii: "u"), UInt8(ascii: "U"):
            let digits = bytes[offset + 1] == UInt8(ascii: "x") ? 2 : bytes[offset + 1] == UInt8(ascii: "u") ? 4 : 8
            guard let code = bytes.hexadecimal(at: offset + 2, digits: digits), let escaped = Unicode.Scalar(code)
            else {
                throw unsupported("an escape that is no character")
            }
            scalar = escaped
            length += digits
        default: throw unsupported("an unknown escape")
        }
        text.append(contentsOf: String(scalar).utf8)
        offset += length
    }
}

// MARK: - Literal blocks

extension YAMLTokens {
    /// Takes `|`, its indicators and the lines of the block, which are indented by more than `outer`.
    mutating func scanLiteral(outer: Int, _ queue: inout TokenQueue) throws(Diagnostic) {
        guard outer >= 0 else { throw unsupported("a document of a single value") }
        let place = offset
        offset += 1
        var chomping: UInt8?
        var indent: Int?
        while offset < bytes.count, !isBlankOrEnd(offset) {
            switch bytes[offset] {
            case UInt8(ascii: "+") where chomping == nil, UInt8(ascii: "-") where chomping == nil:
                chomping = bytes[offset]
            case UInt8(ascii: "1")...UInt8(ascii: "9") where indent == nil:
                indent = outer + Int(bytes[offset] - UInt8(ascii: "0"))
            default: throw unsupported("a block with these indicators")
            }
            offset += 1
        }
        if try skipBlanks() { throw unsupported("text after the indicators of a block") }
        let copy = queue.copies.count
        try scanLines(of: indent, outer: outer, chomping, &queue.copies)
        queue.append(.quoted, copiedFrom: copy, place: place)
    }

    /// Copies the lines of a block; without a given indentation that of the first line with text counts.
    private mutating func scanLines(
        of given: Int?, outer: Int, _ chomping: UInt8?, _ text: inout [UInt8]
    ) throws(Diagnostic) {
        let indent: Int
        if let given { indent = given } else { indent = try detectIndent(outer: outer) }
        let first = text.count
        // Breaks that are written only if text follows, or as the chomping indicator says.
        var breaks = 0
        while offset < bytes.count {
            let start = offset
            while offset < bytes.count, offset - start < indent, bytes[offset] == UInt8(ascii: " ") { offset += 1 }
            guard offset < bytes.count else { break }
            if bytes[offset] == UInt8(ascii: "\n") {
                breaks += 1
                offset += 1
                continue
            }
            if offset - start < indent {
                if bytes[offset] == UInt8(ascii: "\t") { throw unsupported("a tab in an indentation") }
                offset = start
                break
            }
            text.append(contentsOf: repeatElement(UInt8(ascii: "\n"), count: breaks))
            let line = offset
            skipLine()
            breaks = bytes[offset - 1] == UInt8(ascii: "\n") ? 1 : 0
            text.append(contentsOf: bytes[line..<offset - breaks])
        }
        finishLines(breaks, hasText: text.count > first, chomping, &text)
    }

    /// Writes the breaks at the end of a block.
    private func finishLines(_ breaks: Int, hasText: Bool, _ chomping: UInt8?, _ text: inout [UInt8]) {
        let kept: Int
        switch chomping {
        case UInt8(ascii: "-"): kept = 0
        case UInt8(ascii: "+"): kept = breaks
        default: kept = hasText ? min(1, breaks) : 0
        }
        text.append(contentsOf: repeatElement(UInt8(ascii: "\n"), count: kept))
    }

    /// The indentation of the first line with text, at least one more than that of the collection around the block.
    private func detectIndent(outer: Int) throws(Diagnostic) -> Int {
        var longestBlank = 0
        var index = offset
        var lineStart = offset
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: " "): index += 1
            case UInt8(ascii: "\n"):
                longestBlank = max(longestBlank, index - lineStart)
                index += 1
                lineStart = index
            case UInt8(ascii: "\t"): throw unsupported("a tab in an indentation")
            default:
                if longestBlank > index - lineStart { throw unsupported("blanks before the text of a block") }
                return max(index - lineStart, outer + 1, 1)
            }
        }
        throw unsupported("a block without text")
    }
}
