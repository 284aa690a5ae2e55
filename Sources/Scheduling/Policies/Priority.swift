import Quantities

/// `priority`: highest priority first, arrival order within a priority; evicts strictly lower priorities when
/// preemption is on. Does not block: a job that fits may pass one that does not.
struct PriorityRules: SchedulingRules {
    func order(_ job: JobEntry) -> Int64 { -Int64(job.priority) }
    var blocksQueue: Bool { false }
    func outranks(_ waiting: JobEntry, _ running: JobEntry, now: SimTime) -> Bool {
        waiting.priority > running.priority
    }
    func victimOrder(_ running: JobEntry, now: SimTime) -> Int64 { -Int64(running.priority) }
}
