import Scheduling

/// What failed. `host` is all of a node that has no name of its own here.
public enum FailedPart: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    case host, gpu, nic, leafSwitch, software, spot

    /// Name in the database and in reports.
    public var name: String {
        switch self {
        case .host: "node"
        case .gpu: "gpu"
        case .nic: "nic"
        case .leafSwitch: "switch"
        case .software: "software"
        case .spot: "reclaimed"
        }
    }

    /// How placements end that it stops.
    var end: PlacementEnd {
        switch self {
        case .host: .nodeFailed
        case .gpu: .gpuFailed
        case .nic: .nicFailed
        case .leafSwitch: .switchFailed
        case .software: .softwareFailed
        case .spot: .reclaimed
        }
    }

    /// Why jobs stop that it hits.
    var reason: DecisionReason {
        switch self {
        case .host: .nodeFailure
        case .gpu: .gpuFailure
        case .nic: .nicFailure
        case .leafSwitch: .switchFailure
        case .software: .softwareFailure
        case .spot: .reclaimed
        }
    }
}

/// One failure of a part, with its repair. A switch that fails is one fact for each node it cuts off.
public struct FailureFact: BitwiseCopyable, Sendable {
    public var timeNs: Int64
    public var node: Int32
    /// Local GPU index, or -1 for the whole node.
    public var gpu: Int32
    /// When it was back; -1 if not before the run's end.
    public var repairedNs: Int64
    /// Jobs that were stopped by it.
    public var jobsHit: Int32
    public var part: FailedPart

    /// All fields, in column order; the part follows from the GPU unless it is told.
    public init(
        timeNs: Int64, node: Int32, gpu: Int32, repairedNs: Int64, jobsHit: Int32, part: FailedPart? = nil
    ) {
        self.timeNs = timeNs
        self.node = node
        self.gpu = gpu
        self.repairedNs = repairedNs
        self.jobsHit = jobsHit
        self.part = part ?? (gpu < 0 ? .host : .gpu)
    }
}
