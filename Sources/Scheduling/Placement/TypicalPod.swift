import ClusterModel

/// A kind of pod that the workload is made of, with its share of all pods.
public struct TypicalPod: Hashable, Sendable {
    /// What such a pod asks for; memory and network cards do not count here.
    public var request: ResourceRequest
    /// Its share of the pods, 0…1.
    public var share: Double
    /// Pools it may run in, one bit each.
    public var pools: UInt64

    /// A kind with a share of `share`.
    public init(request: ResourceRequest, share: Double, pools: UInt64 = .max) {
        self.request = request
        self.share = share
        self.pools = pools
    }
}

/// Counts pods by kind: CPU, GPUs, part of each GPU, and GPU models.
///
/// The rules are those of pkg/utils/frag.go (`GetTypicalPods`) and pkg/type/resource.go of the FGD authors'
/// simulator: kinds in order of falling count, until they make up the wanted part of all pods (95 % in the paper's
/// experiments), CPU-only pods included; their shares then add up to 1.
public struct TypicalPodCensus: Sendable {
    private struct Kind: Hashable {
        var cpuMilli: Int64
        var gpuMilli: Int32
        var gpuCount: Int32
        var models: String
        var pools: UInt64
    }

    private var counts: [Kind: Int] = [:]

    /// No pods yet.
    public init() {}

    /// Counts a pod that may run in `pools`; `models` are the GPU models as the user wrote them, empty for any.
    public mutating func count(_ request: ResourceRequest, pools: UInt64 = .max, models: [String] = [], pods: Int = 1) {
        let kind = Kind(
            cpuMilli: request.cpuMilli, gpuMilli: request.gpuMilli, gpuCount: request.gpuCount,
            models: models.joined(separator: "|"), pools: pools)
        counts[kind, default: 0] += pods
    }

    /// The most frequent kinds that together make up at least `coverage` of the pods.
    ///
    /// Equal counts: the larger CPU, then GPU part, then GPU count, then model names come first.
    public func typicalPods(coverage: Double = 0.95) -> [TypicalPod] {
        let ordered = counts.sorted { a, b in
            if a.value != b.value { return a.value > b.value }
            let (x, y) = (a.key, b.key)
            return (x.cpuMilli, x.gpuMilli, x.gpuCount, x.models, x.pools)
                > (y.cpuMilli, y.gpuMilli, y.gpuCount, y.models, y.pools)
        }
        let total = Double(counts.values.reduce(0, +))
        var covered = 0.0
        var typical: [TypicalPod] = []
        for (kind, count) in ordered where covered < coverage * total {
            covered += Double(count)
            let request = ResourceRequest(
                cpuMilli: kind.cpuMilli, gpuCount: kind.gpuCount, gpuMilli: kind.gpuMilli)
            typical.append(TypicalPod(request: request, share: Double(count) / total, pools: kind.pools))
        }
        guard typical.count < ordered.count else { return typical }
        for index in typical.indices { typical[index].share /= covered / total }
        return typical
    }
}
