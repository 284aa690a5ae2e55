import KubernetesObjects
import Quantities

/// The cpus of one node and where they sit (upstream: `api/numa_info.go`, NumatopoInfo).
struct CPUTopology {
    /// Where one cpu sits.
    struct Place {
        var numa: Int
        var socket: Int
        var core: Int
    }

    /// `static`, or another policy of the cpu manager.
    let cpuManagerPolicy: String
    /// Policy of the topology manager; empty for none.
    let topologyManagerPolicy: String
    /// By cpu number.
    let places: [Int: Place]
    /// NUMA nodes that have cpus, ascending.
    let numaNodes: [Int]
    /// Number of cpus per NUMA node.
    let cpusPerNUMANode: [Int: Int]
    let cpusPerSocket: Int
    let cpusPerCore: Int
    /// Cpus kept for the system.
    private(set) var reserved: Set<Int> = []
    /// Cpus that may be given away at the opening of the session; nil where the object does not list any.
    let allocatable: Set<Int>?

    init(_ object: Numatopology) {
        cpuManagerPolicy = object.policies["CPUManagerPolicy"] ?? ""
        topologyManagerPolicy = object.policies["TopologyManagerPolicy"] ?? ""
        var places: [Int: Place] = [:]
        for (name, detail) in object.cpuDetail.sorted(by: { $0.key < $1.key }) {
            if let cpu = Int(name) { places[cpu] = Place(numa: detail.numa, socket: detail.socket, core: detail.core) }
        }
        self.places = places
        cpusPerNUMANode = places.values.reduce(into: [:]) { $0[$1.numa, default: 0] += 1 }
        numaNodes = cpusPerNUMANode.keys.sorted()
        let sockets = Set(places.values.map(\.socket)).count
        let cores = Set(places.values.map { [$0.socket, $0.core] }).count
        cpusPerSocket = sockets == 0 ? 0 : places.count / sockets
        cpusPerCore = cores == 0 ? 0 : places.count / cores
        allocatable = object.resources["cpu"].flatMap { Self.cpus($0.allocatable) }
        if let text = object.reservedCPUs["cpu"], let amount = try? KubernetesQuantity(parsing: text) {
            let count = Int((Double(amount.milliValue) / 1000).rounded(.up))
            reserved = take(count, from: Set(places.keys)) ?? []
        }
    }

    /// `0-3,8` as numbers; nil where the text is none.
    static func cpus(_ text: String) -> Set<Int>? {
        var cpus: Set<Int> = []
        for part in text.split(separator: ",") {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
            guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2, 0 <= first,
                first <= last, last < 1 << 20
            else { return nil }
            cpus.formUnion(first...last)
        }
        return cpus
    }

    /// Number of NUMA nodes that these cpus span.
    func numaNodeCount(of cpus: Set<Int>) -> Int { Set(cpus.map { places[$0]?.numa ?? 0 }).count }

    /// Most NUMA nodes whose combinations are tried (2ⁿ of them); a machine with more gives no hints.
    static let numaNodeLimit = 16

    /// Combinations of NUMA nodes that have `request` of the `available` cpus; the smallest that could ever do are
    /// preferred (upstream: generateCPUTopologyHints).
    func hints(for request: Int, available: Set<Int>) -> [NUMAHint] {
        var free: [Int: Int] = [:]
        for cpu in available { if let place = places[cpu] { free[place.numa, default: 0] += 1 } }
        var smallest = numaNodes.count
        var hints: [NUMAHint] = []
        for combination in Self.combinations(of: numaNodes) {
            let cpus = combination.reduce(0) { $0 + (cpusPerNUMANode[$1] ?? 0) }
            if cpus >= request { smallest = min(smallest, combination.count) }
            if combination.reduce(0, { $0 + (free[$1] ?? 0) }) >= request {
                hints.append(NUMAHint(nodes: NUMANodeSet(combination), isPreferred: false))
            }
        }
        for index in hints.indices { hints[index].isPreferred = hints[index].nodes?.count == smallest }
        return hints
    }

    /// Non-empty combinations, smaller ones first, each ascending (upstream: IterateBitMasks).
    static func combinations(of ids: [Int]) -> [[Int]] {
        guard ids.count <= numaNodeLimit else { return [] }
        var all: [[Int]] = []
        var layer: [(chosen: [Int], next: Int)] = [([], 0)]
        for _ in ids {
            layer = layer.flatMap { entry in
                (entry.next..<ids.count).map { (chosen: entry.chosen + [ids[$0]], next: $0 + 1) }
            }
            all += layer.map(\.chosen)
        }
        return all
    }
}
