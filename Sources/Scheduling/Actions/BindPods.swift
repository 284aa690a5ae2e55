import ClusterModel

extension Session {
    /// One pass of pod-by-pod scheduling: every unbound pod, in queue order, is bound wherever it fits.
    ///
    /// A job runs once all its pods are bound; until then the bound ones hold their resources (`holding`).
    mutating func bindPods(_ options: PassOptions) {
        var heads = queues.map { $0.waiting.first }
        while let queue = earliest(heads) {
            guard let key = heads[queue] else { break }
            heads[queue] = queues[queue].waiting.successor(of: key)
            bindWhatFits(key.job)
            if jobs[Int(key.job)].boundPods == jobs[Int(key.job)].pods {
                queues[queue].waiting.remove(key)
                start(key.job, .placed)
            }
        }
    }

    /// Binds the job's unbound pods one by one; pods of a shape that found no node are not tried again in this state.
    /// No pod waits for another: those of a later group are tried though an earlier group has pods without a node.
    private mutating func bindWhatFits(_ job: Int32) {
        let statement = openStatement()
        defer { commit(statement) }
        let before = jobs[Int(job)].boundPods
        var firstTask: Int32 = 0
        for g in groupIndexes(of: job) {
            let group = groups[g]
            let tasks = firstTask..<firstTask + group.count
            firstTask += group.count
            guard podShapeFailed[Int(group.podShape)] != releaseEpoch else { continue }
            var task = tasks.lowerBound + boundPods(of: job, among: tasks)
            while task < tasks.upperBound, bindOnePod(job, group, task: task) { task += 1 }
            if task < tasks.upperBound { podShapeFailed[Int(group.podShape)] = releaseEpoch }
        }
        let entry = jobs[Int(job)]
        if entry.boundPods > before {
            if before == 0 { charge(job, 1) }
            if entry.boundPods < entry.pods { jobs[Int(job)].state = .holding }
            decisions.append(
                Decision(
                    kind: .bind, reason: .podBound, job: job, other: -1, needed: Int64(entry.pods),
                    available: Int64(entry.boundPods)))
        }
        if entry.boundPods < entry.pods { rejectUnplaced(job) }
    }

    /// How many of these pods of a job, which are one group, are bound: the first ones of the group.
    func boundPods(of job: Int32, among tasks: Range<Int32>) -> Int32 {
        let entry = jobs[Int(job)]
        if entry.groupCount == 1 { return entry.boundPods }
        var bound: Int32 = 0
        var cell = entry.firstPlacement
        while cell >= 0 {
            if tasks.contains(slab.cells[Int(cell)].task) { bound += 1 }
            cell = slab.cells[Int(cell)].next
        }
        return bound
    }
}
