import Quantities

/// EASY backfilling.
///
/// After a FIFO pass the blocked head gets a reservation: the first instant at which enough processors are free if
/// every running job lasts its requested time. What is free at that instant beyond the head's need is extra. The
/// others, in order, start now if they fit and either end (by requested time) no later than the reservation or use
/// only extra processors, which are then spent. The reservation is made anew at every event.
///
/// The pass looks at no job that cannot start: an index finds the next one in queue order that can.
struct EasyBackfill: QueueDiscipline {
    private var head = 0
    private var tail = 0
    private var waiting: WaitingIndex
    private var releases = ReleaseSchedule()

    init(jobs: [RigidJob]) { waiting = WaitingIndex(capacity: jobs.count) }

    mutating func arrived(_ job: Int, _ machine: borrowing ReplayMachine) {
        tail = job + 1
        waiting.insert(job, processors: machine.jobs[job].processors, requested: machine.jobs[job].requested)
    }

    mutating func completed(_ job: Int, _ machine: borrowing ReplayMachine) {
        releases.remove(at: machine.expectedEnd(job), processors: machine.jobs[job].processors)
    }

    mutating func pass(_ machine: inout ReplayMachine) {
        startHeads(&machine)
        guard head < tail, machine.free > 0, waiting.first(from: head + 1, fitting: machine.free) != nil else { return }
        let blocked = machine.jobs[head].processors
        let reservation = releases.reservation(for: blocked, free: machine.free)
        let slack = reservation.time - machine.now
        var extra = reservation.free - blocked
        var next = head + 1
        while machine.free > 0,
            let job = waiting.first(from: next, fitting: machine.free, requesting: slack, orFitting: extra)
        {
            if machine.jobs[job].requested > slack { extra -= machine.jobs[job].processors }
            start(job, &machine)
            next = job + 1
        }
    }

    private mutating func startHeads(_ machine: inout ReplayMachine) {
        while head < tail {
            if waiting.contains(head) {
                if machine.jobs[head].processors > machine.free { return }
                start(head, &machine)
            }
            head += 1
        }
    }

    private mutating func start(_ job: Int, _ machine: inout ReplayMachine) {
        waiting.remove(job)
        machine.start(job)
        releases.insert(at: machine.expectedEnd(job), processors: machine.jobs[job].processors)
    }
}
