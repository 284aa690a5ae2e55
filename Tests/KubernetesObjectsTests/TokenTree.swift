import Configuration

@testable import KubernetesObjects

/// The tree that a source of tokens tells, to be compared with the one that the YAML reader builds.
enum TokenTree {
    enum Outcome: Equatable {
        case documents([YAMLNode])
        case refused(Diagnostic)
    }

    static func outcome(_ source: consuming some TokenSource) -> Outcome {
        var source = source
        var queue = TokenQueue()
        let bytes = source.bytes
        var builder = Builder()
        while true {
            do throws(Diagnostic) {
                try source.scan(into: &queue)
            } catch {
                return .refused(error)
            }
            for token in queue.tokens {
                if token.kind == .end { return .documents(builder.documents) }
                let range = token.start..<token.start + Int(token.count)
                let text = token.isCopied ? queue.copies[range] : ArraySlice(bytes[range])
                builder.add(token, String(decoding: text, as: UTF8.self), source.position(of: token.place))
            }
            queue = TokenQueue()
        }
    }

    private struct Builder {
        var documents: [YAMLNode] = []
        private var root: YAMLNode?
        private var open: [YAMLNode] = []
        private var keys: [YAMLNode.Entry] = []

        mutating func add(_ token: Token, _ text: String, _ position: SourcePosition) {
            let origin = Origin.file(position)
            switch token.kind {
            case .mappingStart: open.append(YAMLNode(.mapping([]), origin: origin))
            case .listStart: open.append(YAMLNode(.sequence([]), origin: origin))
            case .mappingEnd, .listEnd: finish(open.removeLast())
            case .key:
                keys.append(.init(key: text, keyOrigin: origin, value: YAMLNode(.sequence([]), origin: origin)))
            case .plain: finish(YAMLNode(.scalar(text: text, style: .plain), origin: origin))
            case .quoted: finish(YAMLNode(.scalar(text: text, style: .quoted), origin: origin))
            case .documentEnd:
                if let root { documents.append(root) }
                root = nil
            case .end: break
            }
        }

        private mutating func finish(_ node: YAMLNode) {
            guard let around = open.last else {
                root = node
                return
            }
            switch around.content {
            case .sequence(let elements): open[open.count - 1].content = .sequence(elements + [node])
            case .mapping(let entries):
                var entry = keys.removeLast()
                entry.value = node
                open[open.count - 1].content = .mapping(entries + [entry])
            case .scalar: break
            }
        }
    }
}

extension YAMLNode {
    /// The node without the places of values that nobody wrote, which the readers put differently.
    var withoutEmptyPlaces: YAMLNode {
        switch content {
        case .scalar("", .plain): YAMLNode(content, origin: .default)
        case .scalar: self
        case .sequence(let elements): YAMLNode(.sequence(elements.map(\.withoutEmptyPlaces)), origin: origin)
        case .mapping(let entries):
            YAMLNode(
                .mapping(
                    entries.map {
                        .init(key: $0.key, keyOrigin: $0.keyOrigin, value: $0.value.withoutEmptyPlaces)
                    }), origin: origin)
        }
    }
}
