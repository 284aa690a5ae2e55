import KubernetesObjects

/// The search for feasible nodes (upstream: `util/predicate_helper.go`).
///
/// One value lives as long as upstream's PredicateHelper: it remembers, per job and role, which nodes failed.
public struct NodeSearch {
    /// Argument `predicateErrorCacheEnable` of the action (default on).
    let cachesErrors: Bool
    /// (job, role) to the nodes that failed, with their interned refusals.
    private var errors: [JobRole: [NodeRef: Int32]] = [:]

    private struct JobRole: Hashable {
        var job: JobRef
        var role: Int32
    }

    init(cachesErrors: Bool) { self.cachesErrors = cachesErrors }

    /// How many feasible nodes are enough among `count` nodes (upstream: CalculateNumOfFeasibleNodesToFind).
    public static func numberToFind(_ count: Int, options: NodeSearchOptions) -> Int {
        guard count > options.minimum, options.percentage < 100 else { return count }
        var percentage = options.percentage
        if percentage <= 0 { percentage = max(50 - count / 125, options.percentageFloor) }
        return max(count * percentage / 100, options.minimum)
    }

    /// Feasible nodes among `candidates`, and why the others failed.
    ///
    /// The search starts where the last one of the process ended and stops once enough nodes are found. Under
    /// `lowest-name` the result is by ascending name. Otherwise it is in the order parallel workers might finish, or,
    /// with `inOpenOrder` false, in the order of the search, for callers to whom the order makes no difference.
    /// Hard sharding leaves out the nodes of other shards.
    mutating func feasibleNodes(
        _ task: TaskRef, among candidates: [NodeRef], _ session: VolcanoSession, errors found: inout FitErrors,
        inOpenOrder: Bool = true, filter: (TaskRef, NodeRef) -> [FitStatus]
    ) -> [NodeRef] {
        guard !candidates.isEmpty else { return [] }
        let wanted = Self.numberToFind(candidates.count, options: session.snapshot.nodeSearch)
        let key: JobRole? =
            cachesErrors && !session[task].roleName.isEmpty
            ? session[task].job.map { JobRole(job: $0, role: session[task].role) } : nil
        var known = key.flatMap { errors.removeValue(forKey: $0) } ?? [:]
        let start = session.memory.nextNode % candidates.count
        if found.statuses.count < session.nodes.count {
            found.statuses = Array(repeating: -1, count: session.nodes.count)
        }
        var feasible: [NodeRef] = []
        var processed = 0
        for step in 0..<candidates.count {
            if feasible.count >= wanted { break }
            let node = candidates[(start + step) % candidates.count]
            processed += 1
            if session.sharding.mode == .hard, !session[node].isInShard { continue }
            if let earlier = known[node] {
                found.statuses[Int(node.index)] = earlier
                continue
            }
            let refusals = filter(task, node)
            if refusals.isEmpty {
                feasible.append(node)
            } else {
                let list = session.fitTable.intern(refusals)
                found.statuses[Int(node.index)] = list
                known[node] = list
            }
        }
        session.memory.nextNode = (start + processed) % candidates.count
        if let key { errors[key] = known }
        if session.ties.isLowestName {
            feasible.sort { session[$0].nameRank < session[$1].nameRank }
        } else if inOpenOrder {
            session.ties.arrange(&feasible)
        }
        return feasible
    }
}

/// Node search limits (command-line flags `--minimum-feasible-nodes`, `--minimum-percentage-nodes-to-find`, `--percentage-nodes-to-find`).
public struct NodeSearchOptions: Sendable, Equatable {
    public var minimum = 100
    public var percentageFloor = 5
    /// 0 adapts to the number of nodes.
    public var percentage = 0

    /// Upstream's defaults.
    public init() {}
}
