import Quantities
import Simulation
import Workloads

/// Folders `procs-…`: replays on processor counts, compared job by job to the nanosecond.
///
/// Every `<workload>[_<change>…]_<policy>.csv[.gz]` is a case: expected starts by job id. Its input is the workload's
/// log in the Standard Workload Format, in the folder itself or among the sample logs of the shared traces; where there
/// is none, or a change of the log is not known here, the input columns of the expected table serve instead.
/// `procs_summary.csv` beside the folders holds the usual figures of each case and the size of its machine.
struct ProcsValidation {
    /// Where sample logs lie, seen from the directory of the folders.
    private static let sampleLogs = "../../traces-real/cluster/swf-samples"
    /// Relative difference up to which a figure of the summary agrees.
    private static let figureTolerance = 1e-3

    let folder: String
    let directory: String

    func rows() throws -> [SchedulingValidation.Row] {
        let summary = try ProcsSummary(directory: directory)
        var rows: [SchedulingValidation.Row] = []
        for file in try FolderListing.names(in: path) {
            guard let name = Self.stem(file, [".csv.gz", ".csv"]) else { continue }
            let parts = name.split(separator: "_").map(String.init)
            guard parts.count >= 2, let policy = ProcessorReplay.Policy(rawValue: parts[parts.count - 1]) else {
                rows.append(
                    SchedulingValidation.Row(
                        folder: folder, name: name, notCovered: "for comparison only: its last word is no policy"))
                continue
            }
            let expected = try ProcsExpectation(path: "\(path)/\(file)")
            let input = try input(workload: parts[0], changes: parts[1..<(parts.count - 1)], expected)
            guard let processors = summary.processors(of: name) ?? input.processors else {
                throw TraceError(
                    file: "\(path)/\(file)", found: "no machine size in procs_summary.csv or the log",
                    expected: "a row '\(name)' with its processors")
            }
            rows += try replay(name, policy, input, processors, expected, summary)
        }
        if rows.isEmpty { rows.append(.init(folder: folder, name: folder, notCovered: "no expected tables")) }
        return rows
    }

    private var path: String { "\(directory)/\(folder)" }

    private func replay(
        _ name: String, _ policy: ProcessorReplay.Policy, _ input: ProcsInput, _ processors: Int,
        _ expected: ProcsExpectation, _ summary: ProcsSummary
    ) throws -> [SchedulingValidation.Row] {
        let input = input.fitting(processors)
        let starts: [SimTime]
        do throws(ReplayError) {
            starts = try ProcessorReplay.startTimes(of: input.jobs, processors: processors, policy: policy)
        } catch {
            throw TraceError(file: "\(path)/\(name)", found: "\(error)", expected: "jobs that can be replayed")
        }
        var rows = [expected.compare(ids: input.ids, starts: starts, folder: folder, name: name)]
        if let figures = try summary.figures(of: name) {
            let ours = ReplaySummary(jobs: input.jobs, starts: starts)
            rows.append(compare(ours, figures, name: "\(name) summary"))
        }
        return rows
    }

    private func compare(_ ours: ReplaySummary, _ figures: [(name: String, value: Double)], name: String)
        -> SchedulingValidation.Row
    {
        var agreeing = 0
        var detail = ""
        for figure in figures {
            let value = ProcsSummary.value(figure.name, of: ours)
            if abs(value - figure.value) <= Self.figureTolerance * abs(figure.value) {
                agreeing += 1
            } else if detail.isEmpty {
                detail = "\(figure.name) is \(value), expected \(figure.value)"
            }
        }
        return .init(folder: folder, name: name, compared: figures.count, agreeing: agreeing, detail: detail)
    }

    /// The jobs of a case, from the log if there is one.
    private func input(workload: String, changes: ArraySlice<String>, _ expected: ProcsExpectation) throws
        -> ProcsInput
    {
        guard let log = try log(of: workload) else { return try expected.input() }
        var input = ProcsInput(try SWFTrace(reading: ByteSource(path: log)))
        for change in changes {
            guard input.apply(change) else { return try expected.input() }
        }
        return input
    }

    /// The path of a workload's log: its name begins with that of the workload.
    private func log(of workload: String) throws -> String? {
        for place in [path, "\(directory)/\(Self.sampleLogs)"] where FolderListing.isFolder(place) {
            let log = try FolderListing.names(in: place).first {
                Self.stem($0, [".swf.gz", ".swf"])?.lowercased().hasPrefix(workload.lowercased()) ?? false
            }
            if let log { return "\(place)/\(log)" }
        }
        return nil
    }

    private static func stem(_ file: String, _ endings: [String]) -> String? {
        endings.first { file.hasSuffix($0) }.map { String(file.dropLast($0.count)) }
    }
}

/// Jobs of a case in id order.
struct ProcsInput {
    var ids: [Int64]
    var jobs: [RigidJob]
    /// Size of the machine, where the input tells it.
    var processors: Int?

    /// Jobs that tell when they came, how long they ran and on how many processors; without a requested time they
    /// request their run time.
    init(_ log: SWFTrace) {
        let usable = log.jobs.compactMap { job -> (id: Int64, job: RigidJob)? in
            guard let submit = job.submit, let run = job.run,
                let processors = job.requestedProcessors ?? job.allocatedProcessors
            else { return nil }
            let rigid = RigidJob(
                submit: submit, run: run, requested: job.requestedRun ?? run, processors: Int32(clamping: processors))
            return (job.number, rigid)
        }
        self.init(usable)
        processors = log.header.maxProcessors.map { Int($0) }
    }

    init(_ jobs: [(id: Int64, job: RigidJob)]) {
        let sorted = jobs.sorted { $0.id < $1.id }
        ids = sorted.map(\.id)
        self.jobs = sorted.map(\.job)
    }

    /// Changes the log as the word in a case's name says; false if the word is not known.
    ///
    /// `halfgap`: submit times are halved (whole seconds, rounded down), requested times are twice the run times.
    mutating func apply(_ change: String) -> Bool {
        guard change == "halfgap" else { return false }
        jobs = jobs.map { job in
            let seconds = job.submit.nanoseconds / 2 / 1_000_000_000
            return RigidJob(
                submit: .zero + SimDuration.seconds(seconds), run: job.run, requested: job.run * 2,
                processors: job.processors)
        }
        return true
    }

    /// Without the jobs that are larger than the machine, which never start.
    func fitting(_ processors: Int) -> ProcsInput {
        ProcsInput(zip(ids, jobs).filter { $0.1.processors <= processors }.map { (id: $0.0, job: $0.1) })
    }
}

/// The expected table of a case: `job_id,submit_s,run_s,procs,requested_s,start_s,…`.
struct ProcsExpectation {
    private let table: ReferenceTable
    private let starts: [(id: Int64, start: SimTime)]

    init(path: String) throws {
        table = try ReferenceTable(path: path)
        starts = zip(try table.integers("job_id"), try table.times("start_s")).map { (id: $0.0, start: $0.1) }
            .sorted { $0.id < $1.id }
    }

    /// The input columns.
    func input() throws -> ProcsInput {
        let ids = try table.integers("job_id")
        let submits = try table.times("submit_s")
        let runs = try table.times("run_s")
        let processors = try table.integers("procs")
        let requested = try table.times("requested_s")
        return ProcsInput(
            ids.indices.map { row in
                let job = RigidJob(
                    submit: submits[row], run: runs[row] - .zero, requested: requested[row] - .zero,
                    processors: Int32(clamping: processors[row]))
                return (id: ids[row], job: job)
            })
    }

    /// Compares starts of jobs in id order; a job that only one side has differs.
    func compare(ids: [Int64], starts ours: [SimTime], folder: String, name: String) -> SchedulingValidation.Row {
        var compared = 0
        var equal = 0
        var first = ""
        func note(_ difference: @autoclosure () -> String) { if first.isEmpty { first = difference() } }
        var mine = 0
        var theirs = 0
        while mine < ids.count || theirs < starts.count {
            compared += 1
            let id = mine < ids.count ? ids[mine] : .max
            let expectedID = theirs < starts.count ? starts[theirs].id : .max
            if id < expectedID {
                note("job \(id) is not in the expected table")
            } else if id > expectedID {
                note("job \(expectedID) is not in the input")
            } else if ours[mine] == starts[theirs].start {
                equal += 1
            } else {
                note("job \(id) starts at \(seconds(ours[mine])) s, expected \(seconds(starts[theirs].start)) s")
            }
            if id <= expectedID { mine += 1 }
            if expectedID <= id { theirs += 1 }
        }
        return .init(folder: folder, name: name, compared: compared, agreeing: equal, detail: first)
    }

    private func seconds(_ time: SimTime) -> String {
        let whole = time.nanoseconds / 1_000_000_000
        return whole * 1_000_000_000 == time.nanoseconds ? "\(whole)" : "\((time - .zero).seconds)"
    }
}

/// The table of figures beside the folders, which may be absent.
struct ProcsSummary {
    private static let figures = [
        "jobs", "mean_wait_s", "p95_wait_s", "max_wait_s", "mean_turnaround_s", "mean_bounded_slowdown_10s",
        "makespan_s",
    ]

    private let table: ReferenceTable?
    private let cases: [String]
    private let sizes: [Int64]

    init(directory: String) throws {
        guard try FolderListing.names(in: directory).contains("procs_summary.csv") else {
            (table, cases, sizes) = (nil, [], [])
            return
        }
        let table = try ReferenceTable(path: "\(directory)/procs_summary.csv")
        (cases, sizes) = (try table.texts("case"), try table.integers("procs"))
        self.table = table
    }

    func processors(of name: String) -> Int? { cases.firstIndex(of: name).map { Int(sizes[$0]) } }

    /// The figures of a case that the table has.
    func figures(of name: String) throws -> [(name: String, value: Double)]? {
        guard let table, let row = cases.firstIndex(of: name) else { return nil }
        return try Self.figures.filter(table.columns.contains).map { (name: $0, value: try table.numbers($0)[row]) }
    }

    /// The same figure of a replayed schedule.
    static func value(_ figure: String, of summary: ReplaySummary) -> Double {
        switch figure {
        case "jobs": Double(summary.jobs)
        case "mean_wait_s": summary.meanWait
        case "p95_wait_s": summary.p95Wait
        case "max_wait_s": summary.maxWait
        case "mean_turnaround_s": summary.meanTurnaround
        case "mean_bounded_slowdown_10s": summary.meanBoundedSlowdown
        case "makespan_s": summary.makespan
        default: .nan
        }
    }
}
