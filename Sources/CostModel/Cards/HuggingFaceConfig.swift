import Configuration

/// Reads a model card from a Hugging Face `config.json`.
///
/// Known families: the Llama names of fields (also Mistral, Qwen, Mixtral, DeepSeek, GPT-OSS), GPT-2's, T5's and BERT's.
public enum HuggingFaceConfig {
    /// The model card in a file.
    public static func read(path: String) throws(InvalidInput) -> ModelCard {
        let text = try SourceText(path: path)
        return try card(json: String(decoding: text.bytes, as: UTF8.self), file: path)
    }

    /// The model card in JSON text; `file` is named in errors.
    public static func card(json text: String, file: String) throws(InvalidInput) -> ModelCard {
        guard let value = JSONValue(json: text), case .object = value else {
            throw problem(file, "not a JSON object")
        }
        // Vision-language models keep the language model inside.
        var config = value
        if value["hidden_size"] == nil, let inner = value["text_config"] { config = inner }
        let fields = Fields(config: config)
        func needed(_ names: String...) throws(InvalidInput) -> Int {
            for name in names { if let found = fields.integer(name) { return found } }
            throw problem(file, "no whole number above 0 in \(names.joined(separator: ", "))")
        }
        let hidden = try needed("hidden_size", "n_embd", "d_model")
        let heads = try needed("num_attention_heads", "n_head", "num_heads")
        let layers = try needed("num_hidden_layers", "n_layer", "num_layers")
        let type = fields.text("model_type") ?? ""
        let oldNames = ["gpt2", "gpt_neo", "gpt_neox", "opt", "bert", "t5", "roberta", "mpt"].contains(type)
        let gated = fields.text("feed_forward_proj").map { $0.hasPrefix("gated") } ?? !oldNames
        let width =
            fields.integer("intermediate_size") ?? fields.integer("n_inner") ?? fields.integer("d_ff")
            ?? fields.integer("ffn_dim") ?? 4 * hidden
        guard hidden <= 1 << 20, heads <= 1 << 16, layers <= 1 << 14, width <= 1 << 24 else {
            throw problem(file, "the sizes are beyond any model's")
        }
        var card = ModelCard(
            fields.text("_name_or_path").flatMap { $0.isEmpty ? nil : $0 } ?? (type.isEmpty ? file : type),
            source: file, layers: fields.integer("num_decoder_layers") ?? layers, hidden: hidden, heads: heads,
            kvHeads: fields.integer("num_key_value_heads"),
            headDimension: fields.integer("head_dim") ?? fields.integer("d_kv"), feedForward: width, gated: gated,
            vocabulary: try needed("vocab_size"),
            tied: fields.boolean("tie_word_embeddings") ?? ["gpt2", "opt", "bert", "t5"].contains(type))
        if type == "t5" { card.encoderLayers = layers }
        if ["bert", "roberta"].contains(type) { card.isCausal = false }
        card.hasBiases = ["gpt2", "bert", "roberta", "opt"].contains(type)
        if card.hasBiases {
            card.learnedPositions = fields.integer("max_position_embeddings") ?? fields.integer("n_positions") ?? 0
        }
        if fields.boolean("use_sliding_window") != false { card.slidingWindow = fields.integer("sliding_window") ?? 0 }
        card.experts = experts(fields, width: width)
        if let rank = fields.integer("kv_lora_rank") {
            card.latent = ModelCard.LatentAttention(
                queryRank: fields.integer("q_lora_rank") ?? 0, keyValueRank: rank,
                plainDimension: fields.integer("qk_nope_head_dim") ?? 128,
                rotaryDimension: fields.integer("qk_rope_head_dim") ?? 64,
                valueDimension: fields.integer("v_head_dim") ?? 128)
        }
        return card
    }

    private static func experts(_ fields: Fields, width: Int) -> ModelCard.Experts? {
        let count =
            fields.integer("num_local_experts") ?? fields.integer("n_routed_experts") ?? fields.integer("num_experts")
        guard let count, count > 1 else { return nil }
        let expertWidth = fields.integer("moe_intermediate_size") ?? width
        let shared =
            fields.integer("shared_expert_intermediate_size")
            ?? fields.integer("n_shared_experts").map { min($0, 1 << 10) * expertWidth } ?? 0
        return ModelCard.Experts(
            count: count, perToken: fields.integer("num_experts_per_tok") ?? 2, width: expertWidth,
            sharedWidth: shared, denseLayers: fields.integer("first_k_dense_replace") ?? 0)
    }

    private static func problem(_ file: String, _ message: String) -> InvalidInput {
        InvalidInput([Diagnostic(position: SourcePosition(file: file, line: 1, column: 1), message: message)])
    }

    private struct Fields {
        let config: JSONValue

        /// A whole number from 1 to 2^31.
        func integer(_ name: String) -> Int? {
            switch config[name] {
            case .integer(let value) where value > 0 && value <= 1 << 31: Int(value)
            case .number(let value) where value >= 1 && value <= 2_147_483_648: Int(value)
            default: nil
            }
        }

        func text(_ name: String) -> String? {
            guard case .string(let text)? = config[name] else { return nil }
            return text
        }

        func boolean(_ name: String) -> Bool? {
            guard case .boolean(let flag)? = config[name] else { return nil }
            return flag
        }
    }
}
