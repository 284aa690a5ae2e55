import KubernetesObjects

/// Plugin `gang`.
final class GangPlugin: VolcanoPlugin {
    static let name = "gang"
    private unowned(unsafe) let session: VolcanoSession

    init(session: VolcanoSession, option: PluginOption) {
        self.session = session
    }

    func open() -> ExtensionPoints { [] }
}
