/// In which order victims go (upstream: `framework/session.go`, BuildVictimsPriorityQueue; reference section 6).
extension VolcanoSession {
    /// Candidates in a heap that pops the first to be evicted.
    ///
    /// Tasks of one job in inverse task order; tasks without a job first; jobs of one queue in inverse job order, their
    /// ties (creation and UID do not count there) in inverse task order; different queues by the victim queue order.
    func victimHeap(_ candidates: [TaskRef], for preemptor: TaskRef) -> BinaryHeap<TaskRef> {
        let asker = queue(of: preemptor)
        var heap = BinaryHeap<TaskRef> { [unowned self] l, r in victimLess(l, r, asker) }
        for candidate in candidates { heap.push(candidate) }
        return heap
    }

    /// Candidates in the order in which they would be evicted.
    package func victimsInOrder(_ candidates: [TaskRef], for preemptor: TaskRef) -> [TaskRef] {
        var heap = victimHeap(candidates, for: preemptor)
        var order: [TaskRef] = []
        order.reserveCapacity(candidates.count)
        while let victim = heap.pop() { order.append(victim) }
        return order
    }

    private func victimLess(_ l: TaskRef, _ r: TaskRef, _ asker: QueueRef?) -> Bool {
        guard let left = self[l].job, let right = self[r].job else {
            if self[l].job == nil, self[r].job == nil { return !taskLess(l, r) }
            return self[l].job == nil
        }
        if left == right { return !taskLess(l, r) }
        if let asker, self[left].queue != self[right].queue {
            return victimQueueLess(self[left].queue, self[right].queue, preemptor: asker)
        }
        let order = compareJobs(left, right)
        return order == 0 ? !taskLess(l, r) : order > 0
    }
}
