import ClusterModel
import Quantities

/// Collects jobs in any order and makes a `Workload` of them. Readers, generators and tests all build through it.
public struct WorkloadBuilder {
    /// The report that goes into the workload; readers count rows here.
    public var report: ImportReport
    /// Unix time of simulated time zero; nil when unknown.
    public var epochUnixSeconds: Int64?
    var teams = NameTable()
    var queues = NameTable()
    var classes = NameTable()
    var users = NameTable()
    var jobNames = NameTable()
    private var jobs: [Job] = []
    private var groups: [PodGroupSpec] = []
    private var gpuModelSets: [[String]] = [[]]

    /// An empty builder for rows from `source`.
    public init(source: String = "", format: String = "generated") {
        report = ImportReport(source: source, format: format)
    }

    /// Number of jobs so far.
    public var count: Int { jobs.count }

    /// Index of the team called `name`, new or known; likewise for the other tables.
    public mutating func team(_ name: String) -> Int32 { teams.intern(name) }
    /// Index of the queue called `name`.
    public mutating func queue(_ name: String) -> Int32 { queues.intern(name) }
    /// Index of the job class called `name`.
    public mutating func jobClass(_ name: String) -> Int32 { classes.intern(name) }
    /// Index of the user called `name`.
    public mutating func user(_ name: String) -> Int32 { users.intern(name) }

    /// Index of the set of allowed GPU models, new or known; an empty set allows every model.
    public mutating func gpuModels(_ models: [String]) -> Int32 {
        if let known = gpuModelSets.firstIndex(of: models) { return Int32(known) }
        gpuModelSets.append(models)
        return Int32(gpuModelSets.count - 1)
    }

    /// Adds a job by names; teams and so on that are not given are called "default".
    public mutating func add(
        name: String, team: String = "default", queue: String = "default", jobClass: String = "default",
        user: String = "default", priority: Int32 = 0, submit: SimTime, duration: SimDuration,
        requestedDuration: SimDuration? = nil, abortAt: SimTime? = nil, checkpointInterval: SimDuration? = nil,
        maxRestarts: Int32 = Job.unlimitedRestarts, preemptible: Bool = true, training: Int32 = -1, storage: Int32 = -1,
        groups: [PodGroupSpec]
    ) {
        let (nameIndex, isNew) = claim(name)
        precondition(isNew, "two jobs are called '\(name)'")
        let job = Job(
            id: 0, name: nameIndex, team: self.team(team), queue: self.queue(queue), jobClass: self.jobClass(jobClass),
            user: self.user(user), priority: priority, submit: submit, duration: duration,
            requestedDuration: requestedDuration, abortAt: abortAt, checkpointInterval: checkpointInterval,
            maxRestarts: maxRestarts, preemptible: preemptible, training: training, storage: storage)
        append(job, group: groups[0])
        for group in groups.dropFirst() { appendGroup(group) }
    }

    /// Index of the job name `name`, and whether no job had it before.
    mutating func claim(_ name: String) -> (index: Int32, isNew: Bool) {
        var name = name
        return name.withUTF8 { jobNames.intern(UnsafeRawBufferPointer($0)) }
    }

    /// Makes room for `factor` times as many jobs, so that adding them moves nothing.
    mutating func reserve(times factor: Double) {
        jobs.reserveCapacity(Int(Double(jobs.count) * factor))
        groups.reserveCapacity(Int(Double(groups.count) * factor))
        jobNames.reserve(times: factor)
    }

    /// Adds `job` with its first group; id and group handles are set here.
    mutating func append(_ job: Job, group: PodGroupSpec) {
        precondition(groups.count < Int(Int32.max), "a workload holds at most 2³¹ − 1 pod groups")
        var job = job
        job.id = Int32(jobs.count)
        job.firstGroup = Int32(groups.count)
        job.groupCount = 1
        jobs.append(job)
        groups.append(group)
    }

    /// Adds one more group to the job added last.
    mutating func appendGroup(_ group: PodGroupSpec) {
        precondition(jobs[jobs.count - 1].groupCount < Int16.max, "a job has at most 32,767 pod groups")
        jobs[jobs.count - 1].groupCount += 1
        groups.append(group)
    }

    /// The job added last.
    var lastJob: Job { jobs[jobs.count - 1] }

    /// The workload: jobs sorted by (submit, order of adding), ids dense, totals in the report.
    public consuming func build() -> Workload {
        sortBySubmit()
        var workload = Workload(report: report)
        workload.jobs = jobs
        workload.groups = groups
        workload.teams = teams.names
        workload.queues = queues.names
        workload.classes = classes.names
        workload.users = users.names
        workload.jobNames = jobNames
        workload.gpuModelSets = gpuModelSets
        workload.epochUnixSeconds = epochUnixSeconds
        workload.countTotals()
        return workload
    }

    private mutating func sortBySubmit() {
        var late = 0
        for index in jobs.indices.dropFirst() where jobs[index].submit < jobs[index - 1].submit { late += 1 }
        guard late > 0 else { return }
        report.notes.append(
            "\(late) jobs stand behind a job of a later submit time: sorted by submit time, file order kept among equals"
        )
        // Ids are still file order, so this order is total and the sort need not be stable.
        jobs.sort { ($0.submit, $0.id) < ($1.submit, $1.id) }
        for index in jobs.indices { jobs[index].id = Int32(index) }
    }
}

extension Workload {
    /// Sets the totals of the report from the jobs.
    mutating func countTotals() {
        var gpuHours = 0.0
        var coreHours = 0.0
        for job in jobs {
            let hours = job.duration.seconds / 3600
            gpuHours += Double(gpuMilli(of: job)) / 1000 * hours
            coreHours += Double(cpuMilli(of: job)) / 1000 * hours
        }
        report.jobs = jobs.count
        report.gpuHours = gpuHours
        report.coreHours = coreHours
    }

    /// One workload of all jobs of `parts`, sorted by submit time; at one instant earlier parts come first.
    ///
    /// Time zero of all parts is taken as the same instant. A job name that an earlier part has already taken gets
    /// `#2`, `#3`, … appended, with a note in the report.
    public static func merging(_ parts: [Workload]) -> Workload {
        guard parts.count != 1 else { return parts[0] }
        var builder = WorkloadBuilder(source: parts.map(\.report.source).joined(separator: " + "), format: "merged")
        builder.epochUnixSeconds = parts.lazy.compactMap(\.epochUnixSeconds).first
        for part in parts { builder.add(all: part) }
        return builder.build()
    }
}

extension WorkloadBuilder {
    /// Adds every job of another workload, with its handles translated to this builder's tables.
    fileprivate mutating func add(all part: Workload) {
        let teams = part.teams.map { team($0) }
        let queues = part.queues.map { queue($0) }
        let classes = part.classes.map { jobClass($0) }
        let users = part.users.map { user($0) }
        let modelSets = part.gpuModelSets.map { gpuModels($0) }
        var renamed = 0
        for job in part.jobs {
            var moved = job
            moved.team = teams[Int(job.team)]
            moved.queue = queues[Int(job.queue)]
            moved.jobClass = classes[Int(job.jobClass)]
            moved.user = users[Int(job.user)]
            let name = part.name(of: job)
            var claimed = claim(name)
            var copy = 2
            while !claimed.isNew {
                claimed = claim("\(name)#\(copy)")
                copy += 1
            }
            if copy > 2 { renamed += 1 }
            moved.name = claimed.index
            for (position, group) in part.groups(of: job).enumerated() {
                var group = group
                group.gpuModels = modelSets[Int(group.gpuModels)]
                if position == 0 { append(moved, group: group) } else { appendGroup(group) }
            }
        }
        report.rowsRead += part.report.rowsRead
        report.rowsKept += part.report.rowsKept
        for entry in part.report.dropped { report.drop(entry.reason, rows: entry.rows) }
        report.notes += part.report.notes
        if renamed > 0 {
            report.notes.append("\(renamed) jobs of \(part.report.source) renamed: their names were taken")
        }
    }
}
