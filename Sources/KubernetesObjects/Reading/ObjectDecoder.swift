import Configuration
import Quantities

/// Reads typed values from tokens, and notes what is wrong with them.
///
/// Every `read` takes exactly one value, whatever it is; null leaves the default standing.
struct ObjectDecoder {
    private var source: any TokenSource
    private let bytes: UnsafeBufferPointer<UInt8>
    /// What tokens that are not copied point into.
    var sourceBytes: UnsafeBufferPointer<UInt8> { bytes }
    private var queue = TokenQueue()
    private var next = 0
    /// Callers that may go back to tokens already read.
    private var holders = 0
    private var path: [PathStep]
    private(set) var findings: [Diagnostic] = []
    /// Where the text breaks the rules of its format, if that ended the reading.
    private(set) var failure: Diagnostic?
    /// Whether reading has been given up.
    private(set) var hasStopped = false
    /// Values that many objects share.
    var pools: SharedValues

    /// Findings after which reading stops.
    static let findingLimit = 100

    private enum PathStep {
        case key(String)
        case element(Int)
    }

    /// A decoder of `source`, whose root is called `path` in messages.
    init(_ source: any TokenSource, path: String, pools: SharedValues) {
        self.source = source
        bytes = source.bytes
        self.path = path.isEmpty ? [] : [.key(path)]
        self.pools = pools
    }
}

// MARK: - Tokens

extension ObjectDecoder {
    /// The next token, which stays.
    mutating func peek() -> Token {
        if next == queue.tokens.count { refill() }
        return queue.tokens[next]
    }

    /// Takes the next token; the last one, `end`, for ever.
    mutating func take() -> Token {
        let token = peek()
        if token.kind != .end { next += 1 }
        return token
    }

    /// Keeps the tokens from here on, so that `rewind` can come back; ended by `rewind`.
    mutating func hold() -> Int {
        _ = peek()
        holders += 1
        return next
    }

    /// Back to where `hold` was called.
    mutating func rewind(to held: Int) {
        holders -= 1
        if !hasStopped { next = held }
    }

    private mutating func refill() {
        if holders == 0 {
            queue.tokens.removeAll(keepingCapacity: true)
            queue.copies.removeAll(keepingCapacity: true)
            next = 0
        }
        do throws(Diagnostic) {
            if !hasStopped { try source.scan(into: &queue) }
        } catch {
            failure = error
            stop()
        }
        if next >= queue.tokens.count {
            queue.tokens.append(Token(kind: .end, place: 0))
            next = queue.tokens.count - 1
        }
    }

    /// Gives up: nothing more will be read.
    mutating func stop() {
        hasStopped = true
        queue.tokens.append(Token(kind: .end, place: 0))
        next = queue.tokens.count - 1
    }

    /// The text of a key or value.
    func withText<Result>(of token: Token, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        let range = token.start..<token.start + Int(token.count)
        if token.isCopied {
            return queue.copies.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[range])) }
        }
        return body(UnsafeBufferPointer(rebasing: bytes[range]))
    }

    func text(of token: Token) -> String { withText(of: token) { String(decoding: $0, as: UTF8.self) } }

    /// Whether a token is a value that says "nothing".
    func isNull(_ token: Token) -> Bool {
        guard token.kind == .plain, token.count <= 4 else { return false }
        return withText(of: token) { text in
            switch text.count {
            case 0: true
            case 1: text[0] == UInt8(ascii: "~")
            case 4:
                text.elementsEqual("null".utf8) || text.elementsEqual("Null".utf8) || text.elementsEqual("NULL".utf8)
            default: false
            }
        }
    }

    /// Where a token stands in its text.
    func position(of token: Token) -> SourcePosition { source.position(of: token.place) }

    /// Takes one value, whatever it is, without looking into it.
    mutating func skipValue() {
        var depth = 0
        repeat {
            switch take().kind {
            case .mappingStart, .listStart: depth += 1
            case .mappingEnd, .listEnd: depth -= 1
            case .key: continue
            case .plain, .quoted: break
            case .documentEnd, .end: return
            }
        } while depth > 0
    }
}

// MARK: - Findings

extension ObjectDecoder {
    /// Reports what is wrong at a place.
    mutating func report(_ place: Int, _ message: String, hint: String? = nil) {
        guard !hasStopped else { return }
        findings.append(
            Diagnostic(position: source.position(of: place), path: pathText, message: message, hint: hint))
        if findings.count == Self.findingLimit { stop() }
    }

    /// Reports a value of the wrong kind, and takes it.
    mutating func refuse(_ expectation: String, hint: String? = nil) {
        let token = peek()
        report(token.place, "expected \(expectation), found \(found(token))", hint: hint)
        skipValue()
    }

    /// A token in the words of a message.
    private func found(_ token: Token) -> String {
        let content: YAMLNode.Content =
            switch token.kind {
            case .mappingStart: .mapping([])
            case .listStart: .sequence([])
            case .plain: .scalar(text: text(of: token), style: .plain)
            default: .scalar(text: text(of: token), style: .quoted)
            }
        return YAMLNode(content, origin: .default).found
    }

    private var pathText: String {
        path.reduce(into: "") { text, step in
            switch step {
            case .element(let index): text += "[\(index)]"
            case .key(let key) where key.utf8.contains(UInt8(ascii: ".")) && !text.isEmpty: text += "[\"\(key)\"]"
            case .key(let key): text += (text.isEmpty ? "" : ".") + key
            }
        }
    }
}

// MARK: - Mappings and lists

extension ObjectDecoder {
    /// Takes a mapping key by key: `body` takes the value of each.
    ///
    /// - Returns: whether there was a mapping; null is none, anything else is reported.
    @discardableResult
    mutating func readMapping(_ name: String, _ body: (inout ObjectDecoder, Token) -> Void) -> Bool {
        let start = peek()
        guard start.kind == .mappingStart else {
            if isNull(start) { skipValue() } else { refuse(name) }
            return false
        }
        _ = take()
        while peek().kind == .key {
            let key = take()
            body(&self, key)
        }
        _ = take()
        return true
    }

    /// Takes a list: `body` takes each element.
    mutating func readList(_ name: String, _ body: (inout ObjectDecoder) -> Void) {
        let start = peek()
        guard start.kind == .listStart else {
            if isNull(start) { skipValue() } else { refuse(name) }
            return
        }
        _ = take()
        var index = 0
        while peek().kind != .listEnd, peek().kind != .end {
            path.append(.element(index))
            body(&self)
            path.removeLast()
            index += 1
        }
        _ = take()
    }

    /// Takes the value of a key, with the key in the paths of messages.
    mutating func under<Result>(_ key: String, _ body: (inout ObjectDecoder) -> Result) -> Result {
        path.append(.key(key))
        defer { path.removeLast() }
        return body(&self)
    }

    /// Takes a mapping with the fields of a schema.
    mutating func read<Root>(_ root: inout Root, _ schema: Schema<Root>) {
        let start = peek().place
        var seen: UInt64 = 0
        let isMapping = readMapping(schema.name) { decoder, key in
            guard let index = decoder.withText(of: key, { schema.index(of: $0) }) else {
                decoder.readOtherKey(key, of: schema)
                return
            }
            if seen & (1 << index) != 0 {
                decoder.report(key.place, "key \"\(schema.fields[index].name)\" is given twice")
                decoder.skipValue()
                return
            }
            seen |= 1 << index
            decoder.path.append(.key(schema.fields[index].name))
            schema.fields[index].read(&root, &decoder)
            decoder.path.removeLast()
        }
        if isMapping, !hasStopped { schema.finish?(&root, start, &self) }
    }

    private mutating func readOtherKey<Root>(_ key: Token, of schema: Schema<Root>) {
        if let ignored = schema.ignored {
            let name = text(of: key)
            if !ignored.contains(name) {
                report(
                    key.place, "unknown key \(quoted(name)) in \(schema.name)",
                    hint: Suggestion.text(name, among: schema.fields.map(\.name)))
            }
        }
        skipValue()
    }

    /// A name from the text, in quotes.
    func quoted(_ name: String) -> String {
        String(YAMLNode(.scalar(text: name, style: .quoted), origin: .default).found.dropFirst("the string ".count))
    }

    mutating func read<Value: Described>(_ value: inout Value) { read(&value, Value.schema) }

    mutating func read<Value: Described>(_ value: inout Value?) {
        if isNull(peek()) { return skipValue() }
        var filled = Value()
        read(&filled, Value.schema)
        value = filled
    }

    mutating func read<Value: Described>(_ list: inout [Value]) {
        readList("a list, each element \(Value.schema.name)") { decoder in
            var value = Value()
            decoder.read(&value, Value.schema)
            list.append(value)
        }
    }
}
