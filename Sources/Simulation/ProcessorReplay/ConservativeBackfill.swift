import Quantities

/// Conservative backfilling.
///
/// By definition, at every event all queued jobs are planned from scratch in queue order, each at the earliest start
/// that the availability profile allows, and those planned for now start. The same schedule, with less work:
///
/// - A plan stays what planning from scratch would give until a running job ends before its expected end: the jobs
///   started since hold exactly the room they had in it, and an arrival comes last. So an arrival only extends it.
/// - Only who starts now matters. Planning goes on only while a job that is not yet planned could start now, that is,
///   has no more processors than are free. The jobs behind are planned when that becomes necessary, or never.
struct ConservativeBackfill: QueueDiscipline {
    private struct Waiting: BitwiseCopyable {
        var job: Int32
        var processors: Int32
        var requested: SimDuration
        var plannedStart: SimTime
    }

    /// In queue order; the first `planned` of them have a place in the profile.
    private var queue: [Waiting] = []
    private var planned = 0
    private var earliestPlannedStart = SimTime.distantFuture
    private var profile = AvailabilityProfile()
    private var releases = ReleaseSchedule()
    private var waiting: WaitingIndex
    private var planIsValid = false

    init(jobs: [RigidJob]) { waiting = WaitingIndex(capacity: jobs.count) }

    mutating func arrived(_ job: Int, _ machine: borrowing ReplayMachine) {
        let (processors, requested) = (machine.jobs[job].processors, machine.jobs[job].requested)
        queue.append(
            Waiting(
                job: Int32(truncatingIfNeeded: job), processors: processors, requested: requested,
                plannedStart: .distantFuture))
        waiting.insert(job, processors: processors, requested: requested)
    }

    mutating func completed(_ job: Int, _ machine: borrowing ReplayMachine) {
        let expected = machine.expectedEnd(job)
        releases.remove(at: expected, processors: machine.jobs[job].processors)
        if expected > machine.now { planIsValid = false }
    }

    mutating func pass(_ machine: inout ReplayMachine) {
        guard waiting.first(from: 0, fitting: machine.free) != nil else { return }
        if planIsValid {
            profile.advance(to: machine.now)
            if earliestPlannedStart == machine.now { startPlanned(&machine) }
        } else {
            profile.rebuild(now: machine.now, freeNow: machine.free, releases: releases.releases)
            planned = 0
            earliestPlannedStart = .distantFuture
            planIsValid = true
        }
        extendPlan(&machine)
    }

    /// Starts the planned jobs whose time has come.
    private mutating func startPlanned(_ machine: inout ReplayMachine) {
        earliestPlannedStart = .distantFuture
        var kept = 0
        for index in 0..<planned {
            let entry = queue[index]
            if entry.plannedStart == machine.now {
                start(entry, &machine)
            } else {
                earliestPlannedStart = min(earliestPlannedStart, entry.plannedStart)
                queue[kept] = entry
                kept += 1
            }
        }
        queue.removeSubrange(kept..<planned)
        planned = kept
    }

    /// Plans further jobs as long as one of those behind could start now.
    private mutating func extendPlan(_ machine: inout ReplayMachine) {
        var next = planned
        var kept = planned
        while next < queue.count, waiting.first(from: Int(queue[next].job), fitting: machine.free) != nil {
            var entry = queue[next]
            next += 1
            entry.plannedStart = profile.place(processors: entry.processors, duration: entry.requested)
            if entry.plannedStart == machine.now {
                start(entry, &machine)
            } else {
                earliestPlannedStart = min(earliestPlannedStart, entry.plannedStart)
                queue[kept] = entry
                kept += 1
            }
        }
        queue.removeSubrange(kept..<next)
        planned = kept
    }

    private mutating func start(_ entry: Waiting, _ machine: inout ReplayMachine) {
        let job = Int(entry.job)
        waiting.remove(job)
        machine.start(job)
        releases.insert(at: machine.expectedEnd(job), processors: entry.processors)
    }
}
