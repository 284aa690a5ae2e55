import KubernetesObjects

/// Plugin `drf`.
final class DRFPlugin: VolcanoPlugin {
    static let name = "drf"
    private unowned(unsafe) let session: VolcanoSession

    init(session: VolcanoSession, option: PluginOption) {
        self.session = session
    }

    func open() -> ExtensionPoints { [] }
}
