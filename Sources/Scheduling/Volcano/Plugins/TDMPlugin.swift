import KubernetesObjects

/// Plugin `tdm`.
final class TDMPlugin: VolcanoPlugin {
    static let name = "tdm"
    private unowned(unsafe) let session: VolcanoSession

    init(session: VolcanoSession, option: PluginOption) {
        self.session = session
    }

    func open() -> ExtensionPoints { [] }
}
