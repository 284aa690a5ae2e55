import ClusterModel
import Quantities
import Scheduling
import Simulation
import SimulationKernel
import Workloads

/// The whole engine on gangs: consolidated placement of generated training jobs under FIFO, nothing recorded.
enum SimulationBenchmark {
    static var entries: [Benchmark] { [gang68k, growth] }

    /// 68,000 jobs on 11 virtual clusters, each a pool of its own.
    private static var gang68k: Benchmark {
        let partitions = TrainingMix.VirtualCluster.philly328
        return Benchmark(
            name: "replay-gang-68k-s", unit: "s", better: .lower,
            work: "68,000 generated gangs on 11 virtual clusters (328 nodes x 8 GPUs) at load 0.8, FIFO, consolidated "
                + "placement, 2 events and about 2 scheduling passes a job",
            // 916 jobs/s is what a Python simulator of Helios made on a machine of this size.
            reference: .recorded(name: "Helios simulator (Python), 916 jobs/s", value: 68_000 / 916.0)
        ) {
            let world = try world(partitions, jobs: 68_000)
            return try measure(world)
        }
    }

    /// How the cost per job grows with the cluster: exponent of nodes in a least-squares fit on logarithms.
    private static var growth: Benchmark {
        Benchmark(
            name: "replay-growth-exponent", unit: "", better: .lower,
            work: "50,000 generated gangs of at most 256 GPUs on one queue of 100, 1,000 and 10,000 nodes at load 0.8; "
                + "exponent of the CPU time per job in the number of nodes (a cost of log n gives 0.15 here)"
        ) {
            let sizes = [100, 1_000, 10_000]
            var checksum = Fingerprint()
            var points: [(x: Double, y: Double)] = []
            for nodes in sizes {
                let all = TrainingMix.VirtualCluster(name: "all", nodes: nodes)
                let world = try world([all], jobs: 50_000, largestJob: 256)
                let sample = try measure(world)
                checksum.fold(sample.checksum)
                points.append((PinnedMath.log(Double(nodes)), PinnedMath.log(sample.value)))
            }
            let meanX = points.reduce(0) { $0 + $1.x } / 3
            let meanY = points.reduce(0) { $0 + $1.y } / 3
            let covariance = points.reduce(0) { $0 + ($1.x - meanX) * ($1.y - meanY) }
            let variance = points.reduce(0) { $0 + ($1.x - meanX) * ($1.x - meanX) }
            return Sample(value: covariance / variance, checksum: checksum.value)
        }
    }

    private static func measure(_ world: World) throws -> Sample {
        var summary: RunSummary?
        let seconds = try cpuSeconds {
            var simulation = Simulation(world, recording: false)
            summary = try simulation.run()
        }
        guard let summary, summary.outcome == .drained, summary.warnings.isEmpty else {
            throw WrongAnswer(description: "the run did not drain, or refused jobs")
        }
        return Sample(value: seconds, checksum: summary.fingerprint)
    }

    private static func world(
        _ partitions: [TrainingMix.VirtualCluster], jobs: Int, largestJob: Int? = nil
    ) throws -> World {
        guard let shape = HardwareCatalogue.builtIn.shape(named: "dgx-1-v100") else {
            throw WrongAnswer(description: "the catalogue has no dgx-1-v100")
        }
        var cluster = ClusterBuilder(name: "philly")
        for partition in partitions {
            cluster.add(NodePool(name: partition.name, count: partition.nodes, shape: shape))
        }
        var mix = TrainingMix.virtualClusters(partitions, jobs: jobs)
        mix.largestJob = largestJob
        mix.cpuMilliPerGPU = 8_000
        mix.memoryPerGPU = Bytes(rawValue: 48 << 30)
        let workload = try mix.generate()
        var masks = Array(repeating: UInt64.max, count: workload.groups.count)
        for job in workload.jobs {
            let queue = workload.queues[Int(job.queue)]
            guard let pool = partitions.firstIndex(where: { $0.name == queue }) else { continue }
            for group in job.groupIndices { masks[group] = 1 << UInt64(pool) }
        }
        return World(
            name: "gangs", cluster: try cluster.build(), workload: workload, poolMasks: masks,
            scheduler: SchedulerConfiguration(policy: .fifoGang, placement: .bestFit, tieBreak: .lowestName),
            queues: workload.queues.map { QueueSpec(name: $0) })
    }
}
