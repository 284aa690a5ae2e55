/// Everything a page says about one run, read from its views once.
struct RunData: Sendable {
    var header = Header()
    var summary = Summary()
    var notes: [Note] = []
    /// What went wrong over time, in order of its beginning.
    var pathologies: [Pathology] = []
    /// The GPU-time ledger, all causes in order.
    var causes: [Cause] = []
    /// GPUs at each cause over time, as in `causes`.
    var causeBuckets = CauseBuckets()
    var pools: [Pool] = []
    /// Jobs waiting and running in each queue over time.
    var queues: [Holder] = []
    var teams: [Holder] = []
    var jobs: [Job] = []
    /// Waits of each queue, of each team, and of all jobs together.
    var queueWaits: [WaitSummary] = []
    var teamWaits: [WaitSummary] = []
    var totalWait: WaitSummary?
    /// What queues got of what they deserve.
    var queueFairness = QueueFairness()
    /// How far gangs are spread, from the nearest level to the farthest.
    var spread: [Spread] = []
    var delayed: [JobStory] = []
    /// Jobs that lost most work to interruptions.
    var interrupted: [JobStory] = []
    var preemptions: [Preemption] = []
    var failures: [FailureSummary] = []
    var links: [Link] = []
    var training = Training()
    var gantt = GanttData(
        start: 0, end: 0, epochUnixSeconds: nil, nodes: [], teams: [], spans: [], outages: [])

    /// GPU-hours of capacity.
    var capacityHours: Double { causes.reduce(0) { $0 + $1.hours } }

    /// The share of the causes that fit `condition`: of one cause as the ledger prints it, so that every sentence of a
    /// page agrees with the table that closes to 100.0 %; of several rounded from their exact sum, so that it agrees
    /// with every other place that prints it. Nil without any GPU time.
    func printedShare(_ condition: (Cause) -> Bool) -> String? {
        let tenths = Figures.closingTenths(causes.map(\.hours))
        guard !tenths.isEmpty else { return nil }
        let fitting = causes.indices.filter { condition(causes[$0]) }
        guard fitting.count > 1 else { return Figures.percent(tenths: fitting.first.map { tenths[$0] } ?? 0) }
        return Figures.percent(fitting.reduce(0) { $0 + causes[$1].hours } / capacityHours)
    }

    /// Fairness between queues.
    struct QueueFairness: Sendable {
        struct Queue: Sendable {
            var name = ""
            var entitled = 0.0
            var meanShare = 0.0
            var perEntitled: Double?
            var receivedOfDue: Double?
            var meanShortfall = 0.0
        }

        var queues: [Queue] = []
        /// Jain's index of the share per entitled share.
        var jainIndex: Double?
        /// Share of the cluster that queues missed of their due, all together.
        var missedShare: Double?
    }

    /// Spread of gangs over the groups of one level of nearness.
    struct Spread: Sendable {
        /// nvlink_domain, leaf_group or spine_group.
        var level = ""
        /// Groups of this level in the cluster.
        var groups = 0
        var gangStarts = 0
        var meanSpanned: Double?
        var meanFewest: Double?
        /// Groups spanned over the fewest possible.
        var meanRatio: Double?
        var widerShare: Double?
    }

    /// What was run, by what, and how it ended.
    struct Header: Sendable {
        var scenario = ""
        var scenarioHash = ""
        var version = ""
        var seed = ""
        var fingerprint = ""
        var command = ""
        var policy = ""
        var placement = ""
        var tieBreak = ""
        var outcome = "drained"
        var start: Int64 = 0
        var end: Int64 = 0
        var epochUnixSeconds: Int64?
        var events: Int64 = 0
        var cycles: Int64 = 0
        var sampleInterval: Int64 = 0
        var isPartial = false
        var wallSeconds: Double?
    }

    /// The run in one row; nil where nothing happened that could be measured.
    struct Summary: Sendable {
        var gpus = 0
        var jobs = 0
        var started = 0
        var completed = 0
        var waiting = 0
        var neverFit = 0
        var preemptions = 0
        var failureRestarts = 0
        var effectiveShare: Double?
        /// Mean step of training jobs over an undisturbed one, by GPUs; nil without training jobs.
        var stepSlowdown: Double?
        var hardwareFailures = 0
        /// Nanoseconds.
        var meanWait: Double?
        var p50Wait: Double?
        var p95Wait: Double?
        var p99Wait: Double?
        var meanCompletion: Double?
        var meanSlowdown: Double?
        /// Shares of capacity, and of what was allocated.
        var allocatedShare: Double?
        var productiveShare: Double?
        var goodputShare: Double?
        var jainIndex: Double?
        var costMicrodollars: Double = 0
        /// The part of it for GPU time that jobs held.
        var heldMicrodollars: Double = 0
    }

    /// A warning or an assumption.
    struct Note: Sendable {
        var isWarning: Bool
        var text: String
    }

    /// Something that went wrong over time.
    struct Pathology: Sendable {
        var kind = ""
        /// Jobs and queues, the worst off first.
        var objects: [String] = []
        var fromCycle = 0
        var from: Int64 = 0
        var to: Int64 = 0
        var isOngoing = false
        var text = ""
        /// The line of configuration that lets it happen, where it stands, and what would help.
        var place = ""
        var line = ""
        var remedy = ""
    }

    /// A cause of the ledger.
    struct Cause: Sendable {
        var name: String
        var label: String
        var isAllocated: Bool
        var hours: Double

        /// A word or two, for labels in drawings.
        var shortLabel: String { name.replacing("_", with: " ") }
    }

    /// GPUs at each cause, on average over buckets that follow one another.
    struct CauseBuckets: Sendable {
        var starts: [Int64] = []
        var end: Int64 = 0
        /// By cause, then bucket.
        var gpus: [[Double]] = []
    }

    /// A pool of nodes: its use over buckets and its free GPUs at samples.
    struct Pool: Sendable {
        var name: String
        var bucketTimes: [Int64] = []
        var allocatedShare: [Double] = []
        var sampleTimes: [Int64] = []
        var freeGPUs: [Double] = []
        var unusableGPUs: [Double] = []
    }

    /// A queue or a team: what it holds over time and what it is entitled to.
    struct Holder: Sendable {
        var name: String
        /// Share of the cluster it should get under contention.
        var entitled: Double
        var times: [Int64] = []
        var share: [Double] = []
        var pendingJobs: [Double] = []
        var runningJobs: [Double] = []
        var meanShare = 0.0
        var meanShortfall = 0.0
        /// Share of the samples at which it had less than it was entitled to while it asked for more.
        var shortTime = 0.0
        /// Of teams: GPU-hours held, of these productive, their price, and the mean finish-time fairness.
        var hours = 0.0
        var productiveHours = 0.0
        var costMicrodollars = 0.0
        var meanRho: Double?
    }

    /// A job in the distributions.
    struct Job: Sendable {
        var queue: String
        var team: String
        /// Nanoseconds.
        var submit: Int64
        var wait: Int64
        /// Completion over undisturbed run time; nil if it did not complete.
        var slowdown: Double?
        var reason: String
        /// Nothing could have shortened its wait.
        var neverFits: Bool
    }

    /// Waits of a group of jobs, in nanoseconds.
    struct WaitSummary: Sendable {
        var name: String
        var jobs: Int
        var started: Int
        var waiting: Int
        var neverFit: Int
        var mean: Double?
        var p50: Double?
        var p95: Double?
        var p99: Double?
        var max: Double?
    }

    /// A job with the chain of decisions about it.
    struct JobStory: Sendable {
        var id: Int64
        var name: String
        var team: String
        var queue: String
        var user: String
        var status: String
        var gpus: Double
        var pods: Int
        var submit: Int64
        var firstStart: Int64?
        var end: Int64?
        var wait: Int64
        /// Job time lost and done again.
        var lost: Int64
        var preemptions: Int
        var failures: Int
        var sentence: String
        var reasonLabel: String
        var decisions: [Decision] = []
        /// How many decisions are left out of `decisions`.
        var omitted = 0
    }

    /// A decision in words.
    struct Decision: Sendable {
        var time: Int64
        var sentence: String
    }

    /// Evictions of one team for another.
    struct Preemption: Sendable {
        var victim: String
        var preemptor: String
        var count: Int
        var jobs: Int
        var gpus: Double
    }

    /// Failures of one kind in one pool.
    struct FailureSummary: Sendable {
        var pool: String
        var kind: String
        var count: Int
        var jobsHit: Int
        /// Nanoseconds.
        var meanRepair: Double?
    }

    /// A link and what it was asked to carry.
    struct Link: Sendable {
        var name: String
        var from: String
        var to: String
        /// leaf, spine or core: where it leads.
        var tier: String
        var samples: Int
        var capacity: Double
        var meanShare: Double
        var maxShare: Double
        /// Share of the samples at which demand reached capacity.
        var saturatedShare: Double
        /// Links of the same tier that carry just as much, this one included: the rails of a leaf group.
        var alike = 1
    }
}
