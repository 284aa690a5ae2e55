import Quantities
import SimulationKernel

/// Jobs start in order of submission; the head of the queue blocks the rest.
struct FirstComeFirstServed: QueueDiscipline {
    /// Jobs head ..< tail wait.
    private var head = 0
    private var tail = 0

    mutating func arrived(_ job: Int, _ machine: borrowing ReplayMachine) { tail = job + 1 }
    mutating func completed(_ job: Int, _ machine: borrowing ReplayMachine) {}

    mutating func pass(_ machine: inout ReplayMachine) {
        while head < tail, machine.jobs[head].processors <= machine.free {
            machine.start(head)
            head += 1
        }
    }
}

/// Jobs start in order of requested time, then submission; the head of the queue blocks the rest.
struct ShortestJobFirst: QueueDiscipline {
    /// Keyed by requested time; equal keys leave in the order in which they came, which is that of submission.
    private var waiting = EventQueue<Int32>()

    mutating func arrived(_ job: Int, _ machine: borrowing ReplayMachine) {
        let requested = machine.jobs[job].requested
        waiting.schedule(at: .zero + requested, phase: 0, Int32(truncatingIfNeeded: job))
    }

    mutating func completed(_ job: Int, _ machine: borrowing ReplayMachine) {}

    mutating func pass(_ machine: inout ReplayMachine) {
        while let head = waiting.peek()?.payload, machine.jobs[Int(head)].processors <= machine.free {
            waiting.pop()
            machine.start(Int(head))
        }
    }
}
