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
    /// Whether there is an output head; the text tower of CLIP has none.
    var outputHead = true
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
        HuggingFaceFamily(
            type: "gpt_bigcode", gated: false, tied: true, normBias: true, biases: .all, positions: ("n_positions", 0)),
        HuggingFaceFamily(
            type: "clip_text_model", gated: false, tied: true, normBias: true, biases: .all,
            positions: ("max_position_embeddings", 0), outputHead: false, usual: (512, 12, 8, 8, 2048, 49408)),
        HuggingFaceFamily(type: "llama4_text", usual: (5120, 48, 40, 8, 8192, 202048)),
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
        // Llama 4 names its dense layers' width apart.
        let width =
            try fields.integer(
                "intermediate_size_mlp", "intermediate_size", "n_inner", "d_ff", "ffn_dim", "ffn_hidden_size")
            ?? (fields.isNested ? usual?.width : nil) ?? 4 * hidden
        guard width <= 1 << 24 else {
            throw fields.problem("intermediate_size", "intermediate_size: beyond any model's")
        }
        let gate = try fields.text("feed_forward_proj")
        var card = ModelCard(
            type, source: fields.source.file, layers: try fields.integer("num_decoder_layers") ?? layers,
            hidden: hidden, heads: heads, kvHeads: try keyValueHeads(fields, heads: heads),
            headDimension: try fields.integer("head_dim", "d_kv") ?? headDimension,
            feedForward: width, gated: gate.map { $0.hasPrefix("gated") } ?? gated,
            vocabulary: vocabulary, tied: try fields.boolean("tie_word_embeddings") ?? tied)
        try check(card, fields)
        if type == "t5" { card.encoderLayers = layers }
        card.isCausal = causal
        card.hasOutputHead = outputHead
        if let positions {
            card.learnedPositions = (try fields.integer(positions.field) ?? (outputHead ? 0 : 77)) + positions.extra
        }
        if try fields.boolean("use_sliding_window") != false {
            card.slidingWindow = try fields.integer("sliding_window", "window_size") ?? 0
            card.windowedShare = windowedShare
        }
        card.experts = try experts(fields, card)
        card.latent = try latent(fields)
        card.hasBiases = biases == .all
        if let width = try fields.integer("word_embed_proj_dim"), width != hidden { card.embeddingWidth = width }
        card.small = try small(fields, card)
        return card
    }

    private func check(_ card: ModelCard, _ fields: ConfigFields) throws(InvalidInput) {
        guard card.kvHeads <= card.heads, card.heads % card.kvHeads == 0 else {
            throw fields.problem(
                "num_key_value_heads", "\(card.kvHeads) key-value heads do not divide \(card.heads) attention heads")
        }
        let given = try fields.integer("head_dim", "d_kv", "kv_lora_rank") ?? headDimension
        guard given != nil || card.hidden % card.heads == 0, card.headDimension <= 1 << 16 else {
            throw fields.problem(
                "num_attention_heads",
                "\(card.heads) attention heads do not divide a hidden size of \(card.hidden), and no head_dim is given")
        }
    }

    private func latent(_ fields: ConfigFields) throws(InvalidInput) -> ModelCard.LatentAttention? {
        guard let rank = try fields.integer("kv_lora_rank") else { return nil }
        return ModelCard.LatentAttention(
            queryRank: try fields.integer("q_lora_rank") ?? 0, keyValueRank: rank,
            plainDimension: try fields.integer("qk_nope_head_dim") ?? 128,
            rotaryDimension: try fields.integer("qk_rope_head_dim") ?? 64,
            valueDimension: try fields.integer("v_head_dim") ?? 128)
    }

    /// Falcon and BigCode name one head for all queries by a flag; Falcon has groups of them only in its new architecture.
    private func keyValueHeads(_ fields: ConfigFields, heads: Int) throws(InvalidInput) -> Int? {
        let isGrouped = type == "falcon" ? try fields.boolean("new_decoder_architecture") == true : false
        if type == "gpt_bigcode" || (type == "falcon" && !isGrouped) {
            return try fields.boolean("multi_query") == false ? heads : 1
        }
        if let given = try fields.integer("num_key_value_heads", "num_kv_heads") { return given }
        // A default of as many as there are heads follows the heads that are given.
        guard fields.isNested, let usual, usual.kv != usual.heads else { return nil }
        return usual.kv
    }

    private func experts(_ fields: ConfigFields, _ card: ModelCard) throws(InvalidInput) -> ModelCard.Experts? {
        let names = ["num_local_experts", "n_routed_experts", "num_experts"]
        guard let count = try fields.integer(names), count > 1 else { return nil }
        guard count <= 1 << 16 else {
            throw fields.problem(names.first { fields.config[$0] != nil }, "more experts than any model's")
        }
        let perToken = try fields.integer("num_experts_per_tok", "experts_per_token") ?? 2
        guard perToken <= count else {
            throw fields.problem("num_experts_per_tok", "\(perToken) experts for each token are more than all \(count)")
        }
        // Experts of Llama 4 have the width that is a dense layer's elsewhere, and one of them is shared.
        let isLlama = type == "llama4_text"
        let width =
            isLlama
            ? try fields.needed("intermediate_size", usual: usual?.width)
            : try fields.integer("moe_intermediate_size") ?? card.feedForward
        guard width <= 1 << 24 else {
            throw fields.problem("moe_intermediate_size", "moe_intermediate_size: beyond any model's")
        }
        let counted = try fields.integer("n_shared_experts").map { min($0, 1 << 10) * width }
        let named = try fields.integer("shared_expert_intermediate_size")
        let shared = named ?? counted ?? (isLlama ? width : 0)
        // Qwen names layers without experts by a list, or by a stride.
        let stride = max(1, try fields.integer("decoder_sparse_step", "interleave_moe_layer_step") ?? 1)
        let listed = fields.count("mlp_only_layers")
        let dense = try fields.integer("first_k_dense_replace") ?? (card.layers - card.layers / stride + listed)
        guard dense <= card.layers else {
            throw fields.problem(
                listed > 0 ? "mlp_only_layers" : "first_k_dense_replace",
                "\(dense) layers without experts are more than all \(card.layers)")
        }
        return ModelCard.Experts(
            count: count, perToken: perToken, width: width, sharedWidth: shared, denseLayers: dense)
    }

    /// Norms of a layer. Falcon's new architecture has two, as its parts one after the other.
    private func normCount(_ fields: ConfigFields) throws(InvalidInput) -> Int {
        guard type == "falcon" else { return norms }
        if try fields.boolean("new_decoder_architecture") == true {
            return try fields.integer("num_ln_in_parallel_attn") ?? 2
        }
        return try fields.boolean("parallel_attn") == false ? 2 : 1
    }

    /// Biases of one layer's attention and of its dense feed-forward part.
    private func biases(
        _ fields: ConfigFields, _ card: ModelCard
    ) throws(InvalidInput) -> (attention: Double, feed: Double) {
        let h = Double(card.hidden), d = Double(card.headDimension)
        let queries = Double(card.heads) * d, keys = Double(card.kvHeads) * d
        let flag = try fields.boolean("bias") == true && type == "falcon"
        let ofAttention = try fields.boolean("attention_bias") == true
        let ofQueries = try fields.boolean("use_qkv_bias") == true
        let ofFeed = try fields.boolean("mlp_bias") == true
        let all = biases == .all || flag
        let whole = all || biases == .attention || ofAttention
        var attention = 0.0
        if whole || biases == .queryKeyValue || ofQueries { attention += queries + 2 * keys }
        if whole || biases == .outputAndFeedForward { attention += h }
        let inFeed = all || biases == .feedForward || biases == .outputAndFeedForward || ofFeed
        return (attention, inFeed ? (card.isGated ? 2 : 1) * Double(card.feedForward) + h : 0)
    }

    /// Norms and biases, exactly.
    private func small(_ fields: ConfigFields, _ card: ModelCard) throws(InvalidInput) -> ModelCard.SmallParameters {
        let h = Double(card.hidden), d = Double(card.headDimension)
        let norm = normBias ? 2 * h : h
        let biases = try biases(fields, card)
        var layer = Double(try normCount(fields)) * norm + biases.attention
        switch queryKeyNorm {
        case .none: break
        case .head: layer += 2 * d
        case .whole: layer += Double(card.heads + card.kvHeads) * d
        }
        if let latent = card.latent { layer += Double(latent.queryRank + latent.keyValueRank) }
        var mixed = layer
        if let experts = card.experts {
            let count = Double(experts.count)
            if type == "gpt_oss" { mixed += Double(card.heads) + count * (2 * Double(experts.width) + h) + count }
            if type == "qwen2_moe" { mixed += h }
            if try fields.text("topk_method") == "noaux_tc" { mixed += count }
        }
        return ModelCard.SmallParameters(
            layer: layer + biases.feed, expertLayer: mixed, once: try once(fields, card, norm: norm))
    }

    /// What is there once: final norm, and what some families have beside it.
    private func once(_ fields: ConfigFields, _ card: ModelCard, norm: Double) throws(InvalidInput) -> Double {
        let h = Double(card.hidden)
        var once = norm
        // OPT-350M: no final norm where norms come after, and two projections around a narrower embedding.
        if type == "opt", try fields.boolean("do_layer_norm_before") == false { once = 0 }
        if let width = card.embeddingWidth { once += 2 * Double(width) * h }
        if card.encoderLayers > 0 {
            // Final norms of both sides, and the relative positions of one layer each.
            let buckets = try fields.integer("relative_attention_num_buckets") ?? 32
            once += norm + 2 * Double(buckets) * Double(card.heads)
        }
        if type == "bloom" { once += norm }
        if headBias { once += Double(card.vocabulary) }
        if !causal { once += h * Double(try tokenTypes(fields)) + h * h + h }
        return once
    }

    private func tokenTypes(_ fields: ConfigFields) throws(InvalidInput) -> Int {
        fields.config["type_vocab_size"] == nil ? 2 : try fields.integer("type_vocab_size") ?? 0
    }
}
