import KubernetesObjects

/// Action `reclaim`.
struct ReclaimAction: VolcanoAction {
    static let name = "reclaim"

    init(arguments: PluginArguments) {}

    func execute(_ session: VolcanoSession) {}
}
