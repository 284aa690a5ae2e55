import Configuration

extension ModelCard {
    /// Cards of published configurations, read as a `config.json` is.
    static let configured: [ModelCard] = configurations.compactMap { name, source, configuration in
        let fields = ConfigFields(configuration, source: ConfigSource(file: name, text: ""))
        guard var card = try? HuggingFaceConfig.card(fields) else { return nil }
        card.name = name
        card.source = "Hugging Face \(source) config.json"
        return card
    }

    /// Name, publisher, and what of the configuration counts. The tests check that each can be read, and its number of parameters.
    static let configurations: [(name: String, source: String, configuration: JSONValue)] = [
        (
            "llama-3.2-1b", "meta-llama",
            [
                "model_type": "llama", "hidden_size": 2048, "intermediate_size": 8192, "num_hidden_layers": 16,
                "num_attention_heads": 32, "num_key_value_heads": 8, "head_dim": 64, "vocab_size": 128256,
                "tie_word_embeddings": true,
            ]
        ),
        (
            "llama-4-scout", "meta-llama",
            [
                "model_type": "llama4",
                "text_config": [
                    "model_type": "llama4_text", "hidden_size": 5120, "intermediate_size": 8192,
                    "intermediate_size_mlp": 16384, "num_hidden_layers": 48, "num_attention_heads": 40,
                    "num_key_value_heads": 8, "head_dim": 128, "num_local_experts": 16, "num_experts_per_tok": 1,
                    "interleave_moe_layer_step": 1, "vocab_size": 202048,
                ],
                "vision_config": [
                    "model_type": "llama4_vision_model", "hidden_size": 1408, "intermediate_size": 5632,
                    "num_hidden_layers": 34, "num_attention_heads": 16, "image_size": 336, "patch_size": 14,
                    "projector_input_dim": 4096, "vision_output_dim": 4096,
                ],
            ]
        ),
        (
            "mixtral-8x22b", "mistralai",
            [
                "model_type": "mixtral", "hidden_size": 6144, "intermediate_size": 16384, "num_hidden_layers": 56,
                "num_attention_heads": 48, "num_key_value_heads": 8, "num_local_experts": 8, "num_experts_per_tok": 2,
                "vocab_size": 32768,
            ]
        ),
        (
            "qwen2.5-7b", "Qwen",
            [
                "model_type": "qwen2", "hidden_size": 3584, "intermediate_size": 18944, "num_hidden_layers": 28,
                "num_attention_heads": 28, "num_key_value_heads": 4, "vocab_size": 152064,
            ]
        ),
        (
            "qwen2.5-72b", "Qwen",
            [
                "model_type": "qwen2", "hidden_size": 8192, "intermediate_size": 29568, "num_hidden_layers": 80,
                "num_attention_heads": 64, "num_key_value_heads": 8, "vocab_size": 152064,
            ]
        ),
        (
            "qwen3-8b", "Qwen",
            [
                "model_type": "qwen3", "hidden_size": 4096, "intermediate_size": 12288, "num_hidden_layers": 36,
                "num_attention_heads": 32, "num_key_value_heads": 8, "head_dim": 128, "vocab_size": 151936,
            ]
        ),
        (
            "gemma-2-9b", "google",
            [
                "model_type": "gemma2", "hidden_size": 3584, "intermediate_size": 14336, "num_hidden_layers": 42,
                "num_attention_heads": 16, "num_key_value_heads": 8, "head_dim": 256, "vocab_size": 256000,
                "sliding_window": 4096,
            ]
        ),
        (
            "falcon-7b", "tiiuae",
            [
                "model_type": "falcon", "hidden_size": 4544, "num_hidden_layers": 32, "num_attention_heads": 71,
                "vocab_size": 65024, "multi_query": true, "parallel_attn": true,
            ]
        ),
        (
            "deepseek-v2-lite", "deepseek-ai",
            [
                "model_type": "deepseek_v2", "hidden_size": 2048, "intermediate_size": 10944, "num_hidden_layers": 27,
                "num_attention_heads": 16, "num_key_value_heads": 16, "vocab_size": 102400, "kv_lora_rank": 512,
                "qk_nope_head_dim": 128, "qk_rope_head_dim": 64, "v_head_dim": 128, "n_routed_experts": 64,
                "n_shared_experts": 2, "num_experts_per_tok": 6, "moe_intermediate_size": 1408,
                "first_k_dense_replace": 1,
            ]
        ),
        (
            "gpt-oss-120b", "openai",
            [
                "model_type": "gpt_oss", "hidden_size": 2880, "intermediate_size": 2880, "num_hidden_layers": 36,
                "num_attention_heads": 64, "num_key_value_heads": 8, "head_dim": 64, "vocab_size": 201088,
                "num_local_experts": 128, "num_experts_per_tok": 4, "sliding_window": 128,
            ]
        ),
        (
            "llava-1.5-7b", "llava-hf",
            [
                "model_type": "llava", "text_config": ["model_type": "llama", "vocab_size": 32064],
                "vision_config": [
                    "model_type": "clip_vision_model", "hidden_size": 1024, "intermediate_size": 4096,
                    "num_hidden_layers": 24, "num_attention_heads": 16, "image_size": 336, "patch_size": 14,
                ],
            ]
        ),
        (
            "qwen2-vl-7b", "Qwen",
            [
                "model_type": "qwen2_vl", "hidden_size": 3584, "intermediate_size": 18944, "num_hidden_layers": 28,
                "num_attention_heads": 28, "num_key_value_heads": 4, "vocab_size": 152064,
                "vision_config": ["depth": 32, "embed_dim": 1280, "num_heads": 16, "mlp_ratio": 4, "patch_size": 14],
            ]
        ),
        (
            "vit-large-16", "google",
            [
                "model_type": "vit", "hidden_size": 1024, "intermediate_size": 4096, "num_hidden_layers": 24,
                "num_attention_heads": 16, "image_size": 224, "patch_size": 16,
            ]
        ),
    ]
}
