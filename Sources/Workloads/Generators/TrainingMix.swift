import ClusterModel
import Quantities
import SimulationKernel

/// Why a generator cannot make a workload.
public struct GeneratorError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The parameter at fault, by the name users write.
    public var parameter: String
    /// What was given.
    public var found: String
    /// What makes sense.
    public var expected: String

    /// `rate: found -3; expected more than 0 jobs an hour`.
    public var description: String { "\(parameter): found \(found); expected \(expected)" }
}

/// Parameters of a synthetic GPU training workload. Equal parameters give equal workloads on every machine.
///
/// Arrivals are a Poisson process thinned to a day and week cycle. Each submission has a team (by share), a class, a
/// size and a user, each drawn from its own random stream, so that a change of one share moves nothing else.
public struct TrainingMix: Hashable, Sendable {
    /// A group of users with one queue.
    public struct Team: Hashable, Sendable {
        /// Name of the team.
        public var name: String
        /// Share of all submissions, relative to the other teams.
        public var share: Double
        /// Queue of all its jobs.
        public var queue: String
        /// Number of users; the k-th submits in proportion to 1/k.
        public var users: Int
        /// How much more often this team submits jobs of a class than its share says; classes not named count 1.
        public var classFactors: [String: Double]
        /// Largest job of the team in GPUs; nil for no limit.
        public var largestJob: Int?

        /// A team with a queue of its own name unless another is given.
        public init(
            name: String, share: Double, queue: String? = nil, users: Int = 8, classFactors: [String: Double] = [:],
            largestJob: Int? = nil
        ) {
            self.name = name
            self.share = share
            self.queue = queue ?? name
            self.users = users
            self.classFactors = classFactors
            self.largestJob = largestJob
        }
    }

    /// When to stop.
    public enum Extent: Hashable, Sendable {
        /// Last submission before this time.
        case horizon(SimDuration)
        /// After exactly so many jobs.
        case jobs(Int)
    }

    /// Makes the offered load a given share of some number of GPUs: work that all jobs would do if each started at
    /// once (up to its completion or cancellation), over GPUs × time.
    public struct Load: Hashable, Sendable {
        /// What is changed to meet the target.
        public enum Means: String, CaseIterable, Sendable {
            /// All run times are multiplied by one factor; the target is met to one part in a million.
            case durations
            /// The arrival rate is set from the mean work of 20,000 sample jobs; the target is met on average.
            case rate
        }

        /// Offered work over `gpus` × length of the trace.
        public var share: Double
        /// GPUs that the share refers to.
        public var gpus: Int
        /// What is changed to meet it.
        public var means: Means

        /// A target, met by run times unless told otherwise.
        public init(share: Double, gpus: Int, means: Means = .durations) {
            self.share = share
            self.gpus = gpus
            self.means = means
        }
    }

    /// Seed of all random streams.
    public var seed: UInt64
    /// Jobs an hour on the average of a week.
    public var jobsPerHour: Double
    /// When to stop.
    public var extent: Extent
    /// Who submits.
    public var teams: [Team]
    /// What kinds of jobs there are.
    public var classes: [TrainingClass]
    /// How the rate swings over day and week.
    public var cycle: ArrivalCycle
    /// Offered load to meet; nil leaves rate and run times as they are.
    public var load: Load?
    /// Larger jobs are not drawn; nil for no limit.
    public var largestJob: Int?
    /// GPUs of a full pod; a larger job is a gang of full pods.
    public var gpusPerPod: Int
    /// Thousandths of a core for each GPU.
    public var cpuMilliPerGPU: Int64
    /// Memory for each GPU.
    public var memoryPerGPU: Bytes
    /// Models that every job allows; empty for any.
    public var gpuModels: [String]
    /// Users wait at least so long before they cancel.
    public var patience: SimDuration

    /// Three teams, the standard classes, office hours; pods of 8 GPUs with 12 cores and 120 GiB for each.
    public init(
        seed: UInt64 = 1, jobsPerHour: Double = 20, extent: Extent = .horizon(.seconds(7 * 86_400)),
        teams: [Team] = TrainingMix.threeTeams, classes: [TrainingClass] = TrainingClass.standard,
        cycle: ArrivalCycle = .office, load: Load? = nil, largestJob: Int? = nil, gpusPerPod: Int = 8,
        cpuMilliPerGPU: Int64 = 12_000, memoryPerGPU: Bytes = Bytes(rawValue: 120 << 30), gpuModels: [String] = [],
        patience: SimDuration = .seconds(900)
    ) {
        self.seed = seed
        self.jobsPerHour = jobsPerHour
        self.extent = extent
        self.teams = teams
        self.classes = classes
        self.cycle = cycle
        self.load = load
        self.largestJob = largestJob
        self.gpusPerPod = gpusPerPod
        self.cpuMilliPerGPU = cpuMilliPerGPU
        self.memoryPerGPU = memoryPerGPU
        self.gpuModels = gpuModels
        self.patience = patience
    }

    /// A large-model team that pretrains, a vision team that fine-tunes, a research team that tries things out.
    public static let threeTeams: [Team] = [
        Team(name: "language", share: 0.5, users: 12, classFactors: ["pretrain": 1.6, "eval": 1.2]),
        Team(name: "vision", share: 0.3, users: 8, classFactors: ["finetune": 1.4, "pretrain": 0.5]),
        Team(name: "research", share: 0.2, users: 15, classFactors: ["debug": 1.8, "pretrain": 0.2]),
    ]

    /// Makes the workload.
    public func generate() throws(GeneratorError) -> Workload {
        try check()
        let rate =
            try load.map { load throws(GeneratorError) in
                load.means == .rate ? try jobsPerHour(meeting: load) : jobsPerHour
            } ?? jobsPerHour
        var drafts = drawDrafts(jobsPerHour: rate)
        if let load, load.means == .durations { try scaleDurations(of: &drafts, meeting: load) }
        return build(drafts)
    }

    // MARK: Drawing

    private func drawDrafts(jobsPerHour: Double) -> [JobDraft] {
        var sampler = JobSampler(self)
        let submissions = jobsPerHour / 3600 / sampler.jobsPerSubmission
        var arrivals = ArrivalProcess(seed: seed, perSecond: submissions, cycle: cycle)
        var drafts: [JobDraft] = []
        switch extent {
        case .horizon(let horizon):
            var time = arrivals.next()
            while time < horizon.seconds {
                sampler.appendSubmission(at: time, to: &drafts)
                time = arrivals.next()
            }
            drafts.removeAll { $0.submit >= horizon.seconds }
        case .jobs(let count):
            while drafts.count < count { sampler.appendSubmission(at: arrivals.next(), to: &drafts) }
            drafts.removeLast(drafts.count - count)
        }
        // Bursts overlap the submissions after them; file order is the tie-break.
        return drafts.enumerated().sorted { ($0.element.submit, $0.offset) < ($1.element.submit, $1.offset) }
            .map(\.element)
    }

    // MARK: Load

    private func jobsPerHour(meeting load: Load) throws(GeneratorError) -> Double {
        var sampler = JobSampler(self, purpose: "pilot")
        var sample: [JobDraft] = []
        while sample.count < 20_000 { sampler.appendSubmission(at: 0, to: &sample) }
        let meanWork = work(of: sample) / Double(sample.count)
        guard meanWork > 0 else { throw noWork }
        return load.share * Double(load.gpus) * 3600 / meanWork
    }

    private func scaleDurations(of drafts: inout [JobDraft], meeting load: Load) throws(GeneratorError) {
        let span: Double
        switch extent {
        case .horizon(let horizon): span = horizon.seconds
        case .jobs: span = drafts.last?.submit ?? 0
        }
        let target = load.share * Double(load.gpus) * span
        // Patience makes the work of cancelled jobs not quite proportional to the factor, so a few rounds are needed.
        for _ in 0..<50 {
            let work = work(of: drafts)
            guard work > 0, target > 0 else { throw noWork }
            if abs(work / target - 1) < 1e-6 { return }
            for index in drafts.indices { drafts[index].duration *= target / work }
        }
    }

    private var noWork: GeneratorError {
        GeneratorError(parameter: "load", found: "no GPU work to scale", expected: "jobs with GPUs before the horizon")
    }

    /// GPU-seconds of jobs that each start when they are submitted.
    private func work(of drafts: [JobDraft]) -> Double {
        drafts.reduce(0) { sum, draft in
            sum + Double(draft.gpus) * min(draft.duration, draft.timeToCancel(patience: patience.seconds))
        }
    }

    // MARK: Building

    private func build(_ drafts: [JobDraft]) -> Workload {
        var builder = WorkloadBuilder(source: "training-mix", format: "generated")
        let teamIndexes = teams.map { builder.team($0.name) }
        let queueIndexes = teams.map { builder.queue($0.queue) }
        let classIndexes = classes.map { builder.jobClass($0.name) }
        let models = gpuModels.isEmpty ? 0 : builder.gpuModels(gpuModels)
        for (number, draft) in drafts.enumerated() {
            let kind = classes[draft.kind]
            let submit = Self.time(draft.submit)
            let cancel = draft.timeToCancel(patience: patience.seconds)
            let name = builder.claim("\(kind.name)-\(number + 1)")
            let job = Job(
                id: 0, name: name.index, team: teamIndexes[draft.team], queue: queueIndexes[draft.team],
                jobClass: classIndexes[draft.kind],
                user: builder.user("\(teams[draft.team].name)-\(draft.user + 1)"), priority: kind.priority,
                submit: submit, duration: Self.wholeSeconds(draft.duration),
                requestedDuration: Self.wholeSeconds((draft.duration * draft.overestimate / 300).rounded(.up) * 300),
                abortAt: cancel.isFinite ? submit + Self.wholeSeconds(cancel) : nil,
                checkpointInterval: kind.checkpointInterval, preemptible: kind.preemptible)
            for (position, part) in PodSplit(draft.gpus, perPod: gpusPerPod).parts.enumerated() {
                let request = ResourceRequest(
                    cpuMilli: cpuMilliPerGPU * Int64(part.held), memoryBytes: memoryPerGPU.rawValue * Int64(part.held),
                    gpuCount: Int32(part.held))
                let group = PodGroupSpec(pods: Int32(part.pods), request: request, gpuModels: models)
                if position == 0 { builder.append(job, group: group) } else { builder.appendGroup(group) }
            }
        }
        builder.report.rowsRead = drafts.count
        builder.report.rowsKept = drafts.count
        return builder.build()
    }

    /// Whole seconds keep traces short and change nothing that matters.
    private static func time(_ seconds: Double) -> SimTime { .zero + .seconds(Int64(seconds)) }

    private static func wholeSeconds(_ seconds: Double) -> SimDuration {
        .seconds(max(1, Int64(min(seconds, Double(TraceLimits.seconds)).rounded())))
    }
}
