import KubernetesObjects

/// Plugin `task-topology`.
final class TaskTopologyPlugin: VolcanoPlugin {
    static let name = "task-topology"
    private unowned(unsafe) let session: VolcanoSession

    init(session: VolcanoSession, option: PluginOption) {
        self.session = session
    }

    func open() -> ExtensionPoints { [] }
}
