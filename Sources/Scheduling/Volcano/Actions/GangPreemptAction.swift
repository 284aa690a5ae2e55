import KubernetesObjects

/// Action `gangpreempt`.
struct GangPreemptAction: VolcanoAction {
    static let name = "gangpreempt"

    init(arguments: PluginArguments) {}

    func execute(_ session: VolcanoSession) {}
}
