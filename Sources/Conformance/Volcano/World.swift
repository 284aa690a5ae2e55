import Configuration
import KubernetesObjects

/// Reads the `objects` of a case.
func readObjects(_ nodes: [YAMLNode]) throws(CaseProblem) -> ObjectSet {
    var reader = ObjectReader()
    do throws(InvalidInput) {
        for (index, node) in nodes.enumerated() { try reader.add(node, path: "objects[\(index)]") }
    } catch {
        throw .malformed(error.description)
    }
    if let skipped = reader.skipped.first { throw .unsupported("objects of kind \(skipped.kind)") }
    return reader.objects
}

/// Reads one object whose kind is known from where it stands; it may lack a name.
func readObject(_ node: YAMLNode, apiVersion: String, kind: String) throws(CaseProblem) -> ObjectSet {
    guard case .mapping(var entries) = node.content else {
        throw .malformed("found \(node.found), expected a \(kind)")
    }
    func entry(_ key: String, _ content: YAMLNode.Content) -> YAMLNode.Entry {
        YAMLNode.Entry(key: key, keyOrigin: node.origin, value: YAMLNode(content, origin: node.origin))
    }
    func text(_ key: String, _ value: String) -> YAMLNode.Entry { entry(key, .scalar(text: value, style: .quoted)) }
    var metadata: [YAMLNode.Entry] = []
    if case .mapping(let given)? = node["metadata"]?.content { metadata = given }
    if !metadata.contains(where: { $0.key == "name" }) { metadata.append(text("name", "unnamed")) }
    entries.removeAll { ["apiVersion", "kind", "metadata"].contains($0.key) }
    entries += [text("apiVersion", apiVersion), text("kind", kind), entry("metadata", .mapping(metadata))]
    return try readObjects([YAMLNode(.mapping(entries), origin: node.origin)])
}

/// Reads a pod written without its kind.
func readPod(_ node: YAMLNode) throws(CaseProblem) -> Pod {
    try readObject(node, apiVersion: "v1", kind: "Pod").pods.first ?? Pod()
}

extension ObjectSet {
    /// The world with a PodGroup for every initiator of which a question states only the priority.
    func with(initiators hooks: HookExpectation) -> ObjectSet {
        var world = self
        for priority in Set(hooks.gangEvictable.map(\.initiatorPriority)).sorted() {
            let name = HookExpectation.initiatorName(priority: priority)
            var priorityClass = PriorityClass()
            priorityClass.metadata.name = name
            priorityClass.value = Int32(clamping: priority)
            world.priorityClasses.append(priorityClass)
            var group = PodGroup()
            group.metadata.name = name
            group.queue = queues.first?.metadata.name ?? ""
            group.priorityClassName = name
            group.phase = "Inqueue"
            world.podGroups.append(group)
        }
        return world
    }
}

extension HookExpectation {
    /// Name of the PriorityClass and PodGroup that stand for an initiator of which only the priority is known.
    static func initiatorName(priority: Int) -> String { "initiator-of-priority-\(priority)" }
}
