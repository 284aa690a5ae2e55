import ClusterModel
import Foundation
import Quantities
import Results
import Simulation
import Workloads

let second: Int64 = 1_000_000_000

/// A run of 100 seconds on six GPUs, worked out by hand.
///
///     seconds      0    10    20    30      50    60     80    90   100
///     big-0000     red-a: start, then work..50 | red-b: work..80 | free
///     big-0001     blue-a: work 20, lost 10 | free | red-b..80    | free
///     small-0000   idle | down ...............60 | blue-a: work..90 | free
///
/// `blue-big` asks for more GPUs than there are, `blue-late` still waits at the end. Every GPU of a node does the same.
enum TinyRun {
    static let info = RunInfo(
        orreryVersion: "0.1.0", scenarioHash: "0123456789abcdef", commandLine: "orrery run tiny.yaml --seed 7",
        assumptions: ["no network contention"])

    static let summary = RunSummary(
        outcome: .horizon, end: SimTime(nanoseconds: 100 * second), fingerprint: 0xABC, events: 42, cycles: 9,
        warnings: ["blue-big can never fit"],
        pathologies: [
            PathologyFact(
                kind: "starvation", objects: ["blue-late", "red \"b\""], fromCycle: 7, fromNs: 70 * second,
                toNs: 100 * second, isOngoing: true, text: "blue-late waited 30s", place: "actions",
                line: "actions: \"enqueue, allocate\"", remedy: "preempt among the actions")
        ])

    static func world() throws -> World {
        World(
            name: "tiny", cluster: try cluster(), workload: workload(),
            poolMasks: Array(repeating: .max, count: 5), scheduler: .init(policy: .priority),
            queues: [QueueSpec(name: "prod", weight: 3), QueueSpec(name: "batch", weight: 1, capGPUs: 4)],
            prices: [MoneyPerHour(rawValue: 3_600_000), MoneyPerHour(rawValue: 1_800_000)], seed: 7,
            horizon: SimTime(nanoseconds: 100 * second), sampleInterval: .seconds(50))
    }

    private static func cluster() throws -> Cluster {
        func pool(_ name: String, nodes: Int) -> NodePool {
            let shape = NodeShape(
                name: "two-gpu-machine", cpuMilli: 16_000, memoryBytes: 64 << 30, gpuModel: GPUModelID(index: 0),
                gpuCount: 2, nvlinkDomainGPUs: 2, nics: 1, nicRate: BytesPerSecond(rawValue: 50e9))
            return NodePool(name: name, count: nodes, shape: shape)
        }
        var builder = ClusterBuilder(name: "hand-made")
        builder.add(pool("big", nodes: 2))
        builder.add(pool("small", nodes: 1))
        return try builder.build()
    }

    private static func workload() -> Workload {
        var builder = WorkloadBuilder()
        builder.epochUnixSeconds = 1_700_000_000
        func add(_ name: String, _ team: String, _ queue: String, submit: Int64, work: Int64, pods: Int32) {
            builder.add(
                name: name, team: team, queue: queue, jobClass: "train", user: "\(team)-user",
                submit: SimTime(nanoseconds: submit * second), duration: .seconds(work),
                groups: [
                    PodGroupSpec(
                        pods: pods,
                        request: ResourceRequest(cpuMilli: 1000, memoryBytes: 1 << 30, gpuCount: 2, gpuMilli: 1000))
                ])
        }
        add("red-a", "red", "prod", submit: 0, work: 40, pods: 1)
        add("blue-a", "blue", "batch", submit: 0, work: 50, pods: 1)
        add("red-b", "red", "prod", submit: 10, work: 30, pods: 2)
        add("blue-big", "blue", "batch", submit: 20, work: 60, pods: 4)
        add("blue-late", "blue", "batch", submit: 70, work: 60, pods: 2)
        return builder.build()
    }

    /// All facts of the run, in one batch.
    static func facts() -> FactBuffers {
        var facts = FactBuffers()
        facts.placements = placements
        facts.decisions = decisions
        facts.jobs = jobs
        facts.queueSamples = shareSamples
        facts.teamSamples = shareSamples
        facts.poolSamples = poolSamples
        facts.nodeSamples = nodeSamples
        facts.linkSamples = linkSamples
        facts.failures = [
            FailureFact(timeNs: 10 * second, node: 2, gpu: -1, repairedNs: 60 * second, jobsHit: 0),
            FailureFact(timeNs: 90 * second, node: 0, gpu: 1, repairedNs: -1, jobsHit: 1),
        ]
        facts.gpuTime = gpuTime
        facts.poolTime = poolTime
        facts.teamTime = teamTime
        return facts
    }

    private static var jobs: [JobFact] {
        func job(
            _ id: Int32, _ status: JobStatus, start: Int64?, end: Int64?, wait: Int64, work: Int64, lost: Int64 = 0,
            preemptions: Int32 = 0, _ reason: DecisionReason = .none
        ) -> JobFact {
            JobFact(
                job: id, status: status, preemptions: preemptions, failures: 0,
                firstStartNs: start.map { $0 * second } ?? -1, endNs: end.map { $0 * second } ?? -1,
                waitNs: wait * second, productiveNs: work * second, lostNs: lost * second, workingNs: work * second,
                reason: reason)
        }
        return [
            job(0, .completed, start: 0, end: 50, wait: 0, work: 40),
            job(2, .completed, start: 50, end: 80, wait: 40, work: 30, .insufficientGPUs),
            job(1, .completed, start: 0, end: 90, wait: 30, work: 50, lost: 10, preemptions: 1, .insufficientGPUs),
            job(3, .pending, start: nil, end: nil, wait: 80, work: 0, .neverFits),
            job(4, .pending, start: nil, end: nil, wait: 30, work: 0, .fragmentedGPUs),
        ]
    }

    private static var placements: [PlacementFact] {
        func placed(
            _ job: Int32, attempt: Int32 = 0, task: Int32 = 0, node: Int32, from: Int64, to: Int64, work: Int64,
            _ reason: PlacementEnd = .completed
        ) -> PlacementFact {
            PlacementFact(
                job: job, attempt: attempt, task: task, node: node, gpuMask: 0b11, gpuMilli: 1000,
                startNs: from * second, endNs: to * second, workNs: work * second, reason: reason)
        }
        return [
            placed(1, node: 1, from: 0, to: 30, work: 0, .preempted),
            placed(0, node: 0, from: 0, to: 50, work: 10),
            placed(2, task: 0, node: 0, from: 50, to: 80, work: 50),
            placed(2, task: 1, node: 1, from: 50, to: 80, work: 50),
            placed(1, attempt: 1, node: 2, from: 60, to: 90, work: 60),
        ]
    }

    private static var decisions: [DecisionFact] {
        func decided(
            _ time: Int64, _ job: Int32, _ action: DecisionAction, _ reason: DecisionReason, other: Int32 = -1,
            needed: Int64 = 0, available: Int64 = 0
        ) -> DecisionFact {
            DecisionFact(
                cycle: time / 10, timeNs: time * second, job: job, other: other, needed: needed, available: available,
                action: action, reason: reason)
        }
        return [
            decided(0, 0, .submit, .none),
            decided(0, 1, .submit, .none),
            decided(0, 0, .start, .placed, needed: 2000),
            decided(0, 1, .start, .placed, needed: 2000),
            decided(10, -1, .nodeDown, .nodeFailure, other: 2),
            decided(10, 2, .submit, .none),
            decided(10, 2, .reject, .insufficientGPUs, needed: 4000, available: 0),
            decided(20, 3, .submit, .none),
            decided(20, 3, .reject, .neverFits),
            decided(30, 1, .preempt, .preemptedFor, other: 2, needed: 4000),
            decided(50, 0, .complete, .none),
            decided(50, 2, .start, .placed, needed: 4000),
            decided(60, -1, .nodeUp, .none, other: 2),
            decided(60, 1, .restart, .placed, needed: 2000),
            decided(70, 4, .submit, .none),
            decided(70, 4, .reject, .insufficientGPUs, needed: 4000, available: 0),
            decided(80, 2, .complete, .none),
            decided(80, 4, .reject, .fragmentedGPUs, needed: 4000, available: 4500),
            decided(90, 1, .complete, .none),
        ]
    }

    /// Queues and teams coincide: prod is red's, batch is blue's.
    private static var shareSamples: [ShareSampleFact] {
        func sample(_ time: Int64, _ index: Int32, pending: (Int32, Int64), running: (Int32, Int64)) -> ShareSampleFact
        {
            ShareSampleFact(
                timeNs: time * second, index: index, pendingJobs: pending.0, runningJobs: running.0,
                pendingGPUMilli: pending.1, allocatedGPUMilli: running.1)
        }
        return [
            sample(50, 0, pending: (0, 0), running: (1, 4000)),
            sample(50, 1, pending: (2, 10_000), running: (0, 0)),
            sample(100, 0, pending: (0, 0), running: (0, 0)),
            sample(100, 1, pending: (2, 12_000), running: (0, 0)),
        ]
    }

    private static var poolSamples: [PoolSampleFact] {
        func sample(_ time: Int64, _ pool: Int32, free: Int64, whole: Int32, largest: Int32) -> PoolSampleFact {
            PoolSampleFact(
                timeNs: time * second, pool: pool, freeGPUMilli: free, freeWholeGPUs: whole, largestFreeNode: largest,
                unusableGPUMilli: free)
        }
        return [
            sample(50, 0, free: 0, whole: 0, largest: 0), sample(50, 1, free: 500, whole: 0, largest: 0),
            sample(100, 0, free: 4000, whole: 4, largest: 2), sample(100, 1, free: 2000, whole: 2, largest: 2),
        ]
    }

    private static var nodeSamples: [NodeSampleFact] {
        [
            NodeSampleFact(timeNs: 50 * second, node: 0, allocatedGPUMilli: 2000, allocatedCPUMilli: 1000, up: true),
            NodeSampleFact(timeNs: 50 * second, node: 1, allocatedGPUMilli: 2000, allocatedCPUMilli: 1000, up: true),
            NodeSampleFact(timeNs: 50 * second, node: 2, allocatedGPUMilli: 0, allocatedCPUMilli: 0, up: false),
        ]
    }

    private static var linkSamples: [LinkSampleFact] {
        [(50, 0, 25), (50, 1, 10), (100, 0, 75), (100, 1, 10)].map { time, link, gigabytes in
            LinkSampleFact(
                timeNs: Int64(time) * second, link: Int32(link), demandBytesPerSecond: Int64(gigabytes) * 1_000_000_000)
        }
    }

    private static var gpuTime: [GPUTimeFact] {
        let perNode: [[(GPUTimeCause, Int64)]] = [
            [(.productive, 70), (.starting, 10), (.fragmented, 20)],
            [(.productive, 50), (.recomputed, 10), (.fragmented, 20), (.blocked, 20)],
            [(.productive, 30), (.fragmented, 10), (.idle, 10), (.down, 50)],
        ]
        return (0..<6).flatMap { gpu in
            perNode[gpu / 2].map { cause, seconds in
                GPUTimeFact(
                    startNs: 0, endNs: 100 * second, index: Int32(gpu), cause: cause, gpuNs: seconds * second)
            }
        }
    }

    private static var poolTime: [GPUTimeFact] {
        let rows: [(start: Int64, pool: Int32, causes: [(GPUTimeCause, Int64)])] = [
            (0, 0, [(.productive, 120), (.recomputed, 20), (.starting, 20), (.blocked, 40)]),
            (0, 1, [(.idle, 20), (.down, 80)]),
            (50, 0, [(.productive, 120), (.fragmented, 80)]),
            (50, 1, [(.productive, 60), (.fragmented, 20), (.down, 20)]),
        ]
        return rows.flatMap { row in
            row.causes.map { cause, seconds in
                GPUTimeFact(
                    startNs: row.start * second, endNs: (row.start + 50) * second, index: row.pool, cause: cause,
                    gpuNs: seconds * second)
            }
        }
    }

    private static var teamTime: [TeamGPUTimeFact] {
        let rows: [(team: Int32, pool: Int32, cause: GPUTimeCause, seconds: Int64)] = [
            (0, 0, .productive, 200), (0, 0, .starting, 20), (1, 0, .productive, 40), (1, 0, .recomputed, 20),
            (1, 1, .productive, 60),
        ]
        return rows.map { row in
            TeamGPUTimeFact(
                team: row.team, queue: row.team, jobClass: 0, pool: row.pool, cause: row.cause,
                gpuNs: row.seconds * second)
        }
    }
}

/// The tiny world with `count` equal jobs.
func manyJobs(_ count: Int) throws -> World {
    var builder = WorkloadBuilder()
    for index in 0..<count {
        builder.add(
            name: "job-\(index)", submit: .zero, duration: .seconds(1),
            groups: [PodGroupSpec(pods: 1, request: ResourceRequest(cpuMilli: 1, memoryBytes: 1))])
    }
    var world = try TinyRun.world()
    world.workload = builder.build()
    return world
}

/// A directory for the files of one test, removed with it.
final class Scratch {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "results-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
        path = url.path(percentEncoded: false)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { path + "/" + name }

    /// Names of everything in it, sorted.
    var contents: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }

    /// The tiny run, written here as `run.sqlite`; `change` may replace its facts.
    func tinyRun(_ change: (inout FactBuffers) -> Void = { _ in }) throws -> RunReader {
        let writer = try RunWriter(path: file("run.sqlite"), world: TinyRun.world(), info: TinyRun.info)
        var facts = TinyRun.facts()
        change(&facts)
        try writer.write(facts)
        try writer.finish(TinyRun.summary)
        return try RunReader(path: file("run.sqlite"))
    }
}

extension RunReader {
    /// Rows as text, columns between spaces: for tables of expected values.
    func lines(_ sql: String) throws -> [String] {
        try rows(sql).map { $0.values.map(\.description).joined(separator: " ") }
    }

    /// The only value of a query.
    func number(_ sql: String) throws -> Double? {
        guard let row = try rows(sql).first else { return nil }
        return row.real(row.columns[0])
    }
}

func isClose(_ value: Double?, _ expected: Double, relative: Double = 1e-12) -> Bool {
    guard let value else { return false }
    return abs(value - expected) <= relative * max(1, abs(expected))
}
