import ClusterModel
import Quantities
import Results
import Scheduling
import Simulation
import SimulationKernel
import Testing
import Workloads

/// Simulated runs of a crowded small cluster with failures, through the writer and back.
@Suite struct RecordedRunTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// 160 jobs of 1 to 32 GPUs on 8 nodes of two pools; more work than fits, so that jobs wait, and nodes that fail.
    private func world(_ policy: SchedulingPolicy) throws -> World {
        func pool(_ name: String, nodes: Int, gpus: Int) -> NodePool {
            let shape = NodeShape(
                name: name, cpuMilli: 96_000, memoryBytes: 1 << 40, gpuModel: GPUModelID(index: 0), gpuCount: gpus,
                nvlinkDomainGPUs: gpus, nics: 1, nicRate: BytesPerSecond(rawValue: 25e9))
            return NodePool(name: name, count: nodes, shape: shape)
        }
        var cluster = ClusterBuilder(name: "small")
        cluster.add(pool("eight", nodes: 5, gpus: 8))
        cluster.add(pool("four", nodes: 3, gpus: 4))
        var random = RandomStream(seed: 11, name: "recorded runs")
        var workload = WorkloadBuilder()
        for index in 0..<160 {
            let gpus = [1, 1, 2, 4, 8, 16, 32][random.below(7)]
            let request = ResourceRequest(
                cpuMilli: 1000, memoryBytes: 1 << 30, gpuCount: Int32(min(gpus, 8)),
                gpuMilli: index % 20 == 0 && gpus == 1 ? 500 : 1000)
            workload.add(
                name: "job-\(index)", team: ["red", "blue", "green"][index % 3], queue: ["prod", "batch"][index % 2],
                priority: Int32(index % 3), submit: SimTime(nanoseconds: Int64(index) * 200 * second),
                duration: .seconds(Int64(random.exponential(mean: 3000)) + 1), maxRestarts: 3,
                groups: [PodGroupSpec(pods: Int32(max(1, gpus / 8)), request: request)])
        }
        let jobs = workload.build()
        return World(
            name: "recorded", cluster: try cluster.build(), workload: jobs,
            poolMasks: Array(repeating: .max, count: jobs.groups.count), scheduler: .init(policy: policy),
            queues: jobs.queues.map { QueueSpec(name: $0) },
            failures: FailureModel(nodeMTBF: .seconds(40_000), nodeRepair: .seconds(3600)),
            lifecycle: LifecycleModel(startup: .seconds(30), checkpointInterval: .seconds(900)),
            prices: [MoneyPerHour(rawValue: 3_000_000), MoneyPerHour(rawValue: 1_000_000)],
            trafficPerGPU: BytesPerSecond(rawValue: 1e9), seed: 5,
            horizon: SimTime(nanoseconds: 40_000 * second), sampleInterval: .seconds(700))
    }

    private func record(_ policy: SchedulingPolicy, as name: String) throws -> RunReader {
        let world = try world(policy)
        let writer = try RunWriter(path: scratch.file(name), world: world, info: TinyRun.info)
        var simulation = Simulation(world)
        try writer.finish(try simulation.run(into: writer))
        return try RunReader(path: scratch.file(name))
    }

    @Test(arguments: SchedulingPolicy.allCases)
    func everyGPUNanosecondIsAccountedFor(_ policy: SchedulingPolicy) throws {
        let run = try record(policy, as: "run.sqlite")
        #expect(try run.lines("SELECT * FROM ledger_check") == ["0 0 0 0 0"])
        #expect(try run.lines("PRAGMA foreign_key_check") == [])
        let capacity = 52 * Double(run.run.endNs)
        #expect(try run.number("SELECT sum(gpu_ns) FROM gpu_time_total") == capacity)
        #expect(isClose(try run.number("SELECT sum(gpu_hours) * 3.6e12 FROM chargeback"), capacity))
        #expect(isClose(try run.number("SELECT sum(share) FROM gpu_time_total"), 1))
    }

    @Test(arguments: SchedulingPolicy.allCases)
    func factsAgreeWithEachOther(_ policy: SchedulingPolicy) throws {
        let run = try record(policy, as: "run.sqlite")
        #expect(try run.number("SELECT count(*) FROM job") == 160)
        #expect(
            try run.lines(
                """
                SELECT 'double booked', a.job, b.job FROM placement a JOIN placement b
                  ON a.node = b.node AND a.rowid < b.rowid AND a.gpu_mask & b.gpu_mask
                  AND a.start_ns < b.end_ns AND b.start_ns < a.end_ns AND a.gpu_milli + b.gpu_milli > 1000
                """) == [])
        #expect(
            try run.lines(
                """
                SELECT j.name FROM job j LEFT JOIN (SELECT job, min(start_ns) AS first FROM placement GROUP BY job) p
                  ON p.job = j.id WHERE j.first_start_ns < p.first OR (j.first_start_ns IS NOT NULL AND p.job IS NULL)
                """) == [])
        #expect(
            try run.lines(
                "SELECT name FROM job WHERE wait_ns < 0 OR first_start_ns < submit_ns OR end_ns < first_start_ns")
                == [])
        #expect(
            try run.number("SELECT count(*) FROM decision_text WHERE sentence IS NULL OR sentence LIKE '%{%'") == 0)
        #expect(
            try run.number("SELECT sum(jobs_hit) FROM failure")
                == run.number("SELECT count(DISTINCT job || ' ' || end_ns) FROM placement WHERE reason = 2"))
    }

    @Test func equalRunsHaveEqualFacts() throws {
        for policy in [SchedulingPolicy.backfill, .srtf] {
            let first = try record(policy, as: "first.sqlite")
            let second = try record(policy, as: "second.sqlite")
            #expect(first.run == second.run)
            #expect(try first.factDigests().map(\.digest) == second.factDigests().map(\.digest))
        }
        let other = try RunReader(path: scratch.file("second.sqlite"))
        let different = try record(.fifoGang, as: "third.sqlite")
        #expect(try different.digest("placement") != other.digest("placement"))
    }
}
