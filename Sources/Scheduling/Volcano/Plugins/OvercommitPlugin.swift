import KubernetesObjects

/// Plugin `overcommit`: lets jobs in until their minimums exceed what the cluster could give
/// (upstream: `plugins/overcommit/overcommit.go`; reference section 9.9). No ties.
///
/// Unlike proportion and capacity it counts the whole minResources of an Inqueue job, also where its tasks are
/// already allocated and so counted as used.
final class OvercommitPlugin: VolcanoPlugin {
    static let name = "overcommit"
    private unowned(unsafe) let session: VolcanoSession
    /// `overcommit-factor`; below 1 counts as the default.
    private let factor: Double
    /// Total · factor − used.
    private var idle = Resource()
    /// What jobs that were let in reserve.
    private var inqueue = Resource()

    init(session: VolcanoSession, option: PluginOption) {
        self.session = session
        let factor = option.arguments.double("overcommit-factor", default: 1.2)
        self.factor = factor < 1 ? 1.2 : factor
    }

    func open() -> ExtensionPoints {
        idle = session.totalResource
        idle.multiply(factor)
        idle.sub(session.openingUsed)
        for queue in session.queues where !queue.jobs.isEmpty {
            inqueue.add(session.openingStanding(of: queue.id).overcommitted)
        }
        return [.jobEnqueueable, .jobEnqueued]
    }

    func jobEnqueueable(_ job: JobRef) -> Vote {
        guard let minimum = session[job].minResources else { return .permit }
        let exceeding = inqueue.adding(minimum).exceeding(idle, requested: minimum, pods: session.names.pods)
        return exceeding.isEmpty ? .permit : .reject
    }

    func jobEnqueued(_ job: JobRef) {
        if let minimum = session[job].minResources { inqueue.add(session.deductingGated(minimum, of: job)) }
    }

    /// What running pods hold counts as held, against the whole cluster times the factor.
    func shortage(enqueuing job: JobRef) -> QuotaShortage? {
        guard let minimum = session[job].minResources else { return nil }
        let short = inqueue.adding(minimum).exceeding(idle, requested: minimum, pods: session.names.pods)
        return short.first.map { dimension in
            let limit = session.totalResource[dimension] * factor
            return QuotaShortage(
                plugin: Self.name, holder: "cluster", limitName: "overcommit",
                dimension: session.names.name(of: dimension), asked: minimum[dimension],
                held: limit - idle[dimension] + inqueue[dimension], limit: limit)
        }
    }
}
