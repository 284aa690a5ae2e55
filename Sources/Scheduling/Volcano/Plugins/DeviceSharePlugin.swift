import KubernetesObjects

/// Plugin `deviceshare`.
final class DeviceSharePlugin: VolcanoPlugin {
    static let name = "deviceshare"
    private unowned(unsafe) let session: VolcanoSession

    init(session: VolcanoSession, option: PluginOption) {
        self.session = session
    }

    func open() -> ExtensionPoints { [] }
}
