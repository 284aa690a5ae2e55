/// How a filter judged (upstream: `api/unschedule_info.go`, Kubernetes' framework codes).
public enum FitCode: Int, Sendable, BitwiseCopyable {
    case unschedulable, unschedulableAndUnresolvable, error, skip, wait

    /// Upstream's name, such as `Unschedulable`.
    public var name: String {
        switch self {
        case .unschedulable: "Unschedulable"
        case .unschedulableAndUnresolvable: "UnschedulableAndUnresolvable"
        case .error: "Error"
        case .skip: "Skip"
        case .wait: "Wait"
        }
    }
}

/// One filter's refusal of a node.
public struct FitStatus: Sendable, Hashable {
    public var code: FitCode
    /// The text upstream counts by, such as `Insufficient cpu`.
    public var reason: String
    /// Plugin or filter that refused.
    public var plugin: String

    /// A refusal by `plugin`.
    public init(_ code: FitCode, _ reason: String, plugin: String = "") {
        self.code = code
        self.reason = reason
        self.plugin = plugin
    }
}

/// Why one task found no node in a search.
public struct FitErrors: Sendable {
    /// Per node index: interned list of refusals (`VolcanoSession.fitTable`), -1 where the node was not judged.
    public internal(set) var statuses: [Int32] = []
    /// A reason that is no node's, such as a failed PrePredicate; empty for none.
    public internal(set) var message = ""
    /// HyperNode the search was confined to; empty for the whole cluster.
    public internal(set) var hyperNode = ""

    /// No node judged.
    init() {}
}

/// Distinct lists of refusals, so that many nodes share one.
public struct FitTable: Sendable {
    public private(set) var lists: [[FitStatus]] = []
    private var index: [[FitStatus]: Int32] = [:]

    init() {}

    mutating func intern(_ list: [FitStatus]) -> Int32 {
        if let known = index[list] { return known }
        let next = Int32(lists.count)
        lists.append(list)
        index[list] = next
        return next
    }
}
