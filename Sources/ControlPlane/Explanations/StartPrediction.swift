import KubernetesObjects
import Quantities

/// When a group that waits may start: over tie orders and run lengths.
public struct StartPrediction: Sendable, Equatable {
    /// `namespace/name` of the PodGroup.
    public var group: String
    /// When it starts with median run lengths; nil for not within the cycles played.
    public var expected: SimDuration?
    /// Start in each sample, ascending; samples in which it did not start are left out.
    public var samples: [SimDuration]
    /// Samples taken.
    public var count: Int

    /// The `percent` quantile of the samples by nearest rank; nil where it lies among those without a start.
    public func quantile(_ percent: Int) -> SimDuration? {
        guard count > 0 else { return nil }
        let rank = max(1, (count * percent + 99) / 100)
        return rank <= samples.count ? samples[rank - 1] : nil
    }
}

/// A change that would let a group start that waits now.
public struct Counterfactual: Sendable, Equatable {
    /// `namespace/name` of the PodGroup.
    public var group: String
    /// The change, as one would order it: `preempt among the actions`.
    public var change: String
    /// Pods that would be evicted for it.
    public var evictions: Int
}

extension PlayOn {
    /// Predicts the starts of all groups that wait in the beginning.
    public func predictions(cycles: Int, samples: Int, seed: UInt64 = 1) -> [StartPrediction] {
        let median = history(cycles: cycles)
        var predictions = median.groups.filter { $0.spans.first?.state.waits == true }.map {
            StartPrediction(group: $0.key, expected: Self.start($0), samples: [], count: samples)
        }
        guard !predictions.isEmpty else { return [] }
        for sample in 0..<samples {
            let history = history(cycles: cycles, seed: seed &+ UInt64(sample))
            for index in predictions.indices {
                guard let group = history.groups.first(where: { $0.key == predictions[index].group }),
                    let start = Self.start(group)
                else { continue }
                predictions[index].samples.append(start)
            }
        }
        for index in predictions.indices { predictions[index].samples.sort() }
        return predictions
    }

    /// The first cycle in which all members that it needs had places.
    private static func start(_ group: GroupHistory) -> SimDuration? {
        group.spans.first { $0.state.isComplete && $0.state.holding > 0 }.map { $0.from.time - .zero }
    }

    /// Tries changes that might let a group start at once, each for itself.
    public func counterfactuals(for group: String) -> [Counterfactual] {
        if startsSoon(group) != nil { return [] }
        return changes(for: group).compactMap { change, altered in
            altered.startsSoon(group).map { Counterfactual(group: group, change: change, evictions: $0) }
        }
    }

    /// Evictions in the first five cycles, if the group has its places by then; nil if not.
    private func startsSoon(_ group: String) -> Int? {
        let history = history(cycles: 5)
        guard let found = history.groups.first(where: { $0.key == group }), Self.start(found) != nil else { return nil }
        return history.evictions.count
    }

    private func changes(for group: String) -> [(String, PlayOn)] {
        guard let object = objects.podGroups.first(where: { $0.metadata.key == group }) else { return [] }
        var changes: [(String, PlayOn)] = []
        func add(_ text: String, _ change: (inout PlayOn) -> Void) {
            var altered = self
            change(&altered)
            changes.append((text, altered))
        }
        add("no limit of queue \(object.queue) (capability, deserved, weight)") { $0.lift(object.queue) }
        for action in ["preempt", "reclaim"] where !configuration.actions.contains(action) {
            add("\(action) among the actions") { $0.configuration.actions.append(action) }
        }
        if configuration.has("overcommit") {
            add("no plugin overcommit") { changed in
                for tier in changed.configuration.tiers.indices {
                    changed.configuration.tiers[tier].removeAll { $0.name == "overcommit" }
                }
            }
        }
        if let node = objects.nodes.filter({ !$0.unschedulable && $0.taints.isEmpty }).max(by: Self.isSmaller) {
            add("one more node like \(node.metadata.name)") { changed in
                var copy = node
                copy.metadata.name += "-more"
                copy.metadata.uid = ""
                copy.metadata.labels["kubernetes.io/hostname"] = copy.metadata.name
                changed.objects.nodes.append(copy)
            }
        }
        if object.minMember > 1 {
            add("minMember 1 instead of \(object.minMember)") { changed in
                for index in changed.objects.podGroups.indices
                where changed.objects.podGroups[index].metadata.key == group {
                    changed.objects.podGroups[index].minMember = 1
                }
            }
        }
        return changes
    }

    /// By extended resources, then cpu.
    private static func isSmaller(_ a: Node, _ b: Node) -> Bool {
        func size(_ node: Node) -> (Double, Double) {
            var extended = 0.0
            for entry in node.allocatable.entries where entry.name.contains("/") {
                extended += Double(entry.quantity.milliValue)
            }
            return (extended, Double(node.allocatable["cpu"]?.milliValue ?? 0))
        }
        return size(a) < size(b)
    }

    /// Takes a queue's and its ancestors' limits away; as much as the cluster has is what it deserves.
    private mutating func lift(_ name: String) {
        var total = ResourceList()
        for node in objects.nodes {
            for entry in node.allocatable.entries {
                total[entry.name] = KubernetesQuantity((total[entry.name]?.value ?? 0) + entry.quantity.value)
            }
        }
        var next = name
        var seen: Set<String> = []
        while let index = objects.queues.firstIndex(where: { $0.metadata.name == next }), seen.insert(next).inserted {
            objects.queues[index].capability = ResourceList()
            objects.queues[index].deserved = total
            objects.queues[index].weight = 1_000_000
            next = objects.queues[index].parent
        }
    }
}
