import KubernetesObjects
import Quantities

/// One queue of a cluster, as far as a scenario can say it.
public struct ImportedQueue: Sendable, Equatable {
    public var name: String
    public var weight: Int32
    public var parent: String?
    /// GPUs; nil where the queue says nothing of them.
    public var deservedGPUs: Double?
    public var capGPUs: Double?
    public var guaranteedGPUs: Double?
    public var reclaimable: Bool
    public var priority: Int32

    /// An open queue of weight 1.
    init(name: String) {
        (self.name, weight, reclaimable, priority) = (name, 1, true, 0)
    }
}

/// The queues of a dump, without Volcano's root.
struct ImportedQueues {
    private(set) var queues: [ImportedQueue] = []
    /// Names in the scenario by names in the cluster.
    private var names: [String: String] = [:]

    init(_ objects: [Queue], _ notes: inout ImportNotes) {
        var taken: Set<String> = []
        let others = objects.filter { $0.metadata.name != "root" }
        for object in others where names[object.metadata.name] == nil {
            let name = ScenarioName.unique(ScenarioName.sanitized(object.metadata.name, fallback: "queue"), &taken)
            names[object.metadata.name] = name
            var queue = ImportedQueue(name: name)
            queue.weight = min(max(object.weight, 1), 1_000_000)
            queue.priority = min(max(object.priority, -1_000_000), 1_000_000)
            queue.reclaimable = object.reclaimable ?? true
            queue.deservedGPUs = Self.gpus(object.deserved)
            queue.capGPUs = Self.gpus(object.capability)
            queue.guaranteedGPUs = Self.gpus(object.guarantee)
            queues.append(queue)
            Self.note(object, &notes)
        }
        for object in others where !["", "root"].contains(object.parent) {
            guard let index = queues.firstIndex(where: { $0.name == names[object.metadata.name] }) else { continue }
            if let parent = names[object.parent], !isAbove(queues[index].name, parent) {
                queues[index].parent = parent
            } else {
                notes.note("queue", "parent not in the dump, below the root here", object.metadata.name)
            }
        }
    }

    /// The scenario's name of a queue that jobs name; one that is not in the dump is added.
    mutating func name(of queue: String, _ notes: inout ImportNotes) -> String {
        if let name = names[queue] { return name }
        var taken = Set(queues.map(\.name))
        let name = ScenarioName.unique(ScenarioName.sanitized(queue, fallback: "queue"), &taken)
        names[queue] = name
        queues.append(ImportedQueue(name: name))
        // Volcano always has the queue default.
        if queue != "default" { notes.note("queue", "not in the dump, added with weight 1", queue) }
        return name
    }

    /// Most GPUs that jobs of a queue may hold together; nil for no limit.
    func cap(of name: String) -> Double? { queues.first { $0.name == name }?.capGPUs }

    /// Whether `upper` is `name` or above it.
    private func isAbove(_ upper: String, _ name: String) -> Bool {
        var next: String? = name
        while let current = next {
            if current == upper { return true }
            next = queues.first { $0.name == current }?.parent
        }
        return false
    }

    private static func gpus(_ list: ResourceList) -> Double? {
        list[PodRequest.gpu].map { min(max(Double($0.milliValue) / 1000, 0), 1e9) }
    }

    private static func note(_ queue: Queue, _ notes: inout ImportNotes) {
        for (field, list) in [
            ("deserved", queue.deserved), ("capability", queue.capability), ("guarantee", queue.guarantee),
        ] {
            for entry in list.entries where entry.name != PodRequest.gpu {
                notes.note(
                    "queue", "\(field) of \(entry.name) is not carried over, only that of GPUs", queue.metadata.name)
            }
        }
        if !["", "Open"].contains(queue.state) {
            notes.note("queue", "\(queue.state.lowercased()) in the cluster, open in the scenario", queue.metadata.name)
        }
        if queue.affinity != nil {
            notes.note("queue", "affinity to node groups is not carried over", queue.metadata.name)
        }
        if queue.dequeueStrategy == "fifo" {
            notes.note("queue", "dequeueStrategy fifo is not carried over", queue.metadata.name)
        }
    }
}
