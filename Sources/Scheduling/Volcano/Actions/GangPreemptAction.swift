import KubernetesObjects

/// Action `gangpreempt`: makes room for a whole gang inside one HyperNode with pods of its own queue that belong to jobs
/// of lower priority (upstream: `actions/gangpreempt/gangpreempt.go`; reference section 11).
///
/// Ties: see `GangEviction`.
struct GangPreemptAction: VolcanoAction {
    static let name = "gangpreempt"
    private let arguments: PluginArguments

    init(arguments: PluginArguments) { self.arguments = arguments }

    func execute(_ session: VolcanoSession) {
        GangEviction(.preempt, arguments: arguments, session).execute()
    }
}
