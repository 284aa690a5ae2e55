import ArgumentParser
import ClusterModel
import Configuration
import CostModel
import Quantities

/// What is trained, on what.
struct TrainingSubject: ParsableArguments {
    @Option(help: "Model card, or the path of a config.json.", completion: .file(extensions: ["json"]))
    var model: String
    @OptionGroup var machines: MachineOptions

    /// The card with a name, or of a file.
    static func card(_ name: String, option: String) throws -> ModelCard {
        if let card = ModelCard.named(name) { return card }
        if name.hasSuffix(".json") { return try HuggingFaceConfig.read(path: name) }
        let hint = ModelCard.nearest(to: name).map { "; did you mean '\($0)'?" } ?? ""
        throw Failure.badInput(
            "\(option): found '\(name)', expected a .json file or one of "
                + ModelCard.builtIn.map(\.name).joined(separator: ", ") + hint)
    }
}

/// How it is trained.
struct PlanOptions: ParsableArguments {
    @Option(parsing: .unconditional, help: "Tensor-parallel size (default: 1).", transform: Value.count) var tp = 1
    @Option(parsing: .unconditional, help: "Context-parallel size (default: 1).", transform: Value.count) var cp = 1
    @Option(parsing: .unconditional, help: "Pipeline stages (default: 1).", transform: Value.count) var pp = 1
    @Option(
        parsing: .unconditional, help: "Data-parallel size; must agree with the other sizes.", transform: Value.count)
    var dp: Int?
    @Option(parsing: .unconditional, help: "Virtual stages of a rank (default: 1).", transform: Value.count)
    var vpp = 1
    @Option(parsing: .unconditional, help: "Expert-parallel size (default: 1).", transform: Value.count) var ep = 1
    @Option(
        parsing: .unconditional, help: "Sequences in a micro batch of one rank (default: 1).", transform: Value.count)
    var microBatch = 1
    @Option(
        parsing: .unconditional, help: "Sequences in a step (default: 8 micro batches for every replica).",
        transform: Value.count)
    var globalBatch: Int?
    @Option(
        parsing: .unconditional, help: "Tokens in a sequence (default: 4096, or the positions that the model has).",
        transform: Value.count)
    var sequence: Int?
    @Option(help: "Number format of matrix multiplications (default: bf16, fp16 where the GPU has no bf16).")
    var precision: Precision?
    @Option(help: "What is computed twice to save memory.") var recompute: TrainingPlan.Recompute = .none
    @Option(
        help: ArgumentHelp(
            """
            What data-parallel ranks share out: \(ShardingName.names). ddp is none, distributed-optimizer zero1, fsdp \
            zero3, and hsdp fsdp inside of each node.
            """, valueName: "kind"))
    var sharding = ShardingName(kind: .zero1)
    @Option(
        parsing: .unconditional, help: "Ranks among which state is shared out (default: all; hsdp: a node's).",
        transform: Value.count)
    var shardGroup: Int?
    @Flag(name: .customLong("pure-16-bit"), help: "Keep weights and moments in 16 bits, without 32-bit copies.")
    var pure16Bit = false
    @Option(help: "Pipeline schedule.") var schedule: TrainingPlan.Schedule = .oneForwardOneBackward
    @Option(help: "What is trained.") var task: TrainingPlan.Task = .full
    @Option(parsing: .unconditional, help: "Rank of adapters (default: 16).", transform: Value.count) var loraRank = 16
    @Flag(help: "Keep norms and residuals whole on every tensor-parallel rank.") var noSequenceParallel = false
    @Option(
        help: ArgumentHelp(
            "Software: \(SoftwareCard.builtIn.map(\.name).joined(separator: ", ")).", valueName: "card"))
    var software = SoftwareCard.megatronCore.name
    @Option(help: "How Adam keeps its moments.") var optimizer: TrainingPlan.Moments = .wide
    @Option(help: "What is kept outside of the GPU.") var offload: TrainingPlan.Offload = .none
    @Flag(help: "Keep activations in host memory until the backward pass.") var offloadActivations = false
    @Flag(help: "Train embedding and output head beside adapters.") var trainEmbeddings = false
    @Option(
        parsing: .unconditional, help: "Images in a sequence, for models that see (default: 1).",
        transform: Value.count)
    var images: Int?
    @Flag(help: "Leave a vision encoder as it is.") var freezeVision = false
    @Option(
        parsing: .unconditional,
        help: "Share of hosts that compute 10 % slower than the others, such as 0.005 (default: 0).",
        transform: Value.fraction)
    var slowHosts = 0.0

    /// The plan of training a model on `gpus` GPUs of a platform.
    func plan(_ model: ModelCard, gpus: Int, on platform: TrainingPlatform) throws -> TrainingPlan {
        guard let software = SoftwareCard.builtIn.first(where: { $0.name == self.software }) else {
            let names = SoftwareCard.builtIn.map(\.name)
            let hint = NearestName.suggest(self.software, among: names).map { "; did you mean '\($0)'?" } ?? ""
            throw Failure.badInput(
                "--software: found '\(self.software)', expected one of \(names.joined(separator: ", "))\(hint)")
        }
        for (name, value) in [
            ("--gpus", gpus), ("--tp", tp), ("--cp", cp), ("--pp", pp), ("--vpp", vpp), ("--ep", ep),
            ("--micro-batch", microBatch), ("--global-batch", globalBatch ?? 1), ("--lora-rank", loraRank),
            ("--images", images ?? 1), ("--shard-group", shardGroup ?? 1),
        ] where value > 1 << 20 { throw Failure.badInput("\(name): found \(value), expected at most \(1 << 20)") }
        let positions = model.learnedPositions > 0 ? model.learnedPositions : 4096
        let sequence = sequence ?? min(4096, positions)
        if sequence > 1 << 27 {
            throw Failure.badInput("--sequence: found \(sequence), expected at most \(1 << 27)")
        }
        if model.vision == nil, images != nil || freezeVision {
            throw Failure.badInput("\(freezeVision ? "--freeze-vision" : "--images"): \(model.name) sees no images")
        }
        if task == .full, trainEmbeddings { throw Failure.badInput("--train-embeddings: needs --task lora or qlora") }
        let replicas = max(1, gpus / min(gpus, tp * cp * pp))
        var plan = TrainingPlan(gpus: gpus, globalBatch: globalBatch ?? 8 * microBatch * replicas, sequence: sequence)
        plan.tensor = tp
        plan.context = cp
        plan.pipeline = pp
        plan.virtualStages = vpp
        plan.expert = ep
        plan.sequenceParallel = tp > 1 && !noSequenceParallel
        plan.schedule = schedule
        plan.sharding = sharding.kind
        plan.shardGroup =
            shardGroup ?? (sharding.isHybrid ? min(max(1, platform.gpusPerNode / tp), plan.data * cp) : nil)
        plan.microBatch = microBatch
        plan.precision = try format(on: platform)
        plan.pureLowPrecision = pure16Bit
        plan.trainsEmbeddings = trainEmbeddings
        plan.recompute = recompute
        plan.task = task
        plan.loraRank = loraRank
        plan.software = software
        plan.moments = optimizer
        plan.offload = offload
        plan.offloadsActivations = offloadActivations
        plan.images = images ?? 1
        plan.freezesVision = freezeVision
        plan.slowHosts = SlowHosts(share: slowHosts)
        return plan
    }

    /// The number format, which the GPU must have.
    private func format(on platform: TrainingPlatform) throws -> Precision {
        let catalogue = HardwareCatalogue.builtIn
        guard let gpu = catalogue.gpu(named: platform.card.name).map({ catalogue[$0] }) else {
            return precision ?? .bf16
        }
        guard let precision else { return gpu.hasBF16 ? .bf16 : .fp16 }
        let has =
            switch precision {
            case .fp16: true
            case .bf16: gpu.hasBF16
            case .fp8: gpu.fp8 != nil
            // Blocks with a scale came with the formats of four bits.
            case .mxfp8, .nvfp4: gpu.fp4 != nil
            }
        guard has else { throw Failure.badInput("--precision: \(gpu.name) has no \(precision.rawValue) tensor cores") }
        return precision
    }
}

/// What data-parallel ranks share out, by any of its names.
struct ShardingName: ExpressibleByArgument {
    let kind: TrainingPlan.Sharding
    /// Whether state is shared out inside of a node only.
    var isHybrid = false

    private static let others = ["ddp", "distributed-optimizer", "fsdp", "hsdp"]
    static let names = (TrainingPlan.Sharding.allCases.map(\.rawValue) + others).joined(separator: ", ")

    init(kind: TrainingPlan.Sharding) { self.kind = kind }

    init?(argument: String) {
        switch argument {
        case "ddp": kind = .none
        case "distributed-optimizer": kind = .zero1
        case "fsdp": kind = .zero3
        case "hsdp": (kind, isHybrid) = (.zero3, true)
        default:
            guard let known = TrainingPlan.Sharding(rawValue: argument) else { return nil }
            kind = known
        }
    }

    var defaultValueDescription: String { kind.rawValue }
}

/// Where samples come from and checkpoints go.
struct StorageOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Storage that samples come from: \(StorageCard.builtIn.map(\.name).joined(separator: ", ")).",
            valueName: "card"))
    var storage: String?
    @Option(
        parsing: .unconditional, help: "Provisioned capacity, for storage whose rates grow with it, such as 100TiB.",
        transform: Value.bytes)
    var storageCapacity: Bytes?
    @Option(
        parsing: .unconditional, help: "Bandwidth of storage for the whole job, such as 40GB/s.",
        transform: Value.bandwidth)
    var storageRate: BytesPerSecond?
    @Option(
        parsing: .unconditional, help: "Size of a sample (default: 4 bytes for each token).", transform: Value.bytes)
    var sampleSize: Bytes?
    @Option(
        parsing: .unconditional, help: "Files opened for a sample; 0 when samples are packed (default: 0).",
        transform: Value.amount)
    var filesPerSample: Double?
    @Option(
        parsing: .unconditional, help: "Files per second that storage opens for the job (default: 20000).",
        transform: Value.share)
    var openRate: Double?
    @Option(
        parsing: .unconditional, help: "Share of samples found in a local cache (default: 0).",
        transform: Value.fraction)
    var cacheHit: Double?
    @Option(parsing: .unconditional, help: "Loader processes of a rank (default: 4).", transform: Value.count)
    var workers: Int?
    @Option(
        parsing: .unconditional, help: "Processor time of decoding a sample, such as 8ms (default: 0s).",
        transform: Value.duration)
    var decode: SimDuration?
    @Flag(help: "Load a batch when it is needed, not before.") var noPrefetch = false
    @Option(
        parsing: .unconditional, help: "Time between two checkpoints, such as 30min (default: none are written).",
        transform: Value.duration)
    var checkpointEvery: SimDuration?
    @Option(
        parsing: .unconditional, help: "Bandwidth of checkpoints for the whole job (default: --storage-rate).",
        transform: Value.bandwidth)
    var checkpointRate: BytesPerSecond?
    @Flag(help: "Go on training once the state is in host memory.") var asyncCheckpoint = false

    /// Adds loading and checkpoints to a plan, as far as options say so.
    func apply(to plan: inout TrainingPlan, platform: TrainingPlatform) throws {
        let nodes = (plan.gpus + platform.gpusPerNode - 1) / platform.gpusPerNode
        let card = try storageCard(nodes: nodes)
        plan.loading = try loading(plan, card, nodes: nodes)
        let writes = card.flatMap { DataLoading.rates($0, capacity: capacity, nodes: nodes)?.write }
        plan.checkpoint = try checkpoint(rate: checkpointRate?.rawValue ?? storageRate?.rawValue ?? writes)
    }

    private var capacity: Double? { storageCapacity.map { Double($0.rawValue) / 1_099_511_627_776 } }

    private func storageCard(nodes: Int) throws -> StorageCard? {
        guard let storage else {
            if storageCapacity != nil { throw Failure.badInput("--storage-capacity: needs --storage") }
            return nil
        }
        guard let card = StorageCard.named(storage) else {
            let names = StorageCard.builtIn.map(\.name)
            let hint = NearestName.suggest(storage, among: names).map { "; did you mean '\($0)'?" } ?? ""
            throw Failure.badInput(
                "--storage: found '\(storage)', expected one of \(names.joined(separator: ", "))\(hint)")
        }
        if storageCapacity?.rawValue == 0 { throw Failure.badInput("--storage-capacity: expected more than 0") }
        if DataLoading.rates(card, capacity: capacity, nodes: nodes) == nil {
            throw Failure.badInput("--storage: the rates of '\(storage)' grow with --storage-capacity; give it as well")
        }
        return card
    }

    private func loading(_ plan: TrainingPlan, _ card: StorageCard?, nodes: Int) throws -> DataLoading? {
        let given: [(String, Bool)] = [
            ("--sample-size", sampleSize != nil), ("--files-per-sample", filesPerSample != nil),
            ("--open-rate", openRate != nil), ("--cache-hit", cacheHit != nil), ("--workers", workers != nil),
            ("--decode", decode != nil), ("--no-prefetch", noPrefetch),
        ]
        let size = sampleSize.map { Double($0.rawValue) } ?? 4 * Double(plan.sequence)
        guard size > 0 else { throw Failure.badInput("--sample-size: expected more than 0") }
        var loading = card.flatMap { DataLoading(sampleBytes: size, from: $0, capacity: capacity, nodes: nodes) }
        if let storageRate {
            guard storageRate.rawValue > 0 else { throw Failure.badInput("--storage-rate: expected more than 0") }
            if loading == nil { loading = DataLoading(sampleBytes: size, bandwidth: storageRate.rawValue) }
            loading?.bandwidth = storageRate.rawValue
        }
        guard var loading else {
            if let lone = given.first(where: \.1) {
                throw Failure.badInput("\(lone.0): needs --storage or --storage-rate")
            }
            return nil
        }
        if let filesPerSample { loading.filesPerSample = filesPerSample }
        if let openRate { loading.openRate = openRate }
        if let cacheHit { loading.cacheHit = cacheHit }
        if let workers { loading.workers = workers }
        if let decode { loading.decodeSeconds = decode.seconds }
        if noPrefetch { loading.prefetch = 0 }
        return loading
    }

    private func checkpoint(rate: Double?) throws -> CheckpointCost? {
        guard let checkpointEvery else {
            if checkpointRate != nil || asyncCheckpoint {
                throw Failure.badInput(
                    "\(asyncCheckpoint ? "--async-checkpoint" : "--checkpoint-rate"): needs --checkpoint-every")
            }
            return nil
        }
        guard checkpointEvery.nanoseconds > 0 else {
            throw Failure.badInput("--checkpoint-every: expected more than 0")
        }
        guard let rate, rate > 0 else {
            throw Failure.badInput("--checkpoint-every: needs --storage, --checkpoint-rate or --storage-rate above 0")
        }
        return CheckpointCost(interval: checkpointEvery.seconds, bandwidth: rate, isAsynchronous: asyncCheckpoint)
    }
}

/// Training on preferences instead of the next token.
struct PreferenceOptions: ParsableArguments {
    enum Objective: String, CaseIterable, ExpressibleByArgument {
        case nextToken = "next-token"
        case dpo
        case ppo
    }

    @Option(help: "What is learned; dpo and ppo print phases of several models.") var objective = Objective.nextToken
    @Option(
        parsing: .unconditional, help: "Tokens of a prompt in ppo; the rest of the sequence is sampled (default: 512).",
        transform: Value.count)
    var prompt: Int?
    @Option(help: "Value model of ppo (default: one of the actor's size).") var critic: String?
    @Option(help: "Reward model of ppo (default: one of the actor's size).") var reward: String?
    @Option(
        parsing: .unconditional, help: "GPUs of one sampling instance in ppo (default: --tp).", transform: Value.count)
    var samplingTp: Int?
    @Option(parsing: .unconditional, help: "Passes over the samples in ppo (default: 1).", transform: Value.count)
    var epochs: Int?
    @Option(
        parsing: .unconditional, help: "Optimizer steps of one pass in ppo (default: 1).", transform: Value.count)
    var miniBatches: Int?

    /// The setting; nil for the next token.
    func setting() throws -> PolicyOptimization.Setting? {
        let ppoOnly: [(String, Bool)] = [
            ("--prompt", prompt != nil), ("--critic", critic != nil), ("--reward", reward != nil),
            ("--sampling-tp", samplingTp != nil), ("--epochs", epochs != nil), ("--mini-batches", miniBatches != nil),
        ]
        if objective != .ppo, let lone = ppoOnly.first(where: \.1) {
            throw Failure.badInput("\(lone.0): needs --objective ppo")
        }
        switch objective {
        case .nextToken: return nil
        case .dpo: return PolicyOptimization.Setting(method: .dpo)
        case .ppo:
            var setting = PolicyOptimization.Setting(method: .ppo)
            if let prompt { setting.prompt = prompt }
            if let critic { setting.critic = try TrainingSubject.card(critic, option: "--critic") }
            if let reward { setting.reward = try TrainingSubject.card(reward, option: "--reward") }
            for (name, value) in [("--epochs", epochs), ("--mini-batches", miniBatches)] {
                if let value, value > 1 << 20 {
                    throw Failure.badInput("\(name): found \(value), expected at most \(1 << 20)")
                }
            }
            setting.generationTensor = samplingTp
            if let epochs { setting.epochs = epochs }
            if let miniBatches { setting.miniBatches = miniBatches }
            return setting
        }
    }
}
