/// An amount of every resource, in Volcano's internal units (upstream: `api/resource_info.go`).
///
/// cpu in milli-cores, memory in bytes, scalars as `ResourceNames` says. A scalar that is not a key of upstream's map
/// is absent here, which differs from being 0.
public struct Resource: Sendable {
    public var milliCPU = 0.0
    public var memory = 0.0
    /// By index of `ResourceNames`; NaN where absent; may be shorter than the table. Empty is upstream's nil map.
    public var scalars = ScalarAmounts()
    /// Pods that fit, only for node resources.
    public var maxTaskNum = 0

    /// Upstream's `minResource`: differences below it do not count, in every dimension.
    public static let epsilon = 0.1

    /// Nothing.
    public init() {}

    /// An amount of cpu and memory.
    public init(milliCPU: Double, memory: Double) {
        self.milliCPU = milliCPU
        self.memory = memory
    }

    /// The scalar at `index`; nil where absent.
    public func scalar(_ index: Int) -> Double? {
        guard index < scalars.count else { return nil }
        let value = scalars[index]
        return value.isNaN ? nil : value
    }

    /// Sets the scalar at `index`.
    public mutating func setScalar(_ index: Int, _ value: Double) {
        while scalars.count <= index { scalars.append(.nan) }
        scalars[index] = value
    }

    /// Makes the scalar at `index` absent.
    public mutating func removeScalar(_ index: Int) {
        if index < scalars.count { scalars[index] = .nan }
        if !hasScalars { scalars = ScalarAmounts() }
    }

    /// Whether any scalar is present (upstream: the map is not nil).
    public var hasScalars: Bool { scalars.contains { !$0.isNaN } }

    /// Number of dimensions that may hold something; see `ResourceNames.dimension(of:)`.
    public var dimensions: Int { scalars.count + 2 }

    /// Amount in a dimension; 0 where absent.
    public subscript(dimension: Int) -> Double {
        switch dimension {
        case 0: milliCPU
        case 1: memory
        default: scalar(dimension - 2) ?? 0
        }
    }

    /// Whether nothing is asked for; `pods` (at `pods` of the name table) is ignored.
    public func isEmpty(pods: Int) -> Bool {
        guard milliCPU < Self.epsilon, memory < Self.epsilon else { return false }
        for (index, value) in scalars.enumerated() where index != pods && value >= Self.epsilon { return false }
        return true
    }

    /// Dimensions whose amount is at least ε: cpu, memory, then scalars by name.
    public var namedDimensions: [Int] {
        var named: [Int] = []
        if milliCPU >= Self.epsilon { named.append(0) }
        if memory >= Self.epsilon { named.append(1) }
        for (index, value) in scalars.enumerated() where value >= Self.epsilon { named.append(index + 2) }
        return named
    }

    /// Adds per dimension.
    public mutating func add(_ other: Resource) {
        milliCPU += other.milliCPU
        memory += other.memory
        for index in other.scalars.indices where !other.scalars[index].isNaN {
            if index < scalars.count, !scalars[index].isNaN {
                scalars[index] += other.scalars[index]
            } else {
                setScalar(index, other.scalars[index])
            }
        }
    }

    /// Subtracts per dimension; scalars only if there are any, and then absent ones become negative.
    public mutating func sub(_ other: Resource) {
        milliCPU -= other.milliCPU
        memory -= other.memory
        guard !scalars.isEmpty else { return }
        for index in other.scalars.indices where !other.scalars[index].isNaN {
            if index < scalars.count, !scalars[index].isNaN {
                scalars[index] -= other.scalars[index]
            } else {
                setScalar(index, -other.scalars[index])
            }
        }
    }

    /// Multiplies every dimension.
    public mutating func multiply(_ factor: Double) {
        milliCPU *= factor
        memory *= factor
        for index in scalars.indices { scalars[index] *= factor }
    }

    /// Raises every dimension to at least that of `other` (upstream: SetMaxResource).
    public mutating func raise(to other: Resource) {
        milliCPU = Swift.max(milliCPU, other.milliCPU)
        memory = Swift.max(memory, other.memory)
        for index in other.scalars.indices where !other.scalars[index].isNaN {
            if let mine = scalar(index), mine >= other.scalars[index] { continue }
            setScalar(index, other.scalars[index])
        }
    }

    /// Sum.
    public func adding(_ other: Resource) -> Resource {
        var sum = self
        sum.add(other)
        return sum
    }

    /// Difference; may be negative.
    public func subtracting(_ other: Resource) -> Resource {
        var difference = self
        difference.sub(other)
        return difference
    }
}

extension Resource: Equatable {
    /// Exactly the same amounts, and the same scalars present (upstream: `equality.Semantic.DeepEqual`).
    public static func == (a: Self, b: Self) -> Bool {
        guard a.milliCPU == b.milliCPU, a.memory == b.memory, a.maxTaskNum == b.maxTaskNum else { return false }
        return (0..<Swift.max(a.scalars.count, b.scalars.count)).allSatisfy { a.scalar($0) == b.scalar($0) }
    }
}
