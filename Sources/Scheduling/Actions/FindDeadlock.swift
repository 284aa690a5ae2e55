import ClusterModel
import SimulationKernel

extension Session {
    /// The half-placed gangs that can never complete, even if every running job ended and nothing else arrived.
    ///
    /// The banker's argument: release all running jobs, then complete and release half-placed gangs one after the
    /// other in arrival order as long as any completes. What is left waits for ever, each for capacity the others
    /// hold. Empty if there is no deadlock. Nothing changes but the memory of the answer, which stands as long as the
    /// same gangs hold the same number of pods on the same schedulable nodes.
    public mutating func findDeadlock() -> [Int32] {
        var holding: [Int32] = []
        for queue in queues where !queue.waiting.isEmpty {
            holding += queue.waiting.keys.map(\.job).filter { jobs[Int($0)].state == .holding }
        }
        guard holding.count > 1 else { return [] }
        var question = Fingerprint()
        for job in holding { question.fold(Int64(job) << 32 | Int64(jobs[Int(job)].boundPods)) }
        question.fold(Int64(ledger.schedulableGPUs))
        if question.value == deadlockAnswer.question { return deadlockAnswer.stuck }
        holding.sort { jobs[Int($0)].sequence < jobs[Int($1)].sequence }
        deadlockAnswer = (question.value, stuckAmong(holding))
        return deadlockAnswer.stuck
    }

    /// Those of the half-placed gangs that are left when no more can complete.
    private mutating func stuckAmong(_ gangs: [Int32]) -> [Int32] {
        let chance = placement.chance
        let statement = openStatement()
        defer {
            rollback(statement)
            // The trial must not use up the random numbers of real decisions.
            placement.chance = chance
        }
        for job in running { evict(job) }
        var left = gangs
        while let done = left.firstIndex(where: { completes($0) }) {
            evict(left[done])
            left.remove(at: done)
        }
        return left.count > 1 ? left : []
    }

    /// Whether the unbound pods of a half-placed gang all fit now; if so they are bound.
    private mutating func completes(_ job: Int32) -> Bool {
        let statement = openStatement()
        var firstTask: Int32 = 0
        for g in groupIndexes(of: job) {
            let group = groups[g]
            let bound = boundPods(of: job, among: firstTask..<firstTask + group.count)
            for i in bound..<group.count where !bindOnePod(job, group, task: firstTask + i) {
                rollback(statement)
                return false
            }
            firstTask += group.count
        }
        return true
    }
}
