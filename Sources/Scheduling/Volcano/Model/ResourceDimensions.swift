/// Comparisons in chosen dimensions, naming those that satisfy them (upstream: `api/resource_info.go`; reference
/// section 2). Dimensions ascend: cpu, memory, then scalars by name.
///
/// `request` chooses: a dimension counts if the request is above 0 there. Without a request nothing counts. `pods` never does.
extension Resource {
    /// Whether a dimension holds nothing, within ε (upstream: IsZero).
    public func isZero(_ dimension: Int) -> Bool { self[dimension] < Self.epsilon }

    /// Requested dimensions in which this is at most `other`, within ε (upstream: LessEqualPartlyWithDimension).
    public func dimensionsWithin(_ other: Resource, requested request: Resource?, pods: Int) -> [Int] {
        dimensions(of: request, pods: pods) { Self.within(self[$0], other[$0]) }
    }

    /// As `dimensionsWithin`, without dimensions in which both are nothing
    /// (upstream: LessEqualPartlyWithDimensionZeroFiltered).
    public func usedDimensionsWithin(_ other: Resource, requested request: Resource?, pods: Int) -> [Int] {
        dimensions(of: request, pods: pods) {
            !(isZero($0) && other.isZero($0)) && Self.within(self[$0], other[$0])
        }
    }

    /// Requested dimensions in which this exceeds `other`, exactly (upstream: GreaterPartlyWithDimension).
    public func dimensionsAbove(_ other: Resource, requested request: Resource?, pods: Int) -> [Int] {
        dimensions(of: request, pods: pods) { self[$0] > other[$0] }
    }

    /// As `dimensionsAbove`, only in dimensions that `other` has: cpu and memory of at least ε, scalars that are
    /// present, be they 0 (upstream: GreaterPartlyWithRelevantDimensions).
    public func relevantDimensionsAbove(_ other: Resource, requested request: Resource?, pods: Int) -> [Int] {
        dimensions(of: request, pods: pods) { dimension in
            let isRelevant = dimension < 2 ? !other.isZero(dimension) : other.scalar(dimension - 2) != nil
            return isRelevant && self[dimension] > other[dimension]
        }
    }

    /// Dimensions in which both hold something, without `pods` (upstream: IntersectionWithIgnoredScalarResources).
    public static func commonDimensions(_ a: Resource, _ b: Resource, pods: Int) -> [Int] {
        a.namedDimensions.filter { $0 != pods + 2 && !b.isZero($0) }
    }

    private func dimensions(of request: Resource?, pods: Int, where holds: (Int) -> Bool) -> [Int] {
        guard let request else { return [] }
        return (0..<request.dimensions).filter { $0 != pods + 2 && request[$0] > 0 && holds($0) }
    }
}
