/// Variants of a scenario compared over replications with common random numbers: plain values that tables, pages and
/// JSON draw.
public struct Comparison: Codable, Equatable, Sendable {
    /// Whose measurements a row counts.
    public struct Scope: Codable, Equatable, Hashable, Sendable {
        /// cluster, queue, team, class or pool.
        public var kind: String
        /// Its name; empty for the cluster.
        public var name: String

        /// All of the cluster.
        public static let cluster = Scope(kind: "cluster", name: "")

        /// A scope by kind and name.
        public init(kind: String, name: String) {
            self.kind = kind
            self.name = name
        }
    }

    /// A mean over the replications with its interval; the ends are nil with a single replication.
    public struct Estimate: Codable, Equatable, Sendable {
        public var mean: Double
        /// Student's t interval at the level of the comparison.
        public var lower: Double?
        public var upper: Double?

        /// An estimate.
        public init(mean: Double, lower: Double?, upper: Double?) {
            self.mean = mean
            self.lower = lower
            self.upper = upper
        }
    }

    /// How far a variant lies from the first one, replication by replication.
    public struct Difference: Codable, Equatable, Sendable {
        /// Mean of variant − first, in the unit of the row.
        public var mean: Double
        /// Student's t interval of the mean; nil with a single replication.
        public var lower: Double?
        public var upper: Double?
        /// Bias-corrected and accelerated bootstrap interval of the mean; nil with fewer than three replications.
        public var bootstrapLower: Double?
        public var bootstrapUpper: Double?
        /// Mean difference over the mean of the first variant, with its accelerated bootstrap interval; nil where the first is not positive.
        public var relative: Double?
        public var relativeLower: Double?
        public var relativeUpper: Double?
        /// Of the paired t test, two-sided; nil with a single replication.
        public var pValue: Double?
        /// All differences are exactly zero.
        public var isIdentical: Bool
        /// The intervals exclude zero, and the test still holds among all tests of the comparison (Holm).
        public var isShown: Bool
        /// A sentence: what is shown, or that nothing is.
        public var verdict: String

        /// All fields.
        public init(
            mean: Double, lower: Double?, upper: Double?, bootstrapLower: Double?, bootstrapUpper: Double?,
            relative: Double?, relativeLower: Double?, relativeUpper: Double?, pValue: Double?, isIdentical: Bool,
            isShown: Bool, verdict: String
        ) {
            self.mean = mean
            self.lower = lower
            self.upper = upper
            self.bootstrapLower = bootstrapLower
            self.bootstrapUpper = bootstrapUpper
            self.relative = relative
            self.relativeLower = relativeLower
            self.relativeUpper = relativeUpper
            self.pValue = pValue
            self.isIdentical = isIdentical
            self.isShown = isShown
            self.verdict = verdict
        }
    }

    /// One measure of one scope over all variants.
    public struct Row: Codable, Equatable, Sendable {
        /// Words of a table: `p95 wait`.
        public var measure: String
        /// s, share, GPU-hours, count, index, dollars, kWh.
        public var unit: String
        public var isBetterWhenHigher: Bool
        /// Part of the trade-off table, which every comparison prints.
        public var isHeadline: Bool
        public var scope: Scope
        /// In the order of the variants; nil where a replication has no such number.
        public var values: [Estimate?]
        /// In the order of the variants; nil for the first and where a value is missing.
        public var differences: [Difference?]
        /// The numbers themselves: by variant, then by replication.
        public var samples: [[Double?]]

        /// All fields.
        public init(
            measure: String, unit: String, isBetterWhenHigher: Bool, isHeadline: Bool, scope: Scope,
            values: [Estimate?], differences: [Difference?], samples: [[Double?]]
        ) {
            self.measure = measure
            self.unit = unit
            self.isBetterWhenHigher = isBetterWhenHigher
            self.isHeadline = isHeadline
            self.scope = scope
            self.values = values
            self.differences = differences
            self.samples = samples
        }
    }

    /// Whether the runs of a variant are long enough to speak of a steady state.
    public struct RunLength: Codable, Equatable, Sendable {
        public var variant: String
        /// Jobs of a replication that are counted, on average.
        public var jobs: Double
        /// Correlation of the mean wait of a twentieth of a run with the next, on average; nil for too few jobs.
        public var batchCorrelation: Double?
        /// Mean wait in seconds by batch means of the first replication.
        public var batchMeans: Estimate?
        /// The wait of the counted jobs still drifts within a run, or batches depend on each other.
        public var isTooShort: Bool

        /// All fields.
        public init(
            variant: String, jobs: Double, batchCorrelation: Double?, batchMeans: Estimate?, isTooShort: Bool
        ) {
            self.variant = variant
            self.jobs = jobs
            self.batchCorrelation = batchCorrelation
            self.batchMeans = batchMeans
            self.isTooShort = isTooShort
        }
    }

    /// Name of the scenario.
    public var scenario: String
    /// Names of the variants; the first is what the others are compared with.
    public var variants: [String]
    /// Seeds of the replications of each variant, as decimal numbers.
    public var seeds: [[String]]
    /// Coverage of all intervals.
    public var level: Double
    /// Jobs submitted before, and GPU time spent before, are not counted; seconds.
    public var warmUpSeconds: Double
    /// How the warm-up was chosen, in words.
    public var warmUpReason: String
    /// Tests of headline measures, and of measures of queues, teams and classes: two families, in each of which Holm's
    /// procedure decides.
    public var tests: Int
    public var partTests: Int
    /// Simulations run.
    public var simulations: Int
    public var rows: [Row]
    public var runLengths: [RunLength]
    /// What a reader must know besides.
    public var notes: [String]

    /// All fields.
    public init(
        scenario: String, variants: [String], seeds: [[String]], level: Double, warmUpSeconds: Double,
        warmUpReason: String, tests: Int, partTests: Int, simulations: Int, rows: [Row], runLengths: [RunLength],
        notes: [String]
    ) {
        self.scenario = scenario
        self.variants = variants
        self.seeds = seeds
        self.level = level
        self.warmUpSeconds = warmUpSeconds
        self.warmUpReason = warmUpReason
        self.tests = tests
        self.partTests = partTests
        self.simulations = simulations
        self.rows = rows
        self.runLengths = runLengths
        self.notes = notes
    }

    /// Replications of each variant.
    public var replications: Int { seeds.first?.count ?? 0 }
}
