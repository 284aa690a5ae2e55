import Configuration
import Quantities

// MARK: - Texts

extension ObjectDecoder {
    /// Takes a text; nil for null, and after a report.
    mutating func string() -> String? {
        let token = peek()
        switch token.kind {
        case .quoted: break
        case .plain:
            if isNull(token) {
                skipValue()
                return nil
            }
            if !isText(token) {
                refuse("a string", hint: "put it in quotes")
                return nil
            }
        default:
            refuse("a string")
            return nil
        }
        _ = take()
        return pooledText(of: token)
    }

    /// The text of a token; equal ones share their memory.
    private mutating func pooledText(of token: Token) -> String {
        // Short texts need no memory of their own.
        if token.count <= 15 { return text(of: token) }
        let range = token.start..<token.start + Int(token.count)
        guard token.isCopied else { return pools.texts.text(UnsafeBufferPointer(rebasing: sourceBytes[range])) }
        return pools.texts.text(text(of: token))
    }

    /// Whether a value without quotes is a text, not a number or boolean.
    private func isText(_ token: Token) -> Bool {
        // Most texts start with a letter that no number or boolean starts with.
        if token.count > 5, let first = withText(of: token, \.first) {
            let letter = first | 0x20
            if letter >= UInt8(ascii: "a"), letter <= UInt8(ascii: "z") { return true }
        }
        return YAMLNode(.scalar(text: text(of: token), style: .plain), origin: .default).kind == .string
    }

    mutating func read(_ value: inout String) {
        if let text = string() { value = text }
    }

    mutating func read(_ value: inout String?) {
        if let text = string() { value = text }
    }

    /// One of a few words.
    mutating func read(_ value: inout String, oneOf words: [String]) {
        let place = peek().place
        guard let text = string(), !text.isEmpty else { return }
        if words.contains(text) {
            value = text
        } else {
            report(
                place, "expected one of \(words.joined(separator: ", ")), found \(quoted(text))",
                hint: NearestName.suggest(text, among: words).map { "did you mean \"\($0)\"?" })
        }
    }

    mutating func read(_ list: inout [String]) {
        readList("a list of strings") { decoder in
            if let text = decoder.string() { list.append(text) }
        }
    }

    /// A mapping from free names to texts.
    mutating func read(_ map: inout [String: String]) {
        readNamed("a mapping from names to strings") { decoder, name in
            let place = decoder.peek().place
            if map.updateValue(decoder.string() ?? "", forKey: name) != nil { decoder.reportTwice(name, place) }
        }
    }

    mutating func reportTwice(_ name: String, _ place: Int) {
        report(place, "key \(quoted(name)) is given twice")
    }

    /// A mapping from free names: `body` takes the value of each.
    mutating func readNamed(_ name: String, _ body: (inout ObjectDecoder, String) -> Void) {
        readMapping(name) { decoder, key in
            let name = decoder.pooledText(of: key)
            decoder.under(name) { body(&$0, name) }
        }
    }

    /// A mapping that matters only by being there.
    mutating func readPresence(_ isPresent: inout Bool) {
        isPresent = !isNull(peek())
        skipValue()
    }
}

// MARK: - Booleans and numbers

extension ObjectDecoder {
    /// Takes `true` or `false`; nil for null, and after a report.
    private mutating func boolean() -> Bool? {
        let token = peek()
        if isNull(token) {
            skipValue()
            return nil
        }
        if token.kind == .plain {
            switch text(of: token) {
            case "true", "True", "TRUE":
                _ = take()
                return true
            case "false", "False", "FALSE":
                _ = take()
                return false
            default: break
            }
        }
        refuse("true or false")
        return nil
    }

    mutating func read(_ value: inout Bool) {
        if let read = boolean() { value = read }
    }

    mutating func read(_ value: inout Bool?) {
        if let read = boolean() { value = read }
    }

    /// Takes a whole number in decimal; nil for null, and after a report.
    private mutating func integer<Number: FixedWidthInteger>(_ range: ClosedRange<Number>) -> Number? {
        let token = peek()
        if isNull(token) {
            skipValue()
            return nil
        }
        if token.kind == .plain, let value = Number(text(of: token)), range.contains(value) {
            _ = take()
            return value
        }
        let expectation =
            range.upperBound == .max
            ? (range.lowerBound == .min ? "a whole number" : "a whole number, at least \(range.lowerBound)")
            : "a whole number from \(range.lowerBound) to \(range.upperBound)"
        refuse(expectation)
        return nil
    }

    mutating func read<Number: FixedWidthInteger>(_ value: inout Number, in range: ClosedRange<Number> = .min ... .max)
    {
        if let read = integer(range) { value = read }
    }

    mutating func read<Number: FixedWidthInteger>(_ value: inout Number?, in range: ClosedRange<Number> = .min ... .max)
    {
        if let read = integer(range) { value = read }
    }

    /// A mapping from free names to whole numbers.
    mutating func read(_ map: inout [String: Int32], in range: ClosedRange<Int32>) {
        readNamed("a mapping from names to whole numbers") { decoder, name in
            let place = decoder.peek().place
            if let value = decoder.integer(range), map.updateValue(value, forKey: name) != nil {
                decoder.reportTwice(name, place)
            }
        }
    }
}

// MARK: - Amounts and instants

extension ObjectDecoder {
    mutating func read(_ list: inout ResourceList) {
        readNamed("a mapping from resource names to quantities") { decoder, name in
            let place = decoder.peek().place
            if list[name] != nil { decoder.reportTwice(name, place) }
            if let amount = decoder.amount() { list[name] = amount }
        }
        pools.resources.share(&list)
    }

    mutating func read(_ list: inout ResourceList?) {
        if isNull(peek()) { return skipValue() }
        var filled = ResourceList()
        read(&filled)
        list = filled
    }

    /// Takes a Kubernetes quantity; nil for null, and after a report.
    mutating func amount() -> KubernetesQuantity? {
        let token = peek()
        guard token.kind == .plain || token.kind == .quoted else {
            refuse("a quantity such as 500m, 8 or 16Gi")
            return nil
        }
        _ = take()
        if isNull(token) { return nil }
        let text = text(of: token)
        do throws(QuantityError) {
            return try pools.quantity(text)
        } catch {
            report(token.place, error.description)
            return nil
        }
    }

    mutating func read(_ instant: inout Timestamp?) {
        let token = peek()
        if isNull(token) { return skipValue() }
        guard token.kind == .plain || token.kind == .quoted else { return refuse(Timestamp.expectation) }
        guard let read = withText(of: token, { Timestamp(rfc3339: $0) }) else { return refuse(Timestamp.expectation) }
        _ = take()
        instant = read
    }
}
