/// Seconds that one layer takes on one GPU for one micro batch.
struct LayerTimes: Hashable, Sendable {
    /// Matrix multiplications, forward.
    var linearForward = 0.0
    /// The last product of the layer, part of `linearForward`.
    var lastProduct = 0.0
    /// Up-projections of latent attention, part of `linearForward`.
    var upProjections = 0.0
    /// Matrix multiplications, backward.
    var linearBackward = 0.0
    /// Attention's core.
    var attentionForward = 0.0
    /// Attention's core, backward.
    var attentionBackward = 0.0
    /// Elementwise work.
    var memoryForward = 0.0
    /// Norms and activation functions, part of `memoryForward`.
    var normsForward = 0.0
    /// Elementwise work, backward.
    var memoryBackward = 0.0
    /// Tensor-parallel transfers that are not hidden, of one forward pass.
    var tensorForward = 0.0
    /// Tensor-parallel transfers, backward.
    var tensorBackward = 0.0
    /// Expert all-to-all that is not hidden, each way.
    var expertTransfer = 0.0
    /// Context-parallel transfers that are not hidden, forward and backward.
    var contextTransfer = 0.0
    /// Kernels launched in the forward pass.
    var launchesForward = 0.0
    /// Kernels launched in the backward pass.
    var launchesBackward = 0.0

    var forward: Double { linearForward + attentionForward + memoryForward }
    var backward: Double { linearBackward + attentionBackward + memoryBackward }
}

/// Builds the times of layers, head and embedding from kernels and transfers.
struct LayerModel {
    let model: ModelCard
    let plan: TrainingPlan
    let platform: TrainingPlatform
    let kernels: KernelModel
    let collectives: CollectiveModel

    private var constants: StepTimeConstants { kernels.constants }
    private var tensor: Double { Double(plan.tensor) }
    /// Tokens of a micro batch on one context-parallel rank.
    var tokens: Double { Double(plan.microBatch) * Double(plan.sequence) / Double(plan.context) }
    private var isFrozen: Bool { plan.task != .full }
    private var training: SoftwareCard { plan.software }

    /// A layer, with experts or a dense feed-forward part.
    func layer(withExperts: Bool, crossAttention: Bool = false) -> LayerTimes {
        var times = computation(withExperts: withExperts, crossAttention: crossAttention)
        addTransfers(withExperts: withExperts, &times)
        return times
    }

    /// What a layer computes.
    func computation(withExperts: Bool, crossAttention: Bool = false) -> LayerTimes {
        var times = LayerTimes()
        let h = Double(model.hidden), d = Double(model.headDimension)
        let heads = Double(model.heads) / tensor
        let kvHeads = max(1, Double(model.kvHeads) / tensor)
        if let latent = model.latent {
            addLatentProjections(latent, &times)
        } else {
            addGEMM(n: (heads + 2 * kvHeads) * d, k: h, &times)
            addGEMM(n: h, k: heads * d, &times)
        }
        if crossAttention {
            addGEMM(n: (heads + 2 * kvHeads) * d, k: h, &times)
            addGEMM(n: h, k: heads * d, &times)
        }
        addAttention(heads: heads, &times)
        if withExperts {
            addExperts(&times)
        } else {
            let f = Double(model.feedForward) / tensor
            addGEMM(n: f * (model.isGated ? 2 : 1), k: h, &times)
            addGEMM(n: h, k: f, &times)
            times.lastProduct = kernels.gemm(m: tokens, n: h, k: f, plan.precision)
            addActivation(rows: tokens, width: f, &times)
        }
        addSmallOperators(heads: heads, kvHeads: kvHeads, &times)
        if plan.task != .full { addAdapters(&times) }
        return times
    }

    /// Adds what the ranks exchange in a layer.
    func addTransfers(withExperts: Bool, _ times: inout LayerTimes) {
        if withExperts { addExpertTransfers(&times) }
        addTensorTransfers(&times)
        addContextTransfers(&times)
    }

    private func addGEMM(rows: Double? = nil, n: Double, k: Double, _ times: inout LayerTimes) {
        let m = rows ?? tokens
        times.linearForward += kernels.gemm(m: m, n: n, k: k, plan.precision)
        times.linearBackward += kernels.gemm(m: m, n: k, k: n, plan.precision)
        if !isFrozen {
            times.linearBackward += kernels.gemm(m: n, n: k, k: m, plan.precision)
            times.memoryBackward += kernels.elementwise(
                bytes: accumulationBytes * n * k, kernels: accumulationBytes > 0 ? 1 : 0)
        }
        times.launchesForward += 2
        times.launchesBackward += isFrozen ? 2 : 3
        if plan.precision.isQuantised {
            let cast = constants.castBytes * m
            times.memoryForward += kernels.elementwise(bytes: cast * k)
            times.memoryBackward += kernels.elementwise(bytes: cast * n)
        }
        if plan.task == .qlora {
            // Weights of four bits are written out in 16 bits before each product.
            let dequantise = kernels.elementwise(bytes: constants.dequantiseBytes * n * k)
            times.memoryForward += dequantise
            times.memoryBackward += dequantise
            times.launchesForward += 4
            times.launchesBackward += 4
        }
    }

    /// Bytes moved to add one weight's gradient to the sum of the micro batches: gradient and sum read, sum written. Megatron-Core
    /// adds inside of the product (`gradient_accumulation_fusion`): the sum is read and written in 32 bits in place of 16 written.
    private var accumulationBytes: Double {
        guard plan.microBatches > 1 else { return 0 }
        if training.name == SoftwareCard.megatronCore.name { return 6 }
        return training.keepsWideGradients && plan.precision != .fp16 ? 10 : 6
    }

    private func addLatentProjections(_ latent: ModelCard.LatentAttention, _ times: inout LayerTimes) {
        let h = Double(model.hidden), heads = Double(model.heads) / tensor
        let query = Double(latent.queryRank), keyValue = Double(latent.keyValueRank)
        let plain = Double(latent.plainDimension), rotary = Double(latent.rotaryDimension)
        let value = Double(latent.valueDimension)
        if query > 0 {
            addGEMM(n: query, k: h, &times)
            addGEMM(n: heads * (plain + rotary), k: query, &times)
        } else {
            addGEMM(n: heads * (plain + rotary), k: h, &times)
        }
        addGEMM(n: keyValue + rotary, k: h, &times)
        addGEMM(n: heads * (plain + value), k: keyValue, &times)
        addGEMM(n: h, k: heads * value, &times)
        times.upProjections =
            kernels.gemm(m: tokens, n: heads * (plain + value), k: keyValue, plan.precision)
            + (query > 0 ? kernels.gemm(m: tokens, n: heads * (plain + rotary), k: query, plan.precision) : 0)
        // Norms of the compressed parts, and heads put together from their two pieces.
        let bytes = tokens * (4 * (query + keyValue) + 8 * heads * (plain + rotary))
        times.memoryForward += kernels.elementwise(bytes: bytes, kernels: 4)
        times.memoryBackward += kernels.elementwise(bytes: 2 * bytes, kernels: 6)
    }

    private func addAttention(heads: Double, _ times: inout LayerTimes) {
        let s = Double(plan.sequence)
        var keys = model.isCausal ? s / 2 : s
        if model.slidingWindow > 0, Double(model.slidingWindow) < s {
            let w = Double(model.slidingWindow)
            keys = model.windowedShare * w * (1 - w / (2 * s)) + (1 - model.windowedShare) * keys
        }
        let width =
            model.latent.map { Double($0.plainDimension + $0.rotaryDimension + $0.valueDimension) / 2 }
            ?? Double(model.headDimension)
        let core = kernels.attention(
            training.attention, queries: tokens, keys: keys, span: s, heads: heads, width: width, dropout: true)
        times.attentionForward += core.forward
        times.attentionBackward += core.backward
        times.launchesForward += training.attention.keepsScores ? 6 : 2
        times.launchesBackward += training.attention.keepsScores ? 9 : 3
    }

    /// Activation function between the two products of the feed-forward part.
    private func addActivation(rows: Double, width: Double, _ times: inout LayerTimes) {
        let loose = training.fusion == .none ? constants.looseBytes : 1
        let forward = kernels.elementwise(bytes: rows * width * 2 * (model.isGated ? 3 : 2) * loose)
        times.memoryForward += forward
        times.normsForward += forward
        times.memoryBackward += kernels.elementwise(bytes: rows * width * 2 * (model.isGated ? 5 : 3) * loose)
    }

    /// Norms, residuals, dropout, rotary positions.
    private func addSmallOperators(heads: Double, kvHeads: Double, _ times: inout LayerTimes) {
        let h = Double(model.hidden)
        let rows = plan.sequenceParallel ? tokens / tensor : tokens
        let loose = training.fusion == .none ? constants.looseBytes : 1
        let rotary = model.learnedPositions > 0 ? 0 : 4 * tokens * (heads + kvHeads) * Double(model.headDimension)
        times.normsForward += kernels.elementwise(bytes: rows * h * 2 * 4 * loose, kernels: 2 * loose)
        times.memoryForward += kernels.elementwise(bytes: (rows * h * 2 * (4 + 6) + rotary) * loose, kernels: 6 * loose)
        times.memoryBackward += kernels.elementwise(
            bytes: (rows * h * 2 * (6 + 6) + rotary) * loose, kernels: 8 * loose)
        if training.spellsOutNorms, !model.hasBiases {
            // Beyond the fused kernels. Norm: cast (6), square (8), mean (4), product (8), cast back (6), weight (4); rotary: cast,
            // complex product, cast back (20 in place of 4); gate: activation and product (10 in place of 6).
            let norms = 2 * rows * h * (36 - 4), gate = tokens * Double(model.feedForward) / tensor * 4
            let extra = norms + rotary * 4 + (model.isGated ? gate : 0)
            times.memoryForward += kernels.elementwise(bytes: extra, kernels: 20)
            times.memoryBackward += kernels.elementwise(bytes: 1.5 * extra, kernels: 30)
        }
        let many = training.fusion == .none ? constants.unfusedLaunches : 1
        times.launchesForward += 16 * many
        times.launchesBackward += 24 * many
    }

    private func addAdapters(_ times: inout LayerTimes) {
        let rank = Double(plan.loraRank), h = Double(model.hidden)
        // Adapters beside each of the linear layers: down, up, scale, add, dropout.
        let count = training.adaptedMatrices
        let small = kernels.gemm(m: tokens, n: rank, k: h, .bf16) + kernels.gemm(m: tokens, n: h, k: rank, .bf16)
        times.linearForward += count * small
        times.linearBackward += count * 2 * small
        times.memoryForward += count * kernels.elementwise(bytes: 10 * tokens * h, kernels: 4)
        times.memoryBackward += count * kernels.elementwise(bytes: 10 * tokens * h, kernels: 4)
        times.launchesForward += count * 7
        times.launchesBackward += count * 9
    }

    /// Routed and shared experts, with permutation and all-to-all.
    private func addExperts(_ times: inout LayerTimes) {
        guard let experts = model.experts else { return }
        let h = Double(model.hidden)
        let rowsOfRank = tokens / (plan.expert > 1 ? tensor : 1)
        let visits = rowsOfRank * Double(experts.perToken)
        let local = max(1, Double(experts.count) / Double(plan.expert))
        let width = Double(experts.width) / (plan.expert > 1 ? 1 : tensor)
        // Every local expert has products of its own: tiles, waves and depth are those of its rows.
        let perExpert = max(1, visits / local)
        var routed = LayerTimes()
        addGEMM(rows: perExpert, n: width * (model.isGated ? 2 : 1), k: h, &routed)
        addGEMM(rows: perExpert, n: h, k: width, &routed)
        let share = local > 1 ? constants.groupedShare : 1
        times.linearForward += local * routed.linearForward / share
        times.linearBackward += local * routed.linearBackward / share
        let casts = castsExpertsApart && local > 1 ? constants.expertCastBytes / constants.castBytes : 1
        times.memoryForward += local * routed.memoryForward * casts
        times.memoryBackward += local * routed.memoryBackward * casts
        addActivation(rows: visits, width: width, &times)
        if experts.sharedWidth > 0 {
            let shared = Double(experts.sharedWidth) / tensor
            addGEMM(n: shared * (model.isGated ? 2 : 1), k: h, &times)
            addGEMM(n: h, k: shared, &times)
            addActivation(rows: tokens, width: shared, &times)
        }
        let permute = constants.permutePasses / 2 * visits * h * 2
        times.memoryForward += kernels.elementwise(bytes: permute, kernels: 12)
        times.memoryBackward += kernels.elementwise(bytes: permute, kernels: 12)
        // Products and casts of every local expert are launched one by one.
        times.launchesForward += 20 + local * constants.expertLaunches
        times.launchesBackward += 20 + local * constants.expertLaunches * 2
    }

    /// All-to-all before and after the experts.
    private func addExpertTransfers(_ times: inout LayerTimes) {
        guard let experts = model.experts, plan.expert > 1 else { return }
        let group = platform.group(
            ranks: plan.expert, stride: plan.tensor > 1 && plan.expert * plan.tensor > plan.gpus ? plan.tensor : 1,
            along: .expert)
        // A token goes once to each domain that has one of its experts.
        let places = group.domains > 1 ? Double(group.domains) : Double(plan.expert)
        var missed = 1.0
        for _ in 0..<experts.perToken { missed *= 1 - 1 / places }
        let bytes = tokens / tensor * (places * (1 - missed)) * Double(model.hidden) * 2
        times.expertTransfer =
            2 * collectives.seconds(.allToAll, bytes: bytes, on: group) * constants.expertExposed
    }

    /// Whether inputs of experts are cast by kernels of their own: everywhere but in Megatron-Core's fused MXFP8 products for Blackwell,
    /// which came with its graphs over experts.
    private var castsExpertsApart: Bool {
        plan.precision.isQuantised
            && !(training.usesGraphsForExperts && platform.card.generation == .blackwell && plan.precision != .fp8)
    }

    private func addTensorTransfers(_ times: inout LayerTimes) {
        guard plan.tensor > 1 else { return }
        let bytes = 2 * tokens * Double(model.hidden)
        let group = platform.group(ranks: plan.tensor, stride: 1, along: .tensor)
        let share = training.overlapsTensor && plan.sequenceParallel ? constants.tensorExposed : 1
        if plan.sequenceParallel {
            let gather = collectives.seconds(.allGather, bytes: bytes, on: group)
            let scatter = collectives.seconds(.reduceScatter, bytes: bytes, on: group)
            times.tensorForward = 2 * (gather + scatter) * share
            // The gathered inputs are not kept: they are gathered again beside the input gradients.
            times.tensorBackward = (2 * (gather + scatter) + 2 * gather * 0.5) * share
        } else {
            let reduce = collectives.seconds(.allReduce, bytes: bytes, on: group)
            times.tensorForward = 2 * reduce * share
            times.tensorBackward = 2 * reduce * share
        }
        times.launchesForward += 4
        times.launchesBackward += 4
    }

    private func addContextTransfers(_ times: inout LayerTimes) {
        guard plan.context > 1 else { return }
        let kvHeads = max(1, Double(model.kvHeads) / tensor)
        let block = 2 * 2 * tokens * kvHeads * Double(model.headDimension)
        let group = platform.group(ranks: plan.context, stride: plan.tensor, along: .context)
        let hop = collectives.seconds(.sendReceive, bytes: block, on: group)
        let hops = Double(plan.context - 1)
        let perBlock = times.attentionForward / Double(plan.context)
        times.contextTransfer = hops * (max(0.1 * hop, hop - perBlock) + max(0.2 * hop, 2 * hop - 2.5 * perBlock))
        times.launchesForward += 6 * hops
        times.launchesBackward += 8 * hops
    }

    /// Elementwise work of the loss, forward and backward.
    func loss() -> Double {
        kernels.elementwise(bytes: tokens * vocabulary * training.lossBytes, kernels: 6)
    }

    /// One rank's part of the vocabulary. Split ones are padded to a multiple of 128 for every rank (Megatron-LM's
    /// `make_vocab_size_divisible_by`).
    private var vocabulary: Double {
        let whole = Double(model.vocabulary)
        return plan.tensor > 1 ? (whole / tensor / 128).rounded(.up) * 128 : whole
    }

    /// Output head and loss: forward, backward.
    func head() -> (forward: Double, backward: Double) {
        guard model.hasOutputHead else { return (0, 0) }
        let v = vocabulary, h = Double(model.hidden)
        let half: Precision = plan.precision == .fp16 ? .fp16 : .bf16
        let product = kernels.gemm(m: tokens, n: v, k: h, half)
        let other =
            kernels.gemm(m: tokens, n: h, k: v, half) + (isFrozen ? 0 : kernels.gemm(m: h, n: v, k: tokens, half))
        let loss = loss()
        let sum = isFrozen ? 0 : kernels.elementwise(bytes: accumulationBytes * v * h, kernels: 1)
        return (product + loss * 0.6, other + loss * 0.4 + sum)
    }

    /// Embedding, with its scattered gradient.
    func embedding() -> (forward: Double, backward: Double) {
        let bytes = tokens * Double(model.hidden) * 2
        var forward = kernels.elementwise(bytes: 4 * bytes, kernels: 3)
        if plan.tensor > 1 {
            let group = platform.group(ranks: plan.tensor, stride: 1, along: .tensor)
            forward += collectives.seconds(.allReduce, bytes: bytes, on: group)
        }
        return (forward, isFrozen ? 0 : kernels.elementwise(bytes: 6 * bytes, kernels: 4))
    }
}
