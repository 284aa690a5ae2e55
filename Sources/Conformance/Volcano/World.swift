import Configuration
import KubernetesObjects

/// Reads the `objects` of a case.
func readObjects(_ nodes: [YAMLNode], file: String) throws(CaseProblem) -> ObjectSet {
    do throws(InvalidInput) {
        return try ObjectReader.objects(in: nodes, file: file)
    } catch {
        throw .malformed(error.description)
    }
}

extension ObjectSet {
    /// Adds the objects of another set after those that are there.
    mutating func add(_ other: ObjectSet) {
        nodes += other.nodes
        pods += other.pods
        queues += other.queues
        podGroups += other.podGroups
        hyperNodes += other.hyperNodes
        priorityClasses += other.priorityClasses
        disruptionBudgets += other.disruptionBudgets
        resourceQuotas += other.resourceQuotas
        numatopologies += other.numatopologies
        namespaces += other.namespaces
        volumes.claims += other.volumes.claims
        volumes.volumes += other.volumes.volumes
        volumes.classes += other.volumes.classes
        volumes.csiNodes += other.volumes.csiNodes
        devices.claims += other.devices.claims
        devices.templates += other.devices.templates
        devices.slices += other.devices.slices
        devices.classes += other.devices.classes
    }

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
