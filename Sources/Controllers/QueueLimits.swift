import KubernetesObjects
import Quantities

/// What a queue may have beside its parents, brothers and children (upstream: pkg/webhooks/admission/queues/validate,
/// validateHierarchicalQueueResources). The root bounds nothing.
struct QueueLimits {
    private let queues: ObjectTable<Queue>

    init(_ queues: ObjectTable<Queue>) { self.queues = queues }

    /// Why a queue may not have its limits, in upstream's words; nil if it may.
    func refusal(of queue: Queue) -> String? {
        let name = queue.metadata.name
        if queue.parentName != "root" {
            guard let parent = queues[queue.parent] else {
                return "parent queue \(queue.parent) not found: queue.scheduling.volcano.sh \"\(queue.parent)\" not "
                    + "found"
            }
            if let reason = refusal(belowAncestors: queue) { return reason }
            let brothers = children(of: queue.parent).filter { $0.metadata.name != name } + [queue]
            if let reason = Self.refusal(ofSums: brothers, in: parent) {
                return "parent queue \(parent.metadata.name) validation failed: " + reason
            }
        }
        let children = children(of: name)
        if children.isEmpty { return nil }
        if let reason = refusal(above: children, queue) { return reason }
        return Self.refusal(ofSums: children, in: queue).map { "queue \(name) validation failed: " + $0 }
    }

    private func children(of name: String) -> [Queue] { queues.filter { $0.parent == name } }

    /// The capability stays within that of the nearest queue above that has one for the resource.
    private func refusal(belowAncestors queue: Queue) -> String? {
        for (name, mine) in queue.capability.schedulerAmounts where mine > 0 {
            guard let limit = limit(above: queue, name), mine > limit else { continue }
            return "queue \(queue.metadata.name) capability[\(name)]=\(Self.text(name, mine)) exceeds its ancestor's "
                + "capability=\(Self.text(name, limit))"
        }
        return nil
    }

    private func limit(above queue: Queue, _ name: String) -> Int64? {
        var seen: Set<String> = [queue.metadata.name]
        var above = queue.parentName
        while above != "root", seen.insert(above).inserted, let parent = queues[above] {
            let amount = parent.capability.schedulerAmount(name)
            if amount > 0 { return amount }
            above = parent.parentName
        }
        return nil
    }

    /// The capability covers the largest below.
    private func refusal(above children: [Queue], _ queue: Queue) -> String? {
        for (name, mine) in queue.capability.schedulerAmounts where mine > 0 {
            var seen: Set<String> = [queue.metadata.name]
            let largest = children.map { largestCapability($0, name, &seen) }.max() ?? 0
            if mine >= largest { continue }
            return "queue \(queue.metadata.name) capability[\(name)]=\(Self.text(name, mine)) is smaller than its "
                + "descendants' max capability=\(Self.text(name, largest))"
        }
        return nil
    }

    private func largestCapability(_ queue: Queue, _ name: String, _ seen: inout Set<String>) -> Int64 {
        guard seen.insert(queue.metadata.name).inserted else { return 0 }
        let mine = queue.capability.schedulerAmount(name)
        if mine > 0 { return mine }
        return children(of: queue.metadata.name).reduce(0) { max($0, largestCapability($1, name, &seen)) }
    }

    /// What children are guaranteed together, and what they deserve together, stays within what their parent says; a
    /// resource that it does not name is none.
    private static func refusal(ofSums children: [Queue], in parent: Queue) -> String? {
        var guaranteed = ResourceList()
        var deserved = ResourceList()
        for child in children {
            guaranteed.add(child.guarantee)
            if let reason = refusal("guarantee", guaranteed, parent.guarantee) { return reason }
            deserved.add(child.deserved)
            if let reason = refusal("deserved", deserved, parent.deserved) { return reason }
        }
        return nil
    }

    private static func refusal(_ kind: String, _ sum: ResourceList, _ limit: ResourceList) -> String? {
        guard limit.isLessPartly(than: sum) else { return nil }
        return "sum of children's \(kind) (\(sum.schedulerText)) exceeds parent's \(kind) limit "
            + "(\(limit.schedulerText))"
    }

    private static func text(_ name: String, _ amount: Int64) -> String {
        switch name {
        case "cpu": "\(KubernetesQuantity(milli: amount))"
        case "memory": "\(KubernetesQuantity(amount, format: .binarySI))"
        default: "\(amount).00"
        }
    }
}

/// Lists of resources as the scheduler counts them (upstream: `api/resource_info.go`): cpu in thousandths, memory in bytes,
/// pods by the piece, everything else in thousandths; cpu and memory are always there.
extension ResourceList {
    fileprivate func schedulerAmount(_ name: String) -> Int64 {
        guard let quantity = self[name] else { return 0 }
        return name == "memory" || name == "pods" ? quantity.value : quantity.milliValue
    }

    /// cpu, memory, then the others by name.
    fileprivate var schedulerAmounts: [(name: String, amount: Int64)] {
        let others = entries.map(\.name).filter { $0 != "cpu" && $0 != "memory" && Self.isCounted($0) }
        return (["cpu", "memory"] + others).map { ($0, schedulerAmount($0)) }
    }

    /// `cpu 9000.00, memory 19327352832.00`.
    fileprivate var schedulerText: String {
        schedulerAmounts.map { "\($0.name) \($0.amount).00" }.joined(separator: ", ")
    }

    /// Whether some resource is strictly less; one that only `other` names is (LessPartly, with Zero).
    fileprivate func isLessPartly(than other: ResourceList) -> Bool {
        other.schedulerAmounts.contains { name, amount in
            let isNamed = name == "cpu" || name == "memory" || self[name] != nil
            return !isNamed || schedulerAmount(name) < amount
        }
    }

    private static func isCounted(_ name: String) -> Bool {
        switch name {
        case "pods", "ephemeral-storage": true
        case _ where name.hasPrefix("count/") || name.hasPrefix("requests."): false
        default: name.hasPrefix("hugepages-") || name.hasPrefix("attachable-volumes-") || name.contains("/")
        }
    }
}
