import Quantities

/// Conservative backfilling.
///
/// By definition, at every event all queued jobs are planned from scratch in queue order, each at the earliest start
/// that the availability profile allows, and those planned for now start. The same schedule, with less work:
///
/// - A plan stays what planning from scratch would give until a running job ends before its expected end: the jobs
///   started since hold exactly the room they had in it, and an arrival comes last. So an arrival only extends it.
/// - Only who starts now matters. The envelope of what stays free from now on tells which jobs behind can still do so;
///   it only falls as jobs are planned, and planning ends when nobody is left.
/// - Where the envelope ends, fewer processors are free than any waiting job needs. No later job of the queue can be
///   planned across that time, the horizon; so what is planned beyond it has no influence before it, and is left out. A
///   job that is to run before the horizon requests less than is left until there: an index finds it.
struct ConservativeBackfill: QueueDiscipline {
    private var waiting: WaitingIndex
    private var releases = ReleaseSchedule()
    private var head = 0
    private var tail = 0

    private var planIsValid = false
    /// The plan says nothing about starts at or after this time.
    private var horizon = SimTime.distantFuture
    /// The fewest processors of a waiting job when the plan was begun.
    private var smallest: Int32 = 1
    private var profile = AvailabilityProfile()
    private var envelope = StartEnvelope()
    /// Jobs below this place in the queue are planned, or known to start no earlier than the horizon.
    private var planned = 0
    /// Those planned for a time to come, in queue order.
    private var reservations: [(job: Int, start: SimTime)] = []

    init(jobs: [RigidJob]) { waiting = WaitingIndex(capacity: jobs.count) }

    mutating func arrived(_ job: Int, _ machine: borrowing ReplayMachine) {
        tail = job + 1
        let processors = machine.jobs[job].processors
        waiting.insert(job, processors: processors, requested: machine.jobs[job].requested)
        // A job smaller than all others may be planned across the horizon.
        if processors < smallest { planIsValid = false }
    }

    mutating func completed(_ job: Int, _ machine: borrowing ReplayMachine) {
        let expected = machine.expectedEnd(job)
        releases.remove(at: expected, processors: machine.jobs[job].processors)
        if expected > machine.now { planIsValid = false }
    }

    mutating func pass(_ machine: inout ReplayMachine) {
        if planIsValid, machine.now < horizon {
            guard someoneFits(machine) else { return }
            profile.advance(to: machine.now)
            startReserved(&machine)
            envelope.reset(now: machine.now, free: profile.freeNow, smallest: smallest)
            profile.lower(&envelope)
        } else {
            startHeads(&machine)
            planIsValid = false
            guard someoneFits(machine) else { return }
            beginPlan(machine)
        }
        extendPlan(&machine)
    }

    private func someoneFits(_ machine: borrowing ReplayMachine) -> Bool {
        waiting.first(from: head, fitting: machine.free) != nil
    }

    /// Starts jobs from the head of the queue as long as they fit: each would be the first to be planned.
    private mutating func startHeads(_ machine: inout ReplayMachine) {
        while head < tail {
            if waiting.contains(head) {
                if machine.jobs[head].processors > machine.free { return }
                start(head, &machine)
            }
            head += 1
        }
    }

    /// Starts the planned jobs whose time has come.
    private mutating func startReserved(_ machine: inout ReplayMachine) {
        var kept = 0
        for reservation in reservations {
            if reservation.start == machine.now {
                start(reservation.job, &machine)
            } else {
                reservations[kept] = reservation
                kept += 1
            }
        }
        reservations.removeSubrange(kept...)
    }

    private mutating func beginPlan(_ machine: borrowing ReplayMachine) {
        planIsValid = true
        horizon = .distantFuture
        smallest = waiting.fewestProcessors
        planned = head
        reservations.removeAll(keepingCapacity: true)
        profile.rebuild(now: machine.now, freeNow: machine.free, releases: releases.releases)
        envelope.reset(now: machine.now, free: machine.free, smallest: smallest)
    }

    /// Plans further jobs, up to the last one that starts now.
    private mutating func extendPlan(_ machine: inout ReplayMachine) {
        horizon = min(horizon, envelope.end)
        var starting = envelope.firstAdmitted(of: waiting, from: planned)
        while let last = starting,
            let job = waiting.first(from: planned, fitting: .max - 1, requesting: horizon.remaining(from: machine.now))
        {
            planned = job + 1
            let (processors, requested) = (machine.jobs[job].processors, machine.jobs[job].requested)
            guard let steps = profile.place(processors: processors, duration: requested, before: horizon) else {
                continue
            }
            let begin = profile.time(ofStep: steps.lowerBound)
            if begin == machine.now {
                start(job, &machine)
            } else {
                reservations.append((job, begin))
            }
            if profile.lower(&envelope, to: steps) {
                horizon = min(horizon, envelope.end)
                if job == last || !envelope.admits(machine.jobs[last]) {
                    starting = envelope.firstAdmitted(of: waiting, from: last + 1)
                }
            }
        }
    }

    private mutating func start(_ job: Int, _ machine: inout ReplayMachine) {
        waiting.remove(job)
        machine.start(job)
        releases.insert(at: machine.expectedEnd(job), processors: machine.jobs[job].processors)
    }
}
