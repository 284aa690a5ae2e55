import ClusterModel
import Quantities
import Simulation
import Workloads

/// What one simulation is judged by, in memory: its jobs and where its GPU time went.
public struct RunSample: Sendable {
    /// One job that was submitted.
    struct JobRecord: Sendable {
        var submitNs: Int64
        /// Time queued, restarts included; of a job that still waits: so far.
        var waitNs: Int64
        /// From submission to completion; -1 if it did not complete.
        var completionNs: Int64
        /// Bounded slowdown (Feitelson and Rudolph 1998): completion over work, but at least 10 s of it.
        var slowdown: Double
        var preemptions: Int32
        var failures: Int32
        var team: Int32
        var queue: Int32
        var jobClass: Int32
        var isWaiting: Bool
        /// First start and end since the start of the run; -1 if not reached.
        var startNs: Int64
        var endNs: Int64
        /// Work that was kept, in time of the reference placement.
        var productiveNs: Int64
        /// GPUs of the whole job if its duration follows from what it trains, 0 of others.
        var trainingGPUs: Double
        /// What held it back while it waited longest.
        var reason: DecisionReason
    }

    /// In order of submission; jobs that no state of the cluster could start are left out.
    var jobs: [JobRecord] = []
    /// How many were left out for that.
    public internal(set) var neverFitting = 0
    /// GPU time by pool, time bucket and cause.
    var poolTime: [GPUTimeFact] = []
    /// GPU time of the whole run by account and cause.
    var teamTime: [TeamGPUTimeFact] = []
    /// GPU time that jobs held, by account and time bucket.
    let held: HeldTime
    let names: Names
    /// Simulated length in nanoseconds.
    public internal(set) var endNs: Int64 = 0
    public internal(set) var outcome = RunOutcome.interrupted
    public internal(set) var fingerprint: UInt64 = 0

    /// What handles mean, and what capacity costs.
    struct Names: Sendable {
        var teams: [String]
        var queues: [String]
        var classes: [String]
        var pools: [String]
        var poolGPUs: [Int]
        /// Dollars for a GPU-hour, and watts of a GPU at its power limit (nil where unknown), by pool.
        var prices: [Double]
        var watts: [Double?]
        /// Weights of teams in the order of `teams`.
        var teamWeights: [Double]
    }

    /// Simulates `world` without writing anything.
    ///
    /// - Throws: only what a sink that the run is written to besides throws.
    public init(
        _ world: World, teamWeights: [Double], also sink: (any FactSink)? = nil,
        shouldStop: () -> Bool = { false }
    ) throws {
        names = Names(world, teamWeights: teamWeights)
        let collector = Collector(world, also: sink)
        var simulation = Simulation(world)
        let summary = try simulation.run(into: collector, shouldStop: shouldStop)
        jobs = collector.jobs.sorted { ($0.submitNs, $0.order) < ($1.submitNs, $1.order) }.map(\.record)
        neverFitting = collector.neverFitting
        poolTime = collector.poolTime
        teamTime = collector.teamTime
        held = collector.held
        endNs = summary.end.nanoseconds
        outcome = summary.outcome
        fingerprint = summary.fingerprint
        self.summary = summary
    }

    /// What the simulation says of itself.
    let summary: RunSummary
}

extension RunSample.Names {
    init(_ world: World, teamWeights: [Double]) {
        teams = world.workload.teams
        queues = world.workload.queues
        classes = world.workload.classes
        pools = world.cluster.pools.map(\.name)
        poolGPUs = world.cluster.pools.map { $0.count * $0.shape.gpuCount }
        prices = world.cluster.pools.indices.map { pool in
            pool < world.prices.count ? Double(world.prices[pool].rawValue) / 1e6 : 0
        }
        watts = world.cluster.pools.map { pool in
            pool.shape.gpuModel.flatMap { world.cluster.catalogue[$0].power?.value.rawValue }
        }
        self.teamWeights = teamWeights
    }
}

/// Keeps the few facts that measures need, and passes all of them on.
private final class Collector: FactSink {
    struct Entry {
        var record: RunSample.JobRecord
        var order: Int32
        var submitNs: Int64 { record.submitNs }
    }

    var jobs: [Entry] = []
    var neverFitting = 0
    var poolTime: [GPUTimeFact] = []
    var teamTime: [TeamGPUTimeFact] = []
    var held: HeldTime
    private let cluster: Cluster
    private let workload: Workload
    private let next: (any FactSink)?

    init(_ world: World, also sink: (any FactSink)?) {
        held = HeldTime(world)
        cluster = world.cluster
        workload = world.workload
        next = sink
    }

    func write(_ facts: borrowing FactBuffers) throws {
        for fact in facts.jobs { enter(fact) }
        for fact in facts.placements { held.enter(fact, cluster) }
        poolTime += facts.poolTime
        teamTime += facts.teamTime
        try next?.write(facts)
    }

    private func enter(_ fact: JobFact) {
        if fact.firstStartNs < 0 && fact.reason == .neverFits {
            neverFitting += 1
            return
        }
        let job = workload.jobs[Int(fact.job)]
        let isCompleted = fact.status == .completed
        let completion = isCompleted ? fact.endNs - job.submit.nanoseconds : -1
        let work = Double(max(job.duration.nanoseconds, 10_000_000_000))
        jobs.append(
            Entry(
                record: RunSample.JobRecord(
                    submitNs: job.submit.nanoseconds, waitNs: fact.waitNs, completionNs: completion,
                    slowdown: isCompleted ? max(1, Double(completion) / work) : 0, preemptions: fact.preemptions,
                    failures: fact.failures, team: job.team, queue: job.queue, jobClass: job.jobClass,
                    isWaiting: fact.status == .pending, startNs: fact.firstStartNs, endNs: fact.endNs,
                    productiveNs: fact.productiveNs,
                    trainingGPUs: job.training >= 0 ? Double(workload.gpuMilli(of: job)) / 1000 : 0,
                    reason: fact.reason),
                order: fact.job))
    }
}
