import KubernetesObjects

/// Plugin `cdp`.
final class CDPPlugin: VolcanoPlugin {
    static let name = "cdp"
    private unowned(unsafe) let session: VolcanoSession

    init(session: VolcanoSession, option: PluginOption) {
        self.session = session
    }

    func open() -> ExtensionPoints { [] }
}
