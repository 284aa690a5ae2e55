import KubernetesObjects

/// Plugin `sla`.
final class SLAPlugin: VolcanoPlugin {
    static let name = "sla"
    private unowned(unsafe) let session: VolcanoSession

    init(session: VolcanoSession, option: PluginOption) {
        self.session = session
    }

    func open() -> ExtensionPoints { [] }
}
