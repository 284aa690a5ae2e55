import KubernetesObjects

/// Opens and closes queues (upstream: pkg/controllers/queue).
///
/// A queue that is closed while it holds PodGroups is Closing until the last is gone. Closing a queue closes its children;
/// opening it opens those that were closed with it.
struct QueueController: Sendable {
    private static let closedByParent = "volcano.sh/closed-by-parent"
    private var orders: [Command] = []
    private var stale: [String] = []

    init() {}

    mutating func obey(_ command: Command) { orders.append(command) }

    mutating func observe(_ change: Change) {
        switch change {
        case .queue(let change): if let queue = change.new { stale.append(queue.metadata.name) }
        case .podGroup(let change) where change.isCreation || change.isDeletion:
            stale.append(change.object.queue.isEmpty ? "default" : change.object.queue)
        default: break
        }
    }

    mutating func work(_ store: inout ObjectStore) -> Bool {
        guard !orders.isEmpty || !stale.isEmpty else { return false }
        for order in orders {
            switch order.action {
            case "OpenQueue": Self.open(order.target.name, &store)
            case "CloseQueue": Self.close(order.target.name, &store)
            default: break
            }
        }
        orders = []
        var names = stale
        stale = []
        names.sort()
        var last: String?
        for name in names where name != last {
            Self.synchronise(name, &store)
            last = name
        }
        return true
    }

    private static func synchronise(_ name: String, _ store: inout ObjectStore) {
        guard let queue = store.queues[name] else { return }
        var state = queue.state
        switch state {
        case "": state = "Open"
        case "Closed", "Closing": state = isEmpty(name, store) ? "Closed" : "Closing"
        default: break
        }
        store.modify(Queue.self, name) { $0.state = state }
    }

    private static func open(_ name: String, _ store: inout ObjectStore) {
        guard let queue = store.queues[name] else { return }
        if let parent = store.queues[queue.parent], name != "root",
            parent.state == "Closed" || parent.state == "Closing"
        {
            return
        }
        store.modify(Queue.self, name) {
            $0.state = "Open"
            $0.metadata.annotations[closedByParent] = nil
        }
        for child in store.queues where child.parent == name && child.metadata.annotations[closedByParent] == "true" {
            open(child.metadata.name, &store)
        }
    }

    private static func close(_ name: String, _ store: inout ObjectStore) {
        guard name != "root", let queue = store.queues[name] else { return }
        for child in store.queues where child.parent == name && child.state != "Closed" && child.state != "Closing" {
            store.modify(Queue.self, child.metadata.name) { $0.metadata.annotations[closedByParent] = "true" }
            close(child.metadata.name, &store)
        }
        if queue.state == "Closed" || queue.state == "Closing" { return }
        let state = isEmpty(name, store) ? "Closed" : "Closing"
        store.modify(Queue.self, name) { $0.state = state }
    }

    private static func isEmpty(_ name: String, _ store: ObjectStore) -> Bool {
        !store.podGroups.contains { $0.queue == name || ($0.queue.isEmpty && name == "default") }
    }
}
