import KubernetesObjects
import Scheduling

/// Gangs that wait and are larger than what they may ever have: the cluster, a capability, a deserved share.
struct ShareWarnings {
    private let report: CycleReport
    private let session: VolcanoSession
    /// The plugin that limits queues, with its name.
    private let accounts: (name: String, plugin: any ShareAccounts)?

    init(_ report: CycleReport, _ session: VolcanoSession) {
        self.report = report
        self.session = session
        accounts =
            session.plugins.lazy.compactMap { plugin in
                let name = type(of: plugin).name
                guard name == "proportion" || name == "capacity" else { return nil }
                return (plugin as? any ShareAccounts).map { (name, $0) }
            }.first
    }

    var found: [CycleWarning] {
        session.jobs.filter { !$0.isReady && ($0.counts[.pending] > 0 || $0.isPending) }.compactMap(warning)
    }

    /// The narrowest limit is the one that nothing can lift, so it is looked for first.
    private func warning(_ job: JobInfo) -> CycleWarning? {
        let need = minimum(of: job)
        let object = "PodGroup \(job.uid)"
        if let text = excess(of: need, over: session.totalResource, in: need.namedDimensions) {
            return CycleWarning(
                .gangAboveCluster, object, "its minimum of \(pods(job)) is more than the whole cluster: \(text)")
        }
        if let (queue, text) = aboveCapability(need, session[job.queue]) {
            return CycleWarning(
                .gangAboveCapability, object,
                "its minimum of \(pods(job)) is more than the capability of queue \(queue): \(text); it can never start"
            )
        }
        guard let accounts, let deserved = accounts.plugin.deserved(of: job.queue) else { return nil }
        var dimensions = need.namedDimensions
        if accounts.name == "capacity" {
            let named = Set(session.object(job.queue).deserved.entries.map(\.name))
            dimensions = dimensions.filter { named.contains(session.names.name(of: $0)) }
        }
        guard let text = excess(of: need, over: deserved, in: dimensions) else { return nil }
        let consequence =
            accounts.name == "capacity"
            ? "it can start only by borrowing, and others may reclaim from it"
            : "it cannot start while other queues ask for theirs"
        return CycleWarning(
            .gangAboveDeserved, object,
            "its minimum of \(pods(job)) is more than queue \(session[job.queue].name) deserves: \(text); \(consequence)"
        )
    }

    private var isHierarchical: Bool {
        session.configuration.tiers.joined().contains { $0.name == "capacity" && $0.isEnabled("enableHierarchy") }
    }

    private func pods(_ job: JobInfo) -> String { job.minAvailable == 1 ? "1 pod" : "\(job.minAvailable) pods" }

    /// What the gang needs at least: in each dimension the smallest requests of minMember pods; `minResources` where
    /// too few pods exist.
    private func minimum(of job: JobInfo) -> Resource {
        let tasks = job.tasks.filter { !session[$0].status.isCompleted }
        guard job.minAvailable > 0, tasks.count >= job.minAvailable else { return job.minResources ?? Resource() }
        let requests = tasks.map { session[$0].request }
        let dimensions = requests.map(\.dimensions).max() ?? 2
        var need = Resource()
        for dimension in 0..<dimensions where dimension != session.names.pods + 2 {
            let sum = requests.map { $0[dimension] }.sorted().prefix(job.minAvailable).reduce(0, +)
            switch dimension {
            case 0: need.milliCPU = sum
            case 1: need.memory = sum
            default: if sum > 0 { need.setScalar(dimension - 2, sum) }
            }
        }
        return need
    }

    /// The first dimension in which `need` is more than `limit`, with the numbers.
    private func excess(of need: Resource, over limit: Resource, in dimensions: [Int]) -> String? {
        guard let dimension = dimensions.first(where: { need[$0] > limit[$0] + Resource.epsilon }) else { return nil }
        let name = session.names.name(of: dimension)
        return "\(name) \(ResourceAmount.text(need[dimension], name)) of \(ResourceAmount.text(limit[dimension], name))"
    }

    /// The capability of the queue, or of one above it where capacity looks at these, as far as it limits the dimension.
    private func aboveCapability(_ need: Resource, _ queue: QueueInfo) -> (queue: String, text: String)? {
        var queue = queue
        var seen: Set<QueueRef> = []
        while seen.insert(queue.id).inserted {
            let capability = session.object(queue.id).capability
            let limit = session.names.resource(capability)
            let dimensions = need.namedDimensions.filter { dimension in
                capability[session.names.name(of: dimension)] != nil && (dimension > 1 || limit[dimension] > 0)
            }
            if let text = excess(of: need, over: limit, in: dimensions) { return (queue.name, text) }
            guard isHierarchical, let parent = session.snapshot.queueIndex[queue.parent] else { return nil }
            queue = session[parent]
        }
        return nil
    }
}
