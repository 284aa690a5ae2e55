import KubernetesObjects

/// Action `preempt-gangs`: a starving job takes the place of whole running jobs (`Actions/PreemptGangs.swift`; Volcano's preempt
/// takes pods, its gangpreempt looks at priorities only).
///
/// A job is a victim if the plugins' `preemptable` gives up all its pods. Victims leave in inverse job order until the job
/// fits, and those that turn out not to be needed stay after all, the last to leave first. Ties: the latest start, then
/// the latest creation, then the highest UID goes first.
struct PreemptGangsAction: VolcanoAction {
    static let name = "preempt-gangs"

    init(arguments: PluginArguments) {}

    func execute(_ session: VolcanoSession) {
        var starving = BinaryHeap(less: session.jobLess)
        for job in session.jobsInMapOrder() {
            guard !session[job].isPending, session.jobValid(job) == nil, session.jobStarving(job) else { continue }
            starving.push(job)
        }
        while let job = starving.pop() { makeRoom(for: job, session) }
    }

    private func makeRoom(for job: JobRef, _ session: VolcanoSession) {
        guard !JobWorksheet(job, session).isEmpty, !session.overused(session[job].queue) else { return }
        let candidates = victims(for: job, session)
        guard !candidates.isEmpty, let needed = needed(candidates, for: job, session) else { return }
        let statement = VolcanoStatement(session)
        for victim in needed {
            for task in session[victim].tasks where session.isRunningOrBound(task) { statement.evict(task) }
        }
        session[job].fitErrors = [:]
        let allocation = AllocationRun(session, cachesErrors: true)
        var worksheet = JobWorksheet(job, session)
        guard let placed = allocation.attempt(job, &worksheet) else { return statement.discard() }
        for case .pipeline(let task, _, _) in placed.operations { session[task].followsEvictions = true }
        statement.merge(placed)
        allocation.commit(statement, of: job)
    }

    /// Jobs that may be evicted, best victim first.
    private func victims(for job: JobRef, _ session: VolcanoSession) -> [JobRef] {
        guard let asker = session[job].tasks.first(where: { session[$0].status == .pending }) else { return [] }
        let running = session.jobs.filter { other in
            other.id != job && other.preemptable ?? true && other.counts[.binding] == 0 && other.counts[.allocated] == 0
                && other.tasks.contains(where: session.isRunningOrBound)
                && other.tasks.allSatisfy { !session.isRunningOrBound($0) || session[$0].isPreemptable }
        }.map(\.id)
        let held = running.map { session[$0].tasks.filter(session.isRunningOrBound) }
        let allowed = Set(session.preemptable(asker, held.flatMap { $0 }))
        return zip(running, held).filter { $1.allSatisfy(allowed.contains) }.map(\.0).sorted { l, r in
            let order = session.compareJobs(l, r)
            if order != 0 { return order > 0 }
            let (a, b) = (session.runStart(l) ?? session.now, session.runStart(r) ?? session.now)
            if a != b { return a > b }
            let (x, y) = (session[l].creation, session[r].creation)
            return x == y ? session[l].uid > session[r].uid : x > y
        }
    }

    /// The victims that must leave; nil if even all are not enough.
    private func needed(_ candidates: [JobRef], for job: JobRef, _ session: VolcanoSession) -> [JobRef]? {
        var departures = Departures(session)
        defer { departures.putAllBack() }
        var room = RoomEstimate(for: job, session)
        var left: [JobRef] = []
        var fits = false
        for victim in candidates {
            room.add(departures.leave(victim))
            left.append(victim)
            fits = room.mayFit && session.wouldFind(placeFor: job)
            if fits { break }
        }
        guard fits else { return nil }
        return left.reversed().filter { victim in
            departures.putBack(victim)
            if session.wouldFind(placeFor: job) { return false }
            departures.leave(victim)
            return true
        }.reversed()
    }
}
