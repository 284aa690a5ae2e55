import Quantities
import Reports
import Results
import Scenarios
import Simulation
import SimulationKernel

/// Variants of a scenario, each run several times: replication k of all variants has the same seed, and so the same
/// arrivals and failures (common random numbers).
public struct CompareExperiment: Sendable {
    /// One world of the comparison.
    public struct Variant: Sendable {
        /// Heading of its column.
        public var name: String
        /// Its first replication, which is written to a run file.
        public var experiment: RunExperiment
        /// Where the worlds of further replications come from; nil if there are none.
        public var replicas: ReplicaSource?

        /// A variant.
        public init(name: String, experiment: RunExperiment, replicas: ReplicaSource? = nil) {
            self.name = name
            self.experiment = experiment
            self.replicas = replicas
        }
    }

    /// A finished variant.
    public struct Outcome: Sendable {
        public var name: String
        /// Path of the run file of its first replication.
        public var database: String
        /// Of the first replication.
        public var summary: RunSummary
        /// What each replication measured, up to the first that was interrupted or that another variant lacks.
        public var samples: [RunSample]
        /// Seeds of the replications.
        public var seeds: [UInt64]
    }

    /// At least one; the first is what the others are compared with.
    public var variants: [Variant]
    /// Simulations of each variant, at least 1.
    public var replications: Int

    /// A comparison.
    public init(variants: [Variant], replications: Int = 1) {
        self.variants = variants
        self.replications = replications
    }

    /// Runs all variants, `jobs` simulations at a time, the first replication of each into `<directory>/<name>.sqlite`;
    /// outcomes in the order given.
    ///
    /// Every simulation is computed by one thread from its own values, so the results do not depend on `jobs`.
    /// - Parameter finished: called with how many simulations are done, from any thread.
    /// - Throws: the first error in the order of replications and variants; files of finished variants stay.
    public func run(
        into directory: String, jobs: Int, shouldStop: @escaping @Sendable () -> Bool = { false },
        finished: @escaping @Sendable (_ done: Int) -> Void = { _ in }
    ) throws -> [Outcome] {
        let done = Counter()
        let results = parallelMap(variants.count * replications, width: jobs) {
            index -> Result<RunSample?, any Error> in
            let variant = variants[index % variants.count]
            let replication = index / variants.count
            return Result {
                let sample = try simulate(variant, replication, directory, shouldStop)
                if sample != nil { finished(done.next()) }
                return sample
            }
        }
        let samples = try results.map { try $0.get() }
        let complete = (0..<replications).prefix { replication in
            variants.indices.allSatisfy { variant in
                let sample = samples[replication * variants.count + variant]
                return sample != nil && (sample?.outcome != .interrupted || replication == 0)
            }
        }
        return variants.enumerated().map { index, variant in
            let own = complete.compactMap { samples[$0 * variants.count + index] }
            return Outcome(
                name: variant.name, database: "\(directory)/\(variant.name).sqlite", summary: own[0].summary,
                samples: own, seeds: complete.map { variant.experiment.world.seed &+ UInt64($0) })
        }
    }

    /// One replication; nil if the user had asked to stop before it began.
    private func simulate(
        _ variant: Variant, _ replication: Int, _ directory: String, _ shouldStop: () -> Bool
    ) throws -> RunSample? {
        guard replication > 0 else {
            return try variant.experiment.sample(to: "\(directory)/\(variant.name).sqlite", shouldStop: shouldStop)
        }
        if shouldStop() { return nil }
        guard let replicas = variant.replicas else { return nil }
        return try RunSample(
            try replicas.world(seed: variant.experiment.world.seed &+ UInt64(replication)),
            teamWeights: variant.experiment.info.teamWeights, shouldStop: shouldStop)
    }
}

/// Where worlds of the same scenario under other seeds come from.
public struct ReplicaSource: Sendable {
    private let scenario: ResolvedScenario
    private let reference: ResolvedScenario

    /// Worlds of `scenario`; generated jobs are sized on the cluster of `reference`.
    public init(_ scenario: ResolvedScenario, sizedOn reference: ResolvedScenario) {
        self.scenario = scenario
        self.reference = reference
    }

    /// The world under a seed.
    ///
    /// - Throws: `InvalidInput`, for jobs that can never start.
    func world(seed: UInt64) throws -> World { try scenario.replica(seed: seed).world(sizedOn: reference) }
}

extension RunExperiment {
    /// Simulates, writes the run file at `path`, and keeps what is measured.
    func sample(to path: String, shouldStop: () -> Bool) throws -> RunSample {
        let writer = try RunWriter(path: path, world: world, info: info)
        let sample = try RunSample(world, teamWeights: info.teamWeights, also: writer, shouldStop: shouldStop)
        try writer.finish(sample.summary, wallSeconds: nil)
        return sample
    }
}

extension CompareExperiment {
    /// What the replications of finished variants say, with 95 % intervals.
    ///
    /// - Parameter warmUp: jobs submitted before are not counted; nil to find the end of the warm-up.
    public static func comparison(
        of outcomes: [Outcome], scenario: String, warmUp: SimDuration? = nil
    ) throws -> Comparison {
        let analysis = ComparisonAnalysis(
            outcomes.map { ($0.name, $0.samples, $0.seeds) }, level: 0.95, rule: warmUp.map { .given($0) } ?? .automatic
        )
        return try analysis.comparison(
            scenario: scenario, simulations: outcomes.reduce(0) { $0 + $1.samples.count })
    }
}
