/// Builds the tree of one document after another from parsing events, without recursion.
struct YAMLComposer {
    private let diagnostics: Diagnostics
    /// Collections that are not yet closed, outermost first.
    private var open: [Collection] = []
    private var root: Finished?
    private var anchors: [String: Finished] = [:]
    private var openAnchors: Set<String> = []
    /// Nodes of the document so far, aliases counted as what they stand for.
    private var nodeCount = 0

    /// A complete node, with what its aliases would cost.
    private struct Finished {
        var node: YAMLNode
        var size: Int
        var depth: Int
    }

    /// A mapping or list under construction.
    private struct Collection {
        var isMapping: Bool
        var position: SourcePosition
        var anchor: String?
        var entries: [YAMLNode.Entry] = []
        var elements: [YAMLNode] = []
        var keys: [String: SourcePosition] = [:]
        /// Values of `<<` keys, which are merged when the mapping closes.
        var merges: [YAMLNode] = []
        var pendingKey: PendingKey?
        var size = 1
        var depth = 1
    }

    private enum PendingKey {
        case named(String, SourcePosition)
        case merge
        /// A key that was reported; its value is read and dropped.
        case dropped
    }

    init(diagnostics: Diagnostics) { self.diagnostics = diagnostics }

    mutating func startDocument() {
        root = nil
        anchors = [:]
        nodeCount = 0
    }

    /// The finished document; nil if it is empty (no node, or nothing but a plain empty scalar).
    mutating func endDocument() -> YAMLNode? {
        guard let node = root?.node else { return nil }
        if case .scalar(text: "", style: .plain) = node.content { return nil }
        return node
    }

    mutating func add(_ event: YAMLEvent) throws(YAMLSyntaxError) {
        switch event.kind {
        case .sequenceStart, .mappingStart: try openCollection(event)
        case .sequenceEnd, .mappingEnd: try closeCollection()
        case .scalar(let text, let style):
            try count(1, at: event.position)
            let quoted = event.tag.map { $0 == "!" || $0 == "tag:yaml.org,2002:str" } ?? false
            check(tag: event.tag, at: event.position)
            let node = YAMLNode(
                .scalar(text: text, style: quoted ? .quoted : style), origin: .file(event.position))
            try finish(Finished(node: node, size: 1, depth: 0), anchor: event.anchor, at: event.position)
        case .alias(let name):
            try addAlias(name, at: event.position)
        case .documentStart, .documentEnd, .streamEnd:
            preconditionFailure("documents are opened and closed by the reader")
        }
    }

    private mutating func openCollection(_ event: YAMLEvent) throws(YAMLSyntaxError) {
        try count(1, at: event.position)
        check(tag: event.tag, at: event.position)
        if open.count == YAMLReader.depthLimit { throw tooDeep(event.position) }
        if case .mappingStart = event.kind {
            open.append(Collection(isMapping: true, position: event.position, anchor: event.anchor))
        } else {
            open.append(Collection(isMapping: false, position: event.position, anchor: event.anchor))
        }
        if let anchor = event.anchor { openAnchors.insert(anchor) }
    }

    private mutating func closeCollection() throws(YAMLSyntaxError) {
        guard var collection = open.popLast() else { preconditionFailure("libyaml closed what it never opened") }
        merge(into: &collection)
        if let anchor = collection.anchor { openAnchors.remove(anchor) }
        let content: YAMLNode.Content =
            collection.isMapping ? .mapping(collection.entries) : .sequence(collection.elements)
        let node = YAMLNode(content, origin: .file(collection.position))
        try finish(
            Finished(node: node, size: collection.size, depth: collection.depth), anchor: collection.anchor,
            at: collection.position)
    }

    private mutating func addAlias(_ name: String, at position: SourcePosition) throws(YAMLSyntaxError) {
        if openAnchors.contains(name) {
            throw YAMLSyntaxError(position: position, message: "alias *\(name) stands inside what it names")
        }
        guard let target = anchors[name] else {
            throw YAMLSyntaxError(
                position: position, message: "alias *\(name) has no anchor",
                hint: "write &\(name) before the first value that is meant")
        }
        try count(target.size, at: position)
        if open.count + target.depth > YAMLReader.depthLimit { throw tooDeep(position) }
        try finish(target, anchor: nil, at: position)
    }

    /// Hands a complete node to the collection around it.
    private mutating func finish(
        _ finished: Finished, anchor: String?, at position: SourcePosition
    ) throws(YAMLSyntaxError) {
        if let anchor { anchors[anchor] = finished }
        guard !open.isEmpty else {
            root = finished
            return
        }
        let last = open.count - 1
        open[last].size += finished.size
        open[last].depth = max(open[last].depth, finished.depth + 1)
        guard open[last].isMapping else {
            open[last].elements.append(finished.node)
            return
        }
        guard let key = open[last].pendingKey else {
            open[last].pendingKey = takeKey(finished.node, in: last, at: position)
            return
        }
        open[last].pendingKey = nil
        switch key {
        case .named(let name, let keyPosition):
            open[last].entries.append(
                YAMLNode.Entry(key: name, keyOrigin: .file(keyPosition), value: finished.node))
        case .merge: open[last].merges.append(finished.node)
        case .dropped: break
        }
    }

    /// Checks a key of the collection at `index` and remembers it.
    private mutating func takeKey(_ node: YAMLNode, in index: Int, at position: SourcePosition) -> PendingKey {
        guard case .scalar(let text, let style) = node.content else {
            report(position, "a key must be a single value, not \(node.found)")
            return .dropped
        }
        if text == "<<" && style == .plain { return .merge }
        if let first = open[index].keys.updateValue(position, forKey: text) {
            open[index].keys[text] = first
            report(position, "key \(text.quoted) is already given in line \(first.line), column \(first.column)")
            return .dropped
        }
        return .named(text, position)
    }

    /// Adds the entries of merged mappings that the mapping does not give itself (yaml.org/type/merge.html).
    private func merge(into collection: inout Collection) {
        for value in collection.merges {
            let sources: [YAMLNode] = if case .sequence(let elements) = value.content { elements } else { [value] }
            for source in sources {
                guard case .mapping(let entries) = source.content else {
                    report(
                        source.origin.position ?? collection.position,
                        "<< merges mappings, not \(source.found)")
                    continue
                }
                for entry in entries where collection.keys[entry.key] == nil {
                    collection.keys[entry.key] = entry.keyOrigin.position ?? collection.position
                    collection.entries.append(entry)
                }
            }
        }
    }

    private func check(tag: String?, at position: SourcePosition) {
        guard let tag, tag != "!" else { return }
        let prefix = "tag:yaml.org,2002:"
        let known = ["str", "int", "float", "bool", "null", "map", "seq"]
        if tag.hasPrefix(prefix), known.contains(String(tag.dropFirst(prefix.count))) { return }
        report(position, "tag \(tag.quoted) is not supported", hint: "remove it")
    }

    private mutating func count(_ nodes: Int, at position: SourcePosition) throws(YAMLSyntaxError) {
        nodeCount += nodes
        if nodeCount > YAMLReader.nodeLimit {
            throw YAMLSyntaxError(
                position: position, message: "more than \(YAMLReader.nodeLimit) values in one document",
                hint: "aliases count as all the values they stand for")
        }
    }

    private func tooDeep(_ position: SourcePosition) -> YAMLSyntaxError {
        YAMLSyntaxError(position: position, message: "nested deeper than \(YAMLReader.depthLimit) levels")
    }

    private func report(_ position: SourcePosition, _ message: String, hint: String? = nil) {
        diagnostics.report(Diagnostic(position: position, message: message, hint: hint))
    }
}
