/// Comparisons of resources (upstream: `api/resource_info.go`; reference section 2).
extension Resource {
    /// What a scalar means that one side does not have.
    public enum Missing: Sendable { case zero, infinity }

    /// `a ≤ b` within ε.
    @inline(__always)
    static func within(_ a: Double, _ b: Double) -> Bool { a < b || abs(a - b) < epsilon }

    /// Whether every dimension is at most that of `other`, within ε.
    ///
    /// Scalars only in `other` are ignored for `.zero` and fail for `.infinity`; scalars only here are compared with 0, or skipped.
    public func lessEqual(_ other: Resource, _ missing: Missing = .zero) -> Bool {
        guard Self.within(milliCPU, other.milliCPU), Self.within(memory, other.memory) else { return false }
        for index in scalars.indices where !scalars[index].isNaN {
            if let theirs = other.scalar(index) {
                if !Self.within(scalars[index], theirs) { return false }
            } else if missing == .zero, !Self.within(scalars[index], 0) {
                return false
            }
        }
        if missing == .infinity {
            for index in other.scalars.indices where !other.scalars[index].isNaN && scalar(index) == nil {
                return false
            }
        }
        return true
    }

    /// Whether every dimension is strictly less.
    public func less(_ other: Resource, _ missing: Missing = .zero) -> Bool {
        guard milliCPU < other.milliCPU, memory < other.memory else { return false }
        for index in scalars.indices where !scalars[index].isNaN {
            if let theirs = other.scalar(index) {
                if !(scalars[index] < theirs) { return false }
            } else if missing == .zero, !(scalars[index] < 0) {
                return false
            }
        }
        if missing == .infinity {
            for index in other.scalars.indices where !other.scalars[index].isNaN && scalar(index) == nil {
                return false
            }
        }
        return true
    }

    /// As `lessEqual`, naming the dimensions that fail; scalars only in `other` never fail.
    public func exceeding(_ other: Resource, _ missing: Missing = .zero) -> [Int] {
        var failed: [Int] = []
        if !Self.within(milliCPU, other.milliCPU) { failed.append(0) }
        if !Self.within(memory, other.memory) { failed.append(1) }
        for index in scalars.indices where !scalars[index].isNaN {
            if let theirs = other.scalar(index) {
                if !Self.within(scalars[index], theirs) { failed.append(index + 2) }
            } else if missing == .zero, !Self.within(scalars[index], 0) {
                failed.append(index + 2)
            }
        }
        return failed
    }

    /// Whether some dimension is strictly less.
    public func lessPartly(_ other: Resource, _ missing: Missing = .zero) -> Bool {
        partly(other, missing) { $0 < $1 }
    }

    /// Whether some dimension is at most that of `other`, within ε.
    public func lessEqualPartly(_ other: Resource, _ missing: Missing = .zero) -> Bool {
        partly(other, missing, Self.within)
    }

    private func partly(_ other: Resource, _ missing: Missing, _ holds: (Double, Double) -> Bool) -> Bool {
        if holds(milliCPU, other.milliCPU) || holds(memory, other.memory) { return true }
        for index in scalars.indices where !scalars[index].isNaN {
            if let theirs = other.scalar(index) {
                if holds(scalars[index], theirs) { return true }
            } else if missing == .infinity || holds(scalars[index], 0) {
                return true
            }
        }
        if missing == .zero {
            for index in other.scalars.indices where !other.scalars[index].isNaN && scalar(index) == nil { return true }
        }
        return false
    }

    /// Dimensions with `request > 0` in which this exceeds `other`, exactly (no ε); `pods` never; nothing if this has no
    /// scalars at all (upstream: LessEqualWithDimensionAndResourcesName). A nil request falls back to `exceeding`.
    public func exceeding(_ other: Resource, requested request: Resource?, pods: Int) -> [Int] {
        guard let request else { return exceeding(other, .zero) }
        var failed: [Int] = []
        if request.milliCPU > 0, milliCPU > other.milliCPU { failed.append(0) }
        if request.memory > 0, memory > other.memory { failed.append(1) }
        guard !scalars.isEmpty else { return failed }
        for index in request.scalars.indices where index != pods && request.scalars[index] > 0 {
            if (scalar(index) ?? 0) > (other.scalar(index) ?? 0) { failed.append(index + 2) }
        }
        return failed
    }

    /// Whether |a − b| < ε in cpu, memory and each scalar present here; absent in `other` is 0.
    public func equal(_ other: Resource) -> Bool {
        func same(_ a: Double, _ b: Double) -> Bool { a == b || abs(a - b) < Self.epsilon }
        guard same(milliCPU, other.milliCPU), same(memory, other.memory) else { return false }
        return scalars.indices.allSatisfy { scalars[$0].isNaN || same(scalars[$0], other.scalar($0) ?? 0) }
    }

    /// What this has more than `other` and what it has less, per dimension; missing scalars count as 0, or as −1 and
    /// are reported as −1.
    public func diff(_ other: Resource, _ missing: Missing = .zero) -> (increased: Resource, decreased: Resource) {
        var increased = Resource()
        var decreased = Resource()
        if milliCPU > other.milliCPU {
            increased.milliCPU = milliCPU - other.milliCPU
        } else {
            decreased.milliCPU = other.milliCPU - milliCPU
        }
        if memory > other.memory {
            increased.memory = memory - other.memory
        } else {
            decreased.memory = other.memory - memory
        }
        let absent = missing == .zero ? 0.0 : -1.0
        for index in 0..<Swift.max(scalars.count, other.scalars.count) {
            guard scalar(index) != nil || other.scalar(index) != nil else { continue }
            let mine = scalar(index) ?? absent
            let theirs = other.scalar(index) ?? absent
            if mine == -1 {
                increased.setScalar(index, -1)
            } else if theirs == -1 {
                decreased.setScalar(index, -1)
            } else if mine > theirs {
                increased.setScalar(index, mine - theirs)
            } else {
                decreased.setScalar(index, theirs - mine)
            }
        }
        return (increased, decreased)
    }

    /// What this has more than `other` (upstream: ExceededPart).
    public func exceededPart(_ other: Resource) -> Resource { diff(other, .zero).increased }

    /// Caps this by `other` per dimension; scalars missing in `other` become 0, or stay (upstream: MinDimensionResource).
    public mutating func cap(by other: Resource, _ missing: Missing) {
        milliCPU = Swift.min(milliCPU, other.milliCPU)
        memory = Swift.min(memory, other.memory)
        for index in scalars.indices where !scalars[index].isNaN {
            if let theirs = other.scalar(index) {
                scalars[index] = Swift.min(scalars[index], theirs)
            } else if missing == .zero {
                scalars[index] = 0
            }
        }
    }

    /// Larger amount per dimension; scalars are those above 0 on either side (upstream: `helpers.Max`).
    public static func max(_ a: Resource, _ b: Resource) -> Resource {
        var result = Resource(milliCPU: Swift.max(a.milliCPU, b.milliCPU), memory: Swift.max(a.memory, b.memory))
        for index in 0..<Swift.max(a.scalars.count, b.scalars.count) {
            let larger = Swift.max(a.scalar(index) ?? 0, b.scalar(index) ?? 0)
            if larger > 0 { result.setScalar(index, larger) }
        }
        return result
    }

    /// Smaller amount per dimension; scalars only if both have any, over the keys of `a` (upstream: `helpers.Min`).
    public static func min(_ a: Resource, _ b: Resource) -> Resource {
        var result = Resource(milliCPU: Swift.min(a.milliCPU, b.milliCPU), memory: Swift.min(a.memory, b.memory))
        guard !a.scalars.isEmpty, !b.scalars.isEmpty else { return result }
        for index in a.scalars.indices where !a.scalars[index].isNaN {
            result.setScalar(index, Swift.min(a.scalars[index], b.scalar(index) ?? 0))
        }
        return result
    }

    /// `l / r`; 0 / 0 is 0, x / 0 is 1 (upstream: `helpers.Share`).
    public static func share(_ l: Double, _ r: Double) -> Double { r == 0 ? (l == 0 ? 0 : 1) : l / r }
}
