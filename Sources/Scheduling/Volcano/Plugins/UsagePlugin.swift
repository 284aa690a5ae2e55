import KubernetesObjects

/// Plugin `usage`.
final class UsagePlugin: VolcanoPlugin {
    static let name = "usage"
    private unowned(unsafe) let session: VolcanoSession

    init(session: VolcanoSession, option: PluginOption) {
        self.session = session
    }

    func open() -> ExtensionPoints { [] }
}
