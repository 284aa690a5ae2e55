/// The smallest or cheapest capacity that meets the objectives of a scenario: plain values that tables, pages and JSON draw.
public struct CapacityPlan: Codable, Equatable, Sendable {
    /// Whether objectives hold, as far as simulations can tell.
    public enum Verdict: String, Codable, Sendable {
        /// Shown to hold at the confidence of the plan.
        case met
        /// Shown not to hold.
        case missed
        /// Not decided by the most replications allowed; a plan must not rest on it.
        case undecided
    }

    /// One thing that may be changed.
    public struct Decision: Codable, Equatable, Sendable {
        /// What tables call it.
        public var name: String
        /// Path in the scenario; empty for a choice between named sets of changes.
        public var path: String
        /// What it may be, in order.
        public var values: [String]

        /// A decision.
        public init(name: String, path: String, values: [String]) {
            self.name = name
            self.path = path
            self.values = values
        }
    }

    /// One objective in one situation, such as after the loss of a node.
    public struct Judgement: Codable, Equatable, Sendable {
        /// As the scenario writes it.
        public var objective: String
        /// Empty, or what is missing: "without 1 node of h100".
        public var situation: String
        /// s, share, index or dollars.
        public var unit: String
        /// Mean over the replications with the interval that decided.
        public var estimate: Comparison.Estimate
        /// Bound of the objective in the same unit.
        public var limit: Double
        /// Whether the number must lie above it.
        public var isLowerLimit: Bool
        public var verdict: Verdict
        /// Share of the replications that meet the bound one by one.
        public var shareOfRuns: Double
        /// Seeds it was judged by.
        public var replications: Int

        /// All fields.
        public init(
            objective: String, situation: String, unit: String, estimate: Comparison.Estimate, limit: Double,
            isLowerLimit: Bool, verdict: Verdict, shareOfRuns: Double, replications: Int
        ) {
            self.objective = objective
            self.situation = situation
            self.unit = unit
            self.estimate = estimate
            self.limit = limit
            self.isLowerLimit = isLowerLimit
            self.verdict = verdict
            self.shareOfRuns = shareOfRuns
            self.replications = replications
        }
    }

    /// One capacity that was looked at.
    public struct Candidate: Codable, Equatable, Sendable {
        /// Value of each decision, in their order; empty for the scenario as written.
        public var settings: [String]
        /// Price of the whole capacity for an hour.
        public var dollarsPerHour: Double
        public var gpus: Int
        public var nodes: Int
        public var verdict: Verdict
        public var judgements: [Judgement]
        /// Why it cannot work at all, where nothing was simulated.
        public var obstacle: String?
        /// Seeds it was simulated under.
        public var replications: Int
        /// No other candidate is both cheaper and better in the first objective.
        public var isOnFront: Bool

        /// All fields.
        public init(
            settings: [String], dollarsPerHour: Double, gpus: Int, nodes: Int, verdict: Verdict,
            judgements: [Judgement], obstacle: String?, replications: Int, isOnFront: Bool
        ) {
            self.settings = settings
            self.dollarsPerHour = dollarsPerHour
            self.gpus = gpus
            self.nodes = nodes
            self.verdict = verdict
            self.judgements = judgements
            self.obstacle = obstacle
            self.replications = replications
            self.isOnFront = isOnFront
        }
    }

    /// The best plan if the demand were another.
    public struct Sensitivity: Codable, Equatable, Sendable {
        /// Demand over that of the scenario.
        public var demand: Double
        /// Nil if no candidate meets the objectives.
        public var best: Candidate?

        /// A point.
        public init(demand: Double, best: Candidate?) {
            self.demand = demand
            self.best = best
        }
    }

    /// How much more demand a capacity bears.
    public struct Headroom: Codable, Equatable, Sendable {
        /// "as planned" or "as written".
        public var capacity: String
        /// Largest demand found to meet the objectives, over that of the scenario; below 1 the present demand is too much.
        public var holdsAt: Double
        /// Least demand found not to, or not shown to; nil if none was found in the range looked at.
        public var failsAt: Double?
        /// Days until the growing demand reaches `holdsAt`, and the date; nil without growth or starting day.
        public var days: Double?
        public var date: String?
        /// The objective that is in the way at `failsAt`, and after which loss; nil where none is.
        public var limit: String?
        /// When each objective runs out, in the order of the scenario; empty without growth, or if they fail already.
        public var objectives: [Room]
        /// Where each pool stands, in the order of the cluster.
        public var pools: [Pool]

        /// How much more demand one objective bears.
        public struct Room: Codable, Equatable, Sendable {
            public var objective: String
            public var holdsAt: Double
            public var failsAt: Double?
            /// Days until growing demand reaches `holdsAt`, and the date; nil if none was found that is too much.
            public var days: Double?
            public var date: String?

            /// A room.
            public init(objective: String, holdsAt: Double, failsAt: Double?, days: Double?, date: String?) {
                self.objective = objective
                self.holdsAt = holdsAt
                self.failsAt = failsAt
                self.days = days
                self.date = date
            }
        }

        /// When one pool is full.
        public struct Pool: Codable, Equatable, Sendable {
            public var pool: String
            /// Share of its GPU time that jobs hold at the present demand.
            public var utilization: Comparison.Estimate
            /// Days until growing demand would fill it, and the date.
            public var days: Double?
            public var date: String?

            /// A pool.
            public init(pool: String, utilization: Comparison.Estimate, days: Double?, date: String?) {
                self.pool = pool
                self.utilization = utilization
                self.days = days
                self.date = date
            }
        }

        /// All fields.
        public init(
            capacity: String, holdsAt: Double, failsAt: Double?, days: Double?, date: String?, limit: String?,
            objectives: [Room], pools: [Pool]
        ) {
            self.capacity = capacity
            self.holdsAt = holdsAt
            self.failsAt = failsAt
            self.days = days
            self.date = date
            self.limit = limit
            self.objectives = objectives
            self.pools = pools
        }
    }

    /// What keeps the next smaller capacity from being enough.
    public struct Binding: Codable, Equatable, Sendable {
        /// In words: "spine oversubscription, not GPUs of h100".
        public var sentence: String
        /// The next smaller capacity, which was looked at.
        public var smaller: Candidate
        /// What it is judged without, one after the other.
        public var tried: [Relief]
        /// Shares of the waiting time there by what held jobs back, largest first.
        public var waits: [Cause]

        /// One possible cause, taken away.
        public struct Relief: Codable, Equatable, Sendable {
            /// "spine oversubscription".
            public var cause: String
            /// Whether the smaller capacity would be enough without it.
            public var verdict: Verdict
            /// The bound that was missed, without the cause; nil if it could not be judged.
            public var judgement: Judgement?

            /// A cause.
            public init(cause: String, verdict: Verdict, judgement: Judgement?) {
                self.cause = cause
                self.verdict = verdict
                self.judgement = judgement
            }
        }

        /// One reason for waiting.
        public struct Cause: Codable, Equatable, Sendable {
            public var reason: String
            public var share: Double

            /// A reason.
            public init(reason: String, share: Double) {
                self.reason = reason
                self.share = share
            }
        }

        /// All fields.
        public init(sentence: String, smaller: Candidate, tried: [Relief], waits: [Cause]) {
            self.sentence = sentence
            self.smaller = smaller
            self.tried = tried
            self.waits = waits
        }
    }

    /// What simulations are run for.
    public enum Part: String, CaseIterable, Codable, Sendable {
        case search, front, binding, demand, headroom

        /// In words: what is looked for.
        public var words: String {
            switch self {
            case .search: "the plan"
            case .front: "what more money buys"
            case .binding: "what binds"
            case .demand: "other demands"
            case .headroom: "headroom"
            }
        }
    }

    /// How many simulations a part took, those that earlier parts had run already not among them.
    public struct Effort: Codable, Equatable, Sendable {
        public var part: Part
        public var simulations: Int

        /// So many.
        public init(part: Part, simulations: Int) {
            self.part = part
            self.simulations = simulations
        }
    }

    /// Name of the scenario.
    public var scenario: String
    /// As the scenario writes them.
    public var objectives: [String]
    public var decisions: [Decision]
    /// What the best plan has least of: cost, gpus or nodes.
    public var minimizes: String
    /// Probability that no verdict on the way to the best plan is wrong.
    public var confidence: Double
    /// Jobs submitted before are not counted; seconds.
    public var warmUpSeconds: Double
    /// The scenario as written.
    public var present: Candidate
    /// The plan; nil if no candidate is shown to meet the objectives.
    public var best: Candidate?
    /// All that was looked at, by goal.
    public var candidates: [Candidate]
    public var binding: Binding?
    public var sensitivity: [Sensitivity]
    public var headroom: [Headroom]
    /// As written, such as "8%/month"; nil without growth.
    public var growth: String?
    /// Day to which the demand of the scenario belongs; nil if it names none.
    public var growthFrom: String?
    /// Simulations by what they were for, in order.
    public var efforts: [Effort]
    public var notes: [String]

    /// All fields.
    public init(
        scenario: String, objectives: [String], decisions: [Decision], minimizes: String, confidence: Double,
        warmUpSeconds: Double, present: Candidate, best: Candidate?, candidates: [Candidate], binding: Binding?,
        sensitivity: [Sensitivity], headroom: [Headroom], growth: String?, growthFrom: String?, efforts: [Effort],
        notes: [String]
    ) {
        self.scenario = scenario
        self.objectives = objectives
        self.decisions = decisions
        self.minimizes = minimizes
        self.confidence = confidence
        self.warmUpSeconds = warmUpSeconds
        self.present = present
        self.best = best
        self.candidates = candidates
        self.binding = binding
        self.sensitivity = sensitivity
        self.headroom = headroom
        self.growth = growth
        self.growthFrom = growthFrom
        self.efforts = efforts
        self.notes = notes
    }
    /// Simulations run in all.
    public var simulations: Int { efforts.reduce(0) { $0 + $1.simulations } }

    /// Simulations run to find the plan.
    public var searchSimulations: Int { efforts.first { $0.part == .search }?.simulations ?? 0 }
}
