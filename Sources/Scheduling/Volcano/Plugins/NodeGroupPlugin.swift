import KubernetesObjects

/// Plugin `nodegroup`.
final class NodeGroupPlugin: VolcanoPlugin {
    static let name = "nodegroup"
    private unowned(unsafe) let session: VolcanoSession

    init(session: VolcanoSession, option: PluginOption) {
        self.session = session
    }

    func open() -> ExtensionPoints { [] }
}
