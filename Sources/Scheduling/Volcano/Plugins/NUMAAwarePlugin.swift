import KubernetesObjects

/// Plugin `numaaware`.
final class NUMAAwarePlugin: VolcanoPlugin {
    static let name = "numaaware"
    private unowned(unsafe) let session: VolcanoSession

    init(session: VolcanoSession, option: PluginOption) {
        self.session = session
    }

    func open() -> ExtensionPoints { [] }
}
