import Configuration
import KubernetesObjects
import Quantities

/// Plugin `nodegroup`: queues keep to groups of nodes (upstream: `plugins/nodegroup/nodegroup.go`; reference section 9.17).
///
/// A node's group is its label `volcano.sh/nodegroup-name`. With `enableHierarchy` a queue without affinity takes that of
/// its nearest ancestor which has one.
final class NodeGroupPlugin: VolcanoPlugin {
    static let name = "nodegroup"
    private unowned(unsafe) let session: VolcanoSession
    /// Argument `strict` (default on): queues without affinity stay off ungrouped nodes as well.
    private let isStrict: Bool
    /// Argument `enablePreferredOrder` (default off): earlier preferred groups score higher.
    private let ordersPreferred: Bool
    private let isHierarchical: Bool
    /// Group of each node; nil for ungrouped nodes.
    private var groupOf: [String?] = []
    /// By queue index.
    private var affinities: [QueueAffinity?] = []
    private var limits: [GroupLimits] = []

    init(session: VolcanoSession, option: PluginOption) {
        self.session = session
        isStrict = option.arguments.bool("strict", default: true)
        ordersPreferred = option.arguments.bool("enablePreferredOrder", default: false)
        isHierarchical = option.isEnabled("enableHierarchy")
    }

    func open() -> ExtensionPoints {
        groupOf = session.nodes.map { session.object($0.id).metadata.labels["volcano.sh/nodegroup-name"] }
        affinities = session.queues.map(affinity)
        limits = session.queues.map { GroupLimits(session.object($0.id), session.names) }
        for job in session.jobs {
            for task in job.tasks where session[task].status.isAllocated { _ = taskAllocated(task) }
        }
        return [.predicate, .nodeOrder, .events]
    }

    private func affinity(of queue: QueueInfo) -> QueueAffinity? {
        var place = queue
        for _ in session.queues.indices {
            if let own = session.object(place.id).affinity { return own }
            guard isHierarchical, place.name != "root",
                let parent = session.snapshot.queueIndex[place.parent.isEmpty ? "root" : place.parent]
            else { return nil }
            place = session[parent]
        }
        return nil
    }

    func predicate(_ task: TaskRef, _ node: NodeRef) -> [FitStatus] {
        guard let queue = session.queue(of: task) else {
            return [FitStatus(.error, "job not found in session", plugin: Self.name)]
        }
        let limits = limits[Int(queue.index)]
        if limits.isInvalid { return refusal("node group resource limit is invalid") }
        let affinity = affinities[Int(queue.index)].flatMap { $0 == QueueAffinity() ? nil : $0 }
        guard let group = groupOf[Int(node.index)] else {
            return !isStrict && affinity == nil ? [] : refusal("node group label not found")
        }
        guard let affinity else { return refusal("node group affinity not specified") }
        guard affinity.admits(group) else { return refusal("node does not satisfy the node group affinity") }
        return limits.hold(session[task].request, in: group) ? [] : refusal("node group resource limit exceeded")
    }

    private func refusal(_ reason: String) -> [FitStatus] {
        [FitStatus(.unschedulableAndUnresolvable, reason, plugin: Self.name)]
    }

    func nodeOrder(_ task: TaskRef, _ node: NodeRef) -> Double {
        guard let group = groupOf[Int(node.index)], let queue = session.queue(of: task) else { return 0 }
        return affinities[Int(queue.index)]?.score(group, ordersPreferred: ordersPreferred) ?? 0
    }

    func taskAllocated(_ task: TaskRef) -> String? {
        change(task) { $0.add($1) }
        return nil
    }

    func taskDeallocated(_ task: TaskRef) { change(task) { $0.sub($1) } }

    private func change(_ task: TaskRef, _ apply: (inout Resource, Resource) -> Void) {
        guard let queue = session.queue(of: task), let node = session[task].node, let group = groupOf[Int(node.index)]
        else { return }
        limits[Int(queue.index)].change(group, by: session[task].request, apply)
    }
}

extension QueueAffinity {
    /// Preferred anti-affinity admits whatever else is said; else required anti-affinity refuses, and only groups named
    /// by an affinity are admitted.
    fileprivate func admits(_ group: String) -> Bool {
        if preferredAntiGroups.contains(group) { return true }
        if requiredAntiGroups.contains(group) { return false }
        return requiredGroups.contains(group) || preferredGroups.contains(group)
    }

    /// 100 for a required group, 50 for a preferred one (less for later ones where their order counts), and -1 instead
    /// of all that in preferred anti-affinity.
    fileprivate func score(_ group: String, ordersPreferred: Bool) -> Double {
        if preferredAntiGroups.contains(group) { return -1 }
        var score = requiredGroups.contains(group) ? 100.0 : 0.0
        if let place = preferredGroups.lastIndex(of: group) {
            let count = Double(Set(preferredGroups).count)
            score += ordersPreferred ? 50 * (count - Double(place)) / count : 50
        }
        return score
    }
}

/// What a queue may have in each group: annotation `volcano.sh/nodegroup-resource-limits`, JSON from group to quantities.
private struct GroupLimits {
    /// An annotation that cannot be read keeps the queue off every node.
    private(set) var isInvalid = false
    /// Limited dimensions with their limits, by group.
    private var limits: [String: [(dimension: Int, limit: Double)]] = [:]
    private var allocated: [String: Resource] = [:]

    init(_ queue: Queue, _ names: ResourceNames) {
        let text = queue.metadata.annotations["volcano.sh/nodegroup-resource-limits"] ?? ""
        if text.isEmpty { return }
        guard let groups = Self.read(text) else {
            isInvalid = true
            return
        }
        for (group, list) in groups {
            let amounts = names.resource(list)
            limits[group] = list.entries.compactMap { entry in
                names.dimension(of: entry.name).map { ($0, amounts[$0]) }
            }
        }
    }

    private static func read(_ text: String) -> [(String, ResourceList)]? {
        switch JSONValue(json: text) {
        case .null: return []
        case .object(let groups):
            var lists: [(String, ResourceList)] = []
            for group in groups {
                guard let list = list(group.value) else { return nil }
                lists.append((group.name, list))
            }
            return lists
        default: return nil
        }
    }

    private static func list(_ value: JSONValue) -> ResourceList? {
        if value == .null { return ResourceList() }
        guard case .object(let members) = value else { return nil }
        var list = ResourceList()
        for member in members {
            switch member.value {
            case .string(let text): list[member.name] = try? KubernetesQuantity(parsing: text)
            case .integer(let number): list[member.name] = KubernetesQuantity(number)
            case .number(let number): list[member.name] = try? KubernetesQuantity(parsing: number.description)
            case .null: list[member.name] = KubernetesQuantity(0)
            default: return nil
            }
            if list[member.name] == nil { return nil }
        }
        return list
    }

    /// Whether what the queue has in the group plus `request` is within the limits, within ε.
    func hold(_ request: Resource, in group: String) -> Bool {
        guard let limited = limits[group] else { return true }
        let held = allocated[group] ?? Resource()
        return limited.allSatisfy { dimension, limit in
            let future = held[dimension] + request[dimension]
            return future <= limit || future - limit < Resource.epsilon
        }
    }

    mutating func change(_ group: String, by request: Resource, _ apply: (inout Resource, Resource) -> Void) {
        if limits[group] != nil { apply(&allocated[group, default: Resource()], request) }
    }
}
