import KubernetesObjects

/// Plugin `resourcequota`.
final class ResourceQuotaPlugin: VolcanoPlugin {
    static let name = "resourcequota"
    private unowned(unsafe) let session: VolcanoSession

    init(session: VolcanoSession, option: PluginOption) {
        self.session = session
    }

    func open() -> ExtensionPoints { [] }
}
