import KubernetesObjects

/// A dry run of gang eviction in one HyperNode (upstream: `actions/utils`, BuildNominationPlanInDomain).
struct GangEvictionTrial {
    private let job: JobRef
    private let domain: HyperNodeRef
    private let victims: [TaskRef]
    private let cachesErrors: Bool
    private unowned let session: VolcanoSession

    /// Operations to replay, and where each sub-job would be.
    struct Plan {
        var operations: [VolcanoStatement.Saved]
        var hyperNodes: [(SubJobRef, HyperNodeRef)]
    }

    /// The error cache follows the argument of `allocate`.
    init(job: JobRef, domain: HyperNodeRef, victims: [TaskRef], _ session: VolcanoSession) {
        self.job = job
        self.domain = domain
        self.victims = victims
        self.session = session
        let arguments = session.configuration.actionArguments["allocate"] ?? PluginArguments()
        cachesErrors = arguments.bool("predicateErrorCacheEnable", default: true)
    }

    /// Evicts the victims and pipelines sub-job after sub-job until the job is pipelined; then undoes it all. nil if the
    /// job does not get that far.
    func run() -> Plan? {
        let wasReady = session.jobReady(job)
        var chain: [VolcanoStatement] = []
        defer { for statement in chain.reversed() { statement.discard() } }
        let eviction = VolcanoStatement(session)
        for victim in victims { eviction.evict(victim) }
        chain.append(eviction)
        var worksheet = JobWorksheet(job, session, mindsOwnGate: true)
        var hyperNodes: [(SubJobRef, HyperNodeRef)] = []
        var pipelined = false
        while let subJob = worksheet.subJobs.pop() {
            guard let tasks = worksheet.tasks[subJob] else { continue }
            guard let (trial, hyperNode) = place(subJob, tasks) else { return nil }
            chain.append(trial)
            hyperNodes.append((subJob, hyperNode))
            pipelined = session.jobPipelined(job)
            if wasReady || pipelined { break }
        }
        guard pipelined else { return nil }
        return Plan(operations: chain.flatMap { $0.save() }, hyperNodes: hyperNodes)
    }

    /// Places a sub-job in the domain, or, if the job's topology is hard, in the first HyperNode of its gradients that will do.
    private func place(
        _ subJob: SubJobRef, _ tasks: BinaryHeap<TaskRef>
    ) -> (statement: VolcanoStatement, hyperNode: HyperNodeRef)? {
        guard session.hasHardTopology(job) else { return place(subJob, tasks, in: domain).map { ($0, domain) } }
        for gradient in session.hyperNodeGradient(forSubJob: subJob, root: domain, purpose: .evict) {
            for hyperNode in gradient {
                if let statement = place(subJob, tasks, in: hyperNode) { return (statement, hyperNode) }
            }
        }
        return nil
    }

    /// Pipelines all tasks of a sub-job in one HyperNode; nil, with everything undone, if one finds no room.
    private func place(
        _ subJob: SubJobRef, _ tasks: BinaryHeap<TaskRef>, in hyperNode: HyperNodeRef
    ) -> VolcanoStatement? {
        let nodes = session.hyperNodes.nodes(in: hyperNode)
        guard !nodes.isEmpty else { return nil }
        let trial = VolcanoStatement(session)
        var tasks = tasks
        var search = NodeSearch(cachesErrors: cachesErrors)
        while let task = tasks.pop() {
            guard let node = node(for: task, among: nodes, &search),
                trial.pipeline(task, on: node, afterEvictions: !victims.isEmpty)
            else {
                trial.discard()
                return nil
            }
        }
        guard !trial.operations.isEmpty, session.subJobReady(subJob) || session.subJobPipelined(subJob) else {
            trial.discard()
            return nil
        }
        return trial
    }

    private func node(for task: TaskRef, among nodes: [NodeRef], _ search: inout NodeSearch) -> NodeRef? {
        guard session.allocatable(session[job].queue, task) else { return nil }
        // The pending copy of a task that allocate placed knows nothing of that place.
        session[task].jobAllocatedHyperNode = nil
        let helpful = session.nodesWherePreemptionMayHelp(task)
        var candidates = nodes
        if !helpful.isEmpty, helpful.count < session.nodes.count {
            let allowed = Set(helpful)
            candidates = nodes.filter(allowed.contains)
        }
        guard !candidates.isEmpty, session.prePredicate(task) == nil else { return nil }
        var errors = FitErrors()
        let feasible = search.feasibleNodes(task, among: candidates, session, errors: &errors) { task, node in
            let short = session[task].request.exceeding(session[node].futureIdle)
            return short.isEmpty ? session.predicateForPreempt(task, node) : [session.insufficient(short)]
        }
        return session.bestNodeForAllocate(task, feasible)
    }
}
