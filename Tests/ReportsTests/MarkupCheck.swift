/// A small checker of markup: every element closed in order, attributes quoted and unique, nothing unescaped.
struct MarkupCheck {
    /// What is wrong, or nil.
    private(set) var problem: String?
    /// Values of all `id` attributes, and of all `href`s.
    private(set) var ids: [String] = []
    private(set) var links: [String] = []
    /// Text outside of tags, scripts, styles and drawings, one piece per line.
    private(set) var textPieces: [String] = []

    private static let voidTags: Set<String> = ["meta"]
    private static let rawTags: Set<String> = ["script", "style"]

    init(_ markup: String) { parse(markup) }

    private mutating func parse(_ markup: String) {
        let bytes = Array(markup.utf8)
        var position = 0
        var stack: [String] = []
        func string(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
        func find(_ byte: UInt8, from start: Int) -> Int? { bytes[start...].firstIndex(of: byte) }
        while position < bytes.count {
            guard bytes[position] == UInt8(ascii: "<") else {
                let end = find(UInt8(ascii: "<"), from: position) ?? bytes.count
                let text = string(position..<end)
                if text.contains(">") { return fail("'>' in text: \(text.prefix(60))") }
                check(entitiesOf: text)
                if problem != nil { return }
                let trimmed = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
                if !trimmed.isEmpty, !stack.contains("svg") { textPieces.append(trimmed) }
                position = end
                continue
            }
            guard let end = find(UInt8(ascii: ">"), from: position) else { return fail("tag without end") }
            let tag = string(position + 1..<end)
            position = end + 1
            if tag.hasPrefix("!DOCTYPE") { continue }
            if tag.hasPrefix("/") {
                let name = String(tag.dropFirst())
                guard stack.popLast() == name else { return fail("</\(name)> closes nothing") }
                continue
            }
            let isClosed = tag.hasSuffix("/")
            let name = String(tag.prefix { !$0.isWhitespace && $0 != "/" })
            parseAttributes(String(tag.dropFirst(name.count).dropLast(isClosed ? 1 : 0)), of: name)
            if problem != nil { return }
            if Self.rawTags.contains(name) {
                let close = Array("</\(name)>".utf8)
                while position + close.count <= bytes.count, Array(bytes[position..<position + close.count]) != close {
                    position = find(UInt8(ascii: "<"), from: position + 1) ?? bytes.count
                }
                guard position + close.count <= bytes.count else { return fail("<\(name)> is not closed") }
                position += close.count
            } else if !isClosed, !Self.voidTags.contains(name) {
                stack.append(name)
            }
        }
        if !stack.isEmpty { fail("not closed: \(stack.joined(separator: ", "))") }
    }

    private mutating func fail(_ text: String) { problem = problem ?? text }

    private mutating func check(entitiesOf text: String) {
        for part in text.split(separator: "&", omittingEmptySubsequences: false).dropFirst() {
            let name = part.prefix { $0 != ";" }
            if name.count == part.count || !["amp", "lt", "gt", "quot", "#39"].contains(String(name)) {
                return fail("'&' in text: \(text.prefix(60))")
            }
        }
    }

    private mutating func parseAttributes(_ text: String, of tag: String) {
        var rest = text[...]
        var seen: Set<String> = []
        while true {
            rest = rest.drop { $0.isWhitespace }
            if rest.isEmpty { return }
            let name = String(rest.prefix { $0 != "=" })
            rest = rest.dropFirst(name.count)
            guard rest.hasPrefix("=\"") else { return fail("attribute \(name) of <\(tag)> without a quoted value") }
            rest = rest.dropFirst(2)
            let value = String(rest.prefix { $0 != "\"" })
            guard rest.count > value.count else { return fail("attribute \(name) of <\(tag)> is not closed") }
            rest = rest.dropFirst(value.count + 1)
            guard !name.contains(where: \.isWhitespace), seen.insert(name).inserted else {
                return fail("attribute \(name) of <\(tag)> is malformed or repeated")
            }
            if value.contains("<") { return fail("'<' in attribute \(name) of <\(tag)>") }
            check(entitiesOf: value)
            if name == "id" { ids.append(value) }
            if name == "href" { links.append(value) }
        }
    }
}
