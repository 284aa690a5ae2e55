import Results

/// The story of one job of a run, in order: what it waited for and how long, when it ran and where, what ended it.
///
/// Everything comes from the facts of the run file, so it works for every policy.
public struct JobStory: Sendable, Equatable, Encodable {
    /// A stretch of the job's life.
    public struct Chapter: Sendable, Equatable, Encodable {
        /// What the job did in it.
        public enum Kind: String, Sendable, Encodable { case waited, ran }
        public var kind: Kind
        /// From, and up to: nanoseconds since the start of the run.
        public var from_ns: Int64
        public var to_ns: Int64
        /// Name of the reason of a wait (column `reason.name`); how a run ended (`placement_end.name`).
        public var reason: String
        /// With the numbers of the first and, where it differs, the last time the scheduler looked.
        public var text: String
        /// The job, queue or node that a reason of waiting names; of a run that was interrupted, the job that took its
        /// place or the node that failed; empty for none.
        public var other: String
        /// What interrupted a run, in words; empty for nothing.
        public var interruption: String = ""
        /// Smallest number of milli-GPUs that were missing in it; nil where the reason has no such number.
        public var least_missing_milli_gpus: Int64?

        var length: Int64 { to_ns - from_ns }
    }

    /// The time a job lost to one reason.
    public struct Share: Sendable, Equatable, Encodable {
        public var reason: String
        public var label: String
        public var waited_ns: Int64
    }

    public var job: String
    /// Its row in table `job`.
    public var id: Int64
    public var queue: String
    public var team: String
    public var pods: Int64
    public var gpus: Double
    /// pending, running, completed, aborted or failed.
    public var status: String
    public var submit_ns: Int64
    /// nil for a job that never started.
    public var first_start_ns: Int64?
    public var end_ns: Int64?
    public var waited_ns: Int64
    public var preemptions: Int64
    public var failures: Int64
    public var chapters: [Chapter]
    /// What it waited for, longest first.
    public var waits: [Share]
    /// What would have let it start earlier, one sentence each.
    public var advice: [String]
    /// When a job that waits at the end of the run may start; nil for other jobs.
    public var forecast: StartForecast?
    /// The same by playing the run on, which needs its scenario; nil where that was not done.
    public var prediction: StartPrediction?
}

/// When a waiting job starts, from playing on: nothing new arrives.
public struct StartPrediction: Sendable, Equatable, Encodable {
    /// With the run lengths of the scenario; nil for not within the time played.
    public var expected_ns: Int64?
    /// Between these it starts in 80 % of the samples, which differ in run lengths and in the order among equals; nil where
    /// the bound lies among the samples without a start.
    public var from_ns: Int64?
    public var to_ns: Int64?
    /// Samples played, and those in which it started.
    public var samples: Int
    public var started: Int
    /// How far was played.
    public var limit_ns: Int64

    /// All values.
    public init(expected_ns: Int64?, from_ns: Int64?, to_ns: Int64?, samples: Int, started: Int, limit_ns: Int64) {
        self.expected_ns = expected_ns
        self.from_ns = from_ns
        self.to_ns = to_ns
        self.samples = samples
        self.started = started
        self.limit_ns = limit_ns
    }
}

/// When a waiting job may start if nothing new arrives: bounds from the work that running and waiting jobs have left.
public struct StartForecast: Sendable, Equatable, Encodable {
    /// When running jobs alone will have freed enough GPUs: not earlier. nil if enough are free already, or never.
    public var earliest_ns: Int64?
    /// When all work of the jobs submitted before it is done too, on the whole cluster; nil if it does not fit.
    public var after_all_before_ns: Int64?
    /// Jobs that wait and were submitted before it.
    public var jobs_before: Int
}

/// Why there is no story.
public enum StoryError: Error, CustomStringConvertible, Equatable {
    case noSuchJob(String, nearest: String?)
    case severalJobs(String, ids: [Int64])

    /// In one sentence.
    public var description: String {
        switch self {
        case .noSuchJob(let name, let nearest):
            "the run has no job \"\(name)\"" + (nearest.map { "; did you mean \"\($0)\"?" } ?? "")
        case .severalJobs(let name, let ids):
            "\(ids.count) jobs are named \"\(name)\"; choose one by its number: "
                + ids.prefix(5).map { "job/#\($0)" }.joined(separator: ", ") + (ids.count > 5 ? ", ..." : "")
        }
    }
}
