import KubernetesObjects

/// Plugin `conformance`.
final class ConformancePlugin: VolcanoPlugin {
    static let name = "conformance"
    private unowned(unsafe) let session: VolcanoSession

    init(session: VolcanoSession, option: PluginOption) {
        self.session = session
    }

    func open() -> ExtensionPoints { [] }
}
