import KubernetesObjects

/// Plugin `binpack`.
final class BinpackPlugin: VolcanoPlugin {
    static let name = "binpack"
    private unowned(unsafe) let session: VolcanoSession

    init(session: VolcanoSession, option: PluginOption) {
        self.session = session
    }

    func open() -> ExtensionPoints { [] }
}
