import KubernetesObjects

/// Plugin `overcommit`.
final class OvercommitPlugin: VolcanoPlugin {
    static let name = "overcommit"
    private unowned(unsafe) let session: VolcanoSession

    init(session: VolcanoSession, option: PluginOption) {
        self.session = session
    }

    func open() -> ExtensionPoints { [] }
}
