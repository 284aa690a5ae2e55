import KubernetesObjects
import Quantities
import Scheduling

/// Watches closed sessions and keeps what changed from one to the next.
public struct HistoryRecorder {
    public private(set) var history: ClusterHistory
    /// Index of the group with a uid.
    private var groupRows: [String: Int] = [:]
    private var queueRows: [String: Int] = [:]
    /// Groups of the last cycle that are not gone.
    private var present: Set<Int> = []
    /// Most waiting groups per cycle whose room on the nodes is worked out; the others count as without.
    public var examinedGroups = 200

    /// Has seen nothing yet.
    public init(configuration: VolcanoConfiguration) { history = ClusterHistory(configuration: configuration) }

    /// Takes in a session after its close.
    public mutating func observe(_ session: VolcanoSession, at moment: Moment) {
        if history.groups.isEmpty, history.queues.isEmpty { history.first = moment }
        extend(to: moment)
        history.total = Amounts(session.totalResource, session.names)
        let idle = session.nodes.reduce(into: Resource()) { $0.add($1.idle) }
        let free = Amounts(idle, session.names)
        if history.free.last?.amounts != free { history.free.append((moment, free)) }
        let rows = session.jobs.map { row(of: $0, session) }
        noteMoves(session, rows, moment)
        noteGroups(session, rows, moment)
        noteQueues(session, moment)
    }

    /// Everything stood as it was until `moment`.
    public mutating func extend(to moment: Moment) {
        history.last = moment
        for row in present where !history.groups[row].spans.isEmpty {
            history.groups[row].spans[history.groups[row].spans.count - 1].to = moment
        }
        for row in history.queues.indices where !history.queues[row].spans.isEmpty {
            history.queues[row].spans[history.queues[row].spans.count - 1].to = moment
        }
    }

    // MARK: - Groups

    private mutating func row(of job: JobInfo, _ session: VolcanoSession) -> Int {
        let metadata = session.podGroup(job.id).metadata
        let identity = metadata.key + " " + metadata.uid
        if let known = groupRows[identity] { return known }
        var group = GroupHistory(
            key: metadata.key, name: Self.name(metadata), uid: metadata.uid, queue: session[job.queue].name,
            priority: job.priority,
            created: job.creation, minMember: job.minAvailable, demand: Amounts(), largestPod: Amounts())
        Self.note(job, in: &group, session)
        groupRows[identity] = history.groups.count
        history.groups.append(group)
        return history.groups.count - 1
    }

    private static func name(_ metadata: ObjectMeta) -> String {
        guard let owner = metadata.ownerReferences.first(where: { $0.kind == "Job" }) else { return metadata.key }
        return metadata.namespace + "/" + owner.name
    }

    private static func note(_ requests: [Amounts], in group: inout GroupHistory, total: Amounts) {
        func size(_ amounts: Amounts) -> Double {
            amounts.dominant(in: total).map { amounts[$0] / total[$0] } ?? 0
        }
        let sorted = requests.enumerated().sorted { (size($0.element), $0.offset) < (size($1.element), $1.offset) }
        group.demand = Amounts()
        for item in sorted.prefix(group.minMember) { group.demand.add(item.element) }
        group.largestPod = sorted.last?.element ?? Amounts()
    }

    /// What members ask for; where they are not made yet, the PodGroup says.
    private static func note(_ job: JobInfo, in group: inout GroupHistory, _ session: VolcanoSession) {
        let total = Amounts(session.totalResource, session.names)
        note(job.tasks.map { Amounts(session[$0].request, session.names) }, in: &group, total: total)
        if job.tasks.isEmpty, let minimum = job.minResources { group.demand = Amounts(minimum, session.names) }
    }

    private mutating func noteMoves(_ session: VolcanoSession, _ rows: [Int], _ moment: Moment) {
        for (task, node) in session.binds {
            guard let job = session[task].job else { continue }
            history.binds.append(
                ObservedBind(
                    moment: moment, pod: session[task].namespace + "/" + session[task].name,
                    group: rows[Int(job.index)],
                    node: session[node].name, request: Amounts(session[task].request, session.names)))
        }
        if session.evictions.isEmpty { return }
        var gainers: [NodeRef: Set<Int>] = [:]
        for task in session.tasks where task.status == .pipelined || task.status == .binding {
            if let node = task.node, let job = task.job { gainers[node, default: []].insert(rows[Int(job.index)]) }
        }
        for (task, action) in session.evictions {
            guard let job = session[task].job else { continue }
            let row = rows[Int(job.index)]
            let node = session[task].node
            history.evictions.append(
                ObservedEviction(
                    moment: moment, pod: session[task].namespace + "/" + session[task].name, group: row,
                    node: node.map { session[$0].name } ?? "", action: action,
                    gainers: (node.flatMap { gainers[$0] } ?? []).subtracting([row]).sorted()))
        }
    }

    private mutating func noteGroups(_ session: VolcanoSession, _ rows: [Int], _ moment: Moment) {
        let rooms = NodeRoom(session)
        var lockedOut = Amounts(session.totalResource, session.names)
        for job in session.jobs where Self.isIncomplete(job) { lockedOut.sub(Amounts(job.allocated, session.names)) }
        let runningPriorities = Self.lowestPriorities(session)
        var examined = 0
        for job in session.jobs {
            let hasPending = job.tasks.isEmpty || job.counts[.pending] + job.counts[.pipelined] > 0
            let waits = job.readyCount < job.minAvailable && hasPending
            if waits { examined += 1 }
            let room = waits ? (examined <= examinedGroups ? rooms.room(for: job) : .taken) : .notNeeded
            let reasons = hasPending && examined <= examinedGroups ? session.reasons(for: job.id) : []
            let preempted = runningPriorities[job.queue].map { $0 < job.priority } ?? false
            let state = GroupState(
                phase: job.phase, minMember: job.minAvailable, holding: job.counts.allocated,
                succeeded: job.counts[.succeeded], pending: job.counts[.pending], pipelined: job.counts[.pipelined],
                awaitsPods: job.tasks.isEmpty,
                room: room, wait: reasons.first.map { WaitClass($0) },
                queueIsOpen: session[job.queue].isOpen,
                isLocked: Self.isIncomplete(job) && !Self.missing(job, session).isWithin(lockedOut),
                couldPreempt: waits && preempted)
            let row = rows[Int(job.id.index)]
            let held = Amounts(job.allocated, session.names)
            if let last = history.groups[row].spans.last, present.contains(row), last.state == state, last.held == held
            {
                continue
            }
            if present.contains(row), let last = history.groups[row].spans.indices.last {
                history.groups[row].spans[last].to = moment
            }
            history.groups[row].spans.append(
                GroupSpan(from: moment, to: moment, state: state, reasons: reasons, held: held))
            refreshDemand(job, session, row)
        }
        let now = Set(rows)
        for row in present.subtracting(now) { history.groups[row].isGone = true }
        present = now
    }

    /// Pods come and go; a group that was empty at first has its demand later.
    private mutating func refreshDemand(_ job: JobInfo, _ session: VolcanoSession, _ row: Int) {
        history.groups[row].minMember = job.minAvailable
        history.groups[row].priority = job.priority
        Self.note(job, in: &history.groups[row], session)
    }

    private static func isIncomplete(_ job: JobInfo) -> Bool {
        job.counts.allocated > 0 && job.readyCount < job.minAvailable && job.counts[.pending] > 0
    }

    /// What the members that are still missing ask for, the smallest pending ones first.
    private static func missing(_ job: JobInfo, _ session: VolcanoSession) -> Amounts {
        let pending = job.tasks.filter { session[$0].status == .pending }.map {
            Amounts(session[$0].request, session.names)
        }
        var sum = Amounts()
        for request in pending.prefix(max(job.minAvailable - job.readyCount, 0)) { sum.add(request) }
        return sum
    }

    /// The lowest priority among pods that hold places and may be evicted, by queue.
    private static func lowestPriorities(_ session: VolcanoSession) -> [QueueRef: Int32] {
        var lowest: [QueueRef: Int32] = [:]
        for job in session.jobs where job.counts.allocated > 0 {
            let hasVictim = job.tasks.contains { session[$0].status == .running && session[$0].isPreemptable }
            if hasVictim { lowest[job.queue] = min(lowest[job.queue] ?? .max, job.priority) }
        }
        return lowest
    }

    // MARK: - Queues

    private mutating func noteQueues(_ session: VolcanoSession, _ moment: Moment) {
        let accounts = session.plugins.compactMap { $0 as? any ShareAccounts }
        var held: [QueueRef: Resource] = [:]
        for job in session.jobs { held[job.queue, default: Resource()].add(job.allocated) }
        for queue in session.queues where !queue.jobs.isEmpty || queueRows[queue.name] != nil {
            let deserved = accounts.lazy.compactMap { $0.deserved(of: queue.id) }.first
                .map { Amounts($0, session.names) }
            let allocated = Amounts(held[queue.id] ?? Resource(), session.names)
            let next = deserved.flatMap { Self.nextPod(of: queue, allocated: allocated, deserved: $0, session) }
            let span = QueueSpan(
                from: moment, to: moment, deserved: deserved, allocated: allocated, nextPod: next?.request,
                nextPodIsElastic: next?.isElastic ?? false)
            note(span, of: queue.name, moment)
        }
    }

    private mutating func note(_ span: QueueSpan, of queue: String, _ moment: Moment) {
        guard let row = queueRows[queue] else {
            queueRows[queue] = history.queues.count
            history.queues.append(QueueHistory(name: queue, spans: [span]))
            return
        }
        var stretched = span
        if let last = history.queues[row].spans.last {
            stretched.from = last.from
            if stretched == last { return }
        }
        history.queues[row].spans.append(span)
    }

    /// The first waiting pod, smallest group first, that the queue's deserved amount still has room for.
    private static func nextPod(
        of queue: QueueInfo, allocated: Amounts, deserved: Amounts, _ session: VolcanoSession
    ) -> (request: Amounts, isElastic: Bool)? {
        for job in queue.jobs {
            guard let task = session[job].tasks.first(where: { session[$0].status == .pending && !session[$0].isGated })
            else { continue }
            let request = Amounts(session[task].request, session.names)
            var after = allocated
            after.add(request)
            let isWithin = request.entries.allSatisfy { after[$0.name] <= deserved[$0.name] + Resource.epsilon }
            if isWithin, !request.entries.isEmpty {
                return (request, session[job].readyCount >= session[job].minAvailable)
            }
        }
        return nil
    }
}
