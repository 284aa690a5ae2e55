import Glibc
import KubernetesObjects
import Scheduling
import SimulationKernel

/// One full Volcano cycle on the clusters on which the real scheduler was timed.
///
/// Timed: open session, actions, close. The snapshot is built before. Where a plain reference is given, the same cycle
/// runs with nodes searched one by one, and both must take the same decisions. Every cycle must bind and evict as many
/// pods as the real scheduler did.
enum VolcanoBenchmarks {
    static var entries: [Benchmark] {
        [
            cycle(nodes: 1_000, real: 8.6, binds: 1_120, againstPlain: true),
            cycle(nodes: 5_000, real: 184, binds: 19_504, againstPlain: false),
            cycle(nodes: 10_000, real: 415, binds: 39_968, againstPlain: false), memory, preempt,
        ]
    }

    /// Half-loaded cluster, 50,000 pending pods, in-binary configuration.
    private static func cycle(nodes: Int, real: Double, binds: Int, againstPlain: Bool) -> Benchmark {
        let world = Lazy { VolcanoWorld(nodes: nodes, pending: 50_000, load: 4).snapshot() }
        return Benchmark(
            name: "volcano-cycle-\(nodes)-s", unit: "s", better: .lower,
            work:
                "one cycle (open, enqueue, allocate, backfill, close), in-binary plugins, \(nodes) nodes half loaded, "
                + "50,000 pending pods in 598 gangs",
            repetitions: againstPlain ? 2 : 3,
            reference: againstPlain
                ? .measured(name: "nodes searched one by one") {
                    try sample(world.value, .inBinaryDefault, .plain, binds: binds)
                }
                : .recorded(name: "Volcano ed72c7c8, CPU seconds", value: real)
        ) { try sample(world.value, .inBinaryDefault, .byClass, binds: binds) }
    }

    /// Peak memory of the process after the largest cycle, its world included.
    private static var memory: Benchmark {
        Benchmark(
            name: "volcano-cycle-10000-mib", unit: "MiB", better: .lower,
            work:
                "peak memory of a process that builds the snapshot of 10,000 nodes with 90,000 pods and runs the cycle",
            repetitions: 1, reference: .recorded(name: "Volcano ed72c7c8", value: 4_295)
        ) {
            let world = VolcanoWorld(nodes: 10_000, pending: 50_000, load: 4).snapshot()
            let checksum = try sample(world, .inBinaryDefault, .byClass, binds: 39_968).checksum
            var usage = rusage()
            getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
            return Sample(value: Double(usage.ru_maxrss) / 1024, checksum: checksum)
        }
    }

    /// Full cluster of 10,000 nodes: everything is decided by preempt and reclaim.
    private static var preempt: Benchmark {
        let world = Lazy { VolcanoWorld(nodes: 10_000, pending: 5_000, load: 8).snapshot() }
        var configuration = VolcanoConfiguration.helmDefault
        configuration.actions = ["enqueue", "allocate", "preempt", "reclaim", "backfill"]
        return Benchmark(
            name: "volcano-preempt-full-s", unit: "s", better: .lower,
            work: "one cycle with preempt and reclaim, Helm plugins, 10,000 full nodes, 5,000 pending pods in 60 gangs",
            repetitions: 3, reference: .recorded(name: "Volcano ed72c7c8, CPU seconds", value: 68.2)
        ) { try sample(world.value, configuration, .byClass, binds: 0, evictions: 4_160) }
    }

    private static func sample(
        _ snapshot: ClusterSnapshot, _ configuration: VolcanoConfiguration, _ mode: NodeSearchMode, binds: Int,
        evictions: Int = 0
    ) throws -> Sample {
        var fingerprint = Fingerprint()
        var counts = (0, 0)
        let seconds = cpuSeconds {
            let session = VolcanoSession(
                snapshot, configuration: configuration, now: VolcanoWorld.now, tieRule: .lowestName, searchMode: mode)
            session.runActions()
            session.close()
            for bind in session.binds {
                fingerprint.fold(UInt64(bind.task.index))
                fingerprint.fold(UInt64(bind.node.index))
            }
            for eviction in session.evictions { fingerprint.fold(UInt64(eviction.task.index)) }
            counts = (session.binds.count, session.evictions.count)
        }
        guard counts == (binds, evictions) else {
            throw WrongAnswer(
                description:
                    "\(counts.0) binds and \(counts.1) evictions; the real scheduler took \(binds) and \(evictions)")
        }
        return Sample(value: seconds, checksum: fingerprint.value)
    }
}

/// A value made when it is first asked for.
private final class Lazy<Value> {
    private let make: () -> Value
    private var made: Value?

    init(_ make: @escaping () -> Value) { self.make = make }

    var value: Value {
        if let made { return made }
        let value = make()
        made = value
        return value
    }
}
