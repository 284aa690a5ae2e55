import ClusterModel
import Configuration
import CostModel
import Quantities

/// Training jobs whose duration follows from what they are: `train: llama-3-8b` with its parameters.
public struct TrainSection: Sendable, Equatable {
    public var model = ""
    public var name: String?
    public var count: Int?
    public var every: SimDuration = .zero
    public var rate: Rate?
    public var submit: SimDuration = .zero
    public var steps: Int?
    public var tokens: Double?
    public var gpus = 8
    public var gpusPerPod: Int?
    public var minGPUs: Int?
    public var cpuPerGPU = KubernetesQuantity(12)
    public var memoryPerGPU = KubernetesQuantity(120 << 30, format: .binarySI)
    public var gpuModels: [String] = []
    public var parallelism = Parallelism.given(ParallelismSection())
    public var microBatch = 1
    public var globalBatch: Int?
    public var sequence = 4096
    public var precision = Precision.bf16
    public var recompute = TrainingPlan.Recompute.none
    public var sharding = TrainingPlan.Sharding.zero1
    public var schedule = TrainingPlan.Schedule.oneForwardOneBackward
    public var task = TrainingPlan.Task.full
    public var loraRank = 16
    public var software = SoftwareCard.megatronCore.name
    public var team: String?
    public var queue: String?
    public var user: String?
    public var jobClass: String?
    public var priority = 0
    public var requested: SimDuration?
    public var preemptible = true
    public var checkpointInterval: SimDuration?
    public var maxRestarts: Int?
    public var rules = PlacementRules()

    /// How the model is split over the GPUs.
    public enum Parallelism: Sendable, Equatable {
        /// The fastest plan that fits into memory is found.
        case auto
        /// As the section says.
        case given(ParallelismSection)

        static let kind = ValueKind<Parallelism>.either(
            single: ValueKind<String>.name(of: "parallelism", among: ["auto"])
                .map(to: { _ in .auto }, from: { $0 == .auto ? "auto" : nil }),
            mapping: ParallelismSection.table.kind
                .map(to: { .given($0) }, from: { if case .given(let section) = $0 { section } else { nil } }))
    }

    /// GPUs of one pod: all of a small job, otherwise eight.
    var podGPUs: Int { gpusPerPod ?? min(gpus, 8) }

    static let table = FieldTable(
        "training jobs", TrainSection(),
        arrival + work + plan + life + PlacementRules.fields.map { $0.within(\.rules) },
        check: { section, place, reading in
            guard reading.isSound(place.path) else { return }
            if (section.steps == nil) == (section.tokens == nil) {
                reading.report(path: place.key("train").path, "give either \"steps\" or \"tokens\"")
            }
            if section.gpus % section.podGPUs != 0 {
                reading.report(
                    path: place.key("gpusPerPod").path,
                    "\(section.gpus) GPUs are not a whole number of pods with \(section.podGPUs)")
            }
            if let least = section.minGPUs, least > section.gpus || least % section.podGPUs != 0 {
                reading.report(
                    path: place.key("minGPUs").path,
                    "\(least) GPUs are not a whole number of pods with \(section.podGPUs), up to \(section.gpus)")
            }
            if section.rate != nil && section.every > .zero {
                reading.report(path: place.key("every").path, "jobs arrive at a rate or every so often, not both")
            }
            let last =
                Double(section.submit.nanoseconds) + Double((section.count ?? 1) - 1)
                * Double(section.every.nanoseconds)
            if last > Double(SimDuration.seconds(100 * 365 * 86_400).nanoseconds) {
                reading.report(path: place.key("every").path, "the last job would arrive after more than 100 years")
            }
        })

    private static let arrival: [Field<TrainSection>] = [
        .required("train", \.model, .trainedModel, "Model card, or the path of a Hugging Face config.json."),
        .optional(
            "name", \.name, .objectName,
            "Name; without it `train-` and the model. Several jobs get `-0`, `-1`, … appended."),
        .optional(
            "count", \.count, .integer(1...1_000_000),
            "Number of equal jobs; without it 1, or with `rate` as many as arrive before the horizon."),
        .optional("every", \.every, .durationOrZero, "Time between the submits of equal jobs."),
        .optional("rate", \.rate, .rate, "Rate at which they are submitted, at random (Poisson), in place of `every`."),
        .optional("submit", \.submit, .durationOrZero, "First arrival, since the start of the run."),
    ]

    private static let work: [Field<TrainSection>] = [
        .optional("steps", \.steps, .integer(1...1_000_000_000), "Optimizer steps until a job is done."),
        .optional(
            "tokens", \.tokens, .number(NumberRange(minimum: 1, maximum: 1e15)),
            "Tokens until a job is done, in place of `steps`; the last step may be a part."),
        .optional("gpus", \.gpus, .integer(1...100_000), "GPUs of one job."),
        .optional(
            "gpusPerPod", \.gpusPerPod, .integer(1...ClusterBuilder.Limit.gpusPerNode),
            "GPUs of one pod; without it 8, or all of a smaller job."),
        .optional(
            "minGPUs", \.minGPUs, .integer(1...100_000),
            "GPUs that are enough to start, and to go on with `recovery: elastic`: fewer replicas share the global batch. Without it all."
        ),
        .optional("cpuPerGPU", \.cpuPerGPU, .amount(upTo: KubernetesQuantity(1000)), "Logical CPUs for each GPU."),
        .optional(
            "memoryPerGPU", \.memoryPerGPU, .amount(upTo: KubernetesQuantity(1 << 42, format: .binarySI)),
            "Host memory for each GPU."),
        .optional(
            "gpuModels", \.gpuModels, ValueKind<String>.gpuModel.list(), "Allowed GPU models; without any all are."),
    ]

    private static let plan: [Field<TrainSection>] = [
        .optional(
            "parallelism", \.parallelism, Parallelism.kind,
            "How the model is split; `auto` finds the fastest plan that fits, with its micro batch, recomputation and sharding."
        ),
        .optional("microBatch", \.microBatch, .integer(1...65_536), "Sequences in a micro batch of one rank."),
        .optional(
            "globalBatch", \.globalBatch, .integer(1...1_048_576),
            "Sequences in a step; without it 8 micro batches for every replica."),
        .optional("sequence", \.sequence, .integer(1...134_217_728), "Tokens in a sequence."),
        .optional("precision", \.precision, .choice("precision"), "Number format of matrix multiplications."),
        .optional("recompute", \.recompute, .choice("recomputation"), "What is computed twice to save memory."),
        .optional("sharding", \.sharding, .choice("sharding"), "What data-parallel ranks share out."),
        .optional("schedule", \.schedule, .choice("schedule"), "Pipeline schedule."),
        .optional("task", \.task, .choice("task"), "What is trained: all weights or adapters."),
        .optional("loraRank", \.loraRank, .integer(1...65_536), "Rank of adapters."),
        .optional(
            "software", \.software, .name(of: "software card", among: SoftwareCard.builtIn.map(\.name)), "Framework."),
    ]

    private static let life: [Field<TrainSection>] = [
        .optional("team", \.team, .objectName, "Team; without it the queue's."),
        .optional("queue", \.queue, .objectName, "Queue; without it the only one, or `default`."),
        .optional("user", \.user, .text, "User."),
        .optional("class", \.jobClass, .text, "Class for grouping in reports; without it `train`."),
        .optional("priority", \.priority, .integer(-2_147_483_648...2_147_483_647), "Higher goes first."),
        .optional(
            "requested", \.requested, .duration,
            "Run time that the scheduler is told; without it the undisturbed one."),
        .optional("preemptible", \.preemptible, .boolean, "Whether they may be evicted for other jobs."),
        .optional(
            "checkpointInterval", \.checkpointInterval, .duration(atLeast: .seconds(1)),
            "In place of the scenario's `checkpoint.interval`."),
        .optional(
            "maxRestarts", \.maxRestarts, .integer(0...1_000_000), "Restarts after failures; without it no limit."),
    ]
}

/// `parallelism` of training jobs.
public struct ParallelismSection: Sendable, Equatable {
    public var tensor = 1
    public var context = 1
    public var pipeline = 1
    public var virtualStages = 1
    public var expert = 1
    public var data: Int?
    public var sequenceParallel = true

    static let table = FieldTable(
        "the parallel sizes", ParallelismSection(),
        [
            .optional("tp", \.tensor, .integer(1...1024), "Tensor-parallel ranks."),
            .optional("cp", \.context, .integer(1...1024), "Context-parallel ranks."),
            .optional("pp", \.pipeline, .integer(1...1024), "Pipeline stages."),
            .optional("vpp", \.virtualStages, .integer(1...1024), "Virtual stages of a rank."),
            .optional("ep", \.expert, .integer(1...1024), "Expert-parallel ranks."),
            .optional(
                "dp", \.data, .integer(1...100_000), "Replicas; must be what the GPUs and the other sizes leave."),
            .optional(
                "sequenceParallel", \.sequenceParallel, .boolean,
                "Whether norms and residuals are split over the tensor-parallel ranks."),
        ])
}

extension ValueKind where Value == String {
    /// A built-in model card or the path of a `config.json`.
    static var trainedModel: ValueKind {
        .text("a model card or the path of a config.json", schema: ["type": "string", "$comment": "name of a model"]) {
            name in
            if name.hasSuffix(".json") || ModelCard.named(name) != nil { return nil }
            return ValueProblem(
                "unknown model \"\(name)\"",
                hint: Suggestion.text(name, among: ModelCard.builtIn.map(\.name)) ?? "a path ends in .json")
        }
    }
}
