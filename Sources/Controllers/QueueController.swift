import KubernetesObjects

/// Opens and closes queues (upstream: pkg/controllers/queue).
///
/// A queue that is closed while it holds PodGroups is Closing until the last is gone. Closing a queue closes its children,
/// opening it opens those that were closed with it; whenever a queue is synchronised, which is when it is created, gets
/// another parent, or when one of its PodGroups comes, goes or changes its phase, it follows its parent the same way. What
/// fails, such as to open a queue under a closed parent, is tried again fifteen times.
struct QueueController: Sendable {
    private enum Action: String {
        case synchronise = "SyncQueue"
        case open = "OpenQueue"
        case close = "CloseQueue"
    }

    private struct Request: Hashable, Sendable {
        var queue: String
        var action: Action
    }

    private var waiting: [Request] = []
    private var isWaiting: Set<Request> = []
    private var retries = Retries<Request>(limit: 15)

    init() {}

    /// When something is tried again.
    var nextDeadline: Timestamp? { retries.next }

    /// Takes an order; the Command is gone by then.
    mutating func obey(_ command: Command) {
        enqueue(Action(rawValue: command.action) ?? .synchronise, command.target.name)
    }

    mutating func observe(_ change: Change) {
        switch change {
        case .queue(let change):
            guard let queue = change.new, change.old?.parent != queue.parent else { return }
            enqueue(.synchronise, queue.metadata.name)
        case .podGroup(let change) where change.old?.phase != change.new?.phase:
            enqueue(.synchronise, change.object.queueName)
        default: break
        }
    }

    mutating func work(_ store: inout ObjectStore, now: Timestamp) -> Bool {
        for request in retries.takeDue(now) { enqueue(request.action, request.queue) }
        guard !waiting.isEmpty else { return false }
        let requests = waiting
        waiting = []
        isWaiting = []
        for request in requests {
            if perform(request, &store) { retries.forget(request) } else { retries.add(request, now: now) }
        }
        return true
    }

    private mutating func enqueue(_ action: Action, _ queue: String) {
        let request = Request(queue: queue, action: action)
        if isWaiting.insert(request).inserted { waiting.append(request) }
    }

    /// False if it has to be tried again (upstream: `state`, what every state makes of every action).
    private mutating func perform(_ request: Request, _ store: inout ObjectStore) -> Bool {
        guard let queue = store.queues[request.queue] else { return true }
        switch request.action {
        case .open where queue.state != "Open" && !queue.state.isEmpty: return open(queue, &store)
        case .close where !queue.isShut:
            close(queue, &store)
            return true
        default: return synchronise(queue, &store)
        }
    }

    /// False if the parent is missing.
    private mutating func synchronise(_ queue: Queue, _ store: inout ObjectStore) -> Bool {
        let name = queue.metadata.name
        if queue.state.isEmpty { store.modify(Queue.self, name) { $0.state = "Open" } }
        if queue.state == "Closing", !store.holdsPodGroups(name) {
            store.modify(Queue.self, name) { $0.state = "Closed" }
        }
        if name == "root" { return true }
        guard let parent = store.queues[queue.parentName] else { return false }
        if parent.isShut, !queue.isShut {
            store.modify(Queue.self, name) { $0.metadata.annotations[closedByParent] = "true" }
            enqueue(.close, name)
        } else if parent.state == "Open", queue.isShut, queue.isClosedByParent {
            enqueue(.open, name)
        }
        return true
    }

    /// False under a parent that is closed: it may be about to open.
    private mutating func open(_ queue: Queue, _ store: inout ObjectStore) -> Bool {
        let name = queue.metadata.name
        if queue.parentName != "root", store.queues[queue.parentName]?.isShut ?? true { return false }
        for child in store.queues where child.parent == name && child.isClosedByParent {
            enqueue(.open, child.metadata.name)
        }
        store.modify(Queue.self, name) {
            $0.state = "Open"
            $0.metadata.annotations[closedByParent] = "false"
        }
        return true
    }

    private mutating func close(_ queue: Queue, _ store: inout ObjectStore) {
        let name = queue.metadata.name
        if name == "root" { return }
        for child in store.queues where child.parent == name && !child.isShut {
            store.modify(Queue.self, child.metadata.name) { $0.metadata.annotations[closedByParent] = "true" }
            enqueue(.close, child.metadata.name)
        }
        let state = store.holdsPodGroups(name) ? "Closing" : "Closed"
        store.modify(Queue.self, name) { $0.state = state }
    }
}

private let closedByParent = "volcano.sh/closed-by-parent"

extension Queue {
    /// The parent; a queue that names none is a child of the root.
    var parentName: String { parent.isEmpty ? "root" : parent }

    fileprivate var isShut: Bool { state == "Closed" || state == "Closing" }

    fileprivate var isClosedByParent: Bool { metadata.annotations[closedByParent] == "true" }
}

extension PodGroup {
    /// The queue; a PodGroup that names none is in the default queue.
    var queueName: String { queue.isEmpty ? "default" : queue }
}

extension ObjectStore {
    fileprivate func holdsPodGroups(_ queue: String) -> Bool { podGroups.contains { $0.queueName == queue } }
}
