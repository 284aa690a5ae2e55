import KubernetesObjects
import Quantities
import Scheduling

/// Keeps the history of a long run at a cost that does not grow with cycles × jobs.
///
/// What cycles decide is noted at once: binds (those of a job together), evictions, and who holds places since. Why groups
/// wait, what room there is and where queues stand is looked at so often that no state lasts longer than an interval
/// unseen: a cycle is looked at if more than an interval would pass between the last look and the next event. That is two
/// looks per interval at most, however many cycles are played. A look takes in the oldest groups that wait.
///
/// Jobs are numbered by the caller and keep their row when they are submitted again.
public struct RunWatch: Sendable {
    /// What was seen; stretches that go on have no end before `finish`.
    public private(set) var history: ClusterHistory
    /// Most groups that one look takes in.
    public static let groupsPerLook = 200

    private let period: SimDuration
    private let interval: SimDuration
    private var lastLook: SimTime?
    /// Row in the history by the job's number; −1 for none yet.
    private var rows: [Int32]
    private var queueRows: [String: Int] = [:]

    /// Who the caller's jobs are.
    public struct Names {
        /// Number of a job of the session.
        var key: (JobRef) -> Int32
        /// What people call the job with a number.
        var name: (Int32) -> String

        /// `key` numbers a session's job from 0; `name` says what to call the job with that number.
        public init(key: @escaping (JobRef) -> Int32, name: @escaping (Int32) -> String) {
            self.key = key
            self.name = name
        }
    }

    /// Has seen nothing yet; jobs are numbered from 0.
    public init(configuration: VolcanoConfiguration, jobs: Int, period: SimDuration, interval: SimDuration) {
        history = ClusterHistory(configuration: configuration)
        history.restartsEvictedJobs = true
        rows = Array(repeating: -1, count: jobs)
        self.period = period
        self.interval = interval
    }

    /// Takes in a session after its close. `next` is when the next event is due, and `isWhole` says whether all nodes are in
    /// service: while some are not, nothing is said to fit never.
    public mutating func observe(
        _ session: VolcanoSession, at time: SimTime, next: SimTime, isWhole: @autoclosure () -> Bool,
        names: @autoclosure () -> Names
    ) {
        let moment = moment(time)
        if lastLook == nil { history.first = moment }
        history.last = moment
        let isLook = lastLook.map { next.nanoseconds - $0.nanoseconds > interval.nanoseconds } ?? true
        guard isLook || !session.binds.isEmpty || !session.evictions.isEmpty else { return }
        let names = names()
        noteBinds(session, moment, names)
        noteEvictions(session, moment, names)
        if isLook { look(session, moment, isWhole(), names) }
    }

    /// A job is gone, for good or until it is submitted again.
    public mutating func leave(_ key: Int32, at time: SimTime) {
        let row = Int(rows[Int(key)])
        guard row >= 0, !history.groups[row].isGone else { return }
        history.groups[row].isGone = true
        if let last = history.groups[row].spans.indices.last { history.groups[row].spans[last].to = moment(time) }
    }

    /// Everything stands as it was until the end of the run.
    public mutating func finish(at end: SimTime) {
        history.last = moment(end)
        for row in history.groups.indices where !history.groups[row].isGone {
            guard let last = history.groups[row].spans.indices.last else { continue }
            history.groups[row].spans[last].to = history.last
        }
        for row in history.queues.indices {
            guard let last = history.queues[row].spans.indices.last else { continue }
            history.queues[row].spans[last].to = history.last
        }
    }

    private func moment(_ time: SimTime) -> Moment {
        Moment(time: time, cycle: Int(time.nanoseconds / max(period.nanoseconds, 1)))
    }

    // MARK: - Decisions

    private mutating func noteBinds(_ session: VolcanoSession, _ moment: Moment, _ names: Names) {
        var reading: SessionReading?
        var next = session.binds.startIndex
        while next < session.binds.endIndex {
            let (first, node) = session.binds[next]
            let job = session[first].job
            var request = Resource()
            while next < session.binds.endIndex, session[session.binds[next].task].job == job {
                request.add(session[session.binds[next].task].request)
                next += 1
            }
            guard let job else { continue }
            let row = row(of: job, session, names)
            history.binds.append(
                ObservedBind(
                    moment: moment, pod: history.groups[row].name, group: row, node: session[node].name,
                    request: Amounts(request, session.names)))
            if session[job].readyCount >= session[job].minAvailable {
                note(Self.complete(session[job], session), nil, of: job, row, session, moment)
            } else {
                if reading == nil { reading = SessionReading(session) }
                if let reading { examine(job, row, reading, isWhole: true, moment) }
            }
        }
    }

    private mutating func noteEvictions(_ session: VolcanoSession, _ moment: Moment, _ names: Names) {
        if session.evictions.isEmpty { return }
        let newcomers = SessionReading.newcomers(of: session)
        var noted: [JobRef: Int] = [:]
        for (task, action) in session.evictions {
            guard let job = session[task].job else { continue }
            let row = row(of: job, session, names)
            let node = session[task].node
            var gainers: Set<Int> = []
            let others = (node.flatMap { newcomers[$0] } ?? []).sorted { names.key($0) < names.key($1) }
            for other in others where other != job { gainers.insert(self.row(of: other, session, names)) }
            if let known = noted[job] {
                history.evictions[known].gainers = gainers.union(history.evictions[known].gainers).sorted()
                continue
            }
            noted[job] = history.evictions.count
            history.evictions.append(
                ObservedEviction(
                    moment: moment, pod: history.groups[row].name, group: row,
                    node: node.map { session[$0].name } ?? "", action: action, gainers: gainers.sorted()))
        }
    }

    // MARK: - Looks

    private mutating func look(_ session: VolcanoSession, _ moment: Moment, _ isWhole: Bool, _ names: Names) {
        lastLook = moment.time
        history.total = Amounts(session.totalResource, session.names)
        let reading = SessionReading(session)
        let free = reading.free
        if history.free.last?.amounts != free { history.free.append((moment, free)) }
        var known: [RoomQuestion: GroupState.Room] = [:]
        var left = Self.groupsPerLook
        for job in session.jobOrder where session[job].readyCount < session[job].minAvailable {
            if left == 0 { break }
            left -= 1
            let row = row(of: job, session, names)
            let question = RoomQuestion(session[job])
            let room = examine(job, row, reading, isWhole: isWhole, moment, room: question.flatMap { known[$0] })
            if let question { known[question] = room }
        }
        for (name, hasJobs, span) in reading.queues(at: moment) {
            if let row = queueRows[name] {
                history.note(span, of: row)
            } else if hasJobs {
                queueRows[name] = history.queues.count
                history.queues.append(QueueHistory(name: name, spans: [span]))
            }
        }
    }

    /// What the room for a group that holds nothing hangs on: PodGroups of one template have the same pods.
    private struct RoomQuestion: Hashable {
        var template: Int32
        var hasPods: Bool

        /// nil for groups that have places or pods that ended: each lacks something else.
        init?(_ job: JobInfo) {
            guard job.counts.allocated == 0, job.counts[.succeeded] == 0 else { return nil }
            (template, hasPods) = (job.podGroup, !job.tasks.isEmpty)
        }
    }

    /// Notes where a group that is not complete stands. Gives the room for it, worked out unless it is known.
    @discardableResult
    private mutating func examine(
        _ job: JobRef, _ row: Int, _ reading: SessionReading, isWhole: Bool, _ moment: Moment,
        room known: GroupState.Room? = nil
    ) -> GroupState.Room {
        let session = reading.session
        var room = known ?? reading.rooms.room(for: session[job])
        if !isWhole, room == .podFitsNoNode || room == .gangFitsNever { room = .taken }
        let reason = session.firstReason(for: job)
        note(reading.state(of: session[job], room: room, wait: reason), reason, of: job, row, session, moment)
        return room
    }

    /// The state of a group that has its places, which hangs on nothing around it.
    private static func complete(_ job: JobInfo, _ session: VolcanoSession) -> GroupState {
        GroupState(
            phase: job.phase, minMember: job.minAvailable, holding: job.counts.allocated,
            succeeded: job.counts[.succeeded], pending: job.counts[.pending], pipelined: job.counts[.pipelined],
            awaitsPods: job.tasks.isEmpty, room: .notNeeded, wait: nil, queueIsOpen: session[job.queue].isOpen,
            isLocked: false, couldPreempt: false)
    }

    // MARK: - Groups

    private mutating func note(
        _ state: GroupState, _ reason: WaitReason?, of job: JobRef, _ row: Int, _ session: VolcanoSession,
        _ moment: Moment
    ) {
        let held = Amounts(session[job].allocated, session.names)
        if !history.groups[row].isGone, let last = history.groups[row].spans.indices.last {
            let span = history.groups[row].spans[last]
            if span.state == state, span.held == held { return }
            history.groups[row].spans[last].to = moment
        }
        history.groups[row].isGone = false
        history.groups[row].spans.append(
            GroupSpan(from: moment, to: moment, state: state, reasons: reason.map { [$0] } ?? [], held: held))
        if !state.isComplete { SessionReading.note(session[job], in: &history.groups[row], session) }
    }

    private mutating func row(of job: JobRef, _ session: VolcanoSession, _ names: Names) -> Int {
        let key = names.key(job)
        if rows[Int(key)] >= 0 { return Int(rows[Int(key)]) }
        let info = session[job]
        rows[Int(key)] = Int32(history.groups.count)
        history.groups.append(
            GroupHistory(
                key: info.uid, name: names.name(key), uid: info.uid, queue: session[info.queue].name,
                priority: info.priority, created: info.creation, minMember: info.minAvailable, demand: Amounts(),
                largestPod: Amounts()))
        return history.groups.count - 1
    }
}
