import KubernetesObjects

/// Plugin `drf`: dominant resource fairness (upstream: `plugins/drf/drf.go`; reference sections 9.4 and 9.5).
///
/// Ties: equal shares are left to the next plugin; which of a job's candidates is a victim follows the order of the
/// candidates, because each is subtracted before it is judged and stays subtracted.
final class DRFPlugin: VolcanoPlugin, ShareAccounts {
    static let name = "drf"
    private unowned(unsafe) let session: VolcanoSession
    /// `enableHierarchy`: queues are nodes of a tree.
    private let isHierarchical: Bool
    private let total: DominantShare
    /// What jobs hold that no longer hold what they did when the session opened.
    private var held: [JobRef: Resource] = [:]
    /// By job index: its dominant share, NaN where nobody has asked for it.
    private var shares: ContiguousArray<Double> = []
    private var tree: HierarchicalShares

    /// Shares closer than this count as equal to preemption.
    private static let tolerance = 0.000001

    init(session: VolcanoSession, option: PluginOption) {
        self.session = session
        isHierarchical = option.isEnabled("enableHierarchy")
        total = DominantShare(of: session.totalResource)
        tree = HierarchicalShares(total: total)
    }

    func open() -> ExtensionPoints {
        for queue in session.queues { _ = session.openingStanding(of: queue.id) }
        shares = ContiguousArray(repeating: .nan, count: session.jobs.count)
        guard isHierarchical else { return [.jobOrder, .preemptable, .events] }
        for job in session.jobsInMapOrder() { tree.add(session[job], of: session[session[job].queue]) }
        tree.finish(queues: session.queues) { session.ties.arrange(&$0) }
        return [.jobOrder, .preemptable, .events, .queueOrder, .reclaimable]
    }

    func share(of job: JobRef) -> Double? { currentShare(of: job) }

    private func allocated(_ job: JobRef) -> Resource {
        held[job] ?? session.openingStanding(of: job).allocated
    }

    private func currentShare(of job: JobRef) -> Double {
        let known = shares[Int(job.index)]
        if !known.isNaN { return known }
        let share = total.share(of: allocated(job))
        shares[Int(job.index)] = share
        return share
    }

    // MARK: Orders

    func compareJobs(_ l: JobRef, _ r: JobRef) -> Int {
        let (a, b) = (currentShare(of: l), currentShare(of: r))
        return a == b ? 0 : a < b ? -1 : 1
    }

    func jobOrderKey(_ job: JobRef) -> Double? { currentShare(of: job) }
    var ordersAreLocal: Bool { !isHierarchical }

    func compareQueues(_ l: QueueRef, _ r: QueueRef) -> Int { tree.compare(l, r) }

    // MARK: Victims

    /// A pod of a job whose share, without it and the candidates of the job before it, is not below the preemptor's with it.
    func preemptable(_ preemptor: TaskRef, _ candidates: [TaskRef]) -> (victims: [TaskRef], vote: Vote) {
        guard let job = session[preemptor].job else { return ([], .permit) }
        let mine = total.share(of: allocated(job).adding(session[preemptor].request))
        var left: [JobRef: Resource] = [:]
        let victims = candidates.filter { candidate in
            guard let other = session[candidate].job else { return false }
            var rest = left[other] ?? allocated(other)
            rest.sub(session[candidate].request)
            left[other] = rest
            let theirs = total.share(of: rest)
            return mine < theirs || abs(mine - theirs) <= Self.tolerance
        }
        return (victims, .permit)
    }

    /// A pod of a queue that, without this pod alone, still comes after the reclaimer's queue with the reclaimer.
    func reclaimable(_ reclaimer: TaskRef, _ candidates: [TaskRef]) -> (victims: [TaskRef], vote: Vote) {
        guard let job = session[reclaimer].job else { return ([], .permit) }
        let queue = session[job].queue
        tree.set(allocated(job).adding(session[reclaimer].request), of: job)
        let victims = candidates.filter { candidate in
            guard let other = session[candidate].job else { return false }
            let held = allocated(other)
            tree.set(held.subtracting(session[candidate].request), of: other)
            defer { tree.set(held, of: other) }
            return tree.compare(queue, session[other].queue) < 0
        }
        tree.set(allocated(job), of: job)
        return (victims, .permit)
    }

    // MARK: Events

    func taskAllocated(_ task: TaskRef) -> String? {
        guard let job = session[task].job else { return nil }
        hold(allocated(job).adding(session[task].request), job)
        return nil
    }

    func taskDeallocated(_ task: TaskRef) {
        guard let job = session[task].job else { return }
        hold(allocated(job).subtracting(session[task].request), job)
    }

    private func hold(_ resources: Resource, _ job: JobRef) {
        held[job] = resources
        shares[Int(job.index)] = total.share(of: resources)
        if isHierarchical { tree.set(resources, of: job) }
    }
}

/// Dominant shares of a total: the largest part of any resource that the cluster has.
struct DominantShare {
    let total: Resource
    /// Dimensions of which the cluster has something.
    let dimensions: [Int]

    init(of total: Resource) {
        self.total = total
        dimensions = total.namedDimensions
    }

    /// The largest part of the total that `allocated` is of.
    func share(of allocated: Resource) -> Double {
        dimensions.reduce(0) { max($0, Resource.share(allocated[$1], total[$1])) }
    }
}
