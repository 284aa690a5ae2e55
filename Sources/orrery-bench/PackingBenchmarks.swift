import ClusterModel
import Glibc
import Scheduling
import Simulation
import SimulationKernel
import Workloads

/// Packing of real pods on a real cluster by fragmentation gradient descent.
///
/// Needs the openb lists below `$ORRERY_SHARED` (or `../shared`); without them there is no entry.
enum PackingBenchmarks {
    private static let folder = "traces-real/cluster/alibaba-gpu-2023-openb"
    /// Pods per CPU second of the FGD authors' simulator, measured on a machine of this size.
    private static let authorsPodsPerSecond = 7.0

    static var entries: [Benchmark] {
        let shared = getenv("ORRERY_SHARED").map { String(cString: $0) } ?? "../shared"
        let place = "\(shared)/\(folder)"
        guard access(place, R_OK) == 0 else {
            complain("replay-fgd-openb-s left out: no \(place) (set ORRERY_SHARED)")
            return []
        }
        do {
            return [try entry(place)]
        } catch {
            complain("replay-fgd-openb-s left out: \(error)")
            return []
        }
    }

    private static func entry(_ place: String) throws -> Benchmark {
        let nodes = try OpenbNode.list(reading: ByteSource(path: "\(place)/openb_node_list_gpu_node.csv.gz"))
        let pods = try OpenbPodList(reading: ByteSource(path: "\(place)/openb_pod_list_default.csv.gz"))
        let workload = try PackingWorkload(nodes: nodes, pods: pods)
        let replay = PackingReplay(workload)
        let arrivals = workload.arrivals(ratio: replay.ratio, seed: 42)
        return Benchmark(
            name: "replay-fgd-openb-s", unit: "s", better: .lower,
            work: "\(arrivals.count) pods of openb default, 130 % of \(workload.cluster.totalGPUs) GPUs on "
                + "\(workload.cluster.nodeCount) nodes, FGD, seed 42, fragmentation measured after every pod",
            expectedChecksum: 0x4541_f778_6040_2b40,
            reference: .recorded(
                name: "FGD authors' simulator, 7 pods per CPU second",
                value: Double(arrivals.count) / authorsPodsPerSecond)
        ) {
            var curve: PackingCurve?
            let seconds = cpuSeconds { curve = replay.run(.fgd, seed: 42, arrivals: arrivals) }
            var fingerprint = Fingerprint()
            for value in (curve?.allocated ?? []) + (curve?.fragmented ?? []) { fingerprint.fold(value) }
            return Sample(value: seconds, checksum: fingerprint.value)
        }
    }
}
