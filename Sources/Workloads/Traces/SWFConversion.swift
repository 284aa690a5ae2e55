import ClusterModel
import Quantities

/// How the processors of an SWF log become pods. The format knows no GPUs and leaves several things open; what is
/// decided here is decided explicitly.
public struct SWFOptions: Hashable, Sendable {
    /// What a processor of the log becomes.
    public enum Processor: String, CaseIterable, Sendable {
        /// One CPU core.
        case core
        /// One GPU, for what-if studies.
        case gpu
    }

    /// Which count is used when both are known; the other stands in where one is missing.
    public enum Count: String, CaseIterable, Sendable {
        case requested
        case allocated
    }

    /// What becomes of jobs with a run time of zero. (Jobs without a run time are always left out.)
    public enum ZeroRun: String, CaseIterable, Sendable {
        case drop
        case keep
    }

    /// What becomes of jobs that ran longer than requested.
    public enum Overrun: String, CaseIterable, Sendable {
        /// Both numbers stay as logged.
        case keep
        /// The run time is cut to the request.
        case clip
        /// The request is raised to the run time.
        case raiseRequest = "raise-request"
    }

    /// What field 10 counts.
    public enum Memory: String, CaseIterable, Sendable {
        /// Memory is not asked for.
        case ignore
        /// KiB a processor, as the format says.
        case kibibytes
        /// Bytes a processor, as in some extended logs.
        case bytes
    }

    /// Where simulated time zero lies.
    public enum Epoch: String, CaseIterable, Sendable {
        /// At the log's own zero; but where submit times begin over ten years after it they are taken as Unix
        /// seconds and time zero is the first submit.
        case automatic
        /// At the log's own zero.
        case asLogged = "as-logged"
        /// At the first submit.
        case firstSubmit = "first-submit"
    }

    /// What a processor becomes.
    public var processor: Processor
    /// Processors that one pod holds; a remainder makes one smaller pod.
    public var processorsPerPod: Int
    /// Which processor count is used.
    public var count: Count
    /// Jobs with a run time of zero.
    public var zeroRun: ZeroRun
    /// Jobs that ran longer than requested.
    public var overrun: Overrun
    /// Meaning of the requested memory.
    public var memory: Memory
    /// Where time zero lies.
    public var epoch: Epoch

    /// One-core pods, requested counts, zero run times dropped, overruns kept, no memory. For GPUs pods of eight.
    public init(
        processor: Processor = .core, processorsPerPod: Int? = nil, count: Count = .requested,
        zeroRun: ZeroRun = .drop, overrun: Overrun = .keep, memory: Memory = .ignore, epoch: Epoch = .automatic
    ) {
        precondition(processorsPerPod ?? 1 >= 1, "a pod holds at least one processor")
        self.processor = processor
        self.processorsPerPod = processorsPerPod ?? (processor == .gpu ? 8 : 1)
        self.count = count
        self.zeroRun = zeroRun
        self.overrun = overrun
        self.memory = memory
        self.epoch = epoch
    }
}

extension SWFTrace {
    /// The log as a workload: a job for every line that tells when it came, how long it ran and on how many
    /// processors. Group numbers become teams, user and queue numbers users and queues.
    public func workload(_ options: SWFOptions = SWFOptions()) throws(TraceError) -> Workload {
        var converter = SWFConverter(self, options)
        for job in jobs { try converter.add(job) }
        return converter.finish()
    }
}

/// Turns the lines of one log into jobs.
private struct SWFConverter {
    private let trace: SWFTrace
    private let options: SWFOptions
    private let queueNames: [Int32: String]
    private let origin: SimTime
    private var builder: WorkloadBuilder
    private var clipped = 0
    private var overruns = 0
    private var dependent = 0

    init(_ trace: SWFTrace, _ options: SWFOptions) {
        self.trace = trace
        self.options = options
        queueNames = trace.header.names("Queue")
        builder = WorkloadBuilder(source: trace.source, format: "swf")
        builder.epochUnixSeconds = trace.header.unixStartTime
        let first = trace.jobs.lazy.compactMap(\.submit).min() ?? .zero
        let decade = SimTime.zero + .seconds(315_360_000)
        switch options.epoch {
        case .asLogged: origin = .zero
        case .firstSubmit: origin = first
        case .automatic: origin = first > decade ? first : .zero
        }
        if options.epoch == .automatic, origin > .zero {
            builder.epochUnixSeconds = origin.nanoseconds / 1_000_000_000
            builder.report.notes.append("submit times read as Unix seconds; time zero is the first submit")
        } else if origin > .zero, let start = trace.header.unixStartTime {
            builder.epochUnixSeconds = start + origin.nanoseconds / 1_000_000_000
        }
    }

    mutating func add(_ job: SWFJob) throws(TraceError) {
        builder.report.rowsRead += 1
        guard let submit = job.submit else { return builder.report.drop("no submit time") }
        if 2...4 ~= job.status { return builder.report.drop("part of a checkpointed job") }
        guard var run = job.run else { return builder.report.drop("no run time") }
        if run == .zero, options.zeroRun == .drop { return builder.report.drop("zero run time") }
        guard let processors = processors(of: job) else { return builder.report.drop("no processor count") }
        var requested = job.requestedRun.flatMap { $0 > .zero ? $0 : nil }
        if let wanted = requested, run > wanted {
            overruns += 1
            switch options.overrun {
            case .keep: break
            case .clip: run = wanted
            case .raiseRequest: requested = run
            }
        }
        if job.precedingJob >= 0 { dependent += 1 }
        let (name, isNew) = builder.claim("\(job.number)")
        guard isNew else { throw fault(job, "a second line", "every job number once, but for lines of status 2 to 4") }
        let groups = try podGroups(processors, memory: memory(of: job), job)
        let moved = Job(
            id: 0, name: name, team: builder.team(label("group", job.group)),
            queue: builder.queue(queueName(job.queue)),
            jobClass: builder.jobClass("default"), user: builder.user(label("user", job.user)),
            submit: .zero + (submit - origin), duration: run, requestedDuration: requested)
        for (position, group) in groups.enumerated() {
            if position == 0 { builder.append(moved, group: group) } else { builder.appendGroup(group) }
        }
        builder.report.rowsKept += 1
    }

    consuming func finish() -> Workload {
        let action =
            switch options.overrun {
            case .keep: "kept as logged"
            case .clip: "cut to the request"
            case .raiseRequest: "request raised to the run time"
            }
        note(overruns, "jobs ran longer than requested: \(action)")
        note(dependent, "jobs name a preceding job: submit times kept as logged")
        note(trace.widerLines, "lines have more than 18 fields: the further fields are not read")
        return builder.build()
    }

    private mutating func note(_ count: Int, _ what: String) {
        if count > 0 { builder.report.notes.append("\(count) \(what)") }
    }

    private func processors(of job: SWFJob) -> Int? {
        options.count == .requested
            ? job.requestedProcessors ?? job.allocatedProcessors : job.allocatedProcessors ?? job.requestedProcessors
    }

    /// Bytes a processor.
    private func memory(of job: SWFJob) throws(TraceError) -> Int64 {
        guard options.memory != .ignore, let amount = job.requestedMemory else { return 0 }
        let limit = options.memory == .bytes ? TraceLimits.memoryBytes : TraceLimits.memoryBytes >> 10
        guard amount <= limit else { throw fault(job, "requested memory \(amount)", "at most \(limit)") }
        return options.memory == .bytes ? amount : amount << 10
    }

    /// Full pods, then one for the remainder.
    private func podGroups(_ processors: Int, memory: Int64, _ job: SWFJob) throws(TraceError) -> [PodGroupSpec] {
        guard processors / options.processorsPerPod < TraceLimits.pods else {
            throw fault(job, "\(processors) processors", "at most \(TraceLimits.pods) pods of one job")
        }
        var groups: [PodGroupSpec] = []
        for (pods, held) in PodSplit(processors, perPod: options.processorsPerPod).parts {
            guard held <= TraceLimits.gpusPerPod, memory <= TraceLimits.memoryBytes / Int64(held) else {
                throw fault(job, "\(held) processors in a pod", "at most \(TraceLimits.gpusPerPod), and 16 TiB")
            }
            let request =
                switch options.processor {
                case .core: ResourceRequest(cpuMilli: Int64(held) * 1000, memoryBytes: memory * Int64(held))
                case .gpu: ResourceRequest(memoryBytes: memory * Int64(held), gpuCount: Int32(held))
                }
            groups.append(PodGroupSpec(pods: Int32(pods), request: request))
        }
        return groups
    }

    private func label(_ kind: String, _ number: Int32) -> String { number < 0 ? "default" : "\(kind)-\(number)" }

    private func queueName(_ number: Int32) -> String { queueNames[number] ?? label("queue", number) }

    private func fault(_ job: SWFJob, _ found: String, _ expected: String) -> TraceError {
        TraceError(
            file: trace.source, line: Int(job.line), column: 1, found: "\(found) for job \(job.number)",
            expected: expected)
    }
}
