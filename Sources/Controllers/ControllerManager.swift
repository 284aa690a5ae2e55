import KubernetesObjects

/// All of Volcano's controllers, the garbage collector and the quota controller: they read the store's log and write to the
/// store until nothing more happens.
///
/// Pure steps: no clock, no waiting. What has to happen later stands in `nextDeadline`.
public struct ControllerManager: Sendable {
    private var jobs = JobController()
    private var podGroups = PodGroupController()
    private var queues = QueueController()
    private var flows = JobFlowController()
    private var crons = CronJobController()
    private var garbage = GarbageCollector()
    private var quotas = QuotaController()
    private var commands: [Command] = []

    /// Controllers that have seen nothing yet; they learn of a store's objects by its log.
    public init() {}

    /// Lets the controllers act on the store's changes, and on what is due, until the log stays empty.
    ///
    /// - Returns: every change since the log was last taken, those made by the controllers included, in order.
    public mutating func settle(_ store: inout ObjectStore, now: Timestamp) -> [Change] {
        var all: [Change] = []
        while true {
            let changes = store.takeChanges()
            for change in changes { observe(change, store) }
            all += changes
            if !step(&store, now: now), store.changes.isEmpty { return all }
        }
    }

    /// Lets the controllers act on changes taken from the log, and on what is due, one piece of work only if `once`; what
    /// they change themselves stays in the log for a later reaction.
    ///
    /// - Returns: whether they did anything.
    public mutating func react(
        to changes: [Change], _ store: inout ObjectStore, once: Bool = false, now: Timestamp
    ) -> Bool {
        for change in changes { observe(change, store) }
        guard step(&store, now: now) else { return false }
        if !once { while step(&store, now: now) {} }
        return true
    }

    /// When something has to be done again without a change (ttl, policies with a timeout, cron, what failed); nil for never.
    public var nextDeadline: Timestamp? {
        [
            jobs.nextDeadline, garbage.nextDeadline, crons.nextDeadline, flows.nextDeadline, queues.nextDeadline,
            podGroups.nextDeadline,
        ].compactMap { $0 }.min()
    }

    private mutating func observe(_ change: Change, _ store: ObjectStore) {
        if case .command(let change) = change, change.isCreation, let command = change.new { commands.append(command) }
        garbage.observe(change)
        quotas.observe(change, in: store)
        podGroups.observe(change)
        queues.observe(change)
        flows.observe(change)
        crons.observe(change)
        jobs.observe(change, in: store)
    }

    /// One piece of work; false if there is none.
    private mutating func step(_ store: inout ObjectStore, now: Timestamp) -> Bool {
        quotas.work(&store) || obeyCommands(&store) || garbage.work(&store, now: now)
            || podGroups.work(&store, now: now) || queues.work(&store, now: now) || flows.work(&store, now: now)
            || crons.work(&store, now: now) || jobs.work(&store, now: now)
    }

    /// A Command is deleted before it is obeyed, so that it is obeyed once.
    private mutating func obeyCommands(_ store: inout ObjectStore) -> Bool {
        guard !commands.isEmpty else { return false }
        for command in commands {
            store.remove(Command.self, command.key)
            if command.target.kind == Queue.kind { queues.obey(command) } else { jobs.obey(command) }
        }
        commands = []
        return true
    }
}
