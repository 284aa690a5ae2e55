import KubernetesObjects
import Quantities

/// Resources in the integers kube-scheduler computes with: milli-CPU, bytes, whole units of everything else.
///
/// Mirrors `framework.Resource` (pkg/scheduler/framework/types.go): names that are neither native nor extended,
/// hugepage, prefixed-native or attachable-volume resources are dropped.
public struct ResourceVector: Sendable, Equatable {
    public var milliCPU: Int64 = 0
    /// Bytes.
    public var memory: Int64 = 0
    /// Bytes.
    public var ephemeralStorage: Int64 = 0
    /// Pods a node may hold; 0 in a pod's request.
    public var podSlots: Int64 = 0
    /// Extended and other scalar resources, ascending by name.
    public private(set) var scalars: [Scalar] = []

    /// One scalar resource.
    public struct Scalar: Sendable, Equatable {
        public var name: String
        public var amount: Int64
    }

    /// Nothing.
    public init() {}

    /// The amounts of a resource list, fractions rounded up.
    public init(_ list: ResourceList) {
        for entry in list.entries {
            switch entry.name {
            case "cpu": milliCPU = entry.quantity.milliValue
            case "memory": memory = entry.quantity.value
            case "ephemeral-storage": ephemeralStorage = entry.quantity.value
            case "pods": podSlots = entry.quantity.value
            default:
                if Self.isScalar(entry.name) { scalars.append(Scalar(name: entry.name, amount: entry.quantity.value)) }
            }
        }
    }

    /// The amount of a resource by its Kubernetes name; 0 for one that is not listed.
    public subscript(name: String) -> Int64 {
        switch name {
        case "cpu": milliCPU
        case "memory": memory
        case "ephemeral-storage": ephemeralStorage
        case "pods": podSlots
        default: scalar(name) ?? 0
        }
    }

    /// The amount of a scalar resource; nil where it is not listed.
    public func scalar(_ name: String) -> Int64? { scalars.first { $0.name == name }?.amount }

    /// Adds (`sign` 1) or takes away (`sign` -1) a pod's request; what goes beyond 64 bits stops at its ends.
    mutating func add(_ other: Self, sign: Int64 = 1) {
        milliCPU = milliCPU.clampedAdding(other.milliCPU, sign)
        memory = memory.clampedAdding(other.memory, sign)
        ephemeralStorage = ephemeralStorage.clampedAdding(other.ephemeralStorage, sign)
        for scalar in other.scalars {
            let index = scalars.firstIndex { $0.name >= scalar.name } ?? scalars.count
            if index == scalars.count || scalars[index].name != scalar.name {
                scalars.insert(Scalar(name: scalar.name, amount: 0), at: index)
            }
            scalars[index].amount = scalars[index].amount.clampedAdding(scalar.amount, sign)
        }
    }

    /// Whether a resource is counted among the scalars (pkg/scheduler/util, IsScalarResourceName).
    static func isScalar(_ name: String) -> Bool {
        name.hasPrefix("hugepages-") || name.hasPrefix("attachable-volumes-") || name.contains("kubernetes.io/")
            || isExtended(name)
    }

    /// Whether a name is that of an extended resource: qualified, outside `kubernetes.io/` and not `requests.*`.
    static func isExtended(_ name: String) -> Bool {
        guard !name.hasPrefix("requests."), !name.contains("kubernetes.io/") else { return false }
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, parts[0].utf8.count + "requests.".utf8.count <= 253 else {
            return false
        }
        return isQualifiedName(parts[1])
    }

    /// Letters, digits, `-`, `_` and `.`, at most 63, beginning and ending with a letter or digit.
    private static func isQualifiedName(_ name: Substring) -> Bool {
        func isAlphanumeric(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "A")...UInt8(ascii: "Z"):
                true
            default: false
            }
        }
        guard let first = name.utf8.first, let last = name.utf8.last, name.utf8.count <= 63 else { return false }
        return isAlphanumeric(first) && isAlphanumeric(last)
            && name.utf8.allSatisfy {
                isAlphanumeric($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: ".")
            }
    }
}

extension Int64 {
    /// The sum with `sign` × `other`, kept within 64 bits.
    func clampedAdding(_ other: Int64, _ sign: Int64 = 1) -> Int64 {
        let (result, overflow) = sign < 0 ? subtractingReportingOverflow(other) : addingReportingOverflow(other)
        guard overflow else { return result }
        return (other > 0) == (sign > 0) ? .max : .min
    }
}
