import ClusterModel

/// One published measurement of training, as configuration and result.
public struct TrainingRow: Sendable {
    /// Row name.
    public let id: String
    /// Testbed and software stack.
    public let source: String
    /// Model.
    public let model: ModelCard
    /// Plan; `microBatch` is 0 and `recompute` undecided where the row does not state them.
    public let plan: TrainingPlan
    /// Whether the row leaves the micro batch open.
    public let microBatchIsOpen: Bool
    /// Whether the row leaves recomputation open.
    public let recomputeIsOpen: Bool
    /// Machines.
    public let platform: TrainingPlatform
    /// Measured seconds of a step; nil when the row states none.
    public let measured: Double?
    /// Measured peak memory of one GPU in bytes; nil when the row states none.
    public let measuredMemory: Double?
    /// Whether that is what PyTorch allocated, without context and fragmentation.
    public let memoryIsAllocated: Bool
    /// Whether the row states that the run did not fit into memory.
    public let isOutOfMemory: Bool

    /// Why a row cannot be scored.
    public enum Refusal: Error, Sendable, Equatable {
        /// The table says not to, or states no step time.
        case excluded
        /// Something needed is missing or unknown.
        case incomplete(String)
    }

    /// Reads a row's configuration columns; its measured columns are looked at for the target only.
    public init(_ row: MeasuredTable.Row, catalogue: HardwareCatalogue = .builtIn) throws(Refusal) {
        measured = row.number("derived_step_s").flatMap { $0 > 0 ? $0 : nil }
        let kind = row.text("mem_kind")
        isOutOfMemory = kind.contains("OOM")
        let sharers = kind.contains("sum over GPUs") ? row.number("n_gpus") ?? 1 : 1
        let unit = kind.contains("GiB") ? 1_073_741_824.0 : 1e9
        measuredMemory = row.number("peak_mem_gb").flatMap { $0 > 0 ? $0 * unit / max(1, sharers) : nil }
        guard ["A", "B"].contains(row.text("quality")), measured != nil || measuredMemory != nil || isOutOfMemory else {
            throw .excluded
        }
        id = row.text("row_id")
        source = row.text("source_id")
        let gpuName = row.text("gpu")
        guard let listed = Self.card(gpuName, catalogue) else { throw .incomplete("GPU \(gpuName)") }
        let card = Self.variant(of: listed, note: row.text("gpu_note"))
        guard let layers = row.integer("n_layers"), let hidden = row.integer("hidden"),
            let heads = row.integer("n_heads"), let sequence = row.integer("seq_len"),
            let gpus = row.integer("n_gpus"), layers > 0, hidden > 0, heads > 0, sequence > 0, gpus > 0,
            let batch = row.integer("global_batch") ?? row.integer("micro_batch").map({ $0 * gpus }), batch > 0,
            max(layers, hidden, heads) <= 1 << 20, gpus <= 1 << 24, batch <= 1 << 30, sequence <= 1 << 30
        else { throw .incomplete("layers, hidden, heads, sequence, GPUs or global batch") }
        model = Self.model(row, layers: layers, hidden: hidden, heads: heads)
        let nodeSize = max(1, row.integer("gpus_per_node") ?? 8)
        // LitGPT prints `torch.cuda.max_memory_allocated()`.
        memoryIsAllocated = row.text("framework").lowercased().contains("litgpt")
        var platform = TrainingPlatform(
            card: card, gpusPerNode: nodeSize, network: row.number("inter_node_gbps_per_gpu").map { $0 / 8 * 1e9 })
        if row.text("inter_node_kind").contains("EFA") { platform.networkKind = .efa }
        self.platform = platform

        var plan = TrainingPlan(gpus: gpus, globalBatch: batch, sequence: sequence)
        plan.tensor = max(1, row.integer("tp") ?? 1)
        plan.context = max(1, (row.integer("cp") ?? 1) * max(1, row.integer("sp_ulysses") ?? 1))
        plan.pipeline = max(1, row.integer("pp") ?? 1)
        plan.expert = max(1, row.integer("ep") ?? 1)
        let framework = row.text("framework")
        let notes = row.text("notes")
        let isCompiled =
            notes.contains("torch.compile") && !["no ", "without "].contains { notes.contains($0 + "torch.compile") }
        plan.software = SoftwareCard.of(
            framework: isCompiled ? framework + " compile" : framework, attention: row.text("attention"))
        let sequenceParallel = row.text("seq_parallel")
        let isCore = plan.software.name == SoftwareCard.megatronCore.name
        plan.virtualStages = Self.virtualStages(row, layers: layers, pipeline: plan.pipeline, isCore: isCore)
        // Megatron-Core's recipes split norms with every tensor-parallel group, and interleave layer by layer where they pipeline.
        plan.sequenceParallel = sequenceParallel == "1" || (sequenceParallel.isEmpty && isCore && plan.tensor > 1)
        plan.sharding = Self.sharding(row.text("dp_sharding"))
        plan.shardGroup = row.integer("shard_group").flatMap { $0 > 0 ? $0 : nil }
        let precision = row.text("precision")
        plan.precision = Self.precision(precision)
        plan.pureLowPrecision = precision.hasSuffix("_pure")
        let task = row.text("task")
        plan.task = task == "lora" ? .lora : task == "qlora" ? .qlora : .full
        plan.trainsEmbeddings = row.text("peft").contains("emb")
        plan.loraRank = row.integer("lora_rank") ?? 16
        let recompute = row.text("recompute")
        recomputeIsOpen = !["none", "full"].contains(recompute) && !recompute.hasPrefix("selective")
        plan.recompute = Self.recompute(recompute)
        microBatchIsOpen = row.integer("micro_batch") == nil
        plan.microBatch = max(1, row.integer("micro_batch") ?? 1)
        self.plan = plan
        guard gpus % (plan.tensor * plan.context * plan.pipeline) == 0 else {
            throw .incomplete("GPUs not a multiple of the parallel sizes")
        }
    }

    private static func card(_ name: String, _ catalogue: HardwareCatalogue) -> AcceleratorCard? {
        if let card = AcceleratorCard.named(name, in: catalogue) { return card }
        for maker in ["Tesla-", "NVIDIA-"] {
            if let card = AcceleratorCard.named(maker + name, in: catalogue) { return card }
        }
        // `H100-SXM5-80GB`, `B200-SXM6`, `A100-SXM4-40/80GB`: the model is the part before the first dash.
        let stem = name.split(whereSeparator: { $0 == "-" || $0 == " " }).first.map(String.init) ?? name
        return AcceleratorCard.named(stem, in: catalogue)
    }

    /// A GPU whose power limit or memory bandwidth a note states: `500 W power limit, 2.4 TB/s HBM2e`.
    private static func variant(of card: AcceleratorCard, note: String) -> AcceleratorCard {
        var card = card
        if let match = note.firstMatch(of: /(\d+)\s*W\b/), let watts = Double(match.1), let usual = card.power,
            watts < usual
        {
            card.relativePower *= watts / usual
        }
        if let match = note.firstMatch(of: /(\d+(?:\.\d+)?)\s*TB\/s/), let rate = Double(match.1), rate > 0.1 {
            card.memoryBandwidth = rate * 1e12
        }
        return card
    }

    private static func model(_ row: MeasuredTable.Row, layers: Int, hidden: Int, heads: Int) -> ModelCard {
        let isLlama = row.text("arch_family") != "dense_gpt"
        let gated = row.text("gated_mlp").isEmpty ? isLlama : row.text("gated_mlp") == "1"
        var card = ModelCard(
            row.text("model"), layers: layers, hidden: hidden, heads: heads, kvHeads: row.integer("n_kv_heads"),
            headDimension: row.integer("head_dim"), feedForward: row.integer("ffn_hidden") ?? 4 * hidden, gated: gated,
            vocabulary: row.integer("vocab") ?? 50_304, tied: !isLlama)
        if !isLlama {
            card.learnedPositions = row.integer("seq_len") ?? 0
            card.hasBiases = true
        }
        if let count = row.integer("n_experts"), count > 1 {
            card.experts = ModelCard.Experts(
                count: count, perToken: max(1, row.integer("top_k") ?? 2),
                width: row.integer("moe_ffn_hidden") ?? card.feedForward,
                sharedWidth: row.integer("shared_expert_ffn") ?? 0, denseLayers: row.integer("n_dense_layers") ?? 0)
        }
        if row.text("arch_family") == "moe_mla" {
            // DeepSeek-V3's and Kimi K2's; the tables do not print them.
            card.latent = ModelCard.LatentAttention(
                queryRank: 1536, keyValueRank: 512, plainDimension: 128, rotaryDimension: 64, valueDimension: 128)
        }
        if row.text("model").hasPrefix("gpt-oss") {
            // Every other layer of GPT-OSS attends to 128 tokens.
            card.slidingWindow = 128
            card.windowedShare = 0.5
        }
        return card
    }

    private static func virtualStages(
        _ row: MeasuredTable.Row, layers: Int, pipeline: Int, isCore: Bool
    ) -> Int {
        if let stated = row.integer("vpp"), stated > 0 { return stated }
        guard pipeline > 1 else { return 1 }
        if isCore, row.text("pp_schedule").isEmpty, layers % pipeline == 0 { return layers / pipeline }
        guard row.text("pp_schedule") == "interleaved" else { return 1 }
        return [2, 3].first { layers % (pipeline * $0) == 0 } ?? min(2, max(1, layers / pipeline))
    }

    /// What a table's word for recomputation means; nothing where it is not stated.
    static func recompute(_ text: String) -> TrainingPlan.Recompute {
        switch text {
        case "full": .full
        case "selective_layer": .everyOtherLayer
        case "selective_per_op": .everyOtherProduct
        default: text.hasPrefix("selective") ? .selective : .none
        }
    }

    private static func sharding(_ text: String) -> TrainingPlan.Sharding {
        switch text {
        case "zero1", "zero1_dist_opt": .zero1
        case "zero2", "ddp_or_zero2": .zero2
        case "zero2_fsdp": .keepGathered
        case "zero3", "zero3_fsdp", "fsdp", "hsdp", "megatron_fsdp": .zero3
        default: .none
        }
    }

    private static func precision(_ text: String) -> Precision {
        if text.hasPrefix("nvfp4") { return .nvfp4 }
        if text.hasPrefix("mxfp8") { return .mxfp8 }
        if text.hasPrefix("fp8") { return .fp8 }
        return text.hasPrefix("fp16") ? .fp16 : .bf16
    }
}

extension TrainingRow {
    /// The plan with what the row leaves open decided by stated rules, never by the measured time.
    ///
    /// An open micro batch is the fastest of 1, 2, 4, 8, 16 that fits into memory (such rows are tuned runs). Open
    /// recomputation is full for Hugging Face trainers and for LitGPT with FSDP (their scripts' default); otherwise none.
    public func decided(by cost: TrainingCostModel) -> TrainingPlan {
        var plan = plan
        let isHuggingFace = plan.software.name == SoftwareCard.huggingFace.name
        let isShardedLitGPT = plan.software.name == SoftwareCard.litGPT.name && plan.sharding != .none
        if recomputeIsOpen, isHuggingFace || isShardedLitGPT { plan.recompute = .full }
        guard microBatchIsOpen else { return plan }
        let perReplica = max(1, plan.globalBatch / plan.data)
        var best: (plan: TrainingPlan, step: Double)?
        for size in [1, 2, 4, 8, 16] where size <= perReplica && perReplica % size == 0 {
            plan.microBatch = size
            let estimate = cost.estimate(model, plan)
            if size > 1, estimate.memory.verdict(capacity: platform.card.memory) == .outOfMemory { break }
            if best.map({ estimate.step < $0.step }) ?? true { best = (plan, estimate.step) }
        }
        return best?.plan ?? plan
    }

    /// What the model predicts for the row.
    public func estimate(constants: StepTimeConstants = StepTimeConstants()) -> TrainingEstimate {
        let cost = TrainingCostModel(platform: platform, constants: constants)
        return cost.estimate(model, decided(by: cost))
    }
}
