import CSQLite
import ClusterModel
import Glibc
import Quantities
import Reports
import Results
import Simulation
import SimulationKernel
import Workloads

/// Writing the results of a run: rows per second, and what recording adds to a simulation.
enum ResultsBenchmark {
    static let rows = 1_000_000

    static var entries: [Benchmark] {
        [
            Benchmark(
                name: "results-sqlite-rows-per-s", unit: "rows/s", better: .higher,
                work: "\(rows) decisions of 8 columns into a new run file, from opening it to its final name",
                repetitions: 3,
                reference: .measured(name: "one INSERT as text per row, same settings", sample: asText),
                sample: asFacts),
            Benchmark(
                name: "results-recording-share", unit: "share", better: .lower,
                work: "64 nodes x 8 GPUs, 20000 jobs at 100 % load, 7 days, backfill, node failures, samples every "
                    + "10 min: processor time in the run file's writer over that of the whole run",
                repetitions: 3, reference: .recorded(name: "budget", value: 0.15), sample: recordingShare),
            Benchmark(
                name: "diff-decisions-s", unit: "s", better: .lower,
                work:
                    "two runs of \(rows) decisions, \(rows / 2) pods and \(rows / 10) jobs whose last decision differs: from "
                    + "their files to the text of the difference",
                repetitions: 3, sample: difference),
        ]
    }

    // MARK: Rows per second

    private static func asFacts() throws -> Sample {
        let directory = try TemporaryDirectory()
        let path = directory.file("run.sqlite")
        let world = try world(jobs: rows / 10)
        let batches = stride(from: 0, to: rows, by: 50_000).map { decisions($0..<min(rows, $0 + 50_000)) }
        let seconds = try cpuSeconds {
            let writer = try RunWriter(path: path, world: world, info: info)
            for batch in batches {
                var facts = FactBuffers()
                facts.decisions = batch
                try writer.write(facts)
            }
            try writer.finish(
                RunSummary(
                    outcome: .drained, end: SimTime(nanoseconds: 1), fingerprint: 0, events: 0, cycles: 0, warnings: [])
            )
        }
        let run = try RunReader(path: path)
        return Sample(value: Double(rows) / seconds, checksum: checksum(try run.rows(sums).first?.values ?? []))
    }

    /// What a first version does: the same table and settings, every row as SQL text.
    private static func asText() throws -> Sample {
        let directory = try TemporaryDirectory()
        guard let table = Schema.factTables.first(where: { $0.name == "decision" }) else {
            throw WrongAnswer(description: "the schema has no table decision")
        }
        let facts = decisions(0..<rows)
        var handle: OpaquePointer?
        sqlite3_open(directory.file("text.sqlite"), &handle)
        defer { sqlite3_close(handle) }
        func execute(_ sql: String) throws {
            guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else {
                throw WrongAnswer(description: "\(sql): \(String(cString: sqlite3_errmsg(handle)))")
            }
        }
        let seconds = try cpuSeconds {
            try execute("PRAGMA page_size = 16384; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")
            try execute("BEGIN; \(table.sql)")
            for fact in facts {
                try execute(
                    """
                    INSERT INTO decision VALUES (\(fact.cycle),\(fact.timeNs),\(fact.job),\(fact.other),\(fact.needed),\
                    \(fact.available),\(fact.action.rawValue),\(fact.reason.rawValue))
                    """)
            }
            try execute("COMMIT")
        }
        var statement: OpaquePointer?
        sqlite3_prepare_v2(handle, sums, -1, &statement, nil)
        defer { sqlite3_finalize(statement) }
        sqlite3_step(statement)
        let values = (0..<sqlite3_column_count(statement)).map { SQLValue.integer(sqlite3_column_int64(statement, $0)) }
        return Sample(value: Double(rows) / seconds, checksum: checksum(values))
    }

    // MARK: Difference

    private static func difference() throws -> Sample {
        let directory = try TemporaryDirectory()
        let world = try world(jobs: rows / 10)
        for (name, last) in [("run.sqlite", Int64(8000)), ("text.sqlite", 16_000)] {
            let writer = try RunWriter(path: directory.file(name), world: world, info: info)
            for start in stride(from: 0, to: rows, by: 50_000) {
                var facts = FactBuffers()
                facts.decisions = decisions(start..<min(rows, start + 50_000))
                if start + 50_000 >= rows { facts.decisions[facts.decisions.count - 1].needed = last }
                facts.placements = stride(from: start, to: start + 50_000, by: 2).map(placement)
                facts.jobs = (start / 10..<start / 10 + 5000).map { job in
                    JobFact(
                        job: Int32(job), status: .completed, preemptions: 0, failures: 0, firstStartNs: Int64(job),
                        endNs: Int64(job) + last, waitNs: 0, productiveNs: 1, lostNs: 0, workingNs: 1, reason: .placed)
                }
                try writer.write(facts)
            }
            try writer.finish(
                RunSummary(
                    outcome: .drained, end: SimTime(nanoseconds: 604_800_000_000_000), fingerprint: 0, events: 0,
                    cycles: 0, warnings: []))
        }
        var text = ""
        var agreeing = 0
        let seconds = try cpuSeconds {
            let diff = try RunDiff(
                RunReader(path: directory.file("run.sqlite")), RunReader(path: directory.file("text.sqlite")))
            text = diff.text
            agreeing = diff.parting?.agreeing ?? 0
        }
        guard !text.isEmpty else { throw WrongAnswer(description: "no difference was found") }
        return Sample(value: seconds, checksum: UInt64(agreeing))
    }

    /// The pod of every other decision, at its instant: most have no start then, the rest do.
    private static func placement(_ row: Int) -> PlacementFact {
        let start = Int64(row) * 604_800_000
        return PlacementFact(
            job: Int32(row / 10), attempt: 0, task: Int32(row % 10), node: Int32(row % 64), gpuMask: 0xFF,
            gpuMilli: 1000,
            startNs: start, endNs: start + 3_600_000_000_000, workNs: start + 1, reason: .completed)
    }

    private static func decisions(_ range: Range<Int>) -> [DecisionFact] {
        range.map { row in
            DecisionFact(
                cycle: Int64(row / 7), timeNs: Int64(row) * 604_800_000, job: Int32(row / 10), other: Int32(row % 512),
                needed: 8000, available: Int64(row % 4096 * 1000), action: row % 3 == 0 ? .start : .reject,
                reason: row % 3 == 0 ? .placed : .insufficientGPUs)
        }
    }

    private static let sums = """
        SELECT count(*), sum(cycle), sum(time_ns / 1000), sum(job), sum(other), sum(needed), sum(available), sum(action),
               sum(reason) FROM decision
        """

    private static func checksum(_ values: [SQLValue]) -> UInt64 {
        var fingerprint = Fingerprint()
        for case .integer(let value) in values { fingerprint.fold(value) }
        return fingerprint.value
    }

    // MARK: Recording

    /// Passes facts on and measures how long that takes.
    private final class TimedSink: FactSink {
        let writer: RunWriter
        var seconds = 0.0

        init(_ writer: RunWriter) { self.writer = writer }

        func write(_ facts: borrowing FactBuffers) throws {
            let start = processorTime()
            try writer.write(facts)
            seconds += processorTime() - start
        }
    }

    private static func recordingShare() throws -> Sample {
        let directory = try TemporaryDirectory()
        var world = try world(jobs: 20_000)
        world.scheduler.policy = .backfill
        world.failures.nodeMTBF = .seconds(30 * 86_400)
        var simulation = Simulation(world)
        var recording = 0.0
        var fingerprint: UInt64 = 0
        let seconds = try cpuSeconds {
            let opening = processorTime()
            let sink = TimedSink(try RunWriter(path: directory.file("run.sqlite"), world: world, info: info))
            recording = processorTime() - opening
            let summary = try simulation.run(into: sink)
            recording += sink.seconds
            recording += try cpuSeconds { try sink.writer.finish(summary) }
            fingerprint = summary.fingerprint
        }
        return Sample(value: recording / seconds, checksum: fingerprint)
    }

    // MARK: Worlds

    private static let info = RunInfo(orreryVersion: "bench", scenarioHash: "", commandLine: "make bench")

    /// 64 nodes of 8 H100, and jobs of 1 to 64 GPUs that load them fully over a week.
    private static func world(jobs: Int) throws -> World {
        var builder = ClusterBuilder(name: "bench", fabric: FabricSpec(kind: .railOptimized, nodesPerLeaf: 16))
        guard let shape = HardwareCatalogue.builtIn.shape(named: "dgx-h100") else {
            throw WrongAnswer(description: "no machine dgx-h100")
        }
        builder.add(NodePool(name: "h100", count: 64, shape: shape))
        var random = RandomStream(seed: 7, name: "results benchmark")
        var workload = WorkloadBuilder()
        let week = 7 * 86_400.0
        for index in 0..<jobs {
            let gpus = [1, 1, 1, 2, 4, 8, 8, 16, 32, 64][random.below(10)]
            let seconds = random.exponential(mean: 512 * week / (Double(jobs) * 13.7))
            let request = ResourceRequest(
                cpuMilli: Int64(min(gpus, 8)) * 8_000, memoryBytes: 64 << 30, gpuCount: Int32(min(gpus, 8)),
                gpuMilli: 1000)
            workload.add(
                name: "job-\(index)", team: "team-\(index % 3)", queue: "queue-\(index % 3)",
                submit: SimTime(nanoseconds: Int64(week * 1e9) / Int64(jobs) * Int64(index)),
                duration: SimDuration(nanoseconds: Int64(seconds * 1e9) + 1),
                groups: [PodGroupSpec(pods: Int32(max(1, gpus / 8)), request: request)])
        }
        let built = workload.build()
        return World(
            name: "bench", cluster: try builder.build(), workload: built,
            poolMasks: Array(repeating: .max, count: built.groups.count), scheduler: .init(),
            queues: built.queues.map { QueueSpec(name: $0) }, seed: 7,
            horizon: SimTime(nanoseconds: Int64(week * 1e9)))
    }
}

/// A new directory for the files of one repetition, removed with it.
final class TemporaryDirectory {
    private let path: String

    init() throws {
        var template = Array("/tmp/orrery-bench-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw WrongAnswer(description: "/tmp: \(String(cString: strerror(errno)))")
        }
        path = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    }

    deinit {
        for name in ["run.sqlite", "run.sqlite.partial", "text.sqlite"] { unlink(file(name)) }
        rmdir(path)
    }

    func file(_ name: String) -> String { path + "/" + name }
}

/// Processor time of this process so far, in seconds.
private func processorTime() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}
