import Quantities

/// One kind of job in a training mix: how often, how large, how long, and how its users behave.
public struct TrainingClass: Hashable, Sendable {
    /// Lognormal part of a duration mixture.
    public struct Mode: Hashable, Sendable {
        /// Weight among the modes of the class.
        public var weight: Double
        /// Median run time in seconds.
        public var median: Double
        /// Standard deviation of the logarithm.
        public var sigma: Double

        /// A mode of this weight, median (s) and spread.
        public init(weight: Double, median: Double, sigma: Double) {
            self.weight = weight
            self.median = median
            self.sigma = sigma
        }
    }

    /// Weight of one job size.
    public struct Size: Hashable, Sendable {
        /// GPUs of the whole job.
        public var gpus: Int
        /// Weight among the sizes of the class.
        public var weight: Double

        /// A size and its weight.
        public init(gpus: Int, weight: Double) {
            self.gpus = gpus
            self.weight = weight
        }
    }

    /// Name, the job class in results.
    public var name: String
    /// Share of all jobs.
    public var share: Double
    /// Sizes a job may have.
    public var sizes: [Size]
    /// Run times: a mixture of lognormals.
    public var modes: [Mode]
    /// Longest run time.
    public var longest: SimDuration
    /// Priority of its jobs.
    public var priority: Int32
    /// Whether its jobs may be evicted.
    public var preemptible: Bool
    /// Distance of checkpoints; nil for none.
    public var checkpointInterval: SimDuration?
    /// Share of jobs whose user cancels them before their work is done.
    public var cancelled: Double
    /// Mean number of jobs that one submission brings (geometric).
    public var burst: Double

    /// A class; unless said otherwise of priority 0, preemptible, never cancelled, one job a submission.
    public init(
        name: String, share: Double, sizes: [Size], modes: [Mode], longest: SimDuration, priority: Int32 = 0,
        preemptible: Bool = true, checkpointInterval: SimDuration? = nil, cancelled: Double = 0, burst: Double = 1
    ) {
        self.name = name
        self.share = share
        self.sizes = sizes
        self.modes = modes
        self.longest = longest
        self.priority = priority
        self.preemptible = preemptible
        self.checkpointInterval = checkpointInterval
        self.cancelled = cancelled
        self.burst = burst
    }

    private static func sizes(_ table: [(Int, Double)]) -> [Size] {
        table.map { Size(gpus: $0.0, weight: $0.1) }
    }

    /// Four classes that together look like the published clusters:
    ///
    /// - Sizes: the median job has one GPU everywhere (Philly, Helios, Seren, Kalos), the mean is 1.9 (Philly), 3.7
    ///   (Helios), 5.7 (Seren), 26.8 (Kalos), the largest 1,024 (Acme) and 2,048 (Helios); sizes are powers of two.
    /// - Run times: the median is 122 s (Seren) to 874 s (Philly), the mean 1,414 s (Seren) to 18,006 s (Philly), the
    ///   longest 7 to 50 days: two to five orders of magnitude, so mixtures of wide lognormals. The short mode of
    ///   every class stands for jobs that fail on their own (16 % in Helios, 30 % in Philly, 40 % in Acme).
    /// - Cancelled by users: 22 % of jobs and 39 % of GPU time in Helios; 6 to 8 % of jobs but 61 to 66 % of GPU time
    ///   in Acme: large jobs are cancelled most.
    /// - Evaluation comes in bursts, pretraining is rare and takes most GPU time (Hu et al., NSDI 2024).
    ///
    /// Figures: acme_cluster_summary.csv of AcmeTrace (CC-BY-4.0), which also covers Philly and Helios. The split into
    /// classes and the parameters are ours, fitted to these marginals; a test holds them there.
    public static let standard: [TrainingClass] = [
        TrainingClass(
            name: "debug", share: 0.36, sizes: sizes([(1, 0.78), (2, 0.09), (4, 0.06), (8, 0.06), (16, 0.01)]),
            modes: [Mode(weight: 0.75, median: 80, sigma: 1.1), Mode(weight: 0.25, median: 1_500, sigma: 1)],
            longest: .seconds(8 * 3600), priority: 20, preemptible: false, cancelled: 0.25),
        TrainingClass(
            name: "eval", share: 0.34, sizes: sizes([(1, 0.72), (2, 0.10), (4, 0.07), (8, 0.11)]),
            modes: [Mode(weight: 0.75, median: 140, sigma: 1), Mode(weight: 0.25, median: 2_400, sigma: 0.9)],
            longest: .seconds(12 * 3600), priority: 0, cancelled: 0.05, burst: 6),
        TrainingClass(
            name: "finetune", share: 0.265,
            sizes: sizes([(1, 0.34), (2, 0.10), (4, 0.14), (8, 0.31), (16, 0.07), (32, 0.04)]),
            modes: [Mode(weight: 0.35, median: 300, sigma: 1.2), Mode(weight: 0.65, median: 9_000, sigma: 1.2)],
            longest: .seconds(7 * 86_400), priority: 10, checkpointInterval: .seconds(1800), cancelled: 0.25),
        TrainingClass(
            name: "pretrain", share: 0.035,
            sizes: sizes([(16, 0.30), (32, 0.28), (64, 0.22), (128, 0.13), (256, 0.05), (512, 0.02)]),
            modes: [Mode(weight: 0.45, median: 900, sigma: 1.2), Mode(weight: 0.55, median: 40_000, sigma: 1.1)],
            longest: .seconds(21 * 86_400), priority: 30, preemptible: false, checkpointInterval: .seconds(3600),
            cancelled: 0.4),
    ]
}
