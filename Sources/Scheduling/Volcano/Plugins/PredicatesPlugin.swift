import KubernetesObjects

/// Plugin `predicates`.
final class PredicatesPlugin: VolcanoPlugin {
    static let name = "predicates"
    private unowned(unsafe) let session: VolcanoSession

    init(session: VolcanoSession, option: PluginOption) {
        self.session = session
    }

    func open() -> ExtensionPoints { [] }
}
