import KubernetesObjects

/// Plugin `proportion`.
final class ProportionPlugin: VolcanoPlugin {
    static let name = "proportion"
    private unowned(unsafe) let session: VolcanoSession

    init(session: VolcanoSession, option: PluginOption) {
        self.session = session
    }

    func open() -> ExtensionPoints { [] }
}
