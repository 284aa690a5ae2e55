import KubernetesObjects

/// Plugin `resource-strategy-fit`.
final class ResourceStrategyFitPlugin: VolcanoPlugin {
    static let name = "resource-strategy-fit"
    private unowned(unsafe) let session: VolcanoSession

    init(session: VolcanoSession, option: PluginOption) {
        self.session = session
    }

    func open() -> ExtensionPoints { [] }
}
