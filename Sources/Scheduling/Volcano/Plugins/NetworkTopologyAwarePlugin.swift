import KubernetesObjects

/// Plugin `network-topology-aware`.
final class NetworkTopologyAwarePlugin: VolcanoPlugin {
    static let name = "network-topology-aware"
    private unowned(unsafe) let session: VolcanoSession

    init(session: VolcanoSession, option: PluginOption) {
        self.session = session
    }

    func open() -> ExtensionPoints { [] }
}
