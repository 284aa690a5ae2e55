import KubernetesObjects
import Quantities

/// The scalar resources of a world, ascending by name; a `Resource` keeps its scalars in this order.
///
/// cpu and memory are not in the table: every resource has them.
public struct ResourceNames: Sendable, Equatable {
    /// Names of the scalars, ascending.
    public let scalars: [String]
    private let indexes: [String: Int]
    /// Index of `pods`; always present.
    public let pods: Int

    /// A table of the tracked names among `names`, and `pods`.
    public init<S: Sequence>(_ names: S) where S.Element == String {
        self.init(scalars: names.filter(Self.isTracked))
    }

    /// A table of exactly these scalars, whatever their names, and `pods`.
    public init(scalars names: some Sequence<String>) {
        let scalars = Set(names).union(["pods"]).sorted()
        self.scalars = scalars
        self.indexes = Dictionary(uniqueKeysWithValues: scalars.enumerated().map { ($1, $0) })
        self.pods = indexes["pods"] ?? 0
    }

    /// Index of a scalar; nil where the world does not know it.
    public func index(of scalar: String) -> Int? { indexes[scalar] }

    /// Dimension of a resource name: 0 cpu, 1 memory, 2 + index of the scalar.
    public func dimension(of name: String) -> Int? {
        switch name {
        case "cpu": 0
        case "memory": 1
        default: indexes[name].map { $0 + 2 }
        }
    }

    /// Name of a dimension.
    public func name(of dimension: Int) -> String {
        switch dimension {
        case 0: "cpu"
        case 1: "memory"
        default: scalars[dimension - 2]
        }
    }

    /// Whether a name is kept as a scalar (upstream: `api/resource_info.go`, NewResource): extended resources,
    /// hugepages, native prefixed and attachable-volume names, ephemeral-storage and pods; not `count/…`, and not the
    /// names that shared-device plugins account for themselves.
    static func isTracked(_ name: String) -> Bool {
        switch name {
        case "cpu", "memory": return false
        case "pods", "ephemeral-storage": return true
        default: break
        }
        if name.hasPrefix("count/") || name.hasPrefix("requests.") { return false }
        if Self.deviceAccounted.contains(name) { return false }
        if name.hasPrefix("hugepages-") || name.hasPrefix("attachable-volumes-") { return true }
        return name.contains("/")
    }

    /// Names that the deviceshare plugin accounts for per card (upstream: `api/devices/config`).
    static let deviceAccounted: Set<String> = [
        "volcano.sh/vgpu-memory", "volcano.sh/vgpu-memory-percentage", "volcano.sh/vgpu-cores",
    ]

    /// A list in internal units: cpu in milli, memory in bytes, `pods` whole, every other scalar in milli-units.
    public func resource(_ list: ResourceList) -> Resource {
        var resource = Resource()
        for entry in list.entries {
            switch entry.name {
            case "cpu": resource.milliCPU += Double(entry.quantity.milliValue)
            case "memory": resource.memory += Double(entry.quantity.value)
            case "pods":
                resource.maxTaskNum += Int(entry.quantity.value)
                resource.setScalar(pods, Double(entry.quantity.value))
            default:
                if let index = indexes[entry.name] {
                    resource.setScalar(index, Double(entry.quantity.milliValue))
                }
            }
        }
        return resource
    }
}
