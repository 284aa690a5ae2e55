import Scheduling

/// Amounts of resources by name, in Volcano's internal units (cpu in milli, memory in bytes, other scalars in milli).
///
/// Unlike `Resource` it does not depend on one session's table of names. `pods` is left out.
public struct Amounts: Sendable, Equatable {
    /// Ascending by name; no zeros.
    public private(set) var entries: [(name: String, amount: Double)] = []

    /// Nothing.
    public init() {}

    /// What `resource` holds under `names`.
    public init(_ resource: Resource, _ names: ResourceNames) {
        for dimension in 0..<resource.dimensions where dimension != names.pods + 2 {
            let amount = resource[dimension]
            if abs(amount) >= Resource.epsilon { entries.append((names.name(of: dimension), amount)) }
        }
        entries.sort { $0.name < $1.name }
    }

    /// The amount of `name`; 0 where it is not listed.
    public subscript(name: String) -> Double {
        get { entries.first { $0.name == name }?.amount ?? 0 }
        set {
            let place = entries.firstIndex { $0.name >= name } ?? entries.endIndex
            if place < entries.endIndex, entries[place].name == name { entries.remove(at: place) }
            if abs(newValue) >= Resource.epsilon { entries.insert((name, newValue), at: place) }
        }
    }

    /// Adds per name.
    public mutating func add(_ other: Amounts) { for entry in other.entries { self[entry.name] += entry.amount } }
    /// Subtracts per name.
    public mutating func sub(_ other: Amounts) { for entry in other.entries { self[entry.name] -= entry.amount } }

    /// Whether `other` has at least as much of everything listed here.
    public func isWithin(_ other: Amounts) -> Bool {
        entries.allSatisfy { $0.amount <= other[$0.name] + Resource.epsilon }
    }

    /// The name of which this is the largest part of `total`: the resource that counts.
    public func dominant(in total: Amounts) -> String? {
        var best: (name: String, part: Double)?
        for entry in entries where entry.amount > 0 && total[entry.name] > 0 {
            let part = entry.amount / total[entry.name]
            if part > (best?.part ?? 0) { best = (entry.name, part) }
        }
        return best?.name
    }

    /// `nvidia.com/gpu 8, cpu 16`: accelerators first, then cpu, then the rest, in the words of manifests.
    public var text: String { list(" ") }

    /// `{nvidia.com/gpu: 8, cpu: 16}`, as a manifest has it.
    var manifest: String { "{" + list(": ") + "}" }

    private func list(_ separator: String) -> String {
        func rank(_ name: String) -> Int { name.contains("/") ? 0 : name == "cpu" ? 1 : 2 }
        return entries.sorted { (rank($0.name), $0.name) < (rank($1.name), $1.name) }
            .map { $0.name + separator + ResourceAmount.text($0.amount, $0.name) }.joined(separator: ", ")
    }

    /// Whether both list the same.
    public static func == (a: Self, b: Self) -> Bool { a.entries.elementsEqual(b.entries) { $0 == $1 } }
}
