import ClusterModel
import Glibc
import Quantities
import Results
import Scheduling
import Simulation
import SimulationKernel
import Workloads

/// Volcano over time: its whole control plane in a simulation, cycle by cycle.
enum VolcanoReplayBenchmarks {
    static var entries: [Benchmark] { [replay, idleWeek] }

    static let jobs = 100_000

    /// 1,000 nodes of 8 GPUs at 85 % load.
    private static var replay: Benchmark {
        Benchmark(
            name: "volcano-replay-jobs-per-s", unit: "jobs/s", better: .higher,
            work: "\(jobs) generated training jobs of 1 to 256 GPUs in 8 queues on 1,000 nodes x 8 GPUs at 85 % load, "
                + "in-binary configuration, cycles of 1 s, recorded into a run file; real time",
            repetitions: 1, reference: .recorded(name: "budget", value: 2_000)
        ) {
            let world = try world(jobs: jobs)
            let directory = try TemporaryDirectory()
            var summary: RunSummary?
            let start = realTime()
            let writer = try RunWriter(path: directory.file("run.sqlite"), world: world, info: info)
            var simulation = Simulation(world)
            let result = try simulation.run(into: writer)
            try writer.finish(result)
            summary = result
            let seconds = realTime() - start
            guard let summary, summary.outcome == .drained, summary.warnings.isEmpty else {
                throw WrongAnswer(description: "the run did not drain, or refused jobs")
            }
            return Sample(value: Double(jobs) / seconds, checksum: summary.fingerprint)
        }
    }

    /// 100 jobs that run a week and fill their nodes, and a queue behind them.
    private static var idleWeek: Benchmark {
        Benchmark(
            name: "volcano-idle-week-s", unit: "s", better: .lower,
            work: "a week of 1 s cycles with 100 running jobs that fill 100 nodes x 8 GPUs and 200 jobs that wait, "
                + "in-binary configuration, recorded",
            repetitions: 3, reference: .recorded(name: "budget", value: 1)
        ) {
            var builder = ClusterBuilder(name: "idle")
            builder.add(NodePool(name: "h100", count: 100, shape: try shape()))
            var workload = WorkloadBuilder()
            let request = ResourceRequest(cpuMilli: 64_000, memoryBytes: 512 << 30, gpuCount: 8, gpuMilli: 1000)
            for index in 0..<300 {
                workload.add(
                    name: "job-\(index)", queue: "queue-\(index % 3)",
                    submit: SimTime(nanoseconds: Int64(index) * 1_000_000_000), duration: .seconds(30 * 86_400),
                    groups: [PodGroupSpec(pods: 1, request: request)])
            }
            let built = workload.build()
            let world = World(
                name: "idle", cluster: try builder.build(), workload: built,
                poolMasks: Array(repeating: .max, count: built.groups.count),
                scheduler: SchedulerConfiguration(policy: .volcano),
                queues: built.queues.map { QueueSpec(name: $0) }, horizon: .zero + .seconds(7 * 86_400))
            let directory = try TemporaryDirectory()
            let start = realTime()
            let writer = try RunWriter(path: directory.file("run.sqlite"), world: world, info: info)
            var simulation = Simulation(world)
            let summary = try simulation.run(into: writer)
            try writer.finish(summary)
            let seconds = realTime() - start
            guard summary.outcome == .horizon, summary.cycles == 7 * 86_400 else {
                throw WrongAnswer(description: "\(summary.cycles) cycles are accounted for, not \(7 * 86_400)")
            }
            return Sample(value: seconds, checksum: summary.fingerprint)
        }
    }

    private static let info = RunInfo(orreryVersion: "bench", scenarioHash: "", commandLine: "make bench")

    private static func shape() throws -> NodeShape {
        guard let shape = HardwareCatalogue.builtIn.shape(named: "dgx-h100") else {
            throw WrongAnswer(description: "the catalogue has no dgx-h100")
        }
        return shape
    }

    /// Eight teams with a queue each.
    static func world(jobs: Int) throws -> World {
        var builder = ClusterBuilder(name: "replay")
        builder.add(NodePool(name: "h100", count: 1_000, shape: try shape()))
        var mix = TrainingMix()
        mix.extent = .jobs(jobs)
        mix.teams = (0..<8).map { TrainingMix.Team(name: "team-\($0)", share: Double(1 + $0 % 4)) }
        mix.load = TrainingMix.Load(share: 0.85, gpus: 8_000, means: .rate)
        mix.largestJob = 256
        let workload = try mix.generate()
        return World(
            name: "replay", cluster: try builder.build(), workload: workload,
            poolMasks: Array(repeating: .max, count: workload.groups.count),
            scheduler: SchedulerConfiguration(policy: .volcano),
            queues: workload.queues.map { QueueSpec(name: $0) })
    }

    private static func realTime() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}
