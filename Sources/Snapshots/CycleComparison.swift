import Scheduling

/// What changes between two cycles: the one on a dump as it is, and the one after changes to it.
public struct CycleComparison: Sendable {
    /// A pod about which not the same was decided, in words.
    public struct Pod: Sendable, Equatable {
        public var name: String
        public var group: String
        public var before: String
        public var after: String
    }

    /// A PodGroup of which phase or reasons differ; phases are empty where it does not exist.
    public struct Group: Sendable, Equatable {
        public var name: String
        public var phaseBefore: String
        public var phaseAfter: String
        /// Pods that wait.
        public var waitingBefore: Int
        public var waitingAfter: Int
        public var reasonsGone: [WaitReason]
        public var reasonsNew: [WaitReason]
    }

    /// Both by name.
    public var pods: [Pod] = []
    public var groups: [Group] = []

    /// Whether both cycles decide the same.
    public var isEmpty: Bool { pods.isEmpty && groups.isEmpty }

    /// What `after` decides otherwise than `before`.
    public init(_ before: CycleReport, on old: Cycle, _ after: CycleReport, on new: Cycle) {
        let (left, right) = (Self.decisions(before), Self.decisions(after))
        for name in Set(left.keys).union(right.keys).sorted() {
            let words = (
                left[name] ?? Self.undecided(name, old.snapshot), right[name] ?? Self.undecided(name, new.snapshot)
            )
            guard words.0 != words.1 else { continue }
            let task = new.snapshot.taskIndex[name].map(new.snapshot.group)
            pods.append(
                Pod(
                    name: name, group: task ?? old.snapshot.taskIndex[name].map(old.snapshot.group) ?? "",
                    before: words.0, after: words.1))
        }
        let groupsBefore = Dictionary(before.groups.map { ($0.name, $0) }) { first, _ in first }
        let groupsAfter = Dictionary(after.groups.map { ($0.name, $0) }) { first, _ in first }
        for name in Set(groupsBefore.keys).union(groupsAfter.keys).sorted() {
            let (a, b) = (groupsBefore[name], groupsAfter[name])
            let (gone, new) = (a?.reasons ?? [], b?.reasons ?? [])
            let group = Group(
                name: name, phaseBefore: a?.phaseAfter ?? "", phaseAfter: b?.phaseAfter ?? "",
                waitingBefore: a?.waiting ?? 0, waitingAfter: b?.waiting ?? 0,
                reasonsGone: gone.filter { !new.contains($0) }, reasonsNew: new.filter { !gone.contains($0) })
            let isSame =
                group.phaseBefore == group.phaseAfter && group.waitingBefore == group.waitingAfter
                && group.reasonsGone.isEmpty && group.reasonsNew.isEmpty
            if !isSame { groups.append(group) }
        }
    }

    private static func decisions(_ report: CycleReport) -> [String: String] {
        var words: [String: String] = [:]
        for pod in report.pipelined {
            words[pod.name] = pod.node.isEmpty ? "pipelined" : "pipelined on \(pod.node)"
        }
        for pod in report.evictions { words[pod.name] = "evicted from \(pod.node) by \(pod.action)" }
        for pod in report.binds { words[pod.name] = "bound to \(pod.node)" }
        return words
    }

    /// What becomes of a pod about which nothing is decided.
    private static func undecided(_ name: String, _ snapshot: ClusterSnapshot) -> String {
        guard let task = snapshot.taskIndex[name].map({ snapshot.tasks[$0] }) else { return "does not exist" }
        switch task.status {
        case .pending: return "waits"
        case .running, .bound: return "stays on \(snapshot.name(task.node))"
        default: return task.status.name.lowercased()
        }
    }
}
