/// What happened to one job in this cycle on its way to a node, noted where it happened.
struct WaitNotes: Sendable {
    /// Refusal of `enqueue`.
    var notAdmitted: QuotaShortage?
    /// Refusal of the whole job as invalid.
    var invalid: ValidationFailure?
    /// First refusal of a pod by its queue, and how many pods were refused.
    var queueLimit: QuotaShortage?
    var podsOverLimit = 0
    /// Most pods that found a place in one attempt that was given up.
    var placedAtBest = 0
    /// The queue was left out of allocate as overused.
    var queueOverused: QuotaShortage?
    /// A policy that let another job go first: which plugin or action, for which job, and what it says.
    var heldBack: (by: String, job: String, why: String)?
}

extension VolcanoSession {
    func note(_ job: JobRef, _ change: (inout WaitNotes) -> Void) {
        if isSettled[Int(job.index)] { changes.note(job) }
        change(&waitNotes[job, default: WaitNotes()])
    }

    /// The first plugin that keeps a job out, with its numbers.
    func shortage(enqueuing job: JobRef) -> QuotaShortage? {
        refusal(.jobEnqueueable, self[self[job].queue].name, { $0.jobEnqueueable(job) == .reject }) {
            $0.shortage(enqueuing: job)
        }
    }

    /// The first plugin that keeps a pod out of its queue, with its numbers.
    func shortage(allocating task: TaskRef, in queue: QueueRef) -> QuotaShortage? {
        refusal(.allocatable, self[queue].name, { !$0.allocatable(queue, task) }) {
            $0.shortage(allocating: task, in: queue)
        }
    }

    /// The first plugin that calls a queue overused, with its numbers.
    func shortage(overused queue: QueueRef) -> QuotaShortage? {
        refusal(.overused, self[queue].name, { $0.overused(queue) }) { $0.shortage(overused: queue) }
    }

    private func refusal(
        _ point: ExtensionPoints, _ holder: String, _ refuses: (any VolcanoPlugin) -> Bool,
        _ explain: (any VolcanoPlugin) -> QuotaShortage?
    ) -> QuotaShortage? {
        for tier in hooks[point] {
            for plugin in tier where refuses(plugin) {
                return explain(plugin)
                    ?? .closed(plugin: type(of: plugin).name, holder: "queue " + holder, why: "refuses without numbers")
            }
        }
        return nil
    }
}
