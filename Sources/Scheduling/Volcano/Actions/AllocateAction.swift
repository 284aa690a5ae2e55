import KubernetesObjects

/// Action `allocate`.
struct AllocateAction: VolcanoAction {
    static let name = "allocate"

    init(arguments: PluginArguments) {}

    func execute(_ session: VolcanoSession) {}
}
