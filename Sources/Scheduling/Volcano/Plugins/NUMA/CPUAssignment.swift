/// Which cpus a container gets (upstream: `numaaware/provider/cpumanager/{cpu_mng,cpu_assignment}.go`).
extension CPUTopology {
    /// `request` cpus: first from the hinted NUMA nodes, the rest from anywhere. Empty if there are not enough.
    func assign(_ request: Int, available: Set<Int>, hint: NUMANodeSet?) -> Set<Int> {
        var result: Set<Int> = []
        if let hint {
            let aligned = available.filter { places[$0].map { hint.contains($0.numa) } ?? false }
            guard let taken = take(min(request, aligned.count), from: aligned) else { return [] }
            result = taken
        }
        guard let others = take(request - result.count, from: available.subtracting(result)) else { return [] }
        return result.union(others)
    }

    /// Whole sockets, then whole cores, then single cpus near what was taken already; nil if there are not enough
    /// (upstream: takeByTopology).
    func take(_ count: Int, from available: Set<Int>) -> Set<Int>? {
        var claim = CPUClaim(topology: self, free: available.filter { places[$0] != nil }, needed: count)
        return claim.fulfil()
    }
}

/// One search for cpus.
private struct CPUClaim {
    let topology: CPUTopology
    var free: Set<Int>
    var needed: Int
    var result: Set<Int> = []

    init(topology: CPUTopology, free: Set<Int>, needed: Int) {
        self.topology = topology
        self.free = free
        self.needed = needed
    }

    mutating func fulfil() -> Set<Int>? {
        if needed < 1 { return [] }
        if needed > free.count { return nil }
        if needed >= topology.cpusPerSocket {
            for socket in freeSockets() {
                take(cpus { $0.socket == socket })
                if needed < 1 { return result }
                if needed < topology.cpusPerSocket { break }
            }
        }
        if needed >= topology.cpusPerCore {
            for core in freeCores() {
                take(cpus { $0.core == core })
                if needed < 1 { return result }
                if needed < topology.cpusPerCore { break }
            }
        }
        for cpu in freeCPUs() {
            take([cpu])
            if needed < 1 { return result }
        }
        return nil
    }

    private mutating func take(_ cpus: Set<Int>) {
        result.formUnion(cpus)
        free.subtract(cpus)
        needed -= cpus.count
    }

    private func cpus(where holds: (CPUTopology.Place) -> Bool) -> Set<Int> {
        free.filter { topology.places[$0].map(holds) ?? false }
    }

    private func ids(_ id: KeyPath<CPUTopology.Place, Int>, where holds: (CPUTopology.Place) -> Bool = { _ in true })
        -> [Int]
    {
        Set(free.compactMap { topology.places[$0] }.filter(holds).map { $0[keyPath: id] }).sorted()
    }

    /// Sockets of which every cpu is free, ascending.
    private func freeSockets() -> [Int] {
        ids(\.socket).filter { socket in cpus { $0.socket == socket }.count == topology.cpusPerSocket }
    }

    /// Cores of which every cpu is free: sockets with fewer such cores first, then by socket and core.
    private func freeCores() -> [Int] {
        let sockets = ids(\.socket).map { socket in
            (
                id: socket,
                cores: ids(\.core) { $0.socket == socket }.filter { core in
                    cpus { $0.core == core }.count == topology.cpusPerCore
                }
            )
        }
        return Self.sorted(sockets) { $0.cores.count < $1.cores.count || $0.id < $1.id }.flatMap(\.cores)
    }

    private struct CoreRank {
        var core: Int
        var socket: Int
        /// Cpus taken on the same socket.
        var neighbours: Int
        var freeOnSocket: Int
        var freeOnCore: Int
    }

    /// All free cpus, by core.
    private func freeCPUs() -> [Int] {
        let ranks = ids(\.core).map { core in
            let first = topology.places.keys.filter { topology.places[$0]?.core == core }.min() ?? 0
            let socket = topology.places[first]?.socket ?? 0
            return CoreRank(
                core: core, socket: socket,
                neighbours: result.count { topology.places[$0]?.socket == socket },
                freeOnSocket: cpus { $0.socket == socket }.count, freeOnCore: cpus { $0.core == core }.count)
        }
        let sorted = Self.sorted(ranks) { l, r in
            l.neighbours > r.neighbours || l.freeOnSocket < r.freeOnSocket || l.freeOnCore < r.freeOnCore
                || l.socket < r.socket || l.core < r.core
        }
        return sorted.flatMap { rank in cpus { $0.core == rank.core }.sorted() }
    }

    /// Go's insertion sort: upstream's comparisons here contradict themselves, so the algorithm is part of the outcome.
    /// (Go sorts up to 12 elements this way; beyond that its order of contradicting elements may differ.)
    private static func sorted<T>(_ list: [T], _ less: (T, T) -> Bool) -> [T] {
        var list = list
        for index in list.indices.dropFirst() {
            var place = index
            while place > 0, less(list[place], list[place - 1]) {
                list.swapAt(place, place - 1)
                place -= 1
            }
        }
        return list
    }
}
