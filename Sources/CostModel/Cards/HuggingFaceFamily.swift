import Configuration

/// What a `model_type` of Hugging Face Transformers says beyond the numbers of its configuration.
///
/// Source: `modeling_*.py` and `configuration_*.py` of huggingface/transformers 4.5x, and of the model repositories for DeepSeek. The tests
/// compare the counts with the totals that the model repositories print.
struct HuggingFaceFamily {
    /// Biases of linear layers.
    enum Biases {
        case none
        /// Queries, keys, values.
        case queryKeyValue
        /// The output of attention, and both feed-forward layers (GPT-Neo).
        case outputAndFeedForward
        /// Both feed-forward layers (GPT-J).
        case feedForward
        /// Attention only.
        case attention
        case all
    }

    /// Norms of queries and keys.
    enum QueryKeyNorm { case none, head, whole }

    /// The type.
    let type: String
    /// Whether the feed-forward part is gated.
    var gated = true
    /// Whether embeddings are tied where the configuration does not say.
    var tied = false
    /// Norms of a layer.
    var norms = 2
    /// Whether norms have a bias.
    var normBias = false
    /// Biases.
    var biases = Biases.none
    /// Norms of queries and keys.
    var queryKeyNorm = QueryKeyNorm.none
    /// Learned positions: the field that counts them, and rows that are added.
    var positions: (field: String, extra: Int)?
    /// Whether attention is causal.
    var causal = true
    /// Whether the output head has a bias.
    var headBias = false
    /// Head dimension where the configuration does not say; nil for hidden size over heads.
    var headDimension: Int?
    /// Share of the layers with sliding windows.
    var windowedShare = 1.0
    /// Sizes that the library assumes where a nested configuration is silent: hidden, layers, heads, key-value heads, width, vocabulary.
    var usual: (hidden: Int, layers: Int, heads: Int, kv: Int, width: Int, vocabulary: Int)?

    static func named(_ type: String) -> HuggingFaceFamily? { all.first { $0.type == type } }

    /// The known families.
    static let all: [HuggingFaceFamily] = [
        HuggingFaceFamily(type: "llama", usual: (4096, 32, 32, 32, 11008, 32000)),
        HuggingFaceFamily(type: "mistral", usual: (4096, 32, 32, 8, 14336, 32000)),
        HuggingFaceFamily(type: "mixtral"), HuggingFaceFamily(type: "smollm3"), HuggingFaceFamily(type: "internlm2"),
        HuggingFaceFamily(type: "granite", tied: true),
        HuggingFaceFamily(type: "cohere", tied: true, norms: 1),
        HuggingFaceFamily(type: "stablelm", normBias: true),
        HuggingFaceFamily(type: "qwen2", biases: .queryKeyValue),
        HuggingFaceFamily(type: "qwen2_moe", biases: .queryKeyValue),
        HuggingFaceFamily(type: "qwen3", queryKeyNorm: .head),
        HuggingFaceFamily(type: "qwen3_moe", queryKeyNorm: .head),
        HuggingFaceFamily(type: "deepseek_v2"), HuggingFaceFamily(type: "deepseek_v3"),
        HuggingFaceFamily(type: "kimi_k2"),
        HuggingFaceFamily(type: "gemma", tied: true, headDimension: 256, usual: (3072, 28, 16, 16, 24576, 256000)),
        HuggingFaceFamily(
            type: "gemma2", tied: true, norms: 4, headDimension: 256, windowedShare: 0.5,
            usual: (2304, 26, 8, 4, 9216, 256000)),
        HuggingFaceFamily(
            type: "gemma3_text", tied: true, norms: 4, queryKeyNorm: .head, headDimension: 256, windowedShare: 5.0 / 6,
            usual: (2304, 26, 8, 4, 9216, 262208)),
        HuggingFaceFamily(type: "phi", gated: false, norms: 1, normBias: true, biases: .all, headBias: true),
        HuggingFaceFamily(type: "phi3"), HuggingFaceFamily(type: "phimoe", normBias: true, headBias: true),
        HuggingFaceFamily(type: "olmo2", queryKeyNorm: .whole), HuggingFaceFamily(type: "olmoe", queryKeyNorm: .whole),
        HuggingFaceFamily(type: "gpt_oss", biases: .attention, headDimension: 64, windowedShare: 0.5),
        HuggingFaceFamily(type: "falcon", gated: false, tied: true, norms: 1, normBias: true),
        HuggingFaceFamily(
            type: "gpt2", gated: false, tied: true, normBias: true, biases: .all, positions: ("n_positions", 0)),
        HuggingFaceFamily(
            type: "gpt_neo", gated: false, tied: true, normBias: true, biases: .outputAndFeedForward,
            positions: ("max_position_embeddings", 0), windowedShare: 0.5),
        HuggingFaceFamily(type: "gpt_neox", gated: false, normBias: true, biases: .all),
        HuggingFaceFamily(type: "gptj", gated: false, norms: 1, normBias: true, biases: .feedForward, headBias: true),
        HuggingFaceFamily(
            type: "opt", gated: false, tied: true, normBias: true, biases: .all,
            positions: ("max_position_embeddings", 2)),
        HuggingFaceFamily(type: "bloom", gated: false, tied: true, normBias: true, biases: .all),
        HuggingFaceFamily(type: "mpt", gated: false, tied: true),
        HuggingFaceFamily(type: "starcoder2", gated: false, tied: true, normBias: true, biases: .all),
        HuggingFaceFamily(type: "t5", gated: false, tied: true),
        HuggingFaceFamily(
            type: "bert", gated: false, tied: true, normBias: true, biases: .all,
            positions: ("max_position_embeddings", 0), causal: false),
        HuggingFaceFamily(
            type: "roberta", gated: false, tied: true, normBias: true, biases: .all,
            positions: ("max_position_embeddings", 0), causal: false),
    ]

    /// The card of a configuration of this family.
    func card(_ fields: ConfigFields) throws(InvalidInput) -> ModelCard {
        let hidden = try fields.needed(
            "hidden_size", "n_embd", "d_model", "n_embed", usual: usual?.hidden, limit: 1 << 20)
        let heads = try fields.needed(
            "num_attention_heads", "n_head", "num_heads", "n_heads", usual: usual?.heads, limit: 1 << 16)
        let layers = try fields.needed(
            "num_hidden_layers", "n_layer", "num_layers", "n_layers", usual: usual?.layers, limit: 1 << 14)
        let vocabulary = try fields.needed("vocab_size", usual: usual?.vocabulary, limit: 1 << 26)
        let width =
            fields.integer("intermediate_size", "n_inner", "d_ff", "ffn_dim")
            ?? (fields.isNested ? usual?.width : nil) ?? 4 * hidden
        guard width <= 1 << 24 else {
            throw HuggingFaceConfig.problem(fields.file, "intermediate_size: beyond any model's")
        }
        var card = ModelCard(
            type, source: fields.file, layers: fields.integer("num_decoder_layers") ?? layers, hidden: hidden,
            heads: heads, kvHeads: keyValueHeads(fields, heads: heads),
            headDimension: fields.integer("head_dim", "d_kv") ?? headDimension,
            feedForward: width, gated: fields.text("feed_forward_proj").map { $0.hasPrefix("gated") } ?? gated,
            vocabulary: vocabulary, tied: fields.boolean("tie_word_embeddings") ?? tied)
        guard card.kvHeads <= card.heads, card.headDimension >= 1, card.headDimension <= 1 << 16 else {
            throw HuggingFaceConfig.problem(fields.file, "more key-value heads than heads, or heads of no size")
        }
        if type == "t5" { card.encoderLayers = layers }
        card.isCausal = causal
        if let positions { card.learnedPositions = (fields.integer(positions.field) ?? 0) + positions.extra }
        if fields.boolean("use_sliding_window") != false {
            card.slidingWindow = fields.integer("sliding_window", "window_size") ?? 0
            card.windowedShare = windowedShare
        }
        card.experts = try experts(fields, card)
        card.latent = fields.integer("kv_lora_rank").map { rank in
            ModelCard.LatentAttention(
                queryRank: fields.integer("q_lora_rank") ?? 0, keyValueRank: rank,
                plainDimension: fields.integer("qk_nope_head_dim") ?? 128,
                rotaryDimension: fields.integer("qk_rope_head_dim") ?? 64,
                valueDimension: fields.integer("v_head_dim") ?? 128)
        }
        card.hasBiases = biases == .all
        card.small = small(fields, card)
        return card
    }

    /// Falcon names one head for all queries by a flag, and groups of them only in its new architecture.
    private func keyValueHeads(_ fields: ConfigFields, heads: Int) -> Int? {
        if type == "falcon", fields.boolean("new_decoder_architecture") != true {
            return fields.boolean("multi_query") == false ? heads : 1
        }
        return fields.integer("num_key_value_heads", "num_kv_heads") ?? (fields.isNested ? usual?.kv : nil)
    }

    private func experts(_ fields: ConfigFields, _ card: ModelCard) throws(InvalidInput) -> ModelCard.Experts? {
        guard let count = fields.integer("num_local_experts", "n_routed_experts", "num_experts"), count > 1 else {
            return nil
        }
        guard count <= 1 << 16 else { throw HuggingFaceConfig.problem(fields.file, "more experts than any model's") }
        let width = fields.integer("moe_intermediate_size") ?? card.feedForward
        let shared =
            fields.integer("shared_expert_intermediate_size")
            ?? fields.integer("n_shared_experts").map { min($0, 1 << 10) * width } ?? 0
        // Qwen names layers without experts by a list, or by a stride.
        let stride = max(1, fields.integer("decoder_sparse_step") ?? 1)
        let listed = fields.count("mlp_only_layers")
        let dense = fields.integer("first_k_dense_replace") ?? (card.layers - card.layers / stride + listed)
        return ModelCard.Experts(
            count: count, perToken: min(count, fields.integer("num_experts_per_tok", "experts_per_token") ?? 2),
            width: min(width, 1 << 24), sharedWidth: shared, denseLayers: min(card.layers, dense))
    }

    /// Norms and biases, exactly.
    private func small(_ fields: ConfigFields, _ card: ModelCard) -> ModelCard.SmallParameters {
        let h = Double(card.hidden), d = Double(card.headDimension), f = Double(card.feedForward)
        let queries = Double(card.heads) * d, keys = Double(card.kvHeads) * d
        let norm = normBias ? 2 * h : h
        let grouped = type == "falcon" && fields.boolean("new_decoder_architecture") == true
        var layer = Double(grouped ? 2 : norms) * norm
        switch queryKeyNorm {
        case .none: break
        case .head: layer += 2 * d
        case .whole: layer += queries + keys
        }
        if let latent = card.latent { layer += Double(latent.queryRank + latent.keyValueRank) }
        let allBiases = fields.boolean("bias") == true && type == "falcon"
        let attention = biases == .all || biases == .attention || fields.boolean("attention_bias") == true || allBiases
        if attention || biases == .queryKeyValue || fields.boolean("use_qkv_bias") == true {
            layer += queries + 2 * keys
        }
        if attention || biases == .outputAndFeedForward { layer += h }
        var dense = layer
        let feedBias = [.all, .feedForward, .outputAndFeedForward].contains(biases) || allBiases
        if feedBias || fields.boolean("mlp_bias") == true { dense += (card.isGated ? 2 : 1) * f + h }
        var mixed = layer
        if let experts = card.experts {
            let count = Double(experts.count)
            if type == "gpt_oss" { mixed += Double(card.heads) + count * (2 * Double(experts.width) + h) + count }
            if type == "qwen2_moe" { mixed += h }
            if fields.text("topk_method") == "noaux_tc" { mixed += count }
        }
        var once = norm
        if card.encoderLayers > 0 {
            // Final norms of both sides, and the relative positions of one layer each.
            once += norm + 2 * Double(fields.integer("relative_attention_num_buckets") ?? 32) * Double(card.heads)
        }
        if type == "bloom" { once += norm }
        if headBias { once += Double(card.vocabulary) }
        if !causal { once += h * Double(fields.integer("type_vocab_size") ?? 2) + h * h + h }
        return ModelCard.SmallParameters(layer: dense, expertLayer: mixed, once: once)
    }
}
