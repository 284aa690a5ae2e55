/// Everything read from a dump, by kind, each kind in the order it was read.
public struct ObjectSet: Sendable, Equatable {
    public var nodes: [Node] = []
    public var pods: [Pod] = []
    public var queues: [Queue] = []
    public var podGroups: [PodGroup] = []
    public var hyperNodes: [HyperNode] = []
    public var priorityClasses: [PriorityClass] = []
    public var disruptionBudgets: [PodDisruptionBudget] = []
    public var resourceQuotas: [ResourceQuota] = []
    public var numatopologies: [Numatopology] = []
    public var namespaces: [Namespace] = []
    public var jobs: [VCJob] = []
    public var cronJobs: [VCCronJob] = []
    public var commands: [Command] = []
    public var jobTemplates: [JobTemplate] = []
    public var jobFlows: [JobFlow] = []
    public var volumes = VolumeObjects()
    public var devices = DeviceObjects()
    /// ConfigMaps that hold a scheduler configuration.
    public var schedulerConfigurations: [SchedulerConfigMap] = []
    /// ConfigMaps of device plugins.
    public var deviceConfigurations: [DeviceConfigMap] = []

    /// Nothing.
    public init() {}

    /// Number of objects of all kinds.
    public var count: Int {
        let workload = nodes.count + pods.count + queues.count + podGroups.count + hyperNodes.count
        let policy = priorityClasses.count + disruptionBudgets.count + resourceQuotas.count + namespaces.count
        let storage =
            volumes.claims.count + volumes.volumes.count + volumes.classes.count + volumes.csiNodes.count
        let device = devices.claims.count + devices.templates.count + devices.slices.count + devices.classes.count
        let batch = jobs.count + cronJobs.count + commands.count + jobTemplates.count + jobFlows.count
        return workload + policy + batch + storage + device + numatopologies.count + schedulerConfigurations.count
    }

    /// Adds all objects of another set after those of the same kind.
    public mutating func append(_ other: ObjectSet) {
        if self == ObjectSet() {
            self = other
            return
        }
        nodes += other.nodes
        pods += other.pods
        queues += other.queues
        podGroups += other.podGroups
        hyperNodes += other.hyperNodes
        priorityClasses += other.priorityClasses
        disruptionBudgets += other.disruptionBudgets
        resourceQuotas += other.resourceQuotas
        numatopologies += other.numatopologies
        namespaces += other.namespaces
        jobs += other.jobs
        cronJobs += other.cronJobs
        commands += other.commands
        jobTemplates += other.jobTemplates
        jobFlows += other.jobFlows
        volumes.claims += other.volumes.claims
        volumes.volumes += other.volumes.volumes
        volumes.classes += other.volumes.classes
        volumes.csiNodes += other.volumes.csiNodes
        devices.claims += other.devices.claims
        devices.templates += other.devices.templates
        devices.slices += other.devices.slices
        devices.classes += other.devices.classes
        schedulerConfigurations += other.schedulerConfigurations
    }
}

/// Claims, volumes and classes, as far as they bind pods to nodes.
public struct VolumeObjects: Sendable, Equatable {
    public var claims: [PersistentVolumeClaim] = []
    public var volumes: [PersistentVolume] = []
    public var classes: [StorageClass] = []
    public var csiNodes: [CSINode] = []

    /// Nothing.
    public init() {}
}

/// `v1` PersistentVolumeClaim.
public struct PersistentVolumeClaim: Sendable, Equatable {
    public var metadata = ObjectMeta()
    /// Empty while unbound.
    public var volumeName = ""
    public var storageClassName: String?
    public var accessModes: [String] = []
    public var requests = ResourceList()
    /// `Pending`, `Bound` or `Lost`.
    public var phase = ""

    /// An unbound claim.
    public init() {}
}

/// `v1` PersistentVolume.
public struct PersistentVolume: Sendable, Equatable {
    public var metadata = ObjectMeta()
    public var capacity = ResourceList()
    public var storageClassName = ""
    public var accessModes: [String] = []
    /// `namespace/name` of the claim it is bound to or reserved for; empty for none.
    public var claim = ""
    public var requiredNodeTerms: [NodeSelectorTerm]?
    /// CSI driver; empty for other kinds.
    public var csiDriver = ""
    public var csiVolumeHandle = ""
    public var phase = ""

    /// An unbound volume.
    public init() {}
}

/// `storage.k8s.io/v1` StorageClass.
public struct StorageClass: Sendable, Equatable {
    public var metadata = ObjectMeta()
    public var provisioner = ""
    /// `Immediate` or `WaitForFirstConsumer`; empty means Immediate.
    public var volumeBindingMode = ""
    public var allowedTopologies: [NodeSelectorTerm] = []

    /// A class of no provisioner.
    public init() {}
}

/// `storage.k8s.io/v1` CSINode: attach limits per driver.
public struct CSINode: Sendable, Equatable {
    public var metadata = ObjectMeta()
    /// Driver to the number of volumes it can attach; nil means no limit.
    public var attachLimits: [String: Int32?] = [:]

    /// No driver.
    public init() {}
}

/// Dynamic resource allocation: classes, slices and claims.
public struct DeviceObjects: Sendable, Equatable {
    public var claims: [ResourceClaim] = []
    public var templates: [ResourceClaimTemplate] = []
    public var slices: [ResourceSlice] = []
    public var classes: [DeviceClass] = []

    /// Nothing.
    public init() {}
}

/// `resource.k8s.io` ResourceClaim.
public struct ResourceClaim: Sendable, Equatable {
    public var metadata = ObjectMeta()
    public var requests: [DeviceRequest] = []
    /// Devices given to the claim: empty while it is not allocated.
    public var allocation: [AllocatedDevice] = []
    /// Node names the allocation is bound to; nil means anywhere.
    public var allocatedNode: String?
    public var reservedFor: [String] = []

    /// A claim for nothing.
    public init() {}
}

/// `resource.k8s.io` ResourceClaimTemplate.
public struct ResourceClaimTemplate: Sendable, Equatable {
    public var metadata = ObjectMeta()
    public var requests: [DeviceRequest] = []

    /// A template for nothing.
    public init() {}
}

/// One request of a claim.
public struct DeviceRequest: Sendable, Equatable {
    public var name = ""
    public var deviceClassName = ""
    public var count: Int64 = 1
    /// `ExactCount` or `All`; empty means the former.
    public var allocationMode = ""
    /// Minimum capacity per dimension.
    public var capacity = ResourceList()
    /// CEL expressions, which are not evaluated but reported.
    public var selectors: [String] = []

    /// One device of no class.
    public init() {}
}

/// A device given to a claim.
public struct AllocatedDevice: Sendable, Equatable {
    public var request = ""
    public var driver = ""
    public var pool = ""
    public var device = ""

    /// No device.
    public init() {}
}

/// `resource.k8s.io` ResourceSlice: the devices of a node.
public struct ResourceSlice: Sendable, Equatable {
    public var metadata = ObjectMeta()
    public var driver = ""
    public var pool = ""
    public var nodeName = ""
    public var devices: [Device] = []

    /// A slice without devices.
    public init() {}
}

/// One device.
public struct Device: Sendable, Equatable {
    public var name = ""
    public var capacity = ResourceList()

    /// A device without capacity.
    public init() {}
}

/// `resource.k8s.io` DeviceClass.
public struct DeviceClass: Sendable, Equatable {
    public var metadata = ObjectMeta()
    /// CEL expressions, which are not evaluated but reported.
    public var selectors: [String] = []

    /// A class that selects everything.
    public init() {}
}

/// A ConfigMap of device plugins (upstream: `api/devices/config`): names of shared resources, MIG geometries, models of
/// Ascend cards.
public struct DeviceConfigMap: Sendable, Equatable {
    /// Key of the ConfigMap under which the configuration stands.
    public static let fileName = "device-config.yaml"

    public var metadata = ObjectMeta()
    /// YAML.
    public var text = ""

    /// The configuration `text` in a ConfigMap.
    public init(metadata: ObjectMeta, text: String) {
        self.metadata = metadata
        self.text = text
    }
}
