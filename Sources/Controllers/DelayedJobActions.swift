import KubernetesObjects

/// Actions of Jobs that wait for their timeout: one for each pod that had the event.
struct DelayedJobActions: Sendable {
    private var actionsOfJob: [String: [DelayedJobAction]] = [:]
    /// The earliest action of each Job.
    private var due = Deadlines()

    init() {}

    /// When the next action is due.
    var next: Timestamp? { due.next }

    /// Lets an action wait. One of the same kind that waits already does not begin again; another one is replaced.
    mutating func add(_ new: DelayedJobAction) {
        change(new.request.job) { actions in
            if let index = actions.firstIndex(where: { $0.request.pod == new.request.pod }) {
                if actions[index].action != new.action { actions[index] = new }
            } else {
                actions.append(new)
            }
        }
    }

    /// Takes the first action that is due.
    mutating func takeDue(_ now: Timestamp) -> DelayedJobAction? {
        guard let earliest = due.next, earliest <= now, let job = due.first else { return nil }
        var taken: DelayedJobAction?
        change(job) { actions in
            guard let index = actions.firstIndex(where: { $0.due == earliest }) else { return }
            taken = actions.remove(at: index)
        }
        return taken
    }

    /// Ends the wait of actions that news of a pod make pointless.
    mutating func end(by news: JobRequest) {
        if actionsOfJob[news.job] != nil { change(news.job) { $0.removeAll { $0.isEnded(by: news) } } }
    }

    /// Drops actions that one that was performed makes superfluous.
    mutating func drop(coveredBy action: JobAction, of request: JobRequest) {
        guard actionsOfJob[request.job] != nil else { return }
        change(request.job) { $0.removeAll { $0.isCovered(by: action, of: request) } }
    }

    /// Drops the actions of a Job that is gone.
    mutating func forget(_ job: String) {
        if actionsOfJob[job] != nil { change(job) { $0 = [] } }
    }

    private mutating func change(_ job: String, _ body: (inout [DelayedJobAction]) -> Void) {
        var actions = actionsOfJob[job] ?? []
        body(&actions)
        actionsOfJob[job] = actions.isEmpty ? nil : actions
        due[job] = actions.map(\.due).min()
    }
}
