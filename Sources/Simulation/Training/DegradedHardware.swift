import ClusterModel
import CostModel

/// How fast GPUs and network cards are while degradations last; where several overlap, the worst counts.
struct DegradedHardware: Sendable {
    private let degradations: [Degradation]
    private var isActive: [Bool]
    /// Degradations of each node that has any.
    private var ofNode: [Int32: [Int]] = [:]

    init(_ world: World) {
        degradations = world.degradations
        isActive = Array(repeating: false, count: world.degradations.count)
        for (index, degradation) in world.degradations.enumerated() {
            for node in degradation.nodes { ofNode[node.index, default: []].append(index) }
        }
    }

    /// Begins or ends a degradation; its nodes.
    mutating func set(_ index: Int, _ begins: Bool) -> [NodeID] {
        isActive[index] = begins
        return degradations[index].nodes
    }

    /// Share of their rate that a node's network cards have.
    func networkSpeed(of node: NodeID) -> Double {
        (ofNode[node.index] ?? []).reduce(1) { isActive[$1] ? min($0, degradations[$1].networkSpeed) : $0 }
    }

    /// Share of their rate that the slowest network cards of some places have.
    func networkSpeed(ofSlowest places: [PlacedPlan.Place]) -> Double {
        isActive.isEmpty ? 1 : places.reduce(1) { min($0, networkSpeed(of: $1.node)) }
    }

    /// Share of its speed that a GPU has.
    func speed(of place: PlacedPlan.Place) -> Double {
        (ofNode[place.node.index] ?? []).reduce(1) { speed, index in
            let degradation = degradations[index]
            let isMeant = degradation.gpu.map { $0 == Int(place.gpu) } ?? true
            return isActive[index] && isMeant ? min(speed, degradation.gpuSpeed) : speed
        }
    }

    /// The pools of some places, ascending, each with the speed of its slowest GPU among them.
    func slowestByPool(_ places: [PlacedPlan.Place], _ cluster: Cluster) -> [(pool: PoolID, speed: Double)] {
        var result: [(pool: PoolID, speed: Double)] = []
        for place in places {
            let pool = cluster.pool(of: place.node)
            let speed = isActive.isEmpty ? 1 : speed(of: place)
            if let known = result.firstIndex(where: { $0.pool == pool }) {
                result[known].speed = min(result[known].speed, speed)
            } else {
                result.append((pool, speed))
            }
        }
        return result.sorted { $0.pool < $1.pool }
    }
}
