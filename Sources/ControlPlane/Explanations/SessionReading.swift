import KubernetesObjects
import Quantities
import Scheduling

/// What a closed session tells of its groups and queues: the states that histories are made of.
struct SessionReading {
    let session: VolcanoSession
    /// Room on the nodes, by requests alone.
    let rooms: NodeRoom
    /// What would be free if all groups but incomplete ones were gone.
    private let freeOfComplete: Amounts
    /// The lowest priority among pods that hold places and may be evicted, by queue.
    private let lowestPriorities: [QueueRef: Int32]

    init(_ session: VolcanoSession) {
        self.session = session
        rooms = NodeRoom(session)
        var free = Amounts(session.totalResource, session.names)
        for job in session.jobs where Self.isIncomplete(job) { free.sub(Amounts(job.allocated, session.names)) }
        freeOfComplete = free
        lowestPriorities = Self.lowestPriorities(session)
    }

    /// What is idle on all nodes together.
    var free: Amounts { Amounts(session.nodes.reduce(into: Resource()) { $0.add($1.idle) }, session.names) }

    // MARK: - Groups

    /// Whether a group waits for pods that are still to be placed or made.
    static func waits(_ job: JobInfo) -> Bool { job.readyCount < job.minAvailable && hasPending(job) }

    static func hasPending(_ job: JobInfo) -> Bool {
        job.tasks.isEmpty || job.counts[.pending] + job.counts[.pipelined] > 0
    }

    /// Where a group stands, given the room for what it lacks and the first reason of its wait.
    func state(of job: JobInfo, room: GroupState.Room, wait: WaitReason?) -> GroupState {
        let couldPreempt = Self.waits(job) && (lowestPriorities[job.queue].map { $0 < job.priority } ?? false)
        return GroupState(
            phase: job.phase, minMember: job.minAvailable, holding: job.counts.allocated,
            succeeded: job.counts[.succeeded], pending: job.counts[.pending], pipelined: job.counts[.pipelined],
            awaitsPods: job.tasks.isEmpty, room: room, wait: wait.map { WaitClass($0) },
            queueIsOpen: session[job.queue].isOpen,
            isLocked: Self.isIncomplete(job) && !missing(job).isWithin(freeOfComplete), couldPreempt: couldPreempt)
    }

    private static func isIncomplete(_ job: JobInfo) -> Bool {
        job.counts.allocated > 0 && job.readyCount < job.minAvailable && job.counts[.pending] > 0
    }

    /// What the members that are still missing ask for, the smallest pending ones first.
    private func missing(_ job: JobInfo) -> Amounts {
        let pending = job.tasks.filter { session[$0].status == .pending }.map {
            Amounts(session[$0].request, session.names)
        }
        var sum = Amounts()
        for request in pending.prefix(max(job.minAvailable - job.readyCount, 0)) { sum.add(request) }
        return sum
    }

    private static func lowestPriorities(_ session: VolcanoSession) -> [QueueRef: Int32] {
        var lowest: [QueueRef: Int32] = [:]
        for job in session.jobs where job.counts.allocated > 0 {
            let hasVictim = job.tasks.contains { session[$0].status == .running && session[$0].isPreemptable }
            if hasVictim { lowest[job.queue] = min(lowest[job.queue] ?? .max, job.priority) }
        }
        return lowest
    }

    /// What members ask for; where they are not made yet, the PodGroup says.
    static func note(_ job: JobInfo, in group: inout GroupHistory, _ session: VolcanoSession) {
        let total = Amounts(session.totalResource, session.names)
        func size(_ amounts: Amounts) -> Double {
            amounts.dominant(in: total).map { amounts[$0] / total[$0] } ?? 0
        }
        let requests = job.tasks.map { Amounts(session[$0].request, session.names) }
        let sorted = requests.enumerated().sorted { (size($0.element), $0.offset) < (size($1.element), $1.offset) }
        group.minMember = job.minAvailable
        group.priority = job.priority
        group.demand = Amounts()
        for item in sorted.prefix(group.minMember) { group.demand.add(item.element) }
        group.largestPod = sorted.last?.element ?? Amounts()
        if job.tasks.isEmpty, let minimum = job.minResources { group.demand = Amounts(minimum, session.names) }
    }

    /// Jobs that got a place on each node in this cycle, free or after evictions.
    static func newcomers(of session: VolcanoSession) -> [NodeRef: Set<JobRef>] {
        var jobs: [NodeRef: Set<JobRef>] = [:]
        for task in session.tasks where task.status == .pipelined || task.status == .binding {
            if let node = task.node, let job = task.job { jobs[node, default: []].insert(job) }
        }
        return jobs
    }

    // MARK: - Queues

    /// Where every queue stands, from a moment on, and whether it has any job.
    func queues(at moment: Moment) -> [(name: String, hasJobs: Bool, span: QueueSpan)] {
        let accounts = session.plugins.compactMap { $0 as? any ShareAccounts }
        var held: [QueueRef: Resource] = [:]
        for job in session.jobs { held[job.queue, default: Resource()].add(job.allocated) }
        return session.queues.map { queue in
            let deserved = accounts.lazy.compactMap { $0.deserved(of: queue.id) }.first
                .map { Amounts($0, session.names) }
            let allocated = Amounts(held[queue.id] ?? Resource(), session.names)
            let span = QueueSpan(
                from: moment, to: moment, deserved: deserved, allocated: allocated,
                hasCapability: !session.object(queue.id).capability.isEmpty,
                claim: deserved.flatMap { claim(of: queue, allocated: allocated, deserved: $0) },
                protection: protection(of: queue))
            return (queue.name, !queue.jobs.isEmpty, span)
        }
    }

    /// The first group that waits for no more than the queue's deserved amount still has room for.
    private func claim(of queue: QueueInfo, allocated: Amounts, deserved: Amounts) -> ShareClaim? {
        /// PodGroups of one template that hold as much lack the same: what is too much once is not asked again.
        struct Lack: Hashable {
            var template: Int32
            var ready: Int
        }
        var tooMuch: Set<Lack> = []
        for job in queue.jobs where Self.hasPending(session[job]) {
            let info = session[job]
            guard tooMuch.insert(Lack(template: info.podGroup, ready: info.readyCount)).inserted,
                let lacks = lacks(info)
            else { continue }
            var after = allocated
            after.add(lacks)
            // A queue may deserve GPUs alone; nothing is said of the rest then.
            let said = lacks.entries.filter { deserved[$0.name] > 0 }
            let isWithin = said.allSatisfy { after[$0.name] <= deserved[$0.name] + Resource.epsilon }
            guard isWithin, !said.isEmpty else { continue }
            let wait = session.firstReason(for: job).map { WaitClass($0) }
            return ShareClaim(
                uid: info.uid, lacks: lacks, isElastic: info.readyCount >= info.minAvailable,
                refusal: wait?.name == "NotAdmitted" ? wait : nil)
        }
        return nil
    }

    /// What a group waits for at least; nil if only gated pods are left.
    private func lacks(_ job: JobInfo) -> Amounts? {
        if job.tasks.isEmpty { return job.minResources.map { Amounts($0, session.names) } }
        let waiting = job.tasks.filter { [.pending, .pipelined].contains(session[$0].status) && !session[$0].isGated }
        if waiting.isEmpty { return nil }
        var sum = Amounts()
        for task in waiting.prefix(max(job.minAvailable - job.readyCount, 1)) {
            sum.add(Amounts(session[task].request, session.names))
        }
        return sum
    }

    private func protection(of queue: QueueInfo) -> ShareProtection? {
        if !session.isReclaimable(queue.id) { return .queue }
        var protection = ShareProtection.pods
        for job in queue.jobs where session[job].counts.allocated > 0 {
            let hasVictims = session[job].tasks.contains {
                session[$0].status == .running && session[$0].isPreemptable
            }
            guard hasVictims else { continue }
            if session[job].readyCount > session[job].minAvailable { return nil }
            protection = .gangs
        }
        return protection
    }
}
