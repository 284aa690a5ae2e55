import KubernetesObjects

/// Action `gangreclaim`.
struct GangReclaimAction: VolcanoAction {
    static let name = "gangreclaim"

    init(arguments: PluginArguments) {}

    func execute(_ session: VolcanoSession) {}
}
