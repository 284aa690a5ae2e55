import KubernetesObjects

/// Plugin `nodeorder`.
final class NodeOrderPlugin: VolcanoPlugin {
    static let name = "nodeorder"
    private unowned(unsafe) let session: VolcanoSession

    init(session: VolcanoSession, option: PluginOption) {
        self.session = session
    }

    func open() -> ExtensionPoints { [] }
}
