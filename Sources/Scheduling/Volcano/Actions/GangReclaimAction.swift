import KubernetesObjects

/// Action `gangreclaim`: makes room for a whole gang inside one HyperNode with running pods of other, reclaimable queues
/// (upstream: `actions/gangreclaim/gangreclaim.go`; reference section 11).
///
/// Ties: see `GangEviction`.
struct GangReclaimAction: VolcanoAction {
    static let name = "gangreclaim"
    private let arguments: PluginArguments

    init(arguments: PluginArguments) { self.arguments = arguments }

    func execute(_ session: VolcanoSession) {
        GangEviction(.reclaim, arguments: arguments, session).execute()
    }
}
