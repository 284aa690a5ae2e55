import ClusterModel

/// One reversible step of a statement.
enum StatementOperation: BitwiseCopyable, Sendable {
    /// A pod of the job was bound; its cell is the front of the job's list.
    case bind(job: Int32)
    /// The job's pods were taken off the ledger; its list is kept for the way back.
    case evict(job: Int32)
}

/// A position in the undo log: everything after it can be rolled back or committed together.
struct Statement {
    let mark: Int
}

extension Session {
    /// Opens a statement. Statements nest: an inner one may be rolled back inside an outer one.
    func openStatement() -> Statement { Statement(mark: log.count) }

    /// Binds one pod of a job to what `allocation` holds.
    mutating func bind(_ job: Int32, task: Int32, _ allocation: Allocation) {
        let index = Int(job)
        jobs[index].firstPlacement = slab.push(
            allocation, task: task, boundNs: now.nanoseconds, head: jobs[index].firstPlacement)
        jobs[index].boundPods += 1
        placement.note(taken: allocation)
        log.append(.bind(job: job))
    }

    /// Takes a running job's pods off the ledger.
    mutating func evict(_ job: Int32) {
        var cell = jobs[Int(job)].firstPlacement
        while cell >= 0 {
            ledger.release(slab.cells[Int(cell)].allocation)
            placement.note(released: slab.cells[Int(cell)].allocation)
            cell = slab.cells[Int(cell)].next
        }
        log.append(.evict(job: job))
    }

    /// Puts an evicted job back exactly where it was; false (and no change) if something took its place.
    mutating func reinstate(_ job: Int32) -> Bool {
        var cell = jobs[Int(job)].firstPlacement
        while cell >= 0 {
            if !ledger.restore(slab.cells[Int(cell)].allocation) {
                var undo = jobs[Int(job)].firstPlacement
                while undo != cell {
                    ledger.release(slab.cells[Int(undo)].allocation)
                    undo = slab.cells[Int(undo)].next
                }
                return false
            }
            cell = slab.cells[Int(cell)].next
        }
        return true
    }

    /// Undoes everything since the statement was opened, last step first.
    mutating func rollback(_ statement: Statement) {
        while log.count > statement.mark {
            switch log.removeLast() {
            case .bind(let job):
                let index = Int(job)
                let head = jobs[index].firstPlacement
                ledger.release(slab.cells[Int(head)].allocation)
                placement.note(released: slab.cells[Int(head)].allocation)
                jobs[index].firstPlacement = slab.pop(head)
                jobs[index].boundPods -= 1
            case .evict(let job):
                let back = reinstate(job)
                noteTaken(job)
                precondition(back, "an evicted job's place is free again once later steps are undone")
            }
        }
    }

    private mutating func noteTaken(_ job: Int32) {
        var cell = jobs[Int(job)].firstPlacement
        while cell >= 0 {
            placement.note(taken: slab.cells[Int(cell)].allocation)
            cell = slab.cells[Int(cell)].next
        }
    }

    /// Puts an evicted job back where it was and makes that known to the node policy.
    mutating func reprieve(_ job: Int32) -> Bool {
        guard reinstate(job) else { return false }
        noteTaken(job)
        return true
    }

    /// Makes everything since the statement was opened final. Evicted jobs stay on the books until the caller
    /// turns them back into waiting jobs by `requeueEvicted`.
    mutating func commit(_ statement: Statement) {
        log.removeSubrange(statement.mark...)
    }

    /// Clears the bound pods of a job whose eviction was committed.
    public mutating func forgetPlacements(_ job: Int32) {
        let index = Int(job)
        while jobs[index].firstPlacement >= 0 {
            jobs[index].firstPlacement = slab.pop(jobs[index].firstPlacement)
        }
        jobs[index].boundPods = 0
    }
}
