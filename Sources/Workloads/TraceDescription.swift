import Quantities

/// Statistics of a workload, for people (`text`) and for programs (`Codable`). Shares are 0 to 1, times in seconds.
public struct TraceDescription: Codable, Hashable, Sendable {
    /// Order statistics of a set of numbers.
    public struct Quantiles: Codable, Hashable, Sendable {
        /// Arithmetic mean.
        public var mean: Double
        /// Tenth percentile.
        public var p10: Double
        /// Lower quartile.
        public var p25: Double
        /// Half of the numbers are smaller.
        public var median: Double
        /// Upper quartile.
        public var p75: Double
        /// Ninetieth percentile.
        public var p90: Double
        /// Ninety-ninth percentile.
        public var p99: Double
        /// Largest number.
        public var max: Double
    }

    /// Jobs that share a team, a queue, a class or a size.
    public struct Part: Codable, Hashable, Sendable {
        /// What the jobs share.
        public var name: String
        /// Number of jobs.
        public var jobs: Int
        /// GPUs × duration of these jobs.
        public var gpuHours: Double
        /// Share of all jobs.
        public var jobShare: Double
        /// Share of all GPU-hours.
        public var gpuHourShare: Double
        /// Mean GPUs of a job.
        public var meanGPUs: Double
        /// Median run time, seconds.
        public var medianDuration: Double
    }

    /// Load that the jobs offer to a number of GPUs.
    public struct OfferedLoad: Codable, Hashable, Sendable {
        /// GPUs of the cluster.
        public var gpus: Int
        /// Work of all jobs, each started at once, over GPUs × time from first to last submit.
        public var share: Double
        /// The same for the jobs submitted in the busiest of the days that are counted from the first submit.
        public var busiestDay: Double
    }

    /// Where the workload came from.
    public var source: String
    /// Name of the format.
    public var format: String
    /// What became of the rows.
    public var report: ImportReport
    /// Number of jobs.
    public var jobs: Int
    /// Number of pods of all jobs.
    public var pods: Int64
    /// Number of users with jobs.
    public var users: Int
    /// Unix second of time zero, if known; hours and weekdays below count from Monday 00:00 UTC then, else from time zero.
    public var epochUnixSeconds: Int64?
    /// First submit.
    public var firstSubmit: Double
    /// Last submit.
    public var lastSubmit: Double
    /// GPUs × duration of all jobs.
    public var gpuHours: Double
    /// Cores × duration of all jobs.
    public var coreHours: Double
    /// GPUs of a job; nil without jobs, as the next two.
    public var gpusPerJob: Quantiles?
    /// Run times.
    public var duration: Quantiles?
    /// Requested over true duration, for jobs that have both.
    public var overestimate: Quantiles?
    /// Gaps between submits.
    public var gap: Quantiles?
    /// Jobs of more than one pod.
    public var multiPodJobs: Int
    /// Jobs that may be evicted.
    public var preemptibleJobs: Int
    /// Jobs with a cancellation before their work could be done.
    public var cancelledJobs: Int
    /// Jobs by size, in powers of two; sizes that occur.
    public var sizes: [Part]
    /// Jobs by team.
    public var teams: [Part]
    /// Jobs by queue.
    public var queues: [Part]
    /// Jobs by class.
    public var classes: [Part]
    /// Jobs submitted in each hour of the day (24).
    public var arrivalsByHour: [Int]
    /// Jobs submitted on each day from Monday (7).
    public var arrivalsByWeekday: [Int]
    /// Load offered to the GPUs asked about; nil if none were.
    public var load: OfferedLoad?

    /// Describes `workload`; `gpus` asks for the load on so many.
    public init(_ workload: Workload, gpus: Int? = nil) {
        let jobs = workload.jobs
        source = workload.report.source
        format = workload.report.format
        report = workload.report
        self.jobs = jobs.count
        pods = jobs.reduce(0) { $0 + workload.pods(of: $1) }
        users = Set(jobs.map(\.user)).count
        epochUnixSeconds = workload.epochUnixSeconds
        firstSubmit = jobs.first.map { ($0.submit - .zero).seconds } ?? 0
        lastSubmit = jobs.last.map { ($0.submit - .zero).seconds } ?? 0
        gpuHours = workload.report.gpuHours
        coreHours = workload.report.coreHours
        gpusPerJob = Quantiles(jobs.map { Double(workload.gpuMilli(of: $0)) / 1000 })
        duration = Quantiles(jobs.map(\.duration.seconds))
        overestimate = Quantiles(
            jobs.compactMap { job in
                job.duration > .zero ? job.requestedDuration.map { $0.seconds / job.duration.seconds } : nil
            })
        gap = Quantiles(zip(jobs, jobs.dropFirst()).map { ($1.submit - $0.submit).seconds })
        multiPodJobs = jobs.count { workload.pods(of: $0) > 1 }
        preemptibleJobs = jobs.count { $0.preemptible }
        cancelledJobs = jobs.count { $0.undisturbedRun < $0.duration }
        let tally = Tally(workload)
        sizes = tally.parts(named: SizeBucket.names) { SizeBucket.index(ofMilli: workload.gpuMilli(of: $0)) }
            .filter { $0.jobs > 0 }
        teams = tally.parts(named: workload.teams) { Int($0.team) }
        queues = tally.parts(named: workload.queues) { Int($0.queue) }
        classes = tally.parts(named: workload.classes) { Int($0.jobClass) }
        (arrivalsByHour, arrivalsByWeekday) = Self.arrivals(jobs, epoch: workload.epochUnixSeconds)
        load = gpus.flatMap { OfferedLoad(workload, gpus: $0) }
    }

    private static func arrivals(_ jobs: [Job], epoch: Int64?) -> (hours: [Int], weekdays: [Int]) {
        var hours = [Int](repeating: 0, count: 24)
        var weekdays = [Int](repeating: 0, count: 7)
        // 1970-01-01 was a Thursday.
        let offset = epoch.map { $0 + 3 * 86_400 } ?? 0
        for job in jobs {
            let hour = (offset + job.submit.nanoseconds / 1_000_000_000).flooredQuotient(dividingBy: 3600)
            hours[Int(hour.flooredRemainder(dividingBy: 24))] += 1
            weekdays[Int(hour.flooredQuotient(dividingBy: 24).flooredRemainder(dividingBy: 7))] += 1
        }
        return (hours, weekdays)
    }
}

extension Job {
    /// How long the job runs if it starts when it is submitted: to its end or its cancellation.
    public var undisturbedRun: SimDuration { abortAt.map { min(duration, $0 - submit) } ?? duration }
}

extension TraceDescription.Quantiles {
    /// Nil for no numbers. Between two numbers a quantile is interpolated (type 7 of Hyndman and Fan, 1996).
    init?(_ numbers: [Double]) {
        guard !numbers.isEmpty else { return nil }
        let sorted = numbers.sorted()
        func quantile(_ share: Double) -> Double {
            let position = share * Double(sorted.count - 1)
            let below = Int(position)
            let above = Swift.min(below + 1, sorted.count - 1)
            return sorted[below] + (position - Double(below)) * (sorted[above] - sorted[below])
        }
        self.init(
            mean: numbers.reduce(0, +) / Double(numbers.count), p10: quantile(0.1), p25: quantile(0.25),
            median: quantile(0.5), p75: quantile(0.75), p90: quantile(0.9), p99: quantile(0.99),
            max: sorted[sorted.count - 1])
    }
}

extension TraceDescription.OfferedLoad {
    init?(_ workload: Workload, gpus: Int) {
        guard gpus > 0, let first = workload.jobs.first, let last = workload.jobs.last else { return nil }
        var days: [Double] = []
        for job in workload.jobs {
            let day = Int((job.submit - first.submit).nanoseconds / 86_400_000_000_000)
            while days.count <= day { days.append(0) }
            days[day] += Double(workload.gpuMilli(of: job)) / 1000 * job.undisturbedRun.seconds
        }
        let span = (last.submit - first.submit).seconds
        self.init(
            gpus: gpus, share: span > 0 ? days.reduce(0, +) / (Double(gpus) * span) : 0,
            busiestDay: (days.max() ?? 0) / (Double(gpus) * 86_400))
    }
}

/// Splits the jobs of a workload into parts.
private struct Tally {
    private let workload: Workload
    private let gpuHours: [Double]

    init(_ workload: Workload) {
        self.workload = workload
        gpuHours = workload.jobs.map { Double(workload.gpuMilli(of: $0)) / 1000 * $0.duration.seconds / 3600 }
    }

    /// One part for each name, in that order.
    func parts(named names: [String], by part: (Job) -> Int) -> [TraceDescription.Part] {
        var durations = [[Double]](repeating: [], count: names.count)
        var hours = [Double](repeating: 0, count: names.count)
        var gpus = [Double](repeating: 0, count: names.count)
        for (job, gpuHours) in zip(workload.jobs, gpuHours) {
            let index = part(job)
            durations[index].append(job.duration.seconds)
            hours[index] += gpuHours
            gpus[index] += Double(workload.gpuMilli(of: job)) / 1000
        }
        let total = gpuHours.reduce(0, +)
        return names.indices.map { index in
            let jobs = durations[index].count
            return TraceDescription.Part(
                name: names[index], jobs: jobs, gpuHours: hours[index],
                jobShare: workload.jobs.isEmpty ? 0 : Double(jobs) / Double(workload.jobs.count),
                gpuHourShare: total > 0 ? hours[index] / total : 0, meanGPUs: jobs > 0 ? gpus[index] / Double(jobs) : 0,
                medianDuration: TraceDescription.Quantiles(durations[index])?.median ?? 0)
        }
    }
}

/// Job sizes by powers of two.
private enum SizeBucket {
    static let names = ["no GPU", "part of a GPU", "1 GPU", "2"] + (1...30).map { "\((1 << $0) + 1)–\(1 << ($0 + 1))" }

    static func index(ofMilli milli: Int64) -> Int {
        if milli == 0 { return 0 }
        if milli < 1000 { return 1 }
        let gpus = (milli + 999) / 1000
        return min(2 + (64 - (gpus - 1).leadingZeroBitCount), names.count - 1)
    }
}

extension Int64 {
    fileprivate func flooredQuotient(dividingBy divisor: Int64) -> Int64 {
        (self - flooredRemainder(dividingBy: divisor)) / divisor
    }

    fileprivate func flooredRemainder(dividingBy divisor: Int64) -> Int64 {
        let remainder = self % divisor
        return remainder < 0 ? remainder + divisor : remainder
    }
}
