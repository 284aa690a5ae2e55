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
        let reading = SessionReading(session)
        let free = reading.free
        if history.free.last?.amounts != free { history.free.append((moment, free)) }
        let rows = session.jobs.map { row(of: $0, session) }
        noteMoves(session, rows, moment)
        noteGroups(reading, rows, moment)
        for (name, hasJobs, span) in reading.queues(at: moment) { note(span, of: name, hasJobs) }
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
        SessionReading.note(job, in: &group, session)
        groupRows[identity] = history.groups.count
        history.groups.append(group)
        return history.groups.count - 1
    }

    private static func name(_ metadata: ObjectMeta) -> String {
        guard let owner = metadata.ownerReferences.first(where: { $0.kind == "Job" }) else { return metadata.key }
        return metadata.namespace + "/" + owner.name
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
        let newcomers = SessionReading.newcomers(of: session)
        for (task, action) in session.evictions {
            guard let job = session[task].job else { continue }
            let row = rows[Int(job.index)]
            let node = session[task].node
            let gainers = Set((node.flatMap { newcomers[$0] } ?? []).map { rows[Int($0.index)] })
            history.evictions.append(
                ObservedEviction(
                    moment: moment, pod: session[task].namespace + "/" + session[task].name, group: row,
                    node: node.map { session[$0].name } ?? "", action: action,
                    gainers: gainers.subtracting([row]).sorted()))
        }
    }

    private mutating func noteGroups(_ reading: SessionReading, _ rows: [Int], _ moment: Moment) {
        let session = reading.session
        var examined = 0
        for job in session.jobs {
            let waits = SessionReading.waits(job)
            if waits { examined += 1 }
            let isExamined = examined <= examinedGroups
            let room = waits ? (isExamined ? reading.rooms.room(for: job) : .taken) : .notNeeded
            let reasons = SessionReading.hasPending(job) && isExamined ? session.reasons(for: job.id) : []
            let state = reading.state(of: job, room: room, wait: reasons.first)
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
            // Pods come and go; a group that was empty at first has its demand later.
            SessionReading.note(job, in: &history.groups[row], session)
        }
        let now = Set(rows)
        for row in present.subtracting(now) { history.groups[row].isGone = true }
        present = now
    }

    private mutating func note(_ span: QueueSpan, of queue: String, _ hasJobs: Bool) {
        if let row = queueRows[queue] { return history.note(span, of: row) }
        guard hasJobs else { return }
        queueRows[queue] = history.queues.count
        history.queues.append(QueueHistory(name: queue, spans: [span]))
    }
}
