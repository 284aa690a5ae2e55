import KubernetesObjects

/// Plugin `priority`.
final class PriorityPlugin: VolcanoPlugin {
    static let name = "priority"
    private unowned(unsafe) let session: VolcanoSession

    init(session: VolcanoSession, option: PluginOption) {
        self.session = session
    }

    func open() -> ExtensionPoints { [] }
}
