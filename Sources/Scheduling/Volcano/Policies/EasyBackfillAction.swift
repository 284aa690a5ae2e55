import KubernetesObjects

/// Action `easy-backfill`: EASY backfilling on nodes (Mu'alem & Feitelson, IEEE TPDS 2001; `Actions/BackfillGangs.swift`). It
/// takes the place of `allocate`.
///
/// Jobs of all queues in job order. The first that does not fit gets a reservation: the first instant at which it fits if every
/// running job ends at its requested run length. Later ones may start if they end by then, or if the first would still
/// fit at that instant with them in place. A running job of unknown length never ends; one that has outlived its request
/// ends now. Argument `searchDepth`: how many jobs that cannot start are looked at (1000). Ties: jobs in the order of
/// creation and UID; nodes as in `allocate`.
struct EasyBackfillAction: VolcanoAction {
    static let name = "easy-backfill"
    private let cachesErrors: Bool
    private let searchDepth: Int

    init(arguments: PluginArguments) {
        cachesErrors = arguments.bool("predicateErrorCacheEnable", default: true)
        searchDepth = arguments.int("searchDepth", default: 1000)
    }

    func execute(_ session: VolcanoSession) {
        EasyBackfill(session, cachesErrors: cachesErrors, searchDepth: searchDepth).run()
    }
}

/// One run of `easy-backfill`.
private final class EasyBackfill {
    /// The promise to the first job that does not fit.
    private struct Reservation {
        var job: JobRef
        /// Nanoseconds since the epoch.
        var start: Int64
    }

    private let session: VolcanoSession
    private let allocation: AllocationRun
    private let searchDepth: Int
    /// Jobs that hold something, with their believed end.
    private var ends: [(end: Int64, job: JobRef)] = []

    init(_ session: VolcanoSession, cachesErrors: Bool, searchDepth: Int) {
        self.session = session
        self.searchDepth = searchDepth
        allocation = AllocationRun(session, cachesErrors: cachesErrors)
    }

    func run() {
        var waiting = BinaryHeap(less: session.jobLess)
        for job in session.jobsInMapOrder() where allocation.isEligible(job) { waiting.push(job) }
        ends = session.jobs.filter { session.runStart($0.id) != nil }.map { (session.expectedEnd($0.id), $0.id) }
        var reservation: Reservation?
        var looked = 0
        while looked < searchDepth, let job = waiting.pop() {
            var worksheet = JobWorksheet(job, session)
            guard !worksheet.isEmpty, !session.overused(session[job].queue) else { continue }
            let wasReady = session.jobReady(job)
            if start(job, &worksheet, around: reservation) { continue }
            looked += 1
            if !wasReady, reservation == nil { reservation = reserve(job) }
        }
    }

    /// Starts a job, or adds to it, if it fits and does not delay the reservation. A job that fits on what is becoming free
    /// keeps that, as in `allocate`, unless there is a reservation already.
    private func start(_ job: JobRef, _ worksheet: inout JobWorksheet, around reservation: Reservation?) -> Bool {
        guard let statement = allocation.attempt(job, &worksheet) else { return false }
        guard session.jobReady(job) else {
            if reservation == nil { return true }
            statement.discard()
            return false
        }
        while allocation.hasMore(job, worksheet), let more = allocation.attempt(job, &worksheet) {
            statement.merge(more)
        }
        let end = session.expectedEnd(job)
        if let reservation, end > reservation.start, !leavesRoom(for: reservation) {
            statement.rollBack(to: 0)
            let head = session[reservation.job].uid
            session.note(job) { $0.heldBack = (EasyBackfillAction.name, head, "would delay the reservation of") }
            return false
        }
        allocation.commit(statement, of: job)
        if !ends.contains(where: { $0.job == job }) { ends.append((end, job)) }
        return true
    }

    /// The first instant at which the job fits if running jobs end as requested; nil if it does not even fit then.
    private func reserve(_ job: JobRef) -> Reservation? {
        var departures = Departures(session)
        defer { departures.putAllBack() }
        var room = RoomEstimate(for: job, session)
        let order = ends.filter { $0.end < .max }.sorted { ($0.end, $0.job) < ($1.end, $1.job) }
        for (place, (end, running)) in order.enumerated() {
            room.add(departures.leave(running))
            let isLastOfInstant = place + 1 == order.count || order[place + 1].end > end
            if isLastOfInstant, room.mayFit, session.wouldFind(placeFor: job) {
                return Reservation(job: job, start: end)
            }
        }
        return nil
    }

    /// Whether the reserved job still fits at its instant with all that stands now.
    private func leavesRoom(for reservation: Reservation) -> Bool {
        var departures = Departures(session)
        defer { departures.putAllBack() }
        for (end, job) in ends where end <= reservation.start { departures.leave(job) }
        return session.wouldFind(placeFor: reservation.job)
    }
}
