import Configuration
import Quantities
import Workloads

/// Generated jobs: `generate: training-mix` with its parameters; see `TrainingMix`.
public struct GenerateSection: Sendable, Equatable {
    /// Generators by name.
    public enum Generator: String, CaseIterable, Sendable {
        case trainingMix = "training-mix"
    }

    /// How the arrival rate swings.
    public enum Cycle: String, CaseIterable, Sendable {
        case office, flat
    }

    public var generator = Generator.trainingMix
    public var seed: UInt64?
    public var rate: Rate?
    public var jobs: Int?
    public var span: SimDuration?
    public var load: Double?
    public var loadOf: Int?
    public var loadBy = TrainingMix.Load.Means.durations
    public var teams = TeamSection.standard
    public var classes: [Named<ClassSection>] = []
    public var cycle = Cycle.office
    public var largestJob: Int?
    public var gpusPerPod = 8
    public var cpuPerGPU = KubernetesQuantity(12)
    public var memoryPerGPU = KubernetesQuantity(120 << 30, format: .binarySI)
    public var gpuModels: [String] = []
    public var patience: SimDuration = .seconds(900)
    public var rules = PlacementRules()

    static let table = FieldTable(
        "generated jobs", GenerateSection(), own + PlacementRules.fields.map { $0.within(\.rules) },
        check: { section, place, reading in
            if section.jobs != nil && section.span != nil {
                reading.report(
                    path: place.key("span").path, "the number of jobs is given; give a span or jobs, not both")
            }
            if section.rate != nil && section.load != nil && section.loadBy == .rate {
                reading.report(
                    path: place.key("rate").path, "the rate follows from the load", hint: "remove one of them")
            }
            if section.loadOf != nil && section.load == nil && reading.isSound(place.path) {
                reading.report(
                    path: place.key("loadOf").path, "there is no load that it could belong to",
                    hint: "add \"load: 0.9\"")
            }
            reading.reportDuplicates(of: section.teams.map(\.name), what: "team", in: place.key("teams"))
            let known = TrainingClass.standard.map(\.name)
            for change in section.classes where !known.contains(change.name) {
                reading.report(
                    path: place.key("classes").freeKey(change.name).path, "unknown class \"\(change.name)\"",
                    hint: Suggestion.text(change.name, among: known))
            }
        })

    private static let own: [Field<GenerateSection>] = [
        .required("generate", \.generator, .choice("generator"), "Name of the generator."),
        .optional("seed", \.seed, .seed, "Seed of the jobs; without it the scenario's."),
        .optional("rate", \.rate, .rate, "Jobs submitted on the average of a week; without it 20/h."),
        .optional("jobs", \.jobs, .integer(1...100_000_000), "Exactly so many jobs, in place of `span`."),
        .optional(
            "span", \.span, .duration, "Time during which jobs arrive; without it the scenario's horizon."),
        .optional(
            "load", \.load, .number(NumberRange(minimum: 0, excludesMinimum: true, maximum: 100)),
            "Offered work over the GPU-time of the pools that the jobs may use: 0.85 is work for 85 % of them."),
        .optional(
            "loadOf", \.loadOf, .integer(1...100_000_000),
            "GPUs that `load` is a share of; without it those of the allowed pools, so that a larger cluster gets more work."
        ),
        .optional(
            "loadBy", \.loadBy, .choice("means"), "What is adapted to meet `load`: the durations or the rate."),
        .optional(
            "teams", \.teams, TeamSection.fields.kind.list(atLeast: 1),
            "Who submits."),
        .optional(
            "classes", \.classes, ClassSection.fields.kind.byName(),
            "Changes to the standard classes debug, eval, finetune and pretrain."),
        .optional("cycle", \.cycle, .choice("cycle"), "How the arrival rate swings over day and week."),
        .optional(
            "largestJob", \.largestJob, .integer(1...100_000),
            "Larger jobs, in GPUs, are not drawn; without it what the allowed pools hold."),
        .optional("gpusPerPod", \.gpusPerPod, .integer(1...32), "GPUs of a full pod; larger jobs are gangs."),
        .optional("cpuPerGPU", \.cpuPerGPU, .amount(upTo: KubernetesQuantity(1000)), "Logical CPUs for each GPU."),
        .optional(
            "memoryPerGPU", \.memoryPerGPU, .amount(upTo: KubernetesQuantity(1 << 42, format: .binarySI)),
            "Host memory for each GPU."),
        .optional("gpuModels", \.gpuModels, ValueKind<String>.gpuModel.list(), "Allowed GPU models."),
        .optional("patience", \.patience, .durationOrZero, "Users wait at least so long before they cancel."),
    ]
}

/// One entry of `teams`.
public struct TeamSection: Sendable, Equatable {
    public var name = ""
    public var share = 1.0
    public var queue: String?
    public var users = 8
    public var classFactors: [Named<Double>] = []
    public var largestJob: Int?

    /// The generator's own teams.
    static let standard = TrainingMix.threeTeams.map { team in
        TeamSection(
            name: team.name, share: team.share, queue: team.queue, users: team.users,
            classFactors: team.classFactors.sorted { $0.key < $1.key }.map { Named(name: $0.key, value: $0.value) },
            largestJob: team.largestJob)
    }

    static let fields = FieldTable(
        "a team", TeamSection(),
        [
            .required("name", \.name, .objectName, "Name of the team, and of its queue unless told."),
            .optional(
                "share", \.share, .number(NumberRange(minimum: 0, maximum: 1_000_000)),
                "Share of the submissions, in proportion to the other teams."),
            .optional("queue", \.queue, .objectName, "Queue of its jobs."),
            .optional("users", \.users, .integer(1...100_000), "Users; the k-th submits in proportion to 1/k."),
            .optional(
                "classFactors", \.classFactors,
                ValueKind<Double>.number(NumberRange(minimum: 0, maximum: 1_000_000)).byName(),
                "How much more often than others it submits jobs of a class."),
            .optional("largestJob", \.largestJob, .integer(1...100_000), "Largest job of the team in GPUs."),
        ],
        check: { team, place, reading in
            let known = TrainingClass.standard.map(\.name)
            for factor in team.classFactors where !known.contains(factor.name) {
                reading.report(
                    path: place.key("classFactors").freeKey(factor.name).path, "unknown class \"\(factor.name)\"",
                    hint: Suggestion.text(factor.name, among: known))
            }
        })
}

/// Changes to one standard class of jobs.
public struct ClassSection: Sendable, Equatable {
    public var share: Double?
    public var sizes: [Named<Double>] = []
    public var longest: SimDuration?
    public var priority: Int?
    public var preemptible: Bool?
    public var checkpointInterval: SimDuration?
    public var cancelled: Double?

    static let fields = FieldTable(
        "a class", ClassSection(),
        [
            .optional("share", \.share, .number(NumberRange(minimum: 0, maximum: 1_000_000)), "Share of the jobs."),
            .optional(
                "sizes", \.sizes, ValueKind<Double>.number(NumberRange(minimum: 0, maximum: 1_000_000)).byName(),
                "Weights of the sizes in GPUs, in place of the standard ones: `{1: 0.5, 8: 0.5}`."),
            .optional("longest", \.longest, .duration, "Longest run time before scaling to a load."),
            .optional("priority", \.priority, .integer(-2_147_483_648...2_147_483_647), "Priority."),
            .optional("preemptible", \.preemptible, .boolean, "Whether its jobs may be evicted."),
            .optional(
                "checkpointInterval", \.checkpointInterval, .duration(atLeast: .seconds(1)),
                "Work between two checkpoints."),
            .optional("cancelled", \.cancelled, .number(.share), "Share of the jobs that their users cancel."),
        ],
        check: { section, place, reading in
            for size in section.sizes where !(Int(size.name).map { (1...100_000).contains($0) } ?? false) {
                reading.report(
                    path: place.key("sizes").freeKey(size.name).path,
                    "\"\(size.name)\" is no number of GPUs from 1 to 100000")
            }
        })

    /// `standard` with these changes.
    func applied(to standard: TrainingClass) -> TrainingClass {
        var result = standard
        if let share { result.share = share }
        if !sizes.isEmpty {
            result.sizes = sizes.compactMap { size in
                Int(size.name).map { TrainingClass.Size(gpus: $0, weight: size.value) }
            }
        }
        if let longest { result.longest = longest }
        if let priority { result.priority = Int32(priority) }
        if let preemptible { result.preemptible = preemptible }
        if let checkpointInterval { result.checkpointInterval = checkpointInterval }
        if let cancelled { result.cancelled = cancelled }
        return result
    }
}
