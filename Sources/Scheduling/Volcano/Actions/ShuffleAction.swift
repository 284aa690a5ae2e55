import KubernetesObjects

/// Action `shuffle`: evicts what plugins want gone (upstream: `actions/shuffle/shuffle.go`; reference section 8.6).
///
/// Ties: jobs and tasks in map order (ascending UID). Each eviction takes effect at once, without a statement.
struct ShuffleAction: VolcanoAction {
    static let name = "shuffle"

    init(arguments: PluginArguments) {}

    func execute(_ session: VolcanoSession) {
        let running = session.jobsInMapOrder().flatMap { session.tasks(of: $0, in: .running) }
        for victim in session.victimTasks(running) { session.evict(victim) }
    }
}
