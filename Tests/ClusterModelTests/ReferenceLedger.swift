import ClusterModel

/// The ledger's rules once more, written for clarity: every question is answered by going over all allocations.
struct ReferenceLedger {
    let cluster: Cluster
    var held: [Int64: Allocation] = [:]
    var down: Set<NodeID> = []

    func allocations(on node: NodeID) -> [Allocation] {
        held.values.filter { $0.node == node }.sorted { $0.serial < $1.serial }
    }

    func freeMilli(_ node: NodeID, _ gpu: Int) -> Int {
        1000 - allocations(on: node).filter { $0.gpuMask & (1 << UInt32(gpu)) != 0 }.reduce(0) { $0 + Int($1.gpuMilli) }
    }

    /// Memory slices taken of a GPU.
    func slices(_ node: NodeID, _ gpu: Int) -> Set<Int> {
        var taken: Set<Int> = []
        for a in allocations(on: node) where a.migProfile >= 0 && a.gpuMask == 1 << UInt32(gpu) {
            taken.formUnion(Int(a.migStart)..<Int(a.migStart) + Int(a.migSlices))
        }
        return taken
    }

    func freeGPUs(_ node: NodeID) -> [Int] {
        (0..<cluster.gpuCount(of: node)).filter { freeMilli(node, $0) == 1000 }
    }

    func countedFreeGPUs(_ node: NodeID) -> Int { down.contains(node) ? 0 : freeGPUs(node).count }

    func hostFits(_ r: ResourceRequest, _ node: NodeID) -> Bool {
        let shape = cluster.shape(of: node)
        let mine = allocations(on: node)
        return mine.reduce(r.cpuMilli) { $0 + $1.cpuMilli } <= shape.cpuMilli
            && mine.reduce(r.memoryBytes) { $0 + $1.memoryBytes } <= shape.memoryBytes
            && mine.reduce(r.ephemeralBytes) { $0 + $1.ephemeralBytes } <= shape.localStorage.rawValue
            && mine.reduce(Int(r.rdmaNICs)) { $0 + Int($1.rdmaNICs) } <= shape.nics
    }

    /// The GPUs (and the first slice) that the ledger must pick, or nil when the request does not fit.
    func choice(_ r: ResourceRequest, _ node: NodeID) -> (gpus: [Int], start: Int)? {
        guard !down.contains(node), hostFits(r, node) else { return nil }
        if r.gpuCount == 0 { return ([], -1) }
        if r.isMIG { return migChoice(r, node) }
        if r.isFraction { return fractionChoice(Int(r.gpuMilli), node).map { ([$0], -1) } }
        return wholeChoice(Int(r.gpuCount), node).map { ($0, -1) }
    }

    private func wholeChoice(_ count: Int, _ node: NodeID) -> [Int]? {
        let free = freeGPUs(node)
        guard free.count >= count else { return nil }
        let shape = cluster.shape(of: node)
        if shape.nvlinkIslands > 1, count > 1 {
            let islands = Dictionary(grouping: free) { $0 / shape.nvlinkDomainGPUs }
            let best = islands.filter { $0.value.count >= count }.min {
                ($0.value.count, $0.key) < ($1.value.count, $1.key)
            }
            if let best { return Array(best.value.sorted().prefix(count)) }
        }
        return Array(free.prefix(count))
    }

    private func fractionChoice(_ milli: Int, _ node: NodeID) -> Int? {
        let shared = (0..<cluster.gpuCount(of: node)).filter {
            freeMilli(node, $0) < 1000 && slices(node, $0).isEmpty && freeMilli(node, $0) >= milli
        }
        return shared.min { (freeMilli(node, $0), $0) < (freeMilli(node, $1), $1) } ?? freeGPUs(node).first
    }

    private func migChoice(_ r: ResourceRequest, _ node: NodeID) -> (gpus: [Int], start: Int)? {
        guard let model = cluster.gpuModel(of: node), cluster.shape(of: node).migCapable,
            let geometry = cluster.gpuCard(model).migFamily?.geometry, let profile = geometry.profile(r.migProfile)
        else { return nil }
        let split = (0..<cluster.gpuCount(of: node)).filter { !slices(node, $0).isEmpty }
            .sorted { (-slices(node, $0).count, $0) < (-slices(node, $1).count, $1) }
        for gpu in split + freeGPUs(node).prefix(1) {
            if let start = migStart(profile, geometry, taken: slices(node, gpu)) { return ([gpu], start) }
        }
        return nil
    }

    private func migStart(_ profile: MIGProfile, _ geometry: MIGGeometry, taken: Set<Int>) -> Int? {
        func room(_ p: MIGProfile, _ start: Int, _ taken: Set<Int>) -> Bool {
            taken.isDisjoint(with: start..<start + p.memorySlices)
        }
        func placementsLeft(_ start: Int) -> Int {
            let then = taken.union(start..<start + profile.memorySlices)
            return geometry.profiles.reduce(0) { sum, p in sum + p.startPositions.count { room(p, $0, then) } }
        }
        return profile.startPositions.filter { room(profile, $0, taken) }
            .min { (-placementsLeft($0), $0) < (-placementsLeft($1), $1) }
    }

    /// Whether a released allocation could be taken again.
    func couldRestore(_ a: Allocation) -> Bool {
        let request = ResourceRequest(
            cpuMilli: a.cpuMilli, memoryBytes: a.memoryBytes, rdmaNICs: a.rdmaNICs, ephemeralBytes: a.ephemeralBytes)
        guard hostFits(request, a.node) else { return false }
        for gpu in 0..<32 where a.gpuMask & (1 << UInt32(gpu)) != 0 {
            let taken = slices(a.node, gpu)
            if a.migProfile >= 0 {
                guard taken.isDisjoint(with: Int(a.migStart)..<Int(a.migStart + a.migSlices)) else { return false }
                guard freeMilli(a.node, gpu) == 1000 - 125 * taken.count else { return false }
            } else {
                guard taken.isEmpty, freeMilli(a.node, gpu) >= Int(a.gpuMilli) else { return false }
            }
        }
        return true
    }
}
