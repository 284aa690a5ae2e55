import Configuration

extension ObjectDecoder {
    /// Takes one value as a tree. Recursion is as deep as the value: scanners bound that.
    mutating func tree() -> YAMLNode {
        let token = take()
        let origin = Origin.file(position(of: token))
        switch token.kind {
        case .mappingStart:
            var entries: [YAMLNode.Entry] = []
            while peek().kind == .key {
                let key = take()
                let name = text(of: key)
                entries.append(.init(key: name, keyOrigin: .file(position(of: key)), value: tree()))
            }
            _ = take()
            return YAMLNode(.mapping(entries), origin: origin)
        case .listStart:
            var elements: [YAMLNode] = []
            while peek().kind != .listEnd, peek().kind != .end { elements.append(tree()) }
            _ = take()
            return YAMLNode(.sequence(elements), origin: origin)
        case .plain: return YAMLNode(.scalar(text: text(of: token), style: .plain), origin: origin)
        case .quoted: return YAMLNode(.scalar(text: text(of: token), style: .quoted), origin: origin)
        case .key, .mappingEnd, .listEnd, .documentEnd, .end:
            return YAMLNode(.scalar(text: "", style: .plain), origin: origin)
        }
    }
}

extension ObjectKey {
    /// Takes over name and namespace of the metadata that come next.
    mutating func readName(ahead decoder: inout ObjectDecoder) {
        guard decoder.peek().kind == .mappingStart else { return }
        _ = decoder.take()
        while decoder.peek().kind == .key {
            let field = decoder.text(of: decoder.take())
            let value = decoder.peek()
            if value.kind == .plain || value.kind == .quoted, !decoder.isNull(value) {
                if field == "name" { name = decoder.text(of: value) }
                if field == "namespace", !namespace.isEmpty { namespace = decoder.text(of: value) }
            }
            decoder.skipValue()
        }
    }
}
