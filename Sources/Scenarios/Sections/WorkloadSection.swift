import Configuration
import Quantities
import Workloads

/// One entry of `spec.workload`: a source of jobs.
public enum WorkloadEntry: Sendable, Equatable {
    /// A trace file.
    case trace(TraceSection)
    /// Generated jobs.
    case generate(GenerateSection)
    /// Jobs listed in the scenario.
    case jobs(JobListSection)
    /// Training jobs, described by what they train.
    case train(TrainSection)
    /// Jobs of one kind that arrive at random.
    case stream(StreamSection)

    static let kind = ValueKind<WorkloadEntry>.tagged(
        "a source of jobs",
        [
            (
                "trace",
                TraceSection.table.kind
                    .map(to: { .trace($0) }, from: { if case .trace(let section) = $0 { section } else { nil } })
            ),
            (
                "generate",
                GenerateSection.table.kind
                    .map(to: { .generate($0) }, from: { if case .generate(let section) = $0 { section } else { nil } })
            ),
            (
                "jobs",
                JobListSection.table.kind
                    .map(to: { .jobs($0) }, from: { if case .jobs(let section) = $0 { section } else { nil } })
            ),
            (
                "stream",
                StreamSection.table.kind
                    .map(to: { .stream($0) }, from: { if case .stream(let section) = $0 { section } else { nil } })
            ),
            (
                "train",
                TrainSection.table.kind
                    .map(to: { .train($0) }, from: { if case .train(let section) = $0 { section } else { nil } })
            ),
        ],
        notYet: [("service", "inference services arrive in a later version")])
}

/// Jobs listed in the scenario.
public struct JobListSection: Sendable, Equatable {
    public var jobs: [JobSection] = []

    static let table = FieldTable(
        "a list of jobs", JobListSection(),
        [.required("jobs", \.jobs, JobSection.fields.kind.list(atLeast: 1), "Jobs, or rows of equal jobs.")],
        check: { list, place, reading in
            reading.reportDuplicates(of: list.jobs.map(\.name), what: "job", in: place.key("jobs"))
        })
}

/// Jobs of a trace file.
public struct TraceSection: Sendable, Equatable {
    /// What becomes of jobs that no cluster state could ever start.
    public enum Oversized: String, CaseIterable, Sendable {
        /// The scenario is refused.
        case error
        /// They are left out and counted.
        case drop
    }

    /// Path, relative to the scenario file's folder.
    public var path = ""
    public var format = TraceFormat.orrery
    public var queue = QueueMapping.asGiven
    public var limit: Int?
    public var oversized = Oversized.error
    public var swf: SWFSection?
    public var openb: OpenbSection?
    public var rules = PlacementRules()

    static let table = FieldTable(
        "a trace", TraceSection(), own + PlacementRules.fields.map { $0.within(\.rules) },
        check: { trace, place, reading in
            if trace.swf != nil && trace.format != .swf && reading.isSound(place.key("format").path) {
                reading.report(path: place.key("swf").path, "does not apply to the format \(trace.format.rawValue)")
            }
            if trace.openb != nil && trace.format != .openb && reading.isSound(place.key("format").path) {
                reading.report(path: place.key("openb").path, "does not apply to the format \(trace.format.rawValue)")
            }
        })

    private static let own: [Field<TraceSection>] = [
        .required("trace", \.path, .text, "Path of the file, relative to the scenario's folder; may be gzip."),
        .required("format", \.format, .choice("trace format"), "Format of the file."),
        .optional(
            "queue", \.queue, QueueMapping.kind,
            "Queue of all its jobs, or `{byColumn: …}`; without it as the trace says."),
        .optional("limit", \.limit, .integer(1...100_000_000), "Only the first jobs by arrival."),
        .optional(
            "oversized", \.oversized, .choice("treatment"),
            "What becomes of jobs that the empty cluster cannot hold."),
        .optional("swf", \.swf, SWFSection.fields.kind, "How processors of an SWF log become pods."),
        .optional("openb", \.openb, OpenbSection.fields.kind, "How pods of an openb list become jobs."),
    ]
}

/// `queue` of a trace.
public enum QueueMapping: Sendable, Equatable {
    /// A name of a job that can name its queue.
    public enum Column: String, CaseIterable, Sendable { case queue, team, user, `class` }

    /// As the trace says.
    case asGiven
    /// One queue for all jobs.
    case fixed(String)
    /// The queue named like the job's team, user or class.
    case column(Column)

    static let kind = ValueKind<QueueMapping>.either(
        single: ValueKind<String>.objectName
            .map(to: { .fixed($0) }, from: { if case .fixed(let name) = $0 { name } else { nil } }),
        mapping: FieldTable(
            "a choice of a column", Column.queue,
            [.required("byColumn", \.self, .choice("column"), "Which name of a job names its queue.")]
        ).kind.map(
            to: { .column($0) },
            from: {
                switch $0 {
                case .asGiven: .queue
                case .fixed: nil
                case .column(let column): column
                }
            }))
}

/// `swf` of a trace; see `SWFOptions`.
public struct SWFSection: Sendable, Equatable {
    var processor = SWFOptions.Processor.core
    var processorsPerPod: Int?
    var count = SWFOptions().count
    var zeroRun = SWFOptions().zeroRun
    var overrun = SWFOptions().overrun
    var memory = SWFOptions().memory
    var epoch = SWFOptions().epoch

    /// What the reader takes.
    public var options: SWFOptions {
        SWFOptions(
            processor: processor, processorsPerPod: processorsPerPod, count: count, zeroRun: zeroRun, overrun: overrun,
            memory: memory, epoch: epoch)
    }

    static let fields = FieldTable(
        "the SWF settings", SWFSection(),
        [
            .optional("processor", \.processor, .choice("processor"), "What a processor of the log becomes."),
            .optional(
                "processorsPerPod", \.processorsPerPod, .integer(1...1024),
                "Processors of one pod; a remainder makes a smaller pod. Without it 1 core or 8 GPUs."),
            .optional("count", \.count, .choice("count"), "Which processor count is used when both are known."),
            .optional("zeroRun", \.zeroRun, .choice("treatment"), "What becomes of jobs with a run time of zero."),
            .optional(
                "overrun", \.overrun, .choice("treatment"), "What becomes of jobs that ran longer than requested."),
            .optional("memory", \.memory, .choice("memory unit"), "What the field of requested memory counts."),
            .optional("epoch", \.epoch, .choice("epoch"), "Where simulated time zero lies."),
        ])
}

/// `openb` of a trace.
public struct OpenbSection: Sendable, Equatable {
    /// What becomes of pods that were never scheduled.
    public var unscheduled = OpenbPodList.Unscheduled.drop

    static let fields = FieldTable(
        "the openb settings", OpenbSection(),
        [
            .optional(
                "unscheduled", \.unscheduled, .choice("treatment"),
                "What becomes of pods that were never scheduled: left out, or run for their whole life.")
        ])
}
