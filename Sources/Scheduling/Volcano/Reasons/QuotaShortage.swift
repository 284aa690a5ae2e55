/// A limit that a plugin held against a job, a pod or a queue: which one, in which dimension, with the numbers.
public struct QuotaShortage: Sendable, Equatable {
    /// Plugin that said no.
    public var plugin: String
    /// Whose limit it is: a queue, a ResourceQuota, or `cluster`.
    public var holder: String
    /// Which limit: `deserved`, `capability`, `realCapability`, `hard`, `overcommit`, ...
    public var limitName: String
    /// Resource name of the first dimension that is short.
    public var dimension: String
    /// Amounts in internal units (cpu in milli, memory in bytes, other scalars in milli): asked now, already held
    /// (allocated and reserved), and the limit.
    public var asked: Double
    public var held: Double
    public var limit: Double

    /// A shortage in one dimension.
    public init(
        plugin: String, holder: String, limitName: String, dimension: String, asked: Double, held: Double, limit: Double
    ) {
        self.plugin = plugin
        self.holder = holder
        self.limitName = limitName
        self.dimension = dimension
        self.asked = asked
        self.held = held
        self.limit = limit
    }

    /// A refusal without numbers: the queue is not open, or not configured properly.
    public static func closed(plugin: String, holder: String, why: String) -> QuotaShortage {
        QuotaShortage(plugin: plugin, holder: holder, limitName: why, dimension: "", asked: 0, held: 0, limit: 0)
    }

    /// `queue team-a: nvidia.com/gpu 4 asked, 14 held, deserved 16`.
    public var text: String {
        guard !dimension.isEmpty else { return "\(plugin): \(holder) \(limitName)" }
        func amount(_ value: Double) -> String { ResourceAmount.text(value, dimension) }
        let more = asked == 0 ? "" : ", \(amount(asked)) more asked"
        return "\(plugin): \(holder) has \(dimension) \(amount(held)) of \(limitName) \(amount(limit))\(more)"
    }
}

/// Amounts of a resource in the words of manifests.
public enum ResourceAmount {
    /// cpu in cores, memory in binary units, `pods` whole, other scalars in units.
    public static func text(_ value: Double, _ dimension: String) -> String {
        switch dimension {
        case "memory", "requests.memory", "limits.memory": return bytes(value)
        case "pods": return number(value)
        default: return number(value.rounded() / 1000)
        }
    }

    private static func bytes(_ value: Double) -> String {
        for (unit, size) in [("Ti", 0x1p40), ("Gi", 0x1p30), ("Mi", 0x1p20), ("Ki", 0x1p10)] where abs(value) >= size {
            return number((value / size * 100).rounded() / 100) + unit
        }
        return number(value)
    }

    private static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
    }
}
