import KubernetesObjects

/// Plugin `capacity`.
final class CapacityPlugin: VolcanoPlugin {
    static let name = "capacity"
    private unowned(unsafe) let session: VolcanoSession

    init(session: VolcanoSession, option: PluginOption) {
        self.session = session
    }

    func open() -> ExtensionPoints { [] }
}
