import ClusterModel
import Glibc

@testable import Scheduling

/// The policies once more, as slowly and plainly as their definitions read: every node and GPU is tried, nothing is
/// remembered.
struct PlacementReference {
    let cluster: Cluster
    let typicalPods: [TypicalPod]
    let order: [Int32]

    struct Node {
        var id: NodeID
        var cpu: Int64
        /// Thousandths free of each GPU; 0 for one with MIG slices.
        var gpus: [Int]
        /// The same, free thousandths of GPUs with MIG slices included.
        var idle: Int
    }

    func node(_ id: NodeID, _ ledger: AllocationLedger) -> Node {
        let count = cluster.gpuCount(of: id)
        let all = (0..<count).map { ledger.freeGPUMilli(id, gpu: $0) }
        let gpus = (0..<count).map { ledger.migGPUMask(id) >> UInt32($0) & 1 == 1 ? 0 : all[$0] }
        return Node(id: id, cpu: ledger.freeCPU(id), gpus: gpus, idle: all.reduce(0, +))
    }

    func feasible(_ request: ResourceRequest, _ pools: UInt64, _ ledger: AllocationLedger) -> [Node] {
        cluster.nodes.filter {
            pools >> UInt64(cluster.pool(of: $0).index) & 1 == 1 && ledger.fits(request, on: $0)
        }.map { node($0, ledger) }
    }

    /// The node with the highest score and, for a fraction under FGD, its GPU.
    func choose(
        _ policy: NodePolicy, _ request: ResourceRequest, _ pools: UInt64, _ ledger: AllocationLedger
    ) -> (node: NodeID, gpu: Int?)? {
        var best: (score: Int, place: Int32, node: NodeID, gpu: Int?)?
        for node in feasible(request, pools, ledger) {
            let (score, gpu) = score(policy, request, node, ledger)
            let place = order[node.id.position]
            if best.map({ score > $0.score || (score == $0.score && place < $0.place) }) ?? true {
                best = (score, place, node.id, gpu)
            }
        }
        return best.map { ($0.node, $0.gpu) }
    }

    private func score(
        _ policy: NodePolicy, _ request: ResourceRequest, _ node: Node, _ ledger: AllocationLedger
    ) -> (Int, Int?) {
        let cpu = Double(request.cpuMilli)
        let gpu = Double(request.totalGPUMilli)
        switch policy {
        case .dotProduct:
            let product = Double(node.cpu) / 128_000 * (cpu / 128_000) + Double(node.idle) / 8000 * (gpu / 8000)
            return (Int(100 * (1 - product / 2)), nil)
        case .weightedBestFit:
            let left =
                Double(node.cpu - request.cpuMilli) / 128_000 * 0.5
                + Double(node.idle - Int(request.totalGPUMilli)) / 8000 * 0.5
            return (Int((1 - left) * 100), nil)
        case .gpuPacking: return (packing(request, node), nil)
        case .gpuClustering: return (clustering(request, node, ledger), nil)
        case .fgd: return gradient(request, node)
        default: return (0, nil)
        }
    }

    private func packing(_ request: ResourceRequest, _ node: Node) -> Int {
        if request.gpuCount == 0 { return 0 }
        if node.gpus.allSatisfy({ $0 == 1000 }) { return max(33 - node.gpus.count, node.gpus.count) }
        let used = node.gpus.sorted().filter { $0 >= Int(request.gpuMilli) }.prefix(Int(request.gpuCount))
        let untouched = used.count { $0 == 1000 }
        if untouched > 0 { return max(50 - untouched, 33) }
        return max(100 - used.reduce(0) { $0 + $1 * 100 / 1000 } / 10, 50)
    }

    private func clustering(_ request: ResourceRequest, _ node: Node, _ ledger: AllocationLedger) -> Int {
        if request.gpuCount == 0 { return 0 }
        func kind(_ milli: Int32, _ count: Int) -> String { milli < 1000 ? "share" : "\(count)" }
        let mine = kind(request.gpuMilli, Int(request.gpuCount))
        let kinds = Set(
            ledger.allocations.filter { $0.node == node.id && $0.gpuMask != 0 }.map { kind($0.gpuMilli, $0.gpuCount) })
        let quarter = 25 * (8000 - node.idle) / 8000
        if kinds.contains(mine) { return quarter + (kinds.count == 1 ? 75 : 50) }
        return quarter + (kinds.isEmpty ? 25 : 0)
    }

    private func gradient(_ request: ResourceRequest, _ node: Node) -> (Int, Int?) {
        let before = fragmented(node.cpu, node.gpus, node.id)
        func score(_ gpus: [Int]) -> Int {
            let change = before - fragmented(node.cpu - request.cpuMilli, gpus, node.id)
            return Int(1 / (1 + exp(-change / 1000)) * 100)
        }
        guard request.isFraction else {
            var gpus = node.gpus
            var wanted = Int(request.gpuCount)
            for gpu in gpus.indices where gpus[gpu] == 1000 && wanted > 0 {
                gpus[gpu] = 0
                wanted -= 1
            }
            return (score(gpus), nil)
        }
        var best: (Int, Int?) = (-1, nil)
        for gpu in node.gpus.indices where node.gpus[gpu] >= Int(request.gpuMilli) {
            var gpus = node.gpus
            gpus[gpu] -= Int(request.gpuMilli)
            if score(gpus) > best.0 { best = (score(gpus), gpu) }
        }
        return best
    }

    /// Expected idle GPU that a typical pod cannot use, summed by reason as the definition's authors do.
    func fragmented(_ cpu: Int64, _ gpus: [Int], _ node: NodeID) -> Double {
        let idle = gpus.reduce(0, +)
        var reasons = [Double](repeating: 0, count: 6)
        for pod in typicalPods {
            let request = pod.request
            let enoughCPU = cpu >= request.cpuMilli
            if request.gpuCount == 0 {
                reasons[enoughCPU ? 3 : 4] += pod.share * Double(idle)
            } else if pod.pools >> UInt64(cluster.pool(of: node).index) & 1 == 0 {
                reasons[5] += pod.share * Double(idle)
            } else if gpus.count(where: { $0 >= Int(request.gpuMilli) }) < Int(request.gpuCount) {
                reasons[enoughCPU ? 1 : 0] += pod.share * Double(idle)
            } else if enoughCPU {
                let tooSmall = gpus.filter { $0 < Int(request.gpuMilli) }.reduce(0, +)
                reasons[1] += pod.share * Double(tooSmall)
            } else {
                reasons[2] += pod.share * Double(idle)
            }
        }
        return reasons.reduce(0, +)
    }
}
