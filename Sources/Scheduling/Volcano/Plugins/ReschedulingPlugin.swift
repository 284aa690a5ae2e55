import KubernetesObjects

/// Plugin `rescheduling`.
final class ReschedulingPlugin: VolcanoPlugin {
    static let name = "rescheduling"
    private unowned(unsafe) let session: VolcanoSession

    init(session: VolcanoSession, option: PluginOption) {
        self.session = session
    }

    func open() -> ExtensionPoints { [] }
}
