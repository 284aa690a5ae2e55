import Configuration

/// Changes to a dump of a cluster: objects of which only the fields to change are given.
///
/// A change is applied to the object of the same kind, namespace and name: given fields replace or join the old ones as
/// in a JSON merge patch (RFC 7386: mappings are merged, lists and values replaced, null removes). `$patch: delete`, at
/// the top or in metadata, removes the object. An object that the dump does not have is added.
public struct ObjectChanges: Sendable {
    /// One object with its change.
    struct Change: Sendable {
        var key: ObjectKey
        var patch: YAMLNode
        var isRemoval: Bool
    }

    private(set) var changes: [Change] = []
    /// Objects of kinds that decide nothing here, so that changing them has no effect.
    public private(set) var withoutEffect: [ObjectKey] = []

    /// No change.
    public init() {}

    /// Whether nothing changes.
    public var isEmpty: Bool { changes.isEmpty }

    /// The objects that change, as far as there are any.
    public var keys: Set<ObjectKey> { Set(changes.map(\.key)) }

    /// Reads the changes of a text after those already read.
    ///
    /// - Throws: everything wrong with it.
    public mutating func read(_ text: SourceText) throws(InvalidInput) {
        var findings: [Diagnostic] = []
        for document in try YAMLReader.documents(in: text) where document.kind != .null {
            add(document, text.name, &findings)
        }
        if !findings.isEmpty { throw InvalidInput(findings) }
    }

    private mutating func add(_ node: YAMLNode, _ file: String, _ findings: inout [Diagnostic]) {
        if case .sequence(let items) = (node["kind"]?.text?.hasSuffix("List") == true ? node["items"] : node)?.content {
            for item in items { add(item, file, &findings) }
            return
        }
        guard let kind = node["kind"]?.text, let name = node["metadata"]?["name"]?.text else {
            findings.append(
                Diagnostic(
                    position: node.origin.position ?? SourcePosition(file: file, line: 1, column: 1),
                    message: "a change needs kind and metadata.name, to say which object it changes"))
            return
        }
        let namespace = node["metadata"]?["namespace"]?.text
        let group = node["apiVersion"]?.text.map { $0.contains("/") ? $0.prefix { $0 != "/" } : "" }
        guard let known = ObjectKind.all[kind], group == nil || group == known.group[...] else {
            withoutEffect.append(ObjectKey(kind: kind, namespace: namespace ?? "", name: name))
            return
        }
        changes.append(
            Change(
                key: ObjectKey(
                    kind: kind, namespace: known.isNamespaced ? namespace ?? "default" : "", name: name),
                patch: node.without("$patch"),
                isRemoval: [node, node["metadata"]].contains { $0?["$patch"]?.text == "delete" }))
    }
}

// MARK: - Applying

/// A dump after changes.
public struct ChangedObjects: Sendable {
    public var objects: ObjectSet
    public var changed: [ObjectKey] = []
    public var added: [ObjectKey] = []
    public var removed: [ObjectKey] = []
    /// Objects to be removed that are not there.
    public var missing: [ObjectKey] = []
}

extension ObjectReader {
    /// What was read, after `changes`; the reader must have been made for them.
    ///
    /// - Throws: what is wrong with the changed objects, at the places of their fields in dump and changes.
    public func applying(_ changes: ObjectChanges) throws(InvalidInput) -> ChangedObjects {
        var result = ChangedObjects(objects: objects)
        var trees = trees
        var order: [ObjectKey] = []
        for change in changes.changes {
            if !order.contains(change.key) { order.append(change.key) }
            if change.isRemoval {
                trees[change.key] = nil
            } else {
                trees[change.key] = (trees[change.key] ?? YAMLNode(.mapping([]), origin: change.patch.origin))
                    .merged(with: change.patch)
            }
        }
        for key in order {
            guard let kind = ObjectKind.all[key.kind] else { continue }
            switch (self.trees[key] != nil, trees[key]) {
            case (let existed, let tree?):
                var single = ObjectReader()
                try single.add(tree, path: key.description)
                kind.replace(&result.objects, key, single.objects)
                if existed { result.changed.append(key) } else { result.added.append(key) }
            case (true, nil):
                kind.replace(&result.objects, key, ObjectSet())
                result.removed.append(key)
            case (false, nil): result.missing.append(key)
            }
        }
        return result
    }
}

extension YAMLNode {
    /// The node as text; nil for lists, mappings and null.
    fileprivate var text: String? {
        if case .scalar(let text, _) = content, kind != .null { text } else { nil }
    }

    /// The mapping without an instruction to the merge, here and in its metadata.
    fileprivate func without(_ instruction: String) -> YAMLNode {
        guard case .mapping(let entries) = content else { return self }
        var node = self
        node.content = .mapping(
            entries.filter { $0.key != instruction }.map { entry in
                var entry = entry
                if entry.key == "metadata" { entry.value = entry.value.without(instruction) }
                return entry
            })
        return node
    }

    /// The node after a merge patch.
    fileprivate func merged(with patch: YAMLNode) -> YAMLNode {
        guard case .mapping(let changes) = patch.content else { return patch }
        var entries: [Entry] = []
        if case .mapping(let own) = content { entries = own }
        for change in changes {
            let place = entries.firstIndex { $0.key == change.key }
            if change.value.kind == .null {
                if let place { entries.remove(at: place) }
            } else if let place {
                entries[place].value = entries[place].value.merged(with: change.value)
            } else {
                entries.append(
                    Entry(
                        key: change.key, keyOrigin: change.keyOrigin,
                        value: YAMLNode(.mapping([]), origin: change.value.origin).merged(with: change.value)))
            }
        }
        return YAMLNode(.mapping(entries), origin: origin)
    }
}
