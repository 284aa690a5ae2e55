import KubernetesObjects

/// Action `preempt`.
struct PreemptAction: VolcanoAction {
    static let name = "preempt"

    init(arguments: PluginArguments) {}

    func execute(_ session: VolcanoSession) {}
}
