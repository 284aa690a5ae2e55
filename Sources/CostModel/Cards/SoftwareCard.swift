/// What a training framework does by itself; properties of the software, none fitted to a table.
public struct SoftwareCard: Hashable, Sendable {
    /// How well small operators are fused with their neighbours.
    public enum Fusion: Int, Sendable {
        /// Every operator of the model code is a kernel.
        case none
        /// The usual pairs are fused: bias and activation; bias, dropout and residual; norms.
        case pairs
    }

    /// Attention kernels.
    public enum Attention: Int, Sendable {
        /// Scores are written to memory; scale, mask, softmax and dropout are kernels of their own.
        case unfused
        /// Scores are written to memory; scale, mask and softmax are one kernel.
        case fusedSoftmax
        /// FlashAttention 1, as Triton compiles it.
        case flashFirst
        /// FlashAttention 2.
        case flash
        /// cuDNN's or FlashAttention 3.
        case flashHopper

        /// Whether scores of s × s are kept in memory.
        public var keepsScores: Bool { self == .unfused || self == .fusedSoftmax }
    }

    /// Name of the card.
    public var name: String
    /// Fusion of small operators.
    public var fusion: Fusion
    /// Attention kernel where the configuration does not name one.
    public var attention: Attention
    /// Whether RMSNorm, rotary positions and gates are written down operator by operator, in 32 bits where their formula is (the models of
    /// torchtitan, without a compiler).
    public var spellsOutNorms = false
    /// Whether small kernels are launched from CUDA graphs (or by few, large, custom kernels).
    public var usesGraphs = false
    /// Whether layers with experts, whose shapes change from step to step, are launched from graphs as well.
    public var usesGraphsForExperts = false
    /// Whether sharded weights are broadcast by their owner, so that one network adapter of a node works at a time, and
    /// fetched so late that half of the computation hides nothing (DeepSpeed's ZeRO-3 of 2021).
    public var broadcastsWeights = false
    /// Whether gradient reduction and parameter gathering run beside computation.
    public var overlapsData = false
    /// Whether pipeline transfers run beside computation (interleaved schedules).
    public var overlapsPipeline = false
    /// Whether tensor-parallel transfers run beside matrix multiplications.
    public var overlapsTensor = false
    /// Whether gradients are summed up in 32 bits, in a buffer of their own.
    public var keepsWideGradients = false
    /// Bytes of one gradient on the wire.
    public var gradientBytes = 4.0
    /// Bytes of one bucket of gradients; 0 when all gradients go at once.
    public var bucketBytes = 0.0
    /// Bytes that the loss moves for one logit, forward and backward: the passes of its kernels.
    ///
    /// Megatron-LM's `vocab_parallel_cross_entropy` in 32 bits: cast 6, maximum 4, difference 8, exponential 8, sum 4, division 8,
    /// gradient 8, cast back 6. Megatron-Core fuses them into three steps: 36. FlashAttention's loss kernel (llm-foundry, InternEvo)
    /// reads and writes logits in place: 12. Hugging Face shifts a 32-bit copy before PyTorch's loss: 60.
    public var lossBytes = 52.0
    /// Linear layers of a block that low-rank adapters are put beside.
    public var adaptedMatrices = 4.0
    /// Whether gradients of full fine-tuning pass through a Python hook for every parameter (DeepSpeed's ZeRO 1 and 2, `stage_1_and_2.py`).
    public var hooksGradients = false
    /// Whether sharded weights are gathered ahead of their use. DeepSpeed's bucket for that, 0.9·h² elements with Hugging Face's
    /// `auto`, holds no feed-forward matrix.
    public var prefetchesWeights = true
    /// Whether each rank owns whole parameters and broadcasts them after the optimizer's step, one owner after the other (InternEvo's
    /// `hybrid_zero_optim.py`), instead of one gathering.
    public var broadcastsByOwner = false
    /// Whether recomputation ends with the last tensor that the backward pass needs, which spares a layer's last product (PyTorch's
    /// non-reentrant checkpoint, `set_checkpoint_early_stop`; llm-foundry uses it).
    public var stopsRecomputeEarly = false
    /// Whether sharded weights stay gathered for all micro batches of a pipeline, and gradients are scattered after the last one
    /// (PyTorch's pipelining, `backward_maybe_with_nosync`; Llama 3, arXiv 2407.21783, section 3.3.2).
    public var gathersOncePerPipelineStep = false
    /// Bytes that an optimizer's step adds for every parameter of the rank: 32-bit copies of gradients (4) and the intermediates of
    /// PyTorch's `foreach` Adam, about the size of the parameters (4; torch.optim.Adam). Apex's and Megatron's fused Adam adds none.
    public var stepBytes = 0.0
    /// Whether state is kept in flat buffers, whose copies fit into none of the allocator's freed blocks and add to the activations.
    public var flattensState = false
    /// Whether the data-parallel engine steps through parts of the state of 10⁹ parameters (DeepSpeed's `sub_group_size`).
    public var stepsInGroups = false
    /// Whether frozen weights, once gathered in the backward pass, stay until its end (PyTorch's FSDP before its change 101982 of 2023:
    /// pytorch/pytorch issue 95805).
    public var keepsFrozenGathered = false
    /// Whether the loss holds a shifted copy of the logits and their gradient beside them.
    public var copiesLogits = false
    /// Whether products in 8 or 4 bits keep their inputs in that format for the backward pass (Transformer Engine), not in 16 bits.
    public var keepsQuantisedInputs = false
    /// Bytes of a value that an activation function keeps of its input, beside products in 8 or 4 bits.
    public var gateInputBytes = 2.0
    /// Bytes of a value of attention's output beside products in 8 or 4 bits, where one tensor serves attention and the product after it; nil:
    /// 16 bits for attention and a copy in the product's format.
    public var attentionOutputBytes: Double?
    /// Whether outputs of experts are weighed before their second product, so that they need not be kept (Megatron-Core from 0.12 on,
    /// `weighted_bias_swiglu_impl`).
    public var weighsInsideExperts = false
    /// Bytes of a weight whose products are in 8 or 4 bits: 16 bits and a quantised copy, beside the 32 bits of the optimizer.
    public var quantisedWeightBytes = 3.0
    /// Year of the release, with its fraction; nil when not known.
    public var year: Double?
}

extension SoftwareCard {
    /// Megatron-LM of 2019–2020.
    public static let earlyMegatron = SoftwareCard(
        name: "megatron-2020", fusion: .none, attention: .unfused, gradientBytes: 2, year: 2020.4)
    /// Megatron-LM of 2021–2022 and its DeepSpeed fork.
    public static let classicMegatron = SoftwareCard(
        name: "megatron-2021", fusion: .pairs, attention: .fusedSoftmax, keepsWideGradients: true, gradientBytes: 2,
        year: 2021.3)
    /// Megatron-Core with Transformer Engine: NeMo, Megatron-Bridge.
    public static let megatronCore = SoftwareCard(
        name: "megatron-core", fusion: .pairs, attention: .flashHopper, usesGraphs: true, overlapsData: true,
        overlapsPipeline: true, overlapsTensor: true, keepsWideGradients: true, gradientBytes: 2, bucketBytes: 160e6,
        lossBytes: 36, keepsQuantisedInputs: true, weighsInsideExperts: true)
    /// HAI-LLM as it trained DeepSeek-V3 (arXiv 2412.19437, sections 3.2 and 3.3): products quantise 32-bit master weights, inputs are kept in
    /// 8 bits, attention's output in 12 (E5M6). Its norms and up-projections are computed again (`--recompute norms-and-up-projections`),
    /// its moments have 16 bits (`--optimizer adam-16bit`).
    public static let haiLLM = SoftwareCard(
        name: "hai-llm", fusion: .pairs, attention: .flashHopper, usesGraphs: true, overlapsData: true,
        overlapsPipeline: true, overlapsTensor: true, keepsWideGradients: true, gradientBytes: 4, bucketBytes: 160e6,
        lossBytes: 36, keepsQuantisedInputs: true, gateInputBytes: 1, attentionOutputBytes: 1.5,
        weighsInsideExperts: true, quantisedWeightBytes: 1)
    /// PyTorch FSDP with FlashAttention (torchtitan).
    public static let fsdp = SoftwareCard(
        name: "fsdp", fusion: .none, attention: .flash, spellsOutNorms: true, overlapsData: true, gradientBytes: 2,
        lossBytes: 12, stopsRecomputeEarly: true, gathersOncePerPipelineStep: true)
    /// llm-foundry, whose benchmarks choose Triton's FlashAttention (`submit_benchmarks.py`, `--attn_impl`, default `triton`).
    public static let llmFoundry = SoftwareCard(
        name: "llm-foundry", fusion: .none, attention: .flashFirst, overlapsData: true, gradientBytes: 2, lossBytes: 12,
        stopsRecomputeEarly: true, keepsQuantisedInputs: true)
    /// InternEvo and other ZeRO-1 trainers with fused kernels.
    public static let internEvo = SoftwareCard(
        name: "internevo", fusion: .pairs, attention: .flash, overlapsData: true, gradientBytes: 2, bucketBytes: 512e6,
        lossBytes: 12, broadcastsByOwner: true, stepBytes: 8, flattensState: true)
    /// Hugging Face Trainer, with DeepSpeed when there are many GPUs; LitGPT.
    public static let huggingFace = SoftwareCard(
        name: "hf-trainer", fusion: .none, attention: .flash, overlapsData: true, gradientBytes: 2, bucketBytes: 400e6,
        lossBytes: 60, hooksGradients: true, prefetchesWeights: false, stepBytes: 8, stepsInGroups: true,
        copiesLogits: true)
    /// LitGPT with Lightning Fabric's FSDP.
    public static let litGPT = SoftwareCard(
        name: "litgpt", fusion: .none, attention: .flash, overlapsData: true, gradientBytes: 2, lossBytes: 60,
        keepsFrozenGathered: true, copiesLogits: true)

    /// The built-in cards.
    public static let builtIn: [SoftwareCard] = [
        earlyMegatron, classicMegatron, megatronCore, haiLLM, fsdp, llmFoundry, internEvo, huggingFace, litGPT,
    ]

    /// The card that a framework's name and its attention kernels stand for.
    ///
    /// - Parameters:
    ///   - framework: free text, such as `Megatron-Bridge 26.04`; a release `YY.MM` gives the year.
    ///   - attention: `flash`, `fused_unflash`, `unfused`, or anything else for the card's own.
    public static func of(framework: String, attention: String) -> SoftwareCard {
        let text = framework.lowercased()
        let flash = attention.hasPrefix("flash")
        var card: SoftwareCard
        if text.contains("bridge") || text.contains("nemo") || text.contains("megascale")
            || (text.contains("megatron") && flash)
        {
            card = .megatronCore
        } else if text.contains("hai-llm") {
            card = .haiLLM
        } else if text.contains("megatron") || text.contains("neox") {
            card = attention == "unfused" ? .earlyMegatron : .classicMegatron
        } else if text.contains("internevo") || text.contains("internlm") {
            card = .internEvo
        } else if text.contains("litgpt") {
            card = .litGPT
        } else if ["hf ", "trainer", "xtuner", "deepspeed", "hugging", "trl", "axolotl", "factory", "transformers"]
            .contains(where: { text.contains($0) })
        {
            card = .huggingFace
        } else if text.contains("foundry") || text.contains("composer") {
            card = .llmFoundry
        } else {
            card = .fsdp
        }
        // PyTorch's compiler fuses neighbouring operators, and launches what it fused at once.
        if text.contains("compile") {
            card.fusion = .pairs
            card.spellsOutNorms = false
        }
        if attention == "fused_unflash" { card.attention = .fusedSoftmax }
        if attention == "unfused" { card.attention = .unfused }
        if text.contains("megatron"), text.contains("zero-3"), !flash {
            card.broadcastsWeights = true
            card.overlapsData = true
        }
        if let year = releaseYear(framework) { card.year = year }
        // Graphs over mixture-of-experts layers came to Megatron-Core's recipes with the releases of mid-2026.
        if card.name == SoftwareCard.megatronCore.name {
            card.usesGraphsForExperts = (card.year ?? 2025) > 2026.35
            card.weighsInsideExperts = (card.year ?? 2026) > 2025.3
            // NeMo 1.x adapts `attention_qkv` unless told otherwise; NeMo 2 and Megatron-Bridge all four linear layers.
            if text.contains("nemo"), (card.year ?? 2025) < 2025 { card.adaptedMatrices = 1 }
        }
        return card
    }

    /// The year of a release named `YY.MM`, anywhere in the text.
    static func releaseYear(_ text: String) -> Double? {
        for word in text.split(separator: " ") {
            let parts = word.split(separator: ".")
            if parts.count >= 2, parts[0].count == 2, parts[1].count == 2, let year = Int(parts[0]),
                let month = Int(parts[1]), (20...40).contains(year), (1...12).contains(month)
            {
                return 2000 + Double(year) + Double(month - 1) / 12
            }
        }
        return nil
    }
}
