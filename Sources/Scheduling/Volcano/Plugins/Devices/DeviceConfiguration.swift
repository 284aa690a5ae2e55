import Configuration
import KubernetesObjects

/// Names and tables of shared devices: the ConfigMap of the device plugins, key `device-config.yaml` (upstream:
/// `api/devices/config`).
///
/// Where the objects hold no such ConfigMap, the values are those that the device plugins ship (upstream then knows no
/// MIG geometry and treats a MIG node as hami-core; a dump without ConfigMaps says nothing about the cluster).
struct DeviceConfiguration: Sendable, Equatable {
    /// Resource names of vGPU requests.
    var vgpuNumber = "volcano.sh/vgpu-number"
    var vgpuMemory = "volcano.sh/vgpu-memory"
    var vgpuMemoryPercentage = "volcano.sh/vgpu-memory-percentage"
    var vgpuCores = "volcano.sh/vgpu-cores"
    /// MiB per unit of vGPU memory, where the device plugin counts in larger units.
    var memoryFactor = 1
    /// Geometries by parts of card models, in order.
    var geometries = MIGGeometry.shipped
    var npus = [NPUModel.ascend310P]

    init() {}

    /// The configuration in the ConfigMap `namespace/name`, else the shipped one.
    init(_ objects: ObjectSet, name: String, namespace: String) {
        self.init()
        guard
            let map = objects.deviceConfigurations.first(where: {
                $0.metadata.name == name && $0.metadata.namespace == namespace
            }), let source = try? SourceText(name: DeviceConfigMap.fileName, text: map.text),
            let root = try? YAMLReader.document(in: source)
        else { return }
        read(root["nvidia"])
        let list = root["vnpus"].map { $0["configs"] ?? $0 }
        if let models = list?.elements { npus = models.compactMap(NPUModel.init) }
    }

    private mutating func read(_ nvidia: YAMLNode?) {
        guard let nvidia else { return }
        vgpuNumber = nvidia["resourceCountName"]?.scalarText ?? vgpuNumber
        vgpuMemory = nvidia["resourceMemoryName"]?.scalarText ?? vgpuMemory
        vgpuMemoryPercentage = nvidia["resourceMemoryPercentageName"]?.scalarText ?? vgpuMemoryPercentage
        vgpuCores = nvidia["resourceCoreName"]?.scalarText ?? vgpuCores
        memoryFactor = nvidia["gpuMemoryFactor"]?.integer ?? 1
        geometries = (nvidia["knownMigGeometries"]?.elements ?? []).map { entry in
            MIGModel(
                names: (entry["models"]?.elements ?? []).compactMap(\.scalarText),
                geometries: (entry["allowedGeometries"]?.elements ?? []).map(MIGGeometry.init))
        }
    }

    /// Geometries of a card; nil for a model that is in no list.
    func geometries(ofModel model: String) -> [MIGGeometry]? {
        geometries.first { $0.names.contains { model.contains($0) } }?.geometries
    }

    /// What each container of a pod asks of vGPUs, containers without such limits left out.
    func vgpuRequests(of pod: Pod) -> [CardRequest] {
        pod.spec.containers.compactMap {
            CardRequest(
                $0, count: vgpuNumber, memory: vgpuMemory, percentage: vgpuMemoryPercentage, cores: vgpuCores)
        }
    }
}

extension YAMLNode {
    var elements: [YAMLNode]? {
        if case .sequence(let elements) = content { elements } else { nil }
    }

    var scalarText: String? {
        if case .scalar(let text, _) = content { text } else { nil }
    }

    var integer: Int? { scalarText.flatMap { Int($0) } }
}
