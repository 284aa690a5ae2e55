import KubernetesObjects

/// Plugin `extender`.
final class ExtenderPlugin: VolcanoPlugin {
    static let name = "extender"
    private unowned(unsafe) let session: VolcanoSession

    init(session: VolcanoSession, option: PluginOption) {
        self.session = session
    }

    func open() -> ExtensionPoints { [] }
}
