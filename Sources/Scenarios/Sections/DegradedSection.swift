import ClusterModel
import Configuration
import Quantities
import Simulation

/// One entry of `degraded` of a cluster: hardware that is slower than its card says.
public struct DegradedSection: Sendable, Equatable {
    public var pool = ""
    public var nodes: [Int] = []
    public var gpu: Int?
    public var gpuSpeed = 1.0
    public var networkSpeed = 1.0
    public var from: SimDuration = .zero
    public var until: SimDuration?

    private static let share = NumberRange(minimum: 0.01, maximum: 1)

    static let fields = FieldTable(
        "degraded hardware", DegradedSection(),
        [
            .required("pool", \.pool, .objectName, "Node pool."),
            .required(
                "nodes", \.nodes, ValueKind<Int>.integer(0...ClusterBuilder.Limit.nodes).list(atLeast: 1),
                "Positions of the nodes in their pool, from 0."),
            .optional(
                "gpu", \.gpu, .integer(0...ClusterBuilder.Limit.gpusPerNode - 1),
                "Position of the GPU in each of them; without it all GPUs."),
            .optional(
                "gpuSpeed", \.gpuSpeed, .number(share),
                "Share of its peak rates and memory bandwidth that a GPU keeps; training jobs wait for the slowest."),
            .optional(
                "networkSpeed", \.networkSpeed, .number(share), "Share of their rate that the network cards keep."),
            .optional("from", \.from, .durationOrZero, "When it begins, since the start of the run."),
            .optional("until", \.until, .duration, "When it ends; without it never."),
        ],
        check: { section, place, reading in
            if let until = section.until, until <= section.from, reading.isSound(place.path) {
                reading.report(path: place.key("until").path, "\(until) is not after \(section.from)")
            }
        })

    /// Reports pools and nodes that do not exist.
    static func check(_ sections: [DegradedSection], _ pools: [NodePoolSection], _ place: Place, _ reading: Reading) {
        for (index, section) in sections.enumerated() {
            let place = place.element(index)
            guard let pool = pools.first(where: { $0.name == section.pool }) else {
                reading.report(
                    path: place.key("pool").path, "no node pool is called \"\(section.pool)\"",
                    hint: Suggestion.text(section.pool, among: pools.map(\.name)))
                continue
            }
            for (position, node) in section.nodes.enumerated() where node >= pool.count {
                reading.report(
                    path: place.key("nodes").element(position).path,
                    "pool \"\(pool.name)\" has \(pool.count) nodes, counted from 0")
            }
        }
    }

    /// Whether the nodes have the GPUs; those that they have not are reported.
    static func hasItsGPUs(_ sections: [DegradedSection], _ cluster: Cluster, _ place: Place, _ reading: Reading)
        -> Bool
    {
        var hasAll = true
        for (index, section) in sections.enumerated() {
            guard let gpu = section.gpu, let pool = cluster.pool(named: section.pool) else { continue }
            let count = cluster.pools[pool.position].shape.gpuCount
            guard gpu >= count else { continue }
            hasAll = false
            reading.report(
                path: place.element(index).key("gpu").path,
                "a node of pool \"\(section.pool)\" has \(count) GPUs, counted from 0")
        }
        return hasAll
    }

    /// The same for the simulation.
    func degradation(in cluster: Cluster) -> Degradation? {
        guard let pool = cluster.pool(named: pool) else { return nil }
        let first = cluster.nodePositions(in: pool).lowerBound
        return Degradation(
            nodes: nodes.map { NodeID(first + $0) }, gpu: gpu, gpuSpeed: gpuSpeed, networkSpeed: networkSpeed,
            from: .zero + from, until: until.map { .zero + $0 })
    }
}
