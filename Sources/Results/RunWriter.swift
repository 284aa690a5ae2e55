import CSQLite
import Quantities
import Simulation

/// What a run file says of the program that made it; the simulation itself does not know these.
public struct RunInfo: Sendable {
    /// Version of Orrery.
    public var orreryVersion: String
    /// Hash of the resolved scenario.
    public var scenarioHash: String
    /// The command that repeats the run, without machine paths.
    public var commandLine: String
    /// Sentences about what was assumed, for the reader of a report.
    public var assumptions: [String]
    /// Weights by which fairness between teams is judged, by team index; missing ones are 1.
    public var teamWeights: [Double]

    /// Nothing assumed and equal teams unless said otherwise.
    public init(
        orreryVersion: String, scenarioHash: String, commandLine: String, assumptions: [String] = [],
        teamWeights: [Double] = []
    ) {
        self.orreryVersion = orreryVersion
        self.scenarioHash = scenarioHash
        self.commandLine = commandLine
        self.assumptions = assumptions
        self.teamWeights = teamWeights
    }
}

/// Writes a run file while the simulation goes on.
///
/// Everything goes to `<path>.partial`; `finish` completes it and gives it its name. A writer that is released without
/// `finish`, or that met an error, leaves nothing behind. Not thread-safe: one run, one writer.
public final class RunWriter: FactSink {
    private let world: World
    private let info: RunInfo
    private let file: PartialFile
    /// Gone once the file is completed or given up: compiled statements would keep it open.
    private var inserts: FactInserts?
    /// Kept until the end: rows in the order of their key fill the table without splitting its pages.
    private var jobs: [JobFact] = []

    /// Starts the file of a run of `world`. Throws `ResultsError` if `path` cannot become a file.
    public convenience init(path: String, world: World, info: RunInfo) throws(ResultsError) {
        try self.init(path: path, world: world, info: info, pageLimit: nil)
    }

    /// `pageLimit` stands in for a full disk in tests.
    init(path: String, world: World, info: RunInfo, pageLimit: Int?) throws(ResultsError) {
        self.world = world
        self.info = info
        file = try PartialFile(path: path, pageLimit: pageLimit)
        inserts = try FactInserts(file.open())
        try NameTables(connection: file.open(), world: world).insert(info)
    }

    /// Stores one batch of facts. Throws `ResultsError`; after that nothing more can be written.
    public func write(_ facts: borrowing FactBuffers) throws {
        do throws(ResultsError) {
            _ = try file.open()
            jobs += facts.jobs
            try inserts?.insert(facts)
        } catch {
            discard()
            throw error
        }
    }

    /// Completes the file: jobs, costs, the run itself, indexes; then it takes its final name.
    ///
    /// An interrupted run is complete as a file and marked `is_partial`.
    /// - Parameter wallSeconds: real time the run took, if the caller measured it.
    public func finish(_ summary: RunSummary, wallSeconds: Double? = nil) throws(ResultsError) {
        do throws(ResultsError) {
            let connection = try file.open()
            try insertJobs(connection)
            try connection.execute(Self.costs)
            try insertNotes(summary, connection)
            try insertPathologies(summary, connection)
            try insertRun(summary, wallSeconds, connection)
            for index in Schema.indexes { try connection.execute(index) }
            inserts = nil
            try file.complete()
        } catch {
            discard()
            throw error
        }
    }

    private func discard() {
        inserts = nil
        file.discard()
    }

    private func insertJobs(_ connection: Connection) throws(ResultsError) {
        jobs.sort { $0.job < $1.job }
        let workload = world.workload
        try BulkInsert(connection, table: "job", columns: 23).insert(jobs) { row, fact in
            let job = workload.jobs[Int(fact.job)]
            let groups = workload.groups(of: job)
            row.integer(fact.job)
            row.text(workload.name(of: job))
            row.integer(job.team)
            row.integer(job.queue)
            row.integer(job.jobClass)
            row.integer(job.user)
            row.integer(job.priority)
            row.integer(job.submit.nanoseconds)
            row.optional(job.requestedDuration?.nanoseconds)
            row.integer(job.duration.nanoseconds)
            row.integer(groups.reduce(0 as Int64) { $0 + Int64($1.pods) })
            row.integer(groups.reduce(0 as Int64) { $0 + Int64($1.minMember) })
            row.integer(workload.gpuMilli(of: job))
            row.code(fact.status)
            row.unlessNegative(fact.firstStartNs)
            row.unlessNegative(fact.endNs)
            row.integer(fact.waitNs)
            row.integer(fact.productiveNs)
            row.integer(fact.lostNs)
            row.integer(fact.workingNs)
            row.integer(fact.preemptions)
            row.integer(fact.failures)
            row.code(fact.reason)
        }
    }

    /// Money from GPU time: whole seconds in integers (GPU-seconds x micro-dollars per hour fits 63 bits), then the rest.
    private static let costs = """
        INSERT INTO cost
        SELECT team, pool, cause, seconds / 3600.0 + rest_ns / 3.6e12,
               seconds * price / 3600 + CAST(round((seconds * price % 3600 + rest_ns / 1e9 * price) / 3600.0) AS INTEGER)
        FROM (SELECT team, pool, cause, -- Reserved capacity is paid for up or down, other capacity while it is there.
                     CASE WHEN p.terms <> 'reserved' AND t.cause = (SELECT code FROM cause WHERE name = 'down')
                          THEN 0 ELSE price_microdollars_per_gpu_hour END AS price,
                     sum(gpu_ns / 1000000000) + sum(gpu_ns % 1000000000) / 1000000000 AS seconds,
                     sum(gpu_ns % 1000000000) % 1000000000 AS rest_ns
              FROM (SELECT team, pool, cause, gpu_ns FROM team_time
                    UNION ALL
                    SELECT NULL, b.pool, b.cause, b.gpu_ns
                    FROM pool_time b JOIN cause c ON c.code = b.cause WHERE NOT c.is_allocated) t
              JOIN pool p ON p.id = t.pool
              GROUP BY team, pool, cause)
        ORDER BY team IS NULL, team, pool, cause
        """

    private func insertNotes(_ summary: RunSummary, _ connection: Connection) throws(ResultsError) {
        let notes = summary.warnings.map { ("warning", $0) } + info.assumptions.map { ("assumption", $0) }
        try BulkInsert(connection, table: "run_note", columns: 3).insert(Array(notes.enumerated())) { row, note in
            row.integer(note.offset)
            row.text(note.element.0)
            row.text(note.element.1)
        }
    }

    private func insertPathologies(_ summary: RunSummary, _ connection: Connection) throws(ResultsError) {
        let found = Array(summary.pathologies.enumerated())
        try BulkInsert(connection, table: "pathology", columns: 11).insert(found) { row, item in
            row.integer(item.offset)
            row.text(item.element.kind)
            row.text(Self.list(item.element.objects))
            row.integer(item.element.fromCycle)
            row.integer(item.element.fromNs)
            row.integer(item.element.toNs)
            row.flag(item.element.isOngoing)
            row.text(item.element.text)
            row.text(item.element.place)
            row.text(item.element.line)
            row.text(item.element.remedy)
        }
    }

    /// Texts as a JSON list.
    private static func list(_ texts: [String]) -> String {
        "[" + texts.map(quoted).joined(separator: ",") + "]"
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\" + String(scalar)
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }

    private func insertRun(
        _ summary: RunSummary, _ wallSeconds: Double?, _ connection: Connection
    ) throws(ResultsError) {
        let digits = String(summary.fingerprint, radix: 16)
        try BulkInsert(connection, table: "run", columns: 19).insert([summary]) { row, summary in
            row.integer(1)
            row.text(world.name)
            row.text(info.scenarioHash)
            row.text(info.orreryVersion)
            row.text(String(world.seed))
            row.text(String(repeating: "0", count: 16 - digits.count) + digits)
            row.text(info.commandLine)
            row.text(world.scheduler.policy.rawValue)
            row.text(world.scheduler.nodePolicy.rawValue)
            row.text(world.scheduler.tieBreak.rawValue)
            row.text(summary.outcome.name)
            row.integer(0)
            row.integer(summary.end.nanoseconds)
            row.optional(world.workload.epochUnixSeconds)
            row.integer(summary.events)
            row.integer(summary.cycles)
            row.integer(world.sampleInterval.nanoseconds)
            row.flag(summary.outcome == .interrupted)
            row.real(wallSeconds)
        }
    }
}
