import KubernetesObjects

/// What `gangpreempt` and `gangreclaim` share (upstream: `actions/gangpreempt`, `actions/gangreclaim`, `actions/utils`).
///
/// Ties: the domains of a tier in the order of the breadth-first search (children by ascending name); equal nodes of a
/// dry run at random (lowest name). Bundles are in a total order.
struct GangEviction {
    private let purpose: EvictionPurpose
    /// How many HyperNodes are tried for a job.
    private let maxDomains: Int
    private let allowsWholeBundles: Bool
    private unowned let session: VolcanoSession

    init(_ purpose: EvictionPurpose, arguments: PluginArguments, _ session: VolcanoSession) {
        let domains = arguments.int("maxDomains", default: 8)
        self.init(
            purpose, maxDomains: domains > 0 ? domains : 8,
            allowsWholeBundles: arguments.bool("allowWholeBundle", default: true), session)
    }

    init(_ purpose: EvictionPurpose, maxDomains: Int = 8, allowsWholeBundles: Bool, _ session: VolcanoSession) {
        self.purpose = purpose
        self.maxDomains = maxDomains
        self.allowsWholeBundles = allowsWholeBundles
        self.session = session
    }

    func execute() {
        var queues = BinaryHeap(less: session.queueLess)
        var listed: Set<QueueRef> = []
        var jobs: [BinaryHeap<JobRef>?] = Array(repeating: nil, count: session.queues.count)
        for job in session.jobsInMapOrder() {
            guard !session[job].isPending, session.jobValid(job) == nil else { continue }
            let queue = session[job].queue
            if listed.insert(queue).inserted { queues.push(queue) }
            guard session.jobStarving(job) else { continue }
            if jobs[Int(queue.index)] == nil { jobs[Int(queue.index)] = BinaryHeap(less: session.jobLess) }
            jobs[Int(queue.index)]?.push(job)
        }
        while let queue = queues.pop() {
            if purpose == .reclaim, session.overused(queue) { continue }
            while let job = jobs[Int(queue.index)]?.pop() {
                let statement = VolcanoStatement(session)
                let nominations = makeRoom(for: job, statement)
                guard session.jobPipelined(job) else {
                    statement.discard()
                    continue
                }
                statement.commit()
                for (subJob, hyperNode) in nominations { session[subJob].nominatedHyperNode = hyperNode }
            }
        }
    }

    /// Tries domain after domain, in each with bundle after bundle, until a dry run succeeds; its operations are then in
    /// `statement`. Returns the HyperNode of each sub-job placed.
    private func makeRoom(for job: JobRef, _ statement: VolcanoStatement) -> [(SubJobRef, HyperNodeRef)] {
        let pending = session.tasksForGangEviction(job)
        guard !pending.isEmpty else { return [] }
        if purpose == .reclaim, !session.preemptive(session[job].queue, pending) { return [] }
        let need = session.requestSum(pending)
        for domain in candidateDomains(for: job) {
            let nodes = session.hyperNodes.nodes(in: domain)
            guard !nodes.isEmpty else { continue }
            var available = nodes.reduce(into: Resource()) {
                $0.add(session[$1].idle)
                $0.add(session[$1].releasing)
            }
            var victims: [TaskRef] = []
            for bundle in bundles(for: job, need: need, among: nodes) {
                victims += bundle.tasks
                available.add(bundle.local)
                guard need.lessEqual(available) else { continue }
                let trial = GangEvictionTrial(job: job, domain: domain, victims: victims, session)
                if let plan = trial.run(), statement.recover(plan.operations) { return plan.hyperNodes }
            }
        }
        return []
    }

    /// HyperNodes of the eviction gradients, the first `maxDomains`; the cluster as a whole if there are none, unless the
    /// job's topology is hard.
    private func candidateDomains(for job: JobRef) -> [HyperNodeRef] {
        let root = session.hyperNodes.top
        var domains: [HyperNodeRef] = []
        for gradient in session.hyperNodeGradient(forJob: job, root: root, purpose: .evict) {
            for domain in gradient where !domains.contains(domain) {
                domains.append(domain)
                if domains.count >= maxDomains { return domains }
            }
        }
        if domains.isEmpty, !session.hasHardTopology(job) { domains = [root] }
        return domains
    }

    /// Bundles that may be evicted on these nodes, in the order in which they are taken.
    func bundles(for job: JobRef, need: Resource, among nodes: [NodeRef]) -> [EvictionBundle] {
        var candidates: [JobRef: [TaskRef]] = [:]
        for node in nodes {
            for task in session[node].tasks {
                if let owner = session[task].job, isCandidate(task, of: owner, for: job) {
                    candidates[owner, default: []].append(task)
                }
            }
        }
        let all = candidates.keys.sorted().flatMap { session.bundles(of: $0, candidates[$0] ?? []) }
        let ordered = sorted(all, for: job, need: need)
        let allowed = Set(session.unifiedEvictable(job, ordered.flatMap(\.tasks), purpose))
        return sorted(session.restrict(ordered, to: allowed), for: job, need: need)
            .filter { $0.kind == .safe || allowsWholeBundles }
    }

    private func isCandidate(_ task: TaskRef, of owner: JobRef, for job: JobRef) -> Bool {
        guard session[task].isPreemptable, session[owner].preemptable ?? true else { return false }
        switch purpose {
        case .preempt:
            return session.isRunningOrBound(task) && session[owner].queue == session[job].queue && owner != job
                && session[owner].priority < session[job].priority
        case .reclaim:
            return session.isReclaimable(task, by: session[job].queue)
        }
    }

    /// Preemption takes jobs in inverse job order, reclaim by the victim order of their queues.
    private func sorted(_ bundles: [EvictionBundle], for job: JobRef, need: Resource) -> [EvictionBundle] {
        let (session, queue) = (session, session[job].queue)
        switch purpose {
        case .preempt:
            return EvictionBundle.sorted(bundles, need: need) { !session.jobLess($0, $1) }
        case .reclaim:
            return EvictionBundle.sorted(bundles, need: need) { l, r in
                let (leftQueue, rightQueue) = (session[l].queue, session[r].queue)
                return leftQueue != rightQueue && session.victimQueueLess(leftQueue, rightQueue, preemptor: queue)
            }
        }
    }
}

extension VolcanoSession {
    /// Tasks of a job that gang eviction wants room for: all pending ones, or those of the first sub-job if the job is
    /// ready already (upstream: CollectPendingTasksForGangEviction).
    fileprivate func tasksForGangEviction(_ job: JobRef) -> [TaskRef] {
        JobWorksheet(job, self, mindsOwnGate: true).tasksInOrder(onlyFirst: jobReady(job))
    }

    /// Victims that gang eviction would consider for a job inside one HyperNode, in their order.
    package func victims(
        inDomain hyperNode: HyperNodeRef, for job: JobRef, purpose: EvictionPurpose, allowsWholeBundles: Bool
    ) -> [TaskRef] {
        let pending = tasksForGangEviction(job)
        let nodes = hyperNodes.nodes(in: hyperNode)
        guard !pending.isEmpty, !nodes.isEmpty else { return [] }
        return GangEviction(purpose, allowsWholeBundles: allowsWholeBundles, self)
            .bundles(for: job, need: requestSum(pending), among: nodes).flatMap(\.tasks)
    }
}
