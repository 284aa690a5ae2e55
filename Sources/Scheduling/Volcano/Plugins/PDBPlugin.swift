import KubernetesObjects

/// Plugin `pdb`.
final class PDBPlugin: VolcanoPlugin {
    static let name = "pdb"
    private unowned(unsafe) let session: VolcanoSession

    init(session: VolcanoSession, option: PluginOption) {
        self.session = session
    }

    func open() -> ExtensionPoints { [] }
}
