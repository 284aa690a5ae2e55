import ClusterModel

extension Session {
    /// The half-placed gangs that can never complete, even if every running job ended and nothing else arrived.
    ///
    /// The banker's argument: release all running jobs, then complete and release half-placed gangs one after the
    /// other in arrival order as long as any completes. What is left waits for ever, each for capacity the others
    /// hold. Empty if there is no deadlock. Nothing changes.
    public mutating func findDeadlock() -> [Int32] {
        var holding: [Int32] = []
        for queue in queues { holding += queue.waiting.keys.map(\.job).filter { jobs[Int($0)].state == .holding } }
        guard holding.count > 1 else { return [] }
        holding.sort { jobs[Int($0)].sequence < jobs[Int($1)].sequence }
        let present = self
        defer { self = present }
        for job in Array(running) { releaseAll(job) }
        var progress = true
        while progress {
            progress = false
            for job in holding where completes(job) {
                releaseAll(job)
                holding.removeAll { $0 == job }
                progress = true
                break
            }
        }
        return holding.count > 1 ? holding : []
    }

    private mutating func releaseAll(_ job: Int32) {
        while jobs[Int(job)].firstPlacement >= 0 {
            let head = jobs[Int(job)].firstPlacement
            ledger.release(slab.cells[Int(head)].allocation)
            jobs[Int(job)].firstPlacement = slab.pop(head)
        }
    }

    /// Whether the unbound pods of a half-placed gang all fit now; if so they are bound.
    private mutating func completes(_ job: Int32) -> Bool {
        let statement = openStatement()
        var bound = jobs[Int(job)].boundPods
        var firstTask: Int32 = 0
        for g in groupIndexes(of: job) {
            let group = groups[g]
            let have = min(bound, group.count)
            bound -= have
            for i in have..<group.count where !bindOnePod(job, group, task: firstTask + i) {
                rollback(statement)
                return false
            }
            firstTask += group.count
        }
        commit(statement)
        return true
    }
}
