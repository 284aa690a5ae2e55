import ClusterModel
import Quantities

extension OrreryColumn: TraceColumn {}

/// Reads Orrery's own CSV: a header line, one row a pod group, every unit in the name of its column.
struct OrreryReader {
    private let table: CSVTable<OrreryColumn>
    private var builder: WorkloadBuilder
    private let defaults: (team: Int32, queue: Int32, jobClass: Int32, user: Int32)
    /// Set of allowed models by the text of its cell, so that each text is taken apart once.
    private var modelTexts = NameTable()
    private var modelSets: [Int32] = []
    /// Where the names stand that are not yet known to be new.
    private var unchecked: [(line: Int, column: Int)] = []
    /// Group number of the row before, and pods of its job so far.
    private var lastGroup: Int64 = 0
    private var jobPods: Int64 = 0

    /// Reads all of `source`.
    static func read(_ source: ByteSource) throws(TraceError) -> Workload {
        let table = try CSVTable<OrreryColumn>(source, unknown: .refused, comments: true)
        let epoch = try epoch(in: table.preamble, of: source.name)
        var reader = OrreryReader(table, epoch: epoch)
        do throws(TraceError) {
            while try reader.table.next() { try reader.readRow() }
        } catch {
            // A repeated name further up comes first.
            try reader.checkNames()
            throw error
        }
        try reader.checkNames()
        return reader.builder.build()
    }

    private init(_ table: CSVTable<OrreryColumn>, epoch: Int64?) {
        builder = WorkloadBuilder(source: table.file, format: "orrery")
        builder.epochUnixSeconds = epoch
        defaults = (
            builder.team("default"), builder.queue("default"), builder.jobClass("default"), builder.user("default")
        )
        self.table = table
    }

    /// The Unix second of time zero, if a comment line gives it: `# epoch_unix_s: 1700000000`.
    private static func epoch(
        in preamble: [(line: Int, text: String)], of file: String
    ) throws(TraceError) -> Int64? {
        var epoch: Int64?
        for (line, text) in preamble {
            let parts = text.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, trimmed(parts[0]) == OrreryWriter.epochKey else { continue }
            epoch = Int64(trimmed(parts[1]))
            guard let epoch, epoch.magnitude < 1 << 40 else {
                throw TraceError(
                    file: file, line: line, column: 1, found: "'\(trimmed(parts[1]))' as epoch",
                    expected: "whole Unix seconds")
            }
        }
        return epoch
    }

    private mutating func readRow() throws(TraceError) {
        builder.report.rowsRead += 1
        if builder.report.rowsRead == 4096, let whole = table.wholeOverPart { builder.reserve(times: whole * 1.03) }
        let group = try table.whole(.group, 0...Int64(Int16.max - 1), default: 0)
        if group > 0 { try readFurtherGroup(group) } else { try readJob() }
        builder.report.rowsKept += 1
        lastGroup = group
    }

    /// Throws if a job read since the last call has the name of a job above it.
    private mutating func checkNames() throws(TraceError) {
        let first = builder.jobNames.count - unchecked.count
        if let index = builder.jobNames.indexAppended() {
            let place = unchecked[Int(index) - first]
            throw TraceError(
                file: table.file, line: place.line, column: place.column,
                found: "'\(builder.jobNames[Int(index)])' in column job",
                expected: "a name that no job above has (further groups of one job count up in column group)")
        }
        unchecked.removeAll(keepingCapacity: true)
    }

    private mutating func readJob() throws(TraceError) {
        let name = try table.newName(.job, in: &builder.jobNames)
        unchecked.append(table.place(.job))
        if unchecked.count == 1024 { try checkNames() }
        let submit = SimTime(nanoseconds: try table.requiredNanoseconds(.submit))
        let duration = SimDuration(nanoseconds: try table.requiredNanoseconds(.duration))
        let job = Job(
            id: 0, name: name, team: try table.name(.team, in: &builder.teams)?.index ?? defaults.team,
            queue: try table.name(.queue, in: &builder.queues)?.index ?? defaults.queue,
            jobClass: try table.name(.class, in: &builder.classes)?.index ?? defaults.jobClass,
            user: try table.name(.user, in: &builder.users)?.index ?? defaults.user,
            priority: Int32(try table.whole(.priority, -1_000_000_000...1_000_000_000, default: 0)), submit: submit,
            duration: duration, requestedDuration: try positive(.requested), abortAt: try abortTime(after: submit),
            checkpointInterval: try positive(.checkpoint),
            maxRestarts: Int32(
                try table.whole(.maxRestarts, 0...1_000_000_000, default: Int64(Job.unlimitedRestarts))),
            preemptible: try table.flag(.preemptible, default: true))
        jobPods = 0
        builder.append(job, group: try podGroup())
    }

    private mutating func readFurtherGroup(_ group: Int64) throws(TraceError) {
        guard let name = table.cell(.job), builder.count > 0, group == lastGroup + 1,
            builder.jobNames.names(builder.lastJob.name, equals: name)
        else {
            throw table.fault(.group, expected: "0, or the next group of the job in the row above")
        }
        for column in OrreryColumn.allCases where !column.describesGroup && table.cell(column) != nil {
            throw table.fault(column, expected: "an empty cell: the row of group 0 speaks for the job")
        }
        builder.appendGroup(try podGroup())
    }

    private func positive(_ column: OrreryColumn) throws(TraceError) -> SimDuration? {
        guard let nanoseconds = try table.nanoseconds(column) else { return nil }
        guard nanoseconds > 0 else { throw table.fault(column, expected: "more than 0 seconds, or nothing") }
        return SimDuration(nanoseconds: nanoseconds)
    }

    private func abortTime(after submit: SimTime) throws(TraceError) -> SimTime? {
        guard let nanoseconds = try table.nanoseconds(.abort) else { return nil }
        guard nanoseconds >= submit.nanoseconds else {
            throw table.fault(.abort, expected: "a time not before submit_s, on the same clock")
        }
        return SimTime(nanoseconds: nanoseconds)
    }

    // MARK: Pod groups

    private mutating func podGroup() throws(TraceError) -> PodGroupSpec {
        let pods = try table.whole(.pods, 1...TraceLimits.pods, default: 1)
        jobPods += pods
        guard jobPods <= TraceLimits.pods else {
            throw table.fault(.pods, expected: "at most \(TraceLimits.pods) pods in all groups of a job")
        }
        let minPods = try table.whole(.minPods, 1...TraceLimits.pods, default: pods)
        guard minPods <= pods else {
            throw table.fault(.minPods, expected: "at most the \(pods) pods of the group")
        }
        return PodGroupSpec(
            pods: Int32(pods), minMember: Int32(minPods), request: try request(), gpuModels: try allowedModels())
    }

    private func request() throws(TraceError) -> ResourceRequest {
        let profile = try migProfile()
        let gpus = try table.whole(.gpus, 0...TraceLimits.gpusPerPod, default: profile == nil ? 0 : 1)
        var milli = try table.whole(.gpuMilli, 1...1000, default: 1000)
        if milli < 1000, gpus != 1 {
            throw table.fault(.gpuMilli, expected: "1000, or gpus_per_pod 1 to share a GPU")
        }
        if let profile {
            guard gpus == 1 else { throw table.fault(.gpus, expected: "1 where mig_profile is given") }
            guard milli == 1000 else { throw table.fault(.gpuMilli, expected: "nothing where mig_profile is given") }
            milli = Self.milli(ofMIG: profile)
        }
        return ResourceRequest(
            cpuMilli: try table.milli(.cpu, to: TraceLimits.cpuMilli),
            memoryBytes: try table.gibibytes(.memory, to: TraceLimits.memoryBytes), gpuCount: Int32(gpus),
            gpuMilli: Int32(milli), migProfile: profile ?? -1,
            rdmaNICs: Int32(try table.whole(.nics, 0...64, default: 0)),
            ephemeralBytes: try table.gibibytes(.storage, to: TraceLimits.storageBytes))
    }

    /// Share of a GPU that a MIG slice stands for in sums before it is placed: its compute slices of seven.
    private static func milli(ofMIG profile: Int16) -> Int64 {
        let slices = MIGProfile.names[Int(profile)].prefix { $0.isNumber }
        return (Int64(slices) ?? 7) * 1000 / 7
    }

    private func migProfile() throws(TraceError) -> Int16? {
        guard table.cell(.migProfile) != nil else { return nil }
        let name = table.text(.migProfile)
        guard let index = MIGProfile.index(named: name) else {
            throw table.fault(
                .migProfile, expected: "a MIG profile", suggestion: NearestName.suggest(name, among: MIGProfile.names))
        }
        return index
    }

    private mutating func allowedModels() throws(TraceError) -> Int32 {
        guard let text = try table.name(.gpuModel, in: &modelTexts) else { return 0 }
        if text.isNew { modelSets.append(builder.gpuModels(try table.models(.gpuModel))) }
        return modelSets[Int(text.index)]
    }
}
