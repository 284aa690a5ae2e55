import ClusterModel
import Quantities
import Scheduling
import Simulation
import Testing
import Workloads

/// Worlds with storage: one store, perhaps with a peer cache before it, and jobs that load one model from it.
struct StorageWorld {
    var tiny = TinyWorld()
    var model = StorageModel()

    /// A store of `rate` bytes per second, tier 0.
    init(nodes: Int, store rate: Double, client: Double = 1e12) {
        tiny.nodes = nodes
        model.tiers.append(
            StorageModel.Tier(
                name: "store", kind: .shared, readRate: rate, writeRate: rate, clientRead: client, clientWrite: client))
    }

    /// A cache over the nodes before the store, tier 1.
    mutating func addPeerCache(perNode rate: Double, bytesPerNode: Double = 1e15, writesBack: Bool = false) {
        model.tiers.append(
            StorageModel.Tier(
                name: "cache", kind: .peerCache, clientRead: rate, clientWrite: rate, bytesPerNode: bytesPerNode,
                origin: 0, writesBack: writesBack))
    }

    mutating func object(_ name: String, bytes: Double, files: Double = 1) -> Int32 {
        model.objects.append(StorageModel.Object(name: name, bytes: bytes, files: files, tier: 0))
        return Int32(model.objects.count - 1)
    }

    /// A job of one pod per node that does `usage`.
    mutating func job(
        _ name: String, at submit: Int64 = 0, nodes: Int32 = 1, for duration: Int64, _ usage: StorageModel.Usage,
        min: Int32? = nil
    ) {
        tiny.job(name, at: submit, pods: nodes, gpus: 8, for: duration, min: min)
        model.usages.append(usage)
        names.append(name)
    }
    private var names: [String] = []

    func world() throws -> World {
        var world = try tiny.world()
        var model = model
        // Jobs of a workload stand in order of arrival.
        model.usageOfJob = world.workload.jobs.map { job in
            Int32(names.firstIndex(of: world.workload.name(of: job)) ?? -1)
        }
        world.storage = model
        return world
    }

    func run() throws -> TinyRun { try TinyRun.of(world()) }
}

extension TinyRun {
    static func of(_ world: World) throws -> TinyRun {
        let sink = CollectingSink()
        var simulation = Simulation(world)
        let summary = try simulation.run(into: sink)
        let run = TinyRun(world: world, summary: summary, facts: sink.facts)
        run.checkLedger()
        return run
    }

    /// Every GPU-nanosecond under exactly one cause, per GPU and per bucket.
    func checkLedger() {
        let length = summary.end.nanoseconds
        var sums: [Int32: Int64] = [:]
        for fact in facts.gpuTime { sums[fact.index, default: 0] += fact.gpuNs }
        for gpu in 0..<Int32(world.cluster.totalGPUs) { #expect(sums[gpu] ?? 0 == length) }
        var byCause: [GPUTimeCause: Int64] = [:]
        for fact in facts.gpuTime { byCause[fact.cause, default: 0] += fact.gpuNs }
        for fact in facts.poolTime { byCause[fact.cause, default: 0] -= fact.gpuNs }
        for (cause, difference) in byCause { #expect(abs(difference) < 10_000, "\(cause.name)") }
    }

    /// Seconds of one GPU under a cause, of those that a job of `gpus` GPUs held.
    func seconds(_ cause: GPUTimeCause, gpus: Int) -> Double { gpuSeconds(cause) / Double(gpus) }
}

/// Whether two numbers differ by less than `tolerance`.
func near(_ a: Double, _ b: Double, _ tolerance: Double = 1e-6) -> Bool { abs(a - b) < tolerance }
