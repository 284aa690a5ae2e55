import Results

/// A run as a Chrome trace: opens in ui.perfetto.dev and chrome://tracing.
///
/// Nodes are processes and GPUs their threads; a job is a slice on every GPU that it holds, with its start-up inside.
/// Scheduling passes that decided something are instants of the process `scheduler`, queues are counters, and arrows lead
/// from a preempted job to the one that took its place. Shared GPUs have as many tracks as jobs at a time.
/// Format: "Trace Event Format", Google, docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU.
public struct PerfettoExport {
    private let reader: RunReader
    private let names: RunNames
    private let file: OutputFile
    private var isFirst = true
    /// End of the last slice on each track, by GPU and lane.
    private var lanes: [[Int64]]
    private var firstGPU: [Int64] = []
    /// Evictions that a job caused and whose arrow is still to be drawn, by job, in order of time.
    private var evictions: [Int32: [Eviction]] = [:]
    /// Track of the slice that an eviction ended.
    private var victims: [Eviction: (process: Int64, thread: Int64)] = [:]
    private var flows = 0

    private struct Eviction: Hashable {
        var timeNs: Int64
        var victim: Int32
    }

    /// Threads of one GPU: slices that overlap lie on different ones.
    private static let lanesPerGPU: Int64 = 64
    private static let schedulerProcess = 1
    private static let queueProcess = 2
    private static let firstNodeProcess: Int64 = 1000

    /// Writes the run to `path`. Throws `ExportError` or `ResultsError`; then there is no file.
    public static func write(_ reader: RunReader, to path: String) throws {
        var export = try PerfettoExport(reader, path)
        try export.file.write(
            "{\"displayTimeUnit\":\"ms\",\"otherData\":{\"scenario\":\(JSONText.quoted(reader.run.scenarioName)),")
        try export.file.write(
            "\"policy\":\(JSONText.quoted(reader.run.schedulerPolicy)),\"seed\":\"\(reader.run.seed)\"},")
        try export.file.write("\"traceEvents\":[\n")
        try export.writeNodes()
        try export.writeCycles()
        try export.writePlacements()
        try export.writeQueues()
        try export.file.write("\n]}\n")
        try export.file.finish()
    }

    private init(_ reader: RunReader, _ path: String) throws {
        self.reader = reader
        names = try RunNames(reader)
        file = try OutputFile(path)
        lanes = []
        try reader.forEachRawRow(
            "SELECT job, other, time_ns FROM decision d JOIN action a ON a.code = d.action "
                + "WHERE a.name = 'preempt' AND other IS NOT NULL ORDER BY d.rowid"
        ) { row in
            let eviction = Eviction(timeNs: row.integer(2), victim: Int32(truncatingIfNeeded: row.integer(0)))
            evictions[Int32(truncatingIfNeeded: row.integer(1)), default: []].append(eviction)
            victims[eviction] = (-1, -1)
        }
    }

    // MARK: Events

    private mutating func event(_ fields: String) throws {
        try file.write((isFirst ? "{" : ",\n{") + fields + "}")
        isFirst = false
    }

    private mutating func name(process: Int64, _ name: String, order: Int64) throws {
        try event(
            "\"ph\":\"M\",\"name\":\"process_name\",\"pid\":\(process),\"args\":{\"name\":\(JSONText.quoted(name))}")
        try event("\"ph\":\"M\",\"name\":\"process_sort_index\",\"pid\":\(process),\"args\":{\"sort_index\":\(order)}")
    }

    private mutating func name(process: Int64, thread: Int64, _ name: String) throws {
        try event(
            "\"ph\":\"M\",\"name\":\"thread_name\",\"pid\":\(process),\"tid\":\(thread),\"args\":{\"name\":\(JSONText.quoted(name))}"
        )
    }

    /// Microseconds with three decimals: exact nanoseconds.
    private static func time(_ nanoseconds: Int64) -> String {
        let rest = String((nanoseconds % 1000).magnitude)
        return "\(nanoseconds / 1000).\(String(repeating: "0", count: 3 - rest.count))\(rest)"
    }

    // MARK: Parts

    private mutating func writeNodes() throws {
        for row in try reader.rows("SELECT id, name, first_gpu, gpus FROM node ORDER BY id") {
            let (node, gpus) = (row.integer("id") ?? 0, row.integer("gpus") ?? 0)
            firstGPU.append(row.integer("first_gpu") ?? 0)
            lanes += Array(repeating: [], count: Int(min(max(0, gpus), 32)))
            try name(process: Self.firstNodeProcess &+ node, row.string("name"), order: Self.firstNodeProcess &+ node)
        }
    }

    private mutating func writeCycles() throws {
        try name(process: Int64(Self.schedulerProcess), "scheduler", order: 0)
        try name(process: Int64(Self.schedulerProcess), thread: 1, "cycles")
        for row in try reader.rows(
            """
            SELECT cycle, min(time_ns) AS time_ns, count(*) AS decisions, count(*) FILTER (WHERE a.name = 'start') AS starts,
                   count(*) FILTER (WHERE a.name = 'preempt') AS evictions, count(*) FILTER (WHERE a.name = 'reject') AS rejections
            FROM decision d JOIN action a ON a.code = d.action
            WHERE a.name IN ('start', 'restart', 'reject', 'preempt', 'deadlock') GROUP BY cycle ORDER BY 2, 1
            """)
        {
            try event(
                "\"ph\":\"i\",\"s\":\"t\",\"name\":\"cycle \(row.count("cycle"))\",\"cat\":\"scheduler\",\"pid\":\(Self.schedulerProcess),"
                    + "\"tid\":1,\"ts\":\(Self.time(row.integer("time_ns") ?? 0)),\"args\":{\"decisions\":\(row.count("decisions")),"
                    + "\"starts\":\(row.count("starts")),\"evictions\":\(row.count("evictions")),\"rejections\":\(row.count("rejections"))}"
            )
        }
    }

    private mutating func writePlacements() throws {
        var failure: (any Error)?
        try reader.forEachRawRow(
            """
            SELECT p.job, p.attempt, p.task, p.node, p.gpu_mask, p.gpu_milli, p.start_ns, p.end_ns, p.work_ns, t.name, q.name, e.name
            FROM placement p JOIN job j ON j.id = p.job JOIN team t ON t.id = j.team JOIN queue q ON q.id = j.queue
            JOIN placement_end e ON e.code = p.reason
            ORDER BY p.start_ns, p.job, p.attempt, p.task
            """
        ) { row in
            guard failure == nil else { return }
            do { try writePlacement(row) } catch { failure = error }
        }
        if let failure { throw failure }
    }

    private mutating func writePlacement(_ row: borrowing RawRow) throws {
        let job = Int32(truncatingIfNeeded: row.integer(0))
        let (node, start, end) = (row.integer(3), row.integer(6), row.integer(7))
        guard firstGPU.indices.contains(Int(clamping: node)) else { throw damage }
        let process = Self.firstNodeProcess + node
        let title = JSONText.quoted(names.jobs.indices.contains(Int(job)) ? names.jobs[Int(job)] : "#\(job)")
        let common =
            "\"cat\":\(JSONText.quoted(row.text(10))),\"pid\":\(process),\"ts\":\(Self.time(start)),"
            + "\"dur\":\(Self.time(end &- start)),\"args\":{\"team\":\(JSONText.quoted(row.text(9))),"
            + "\"queue\":\(JSONText.quoted(row.text(10))),\"attempt\":\(row.integer(1)),\"pod\":\(row.integer(2)),"
            + "\"gpu_milli\":\(row.integer(5)),\"end\":\"\(row.text(11))\"}"
        var mask = UInt32(truncatingIfNeeded: row.integer(4))
        var first: Int64?  // arrows are drawn on the first GPU of a pod
        while mask != 0 {
            let thread = try track(node: Int(node), gpu: Int64(mask.trailingZeroBitCount), start, end)
            mask &= mask - 1
            try event("\"ph\":\"X\",\"name\":\(title),\"tid\":\(thread)," + common)
            if first == nil {
                first = thread
                try writeArrows(job, title, process, thread, start, end)
            }
            let work = row.integer(8, unlessNull: end)
            if work > start {
                try event(
                    "\"ph\":\"X\",\"name\":\"starting\",\"cat\":\"start-up\",\"pid\":\(process),\"tid\":\(thread),"
                        + "\"ts\":\(Self.time(start)),\"dur\":\(Self.time(min(work, end) &- start))")
            }
        }
    }

    private var damage: ExportError {
        ExportError(reader.path, "the file is damaged (a pod on a GPU that there is not)")
    }

    /// A track of a GPU that is free for this slice; named when it is first used.
    private mutating func track(node: Int, gpu: Int64, _ start: Int64, _ end: Int64) throws -> Int64 {
        let index = Int(clamping: firstGPU[node] &+ gpu)
        guard lanes.indices.contains(index) else { throw damage }
        let lane = lanes[index].firstIndex { $0 <= start } ?? lanes[index].count
        let thread = gpu * Self.lanesPerGPU + Int64(lane) + 1
        if lane == lanes[index].count {
            lanes[index].append(end)
            try name(
                process: Self.firstNodeProcess + Int64(node), thread: thread,
                "GPU \(gpu)" + (lane == 0 ? "" : ", share \(lane + 1)"))
        } else {
            lanes[index][lane] = end
        }
        return thread
    }

    /// An arrow from the last nanosecond of every job that was evicted for this one to its start. That nanosecond is a slice:
    /// Perfetto ties an arrow to the slice that its track began last, which may be over.
    private mutating func writeArrows(
        _ job: Int32, _ title: String, _ process: Int64, _ thread: Int64, _ start: Int64, _ end: Int64
    ) throws {
        let own = Eviction(timeNs: end, victim: job)
        if victims[own]?.process == -1 { victims[own] = (process, thread) }
        guard let caused = evictions[job], let head = caused.first, head.timeNs <= start else { return }
        for eviction in caused.prefix(while: { $0.timeNs <= start }) {
            guard let victim = victims[eviction], victim.process >= 0 else { continue }
            flows += 1
            let last =
                "\"cat\":\"preemption\",\"pid\":\(victim.process),\"tid\":\(victim.thread),"
                + "\"ts\":\(Self.time(max(0, eviction.timeNs &- 1)))"
            try event("\"ph\":\"X\",\"name\":\"preempted\",\(last),\"dur\":0.001,\"args\":{\"by\":\(title)}")
            try event("\"ph\":\"s\",\"id\":\(flows),\"name\":\"preemption\",\(last)")
            try event(
                "\"ph\":\"f\",\"bp\":\"e\",\"id\":\(flows),\"name\":\"preemption\",\"cat\":\"preemption\",\"pid\":\(process),"
                    + "\"tid\":\(thread),\"ts\":\(Self.time(start))")
        }
        evictions[job] = Array(caused.drop { $0.timeNs <= start })
    }

    private mutating func writeQueues() throws {
        try name(process: Int64(Self.queueProcess), "queues", order: 1)
        for row in try reader.rows(
            """
            SELECT q.name, s.time_ns, s.pending_jobs, s.running_jobs FROM queue_sample s JOIN queue q ON q.id = s.queue
            ORDER BY s.queue, s.time_ns
            """)
        {
            try event(
                "\"ph\":\"C\",\"name\":\(JSONText.quoted(row.string("name"))),\"pid\":\(Self.queueProcess),"
                    + "\"ts\":\(Self.time(row.integer("time_ns") ?? 0)),\"args\":{\"waiting jobs\":\(row.count("pending_jobs")),"
                    + "\"running jobs\":\(row.count("running_jobs"))}")
        }
    }
}

/// Texts inside JSON.
enum JSONText {
    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
