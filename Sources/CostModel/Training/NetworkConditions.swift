/// Dimensions along which a plan splits work, and whose ranks exchange data.
public enum ParallelDimension: Int, CaseIterable, Sendable {
    case tensor
    case context
    case pipeline
    case data
    case expert
}

/// What the placement and the traffic on the fabric leave to the groups of a plan.
///
/// The cost model alone assumes ranks packed as densely as they go and the full rate of every network card. In a cluster,
/// a group may be scattered over more nodes, and its flows may get less than their cards could send.
public struct NetworkConditions: Hashable, Sendable {
    /// Conditions of one dimension.
    public struct Dimension: Hashable, Sendable {
        /// GPUs, counted along global ranks, that reach each other over the scale-up network; nil: as many as the platform's
        /// domain holds.
        public var reach: Int?
        /// Share of the network rate that a rank gets, above 0, at most 1.
        public var share = 1.0

        /// Packed, at the full rate.
        public init() {}
    }

    private static let packed = Array(repeating: Dimension(), count: ParallelDimension.allCases.count)
    private var dimensions = Self.packed

    /// Packed, at the full rate, in every dimension.
    public init() {}

    /// Conditions of a dimension.
    public subscript(_ dimension: ParallelDimension) -> Dimension {
        get { dimensions[dimension.rawValue] }
        set { dimensions[dimension.rawValue] = newValue }
    }
}
