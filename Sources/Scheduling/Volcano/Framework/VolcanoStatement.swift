/// A list of operations that take effect in the session at once and can be undone (upstream: `framework/statement.go`).
final class VolcanoStatement {
    enum Operation {
        case evict(TaskRef, from: TaskStatus)
        case pipeline(TaskRef, NodeRef, afterEvictions: Bool)
        case allocate(TaskRef, NodeRef)
    }

    /// An operation to be replayed, with what its task had been given before.
    struct Saved {
        var operation: Operation
        var givenUp: Assignment?
    }

    private unowned(unsafe) let session: VolcanoSession
    private(set) var operations: [Operation] = []

    init(_ session: VolcanoSession) { self.session = session }

    /// Marks a task as Releasing: it keeps its place until the pod is gone, but no longer counts for job and queue.
    func evict(_ task: TaskRef) {
        let old = session[task].status
        session.markReleasing(task)
        operations.append(.evict(task, from: old))
    }

    /// Reserves what will become free on a node. False if a handler refused; nothing is kept then.
    @discardableResult
    func pipeline(_ task: TaskRef, on node: NodeRef, afterEvictions: Bool = false) -> Bool {
        guard session.markPipelined(task, on: node) else { return false }
        session[task].followsEvictions = afterEvictions
        operations.append(.pipeline(task, node, afterEvictions: afterEvictions))
        return true
    }

    /// Takes idle resources of a node. False if a handler refused; nothing is kept then.
    @discardableResult
    func allocate(_ task: TaskRef, on node: NodeRef) -> Bool {
        guard session.markAllocated(task, on: node) else { return false }
        operations.append(.allocate(task, node))
        return true
    }

    /// Sends binds and evictions; pipelines need nothing.
    func commit() {
        for operation in operations {
            switch operation {
            case .evict(let task, _): session.evictions.append((task, session.action))
            case .pipeline(let task, _, _): session[task].givenUp = nil
            case .allocate(let task, let node):
                session[task].givenUp = nil
                if !session.bind(task) { session.unmark(task, on: node) }
            }
        }
        operations = []
    }

    /// Undoes everything, latest first. The session remembers what each task was last given.
    func discard() {
        for operation in operations.reversed() {
            switch operation {
            case .pipeline(let task, let node, let afterEvictions):
                session[task].givenUp = Assignment(
                    status: .pipelined, node: node, followsEvictions: afterEvictions)
            case .allocate(let task, let node):
                session[task].givenUp = Assignment(status: .allocated, node: node, followsEvictions: false)
            case .evict: break
            }
            undo(operation)
        }
        operations = []
    }

    /// Moves the operations of another statement to the end of this one.
    func merge(_ other: VolcanoStatement) {
        operations += other.operations
        other.operations = []
    }

    /// The operations so far, to be replayed later by `recover` (dry runs of HyperNodes).
    func save() -> [Saved] {
        operations.map { operation in
            switch operation {
            case .evict: Saved(operation: operation)
            case .pipeline(let task, _, _), .allocate(let task, _):
                Saved(operation: operation, givenUp: session[task].givenUp)
            }
        }
    }

    /// Replays saved operations. False, with everything of this statement undone, if one no longer works.
    @discardableResult
    func recover(_ saved: [Saved]) -> Bool {
        for entry in saved {
            let done: Bool
            switch entry.operation {
            case .evict(let task, _):
                session.markReleasing(task, listedAs: .releasing)
                done = true
            case .pipeline(let task, let node, let afterEvictions):
                done = session.replay(task, on: node, .pipelined, givenUp: entry.givenUp)
                session[task].followsEvictions = afterEvictions
            case .allocate(let task, let node):
                done = session.replay(task, on: node, .allocated, givenUp: entry.givenUp)
            }
            guard done else {
                discard()
                return false
            }
            operations.append(entry.operation)
        }
        return true
    }

    /// Undoes the operations after the first `count`, latest first.
    func rollBack(to count: Int) {
        while operations.count > count { undo(operations.removeLast()) }
    }

    private func undo(_ operation: Operation) {
        switch operation {
        case .evict(let task, _): session.unmarkReleasing(task)
        case .pipeline(let task, let node, _), .allocate(let task, let node): session.unmark(task, on: node)
        }
    }
}

extension VolcanoSession {
    /// Takes a task's resources off job and queue; its node keeps them until the pod is gone.
    public func markReleasing(_ task: TaskRef, listedAs listed: TaskStatus? = nil) {
        let old = self[task].status
        if let node = self[task].node { removeTask(task, from: node, status: old) }
        setStatus(task, .releasing, listedAs: listed)
        if let node = self[task].node { addTask(task, to: node) }
        fireDeallocated(task)
    }

    /// An eviction taken back leaves the task Running, whatever it was (upstream: unevict).
    func unmarkReleasing(_ task: TaskRef) {
        if let node = self[task].node { removeTask(task, from: node, status: .releasing) }
        setStatus(task, .running)
        if let node = self[task].node { addTask(task, to: node) }
        _ = fireAllocated(task)
    }

    /// Reserves on a node what will become free there. False if a handler refused.
    public func markPipelined(_ task: TaskRef, on node: NodeRef) -> Bool {
        place(task, on: node, .pipelined, listedAs: .pending)
    }

    /// Takes idle resources of a node. False if a handler refused.
    public func markAllocated(_ task: TaskRef, on node: NodeRef) -> Bool {
        place(task, on: node, .allocated, listedAs: .pending)
    }

    /// Places a copy of a task, as upstream's replay of a dry run does; the original stays behind in the sub-job's list.
    func replay(_ task: TaskRef, on node: NodeRef, _ status: TaskStatus, givenUp: Assignment?) -> Bool {
        self[task].givenUpByCopy = self[task].givenUp
        self[task].givenUp = givenUp
        return place(task, on: node, status, listedAs: status)
    }

    /// False if a handler refuses, or if an earlier place of the pod is still held on the node (that is then given up).
    func place(_ task: TaskRef, on node: NodeRef, _ status: TaskStatus, listedAs listed: TaskStatus) -> Bool {
        if let earlier = self[task].node {
            let held = self[task].status == .pipelined ? TaskStatus.pipelined : .allocated
            leftovers.append(Leftover(task: task, node: earlier, status: held))
            self[task].givenUp = self[task].givenUpByCopy
        }
        setStatus(task, status, listedAs: listed)
        if let held = leftovers.firstIndex(where: { $0.task == task && $0.node == node }) {
            removeTask(task, from: node, status: leftovers.remove(at: held).status)
            setStatus(task, .pending)
            self[task].node = nil
            return false
        }
        self[task].node = node
        addTask(task, to: node)
        if fireAllocated(task) != nil {
            unmark(task, on: node)
            return false
        }
        return true
    }

    /// Takes an Allocated or Pipelined task off its node: it is Pending again.
    public func unmark(_ task: TaskRef, on node: NodeRef) {
        let old = self[task].status
        setStatus(task, .pending)
        removeTask(task, from: node, status: old)
        fireDeallocated(task)
        self[task].node = nil
        self[task].jobAllocatedHyperNode = nil
    }

    /// Commits one allocated task: it is Binding from now on. False if what the scheduler's cache holds idle on the node
    /// does not suffice (upstream: AddBindTask); only backfill, which checks no resources, comes to that.
    @discardableResult
    public func bind(_ task: TaskRef) -> Bool {
        guard let node = self[task].node else { return false }
        var idle = cacheIdle[node] ?? snapshot.nodes[Int(node.index)].idle
        guard self[task].request.lessEqual(idle) else { return false }
        idle.sub(self[task].request)
        cacheIdle[node] = idle
        binds.append((task, node))
        setStatus(task, .binding)
        return true
    }

    // MARK: Operations without a statement (upstream: `framework/session.go`).

    /// Allocates and, once the job is ready, binds all Allocated tasks of the job, up to the first that the cache refuses.
    @discardableResult
    public func allocate(_ task: TaskRef, on node: NodeRef) -> Bool {
        guard markAllocated(task, on: node) else { return false }
        guard let job = self[task].job, jobReady(job) else { return true }
        return tasks(of: job, in: .allocated).allSatisfy { bind($0) }
    }

    /// Evicts at once.
    public func evict(_ task: TaskRef) {
        markReleasing(task)
        evictions.append((task, action))
    }
}
