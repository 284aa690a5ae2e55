import KubernetesObjects

/// Action `shuffle`.
struct ShuffleAction: VolcanoAction {
    static let name = "shuffle"

    init(arguments: PluginArguments) {}

    func execute(_ session: VolcanoSession) {}
}
