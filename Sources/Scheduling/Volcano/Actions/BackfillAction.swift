import KubernetesObjects

/// Action `backfill`.
struct BackfillAction: VolcanoAction {
    static let name = "backfill"

    init(arguments: PluginArguments) {}

    func execute(_ session: VolcanoSession) {}
}
