import Quantities
import Simulation
import SimulationKernel

/// Replay of rigid jobs on processor counts under the four policies.
enum ReplayBenchmark {
    /// The checksums pin the schedules: those of the definitions, found by an implementation that plans every job.
    static var entries: [Benchmark] {
        [
            entry(.fifo, checksum: 0xf2cb_9aa7_d38a_b80b), entry(.sjf, checksum: 0x4134_4c6e_8d6f_2e84),
            entry(.easy, checksum: 0x791e_bb8d_7f6f_9d71), entry(.conservative, checksum: 0x2dad_a4e4_4a80_252d),
        ]
    }

    private static func entry(_ policy: ProcessorReplay.Policy, checksum: UInt64) -> Benchmark {
        let cluster = SyntheticCluster(jobs: 200_000, processors: 512, load: 0.95)
        return Benchmark(
            name: "replay-\(policy.rawValue)-jobs-per-s", unit: "jobs/s", better: .higher, work: cluster.description,
            expectedChecksum: checksum, reference: .recorded(name: "AccaSim 1.1.3, best measured", value: 540)
        ) {
            let jobs = cluster.rigidJobs()
            var starts: [SimTime] = []
            let seconds = try cpuSeconds {
                starts = try ProcessorReplay.startTimes(of: jobs, processors: cluster.processors, policy: policy)
            }
            var fingerprint = Fingerprint()
            for start in starts { fingerprint.fold(start.nanoseconds) }
            return Sample(value: Double(jobs.count) / seconds, checksum: fingerprint.value)
        }
    }
}

/// A seeded stream of jobs like those of a loaded batch cluster.
struct SyntheticCluster: CustomStringConvertible {
    var jobs: Int
    var processors: Int
    /// Processor time asked for over processor time there is, between the first and the last arrival.
    var load: Double

    var description: String {
        "\(jobs) jobs on \(processors) processors at load \(load): sizes 2^0…2^7, two thirds of them below 2^4; run times "
            + "lognormal, median 20 min, sigma 1.6, up to 36 h; requested up to 5 times that, rounded up to a limit; "
            + "Poisson arrivals"
    }

    /// Limits that users choose from, in seconds.
    private static let limits: [Int64] = [
        900, 1800, 3600, 7200, 14400, 28800, 43200, 86400, 129_600, 172_800, 345_600, 691_200,
    ]

    func rigidJobs() -> [RigidJob] {
        var sizes = RandomStream(seed: 1, name: "sizes")
        var runs = RandomStream(seed: 1, name: "run times")
        var requests = RandomStream(seed: 1, name: "requests")
        var arrivals = RandomStream(seed: 1, name: "arrivals")
        var work = 0.0
        let shapes = (0..<jobs).map { _ -> (run: Int64, requested: Int64, processors: Int32) in
            let processors = Int32(1) << Int32(sizes.below(3) < 2 ? sizes.below(4) : sizes.below(8))
            let run = min(129_600, max(10, Int64(runs.lognormal(mu: PinnedMath.log(1200), sigma: 1.6))))
            let wish = Int64(Double(run) * (1 + 4 * requests.uniform()))
            work += Double(run) * Double(processors)
            return (run, Self.limits.first { $0 >= wish } ?? wish, processors)
        }
        let meanGap = work / (Double(processors) * load * Double(jobs))
        var clock = 0.0
        return shapes.map { shape in
            clock += arrivals.exponential(mean: meanGap)
            return RigidJob(
                submit: SimTime(nanoseconds: Int64(clock) * 1_000_000_000), run: .seconds(shape.run),
                requested: .seconds(shape.requested), processors: shape.processors)
        }
    }
}
