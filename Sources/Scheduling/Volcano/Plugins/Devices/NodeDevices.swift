import KubernetesObjects

/// The devices of one kind on one node (upstream: `api/shared_device_pool.go`, Devices).
protocol NodeDevices {
    /// Name of the kind, such as `hamivgpu`.
    var kind: String { get }
    /// Whether the pod asks for such devices.
    func isRequested(by pod: DevicePod) -> Bool
    /// Why the pod cannot have them here; nil if it can. What it would score is remembered for `score`.
    mutating func refusal(of pod: DevicePod, policy: DevicePolicy) -> FitStatus?
    /// Score of the node by the devices that the pod would get.
    mutating func score(_ pod: DevicePod, policy: DevicePolicy) -> Double
    /// Gives the pod its devices: the annotations that upstream writes to the pod, or nil if it cannot have them.
    mutating func reserve(for pod: DevicePod, policy: DevicePolicy) -> [String: String]?
    /// Charges the devices that the pod's annotations name.
    mutating func restore(_ pod: DevicePod)
    /// Takes back what the pod has.
    mutating func release(_ pod: DevicePod)
}

/// A pod as the devices see it: with the annotations that an earlier decision gave it.
package struct DevicePod: Sendable {
    package var uid: String
    package var pod: Pod
    package var annotations: [String: String]

    package init(uid: String, pod: Pod, annotations: [String: String]? = nil) {
        self.uid = uid
        self.pod = pod
        self.annotations = annotations ?? pod.metadata.annotations
    }
}

/// Which card a request goes to (`deviceshare.SchedulePolicy`).
package enum DevicePolicy: String, Sendable {
    /// The fullest card that has room.
    case binpack
    /// The card with the fewest users.
    case spread
    /// Any other word, or none: what the kind of device prefers.
    case unspecified = ""

    package init(name: String) { self = DevicePolicy(rawValue: name) ?? .unspecified }
}

/// What one container asks of shared devices (upstream: `api/devices/util.go`, ContainerDeviceRequest).
package struct CardRequest: Sendable, Equatable {
    /// Number of devices.
    package var number: Int
    /// Memory per device in MiB (or in the unit of the device plugin); 0 where it is given in percent.
    package var memory: Int
    /// Percent of a device's memory; nil where memory is given.
    package var memoryPercent: Int?
    /// Percent of a device's cores.
    package var cores: Int

    package init(number: Int, memory: Int = 0, memoryPercent: Int? = nil, cores: Int = 0) {
        self.number = number
        self.memory = memory
        self.memoryPercent = memoryPercent
        self.cores = cores
    }

    /// Requests of the containers that limit `count`, or `memory` alone (one device). Memory, percentage and cores count
    /// as limit, else as request; without memory and percentage the whole device is meant.
    init?(_ container: Container, count: String, memory: String, percentage: String, cores: String) {
        let resources = container.resources
        func amount(_ name: String) -> Int? {
            name.isEmpty ? nil : (resources.limits[name] ?? resources.requests[name]).map { Int($0.value) }
        }
        if let limit = resources.limits[count] {
            number = Int(limit.value)
        } else {
            guard resources.limits[memory] != nil else { return nil }
            number = 1
        }
        self.memory = amount(memory) ?? 0
        memoryPercent = amount(percentage).flatMap { $0 == 101 ? nil : $0 }
        if memoryPercent == nil, self.memory == 0 { memoryPercent = 100 }
        self.cores = amount(cores) ?? 0
    }
}
