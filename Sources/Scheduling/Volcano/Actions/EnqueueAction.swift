import KubernetesObjects

/// Action `enqueue`.
struct EnqueueAction: VolcanoAction {
    static let name = "enqueue"

    init(arguments: PluginArguments) {}

    func execute(_ session: VolcanoSession) {}
}
