import Configuration
import Testing

@testable import CostModel

/// Totals of small configurations written by hand, against what the model repositories print (number of parameters of their weight
/// files, or of the paper named).
@Suite struct HuggingFaceTests {
    struct Published: CustomTestStringConvertible {
        let name: String
        let parameters: Double
        let config: String
        var testDescription: String { name }

        init(_ name: String, _ parameters: Double, _ config: String) {
            self.name = name
            self.parameters = parameters
            self.config = config
        }
    }

    static let decoders = [
        Published(
            "Llama-2-7B", 6_738_415_616,
            #"{"model_type":"llama","hidden_size":4096,"intermediate_size":11008,"num_hidden_layers":32,"num_attention_heads":32,"vocab_size":32000}"#
        ),
        Published(
            "Mistral-7B", 7_241_732_096,
            #"{"model_type":"mistral","hidden_size":4096,"intermediate_size":14336,"num_hidden_layers":32,"num_attention_heads":32,"num_key_value_heads":8,"vocab_size":32000}"#
        ),
        Published(
            "Mixtral-8x7B", 46_702_792_704,
            #"{"model_type":"mixtral","hidden_size":4096,"intermediate_size":14336,"num_hidden_layers":32,"num_attention_heads":32,"num_key_value_heads":8,"vocab_size":32000,"num_local_experts":8,"num_experts_per_tok":2}"#
        ),
        Published(
            "Qwen2-7B", 7_615_616_512,
            #"{"model_type":"qwen2","hidden_size":3584,"intermediate_size":18944,"num_hidden_layers":28,"num_attention_heads":28,"num_key_value_heads":4,"vocab_size":152064}"#
        ),
        Published(
            "Qwen1.5-MoE-A2.7B", 14_315_784_192,
            #"{"model_type":"qwen2_moe","hidden_size":2048,"intermediate_size":5632,"num_hidden_layers":24,"num_attention_heads":16,"num_key_value_heads":16,"vocab_size":151936,"num_experts":60,"num_experts_per_tok":4,"moe_intermediate_size":1408,"shared_expert_intermediate_size":5632,"decoder_sparse_step":1}"#
        ),
        Published(
            "Qwen3-8B", 8_190_735_360,
            #"{"model_type":"qwen3","hidden_size":4096,"intermediate_size":12288,"num_hidden_layers":36,"num_attention_heads":32,"num_key_value_heads":8,"head_dim":128,"vocab_size":151936,"attention_bias":false}"#
        ),
        Published(
            "Qwen3-30B-A3B", 30_532_122_624,
            #"{"model_type":"qwen3_moe","hidden_size":2048,"intermediate_size":6144,"num_hidden_layers":48,"num_attention_heads":32,"num_key_value_heads":4,"head_dim":128,"vocab_size":151936,"num_experts":128,"num_experts_per_tok":8,"moe_intermediate_size":768,"decoder_sparse_step":1,"mlp_only_layers":[]}"#
        ),
        Published(
            "DeepSeek-V2-Lite", 15_706_484_224,
            #"{"model_type":"deepseek_v2","hidden_size":2048,"intermediate_size":10944,"num_hidden_layers":27,"num_attention_heads":16,"num_key_value_heads":16,"vocab_size":102400,"kv_lora_rank":512,"q_lora_rank":null,"qk_nope_head_dim":128,"qk_rope_head_dim":64,"v_head_dim":128,"n_routed_experts":64,"n_shared_experts":2,"num_experts_per_tok":6,"moe_intermediate_size":1408,"first_k_dense_replace":1}"#
        ),
        Published(
            "Gemma-2B", 2_506_172_416,
            #"{"model_type":"gemma","hidden_size":2048,"intermediate_size":16384,"num_hidden_layers":18,"num_attention_heads":8,"num_key_value_heads":1,"head_dim":256,"vocab_size":256000}"#
        ),
        Published(
            "Gemma-2-2B", 2_614_341_888,
            #"{"model_type":"gemma2","hidden_size":2304,"intermediate_size":9216,"num_hidden_layers":26,"num_attention_heads":8,"num_key_value_heads":4,"head_dim":256,"vocab_size":256000,"sliding_window":4096}"#
        ),
        Published(
            "Gemma-3-1B", 999_885_952,
            #"{"model_type":"gemma3_text","hidden_size":1152,"intermediate_size":6912,"num_hidden_layers":26,"num_attention_heads":4,"num_key_value_heads":1,"head_dim":256,"vocab_size":262144}"#
        ),
        Published(
            "Phi-2", 2_779_683_840,
            #"{"model_type":"phi","hidden_size":2560,"intermediate_size":10240,"num_hidden_layers":32,"num_attention_heads":32,"vocab_size":51200}"#
        ),
        Published(
            "Phi-3-mini", 3_821_079_552,
            #"{"model_type":"phi3","hidden_size":3072,"intermediate_size":8192,"num_hidden_layers":32,"num_attention_heads":32,"num_key_value_heads":32,"vocab_size":32064}"#
        ),
        Published(
            "Falcon-7B", 6_921_720_704,
            #"{"model_type":"falcon","hidden_size":4544,"num_hidden_layers":32,"num_attention_heads":71,"vocab_size":65024,"multi_query":true,"parallel_attn":true,"new_decoder_architecture":false,"bias":false}"#
        ),
        Published(
            "Falcon-40B", 41_303_293_952,
            #"{"model_type":"falcon","hidden_size":8192,"num_hidden_layers":60,"num_attention_heads":128,"num_kv_heads":8,"vocab_size":65024,"new_decoder_architecture":true,"bias":false}"#
        ),
        Published(
            "GPT-2", 124_439_808,
            #"{"model_type":"gpt2","n_embd":768,"n_head":12,"n_layer":12,"n_positions":1024,"vocab_size":50257}"#),
        Published(
            "GPT-Neo-1.3B", 1_315_575_808,
            #"{"model_type":"gpt_neo","hidden_size":2048,"num_layers":24,"num_heads":16,"max_position_embeddings":2048,"vocab_size":50257,"window_size":256}"#
        ),
        // Biderman et al., Pythia, ICML 2023, table of sizes.
        Published(
            "Pythia-6.9B", 6_857_302_016,
            #"{"model_type":"gpt_neox","hidden_size":4096,"intermediate_size":16384,"num_hidden_layers":32,"num_attention_heads":32,"vocab_size":50432}"#
        ),
        Published(
            "GPT-J-6B", 6_050_882_784,
            #"{"model_type":"gptj","n_embd":4096,"n_head":16,"n_layer":28,"n_positions":2048,"vocab_size":50400}"#),
        Published(
            "OPT-125M", 125_239_296,
            #"{"model_type":"opt","hidden_size":768,"ffn_dim":3072,"num_hidden_layers":12,"num_attention_heads":12,"max_position_embeddings":2048,"vocab_size":50272}"#
        ),
        Published(
            "BLOOM-7B1", 7_069_016_064,
            #"{"model_type":"bloom","n_embed":4096,"n_layer":30,"num_attention_heads":32,"vocab_size":250880}"#),
        Published(
            "MPT-7B", 6_649_286_656,
            #"{"model_type":"mpt","d_model":4096,"n_heads":32,"n_layers":32,"vocab_size":50432}"#),
        Published(
            "StarCoder2-3B", 3_030_371_328,
            #"{"model_type":"starcoder2","hidden_size":3072,"intermediate_size":12288,"num_hidden_layers":30,"num_attention_heads":24,"num_key_value_heads":2,"vocab_size":49152}"#
        ),
        Published(
            "OLMo-2-7B", 7_298_617_344,
            #"{"model_type":"olmo2","hidden_size":4096,"intermediate_size":11008,"num_hidden_layers":32,"num_attention_heads":32,"vocab_size":100352}"#
        ),
        Published(
            "GPT-OSS-20B", 20_914_757_184,
            #"{"model_type":"gpt_oss","hidden_size":2880,"intermediate_size":2880,"num_hidden_layers":24,"num_attention_heads":64,"num_key_value_heads":8,"head_dim":64,"vocab_size":201088,"num_local_experts":32,"num_experts_per_tok":4,"sliding_window":128}"#
        ),
    ]

    static let more = [
        Published(
            "Granite-3.0-8B", 8_170_848_256,
            #"{"model_type":"granite","hidden_size":4096,"intermediate_size":12800,"num_hidden_layers":40,"num_attention_heads":32,"num_key_value_heads":8,"vocab_size":49155}"#
        ),
        Published(
            "InternLM2-7B", 7_737_708_544,
            #"{"model_type":"internlm2","hidden_size":4096,"intermediate_size":14336,"num_hidden_layers":32,"num_attention_heads":32,"num_key_value_heads":8,"vocab_size":92544}"#
        ),
        Published(
            "Command-R-35B", 34_980_831_232,
            #"{"model_type":"cohere","hidden_size":8192,"intermediate_size":22528,"num_hidden_layers":40,"num_attention_heads":64,"num_key_value_heads":64,"vocab_size":256000}"#
        ),
        Published(
            "StableLM-2-1.6B", 1_644_515_328,
            #"{"model_type":"stablelm","hidden_size":2048,"intermediate_size":5632,"num_hidden_layers":24,"num_attention_heads":32,"num_key_value_heads":32,"vocab_size":100352,"use_qkv_bias":true}"#
        ),
        Published(
            "Phi-3.5-MoE", 41_873_153_344,
            #"{"model_type":"phimoe","hidden_size":4096,"intermediate_size":6400,"num_hidden_layers":32,"num_attention_heads":32,"num_key_value_heads":8,"vocab_size":32064,"num_local_experts":16,"num_experts_per_tok":2,"attention_bias":true}"#
        ),
        Published(
            "OLMoE-1B-7B", 6_919_161_856,
            #"{"model_type":"olmoe","hidden_size":2048,"intermediate_size":1024,"num_hidden_layers":16,"num_attention_heads":16,"num_key_value_heads":16,"vocab_size":50304,"num_experts":64,"num_experts_per_tok":8}"#
        ),
    ]

    static let others = [
        // Raffel et al., JMLR 2020, sizes of the checkpoints.
        Published(
            "T5-small", 60_506_624,
            #"{"model_type":"t5","d_model":512,"d_ff":2048,"d_kv":64,"num_heads":8,"num_layers":6,"vocab_size":32128}"#),
        Published(
            "BERT-base", 109_482_240,
            #"{"model_type":"bert","hidden_size":768,"intermediate_size":3072,"num_hidden_layers":12,"num_attention_heads":12,"max_position_embeddings":512,"type_vocab_size":2,"vocab_size":30522}"#
        ),
        Published(
            "RoBERTa-base", 124_645_632,
            #"{"model_type":"roberta","hidden_size":768,"intermediate_size":3072,"num_hidden_layers":12,"num_attention_heads":12,"max_position_embeddings":514,"type_vocab_size":1,"vocab_size":50265}"#
        ),
        // What the library assumes is left out of nested configurations.
        Published(
            "LLaVA-1.5-7B", 7_063_427_072,
            #"{"model_type":"llava","text_config":{"model_type":"llama","vocab_size":32064},"vision_config":{"model_type":"clip_vision_model","hidden_size":1024,"intermediate_size":4096,"num_hidden_layers":24,"num_attention_heads":16,"image_size":336,"patch_size":14}}"#
        ),
        Published(
            "PaliGemma-3B-224", 2_923_466_480,
            #"{"model_type":"paligemma","text_config":{"model_type":"gemma","hidden_size":2048,"intermediate_size":16384,"num_hidden_layers":18,"num_attention_heads":8,"num_key_value_heads":1,"vocab_size":257216},"vision_config":{"model_type":"siglip_vision_model","hidden_size":1152,"intermediate_size":4304,"num_hidden_layers":27,"num_attention_heads":16,"patch_size":14,"vision_use_head":false}}"#
        ),
        Published(
            "Gemma-3-4B", 4_300_079_472,
            #"{"model_type":"gemma3","mm_tokens_per_image":256,"text_config":{"model_type":"gemma3_text","hidden_size":2560,"intermediate_size":10240,"num_hidden_layers":34,"sliding_window":1024},"vision_config":{"model_type":"siglip_vision_model","hidden_size":1152,"intermediate_size":4304,"num_hidden_layers":27,"num_attention_heads":16,"image_size":896,"patch_size":14,"vision_use_head":false}}"#
        ),
        Published(
            "Qwen2-VL-7B", 8_291_375_616,
            #"{"model_type":"qwen2_vl","hidden_size":3584,"intermediate_size":18944,"num_hidden_layers":28,"num_attention_heads":28,"num_key_value_heads":4,"vocab_size":152064,"vision_config":{"depth":32,"embed_dim":1280,"num_heads":16,"mlp_ratio":4,"patch_size":14,"spatial_merge_size":2,"temporal_patch_size":2,"hidden_size":3584}}"#
        ),
        Published(
            "Qwen2.5-VL-7B", 8_292_166_656,
            #"{"model_type":"qwen2_5_vl","hidden_size":3584,"intermediate_size":18944,"num_hidden_layers":28,"num_attention_heads":28,"num_key_value_heads":4,"vocab_size":152064,"vision_config":{"depth":32,"hidden_size":1280,"intermediate_size":3420,"num_heads":16,"patch_size":14,"spatial_merge_size":2,"temporal_patch_size":2}}"#
        ),
    ]

    static let later = [
        Published(
            "StarCoder", 15_517_456_384,
            #"{"model_type":"gpt_bigcode","n_embd":6144,"n_head":48,"n_inner":24576,"n_layer":40,"n_positions":8192,"multi_query":true,"vocab_size":49152}"#
        ),
        Published(
            "Falcon-RW-1B", 1_311_625_216,
            #"{"model_type":"falcon","bias":true,"hidden_size":2048,"multi_query":false,"new_decoder_architecture":false,"num_attention_heads":32,"num_hidden_layers":24,"parallel_attn":false,"vocab_size":50304}"#
        ),
        Published(
            "OPT-350M", 331_196_416,
            #"{"model_type":"opt","do_layer_norm_before":false,"ffn_dim":4096,"hidden_size":1024,"max_position_embeddings":2048,"num_attention_heads":16,"num_hidden_layers":24,"vocab_size":50272,"word_embed_proj_dim":512}"#
        ),
        Published(
            "Llama-4-Scout", 108_641_793_536,
            #"{"model_type":"llama4","text_config":{"model_type":"llama4_text","hidden_size":5120,"intermediate_size":8192,"intermediate_size_mlp":16384,"num_attention_heads":40,"num_hidden_layers":48,"num_key_value_heads":8,"head_dim":128,"num_local_experts":16,"num_experts_per_tok":1,"interleave_moe_layer_step":1,"vocab_size":202048},"vision_config":{"model_type":"llama4_vision_model"}}"#
        ),
        Published(
            "CLIP-ViT-B/32", 151_277_313,
            #"{"model_type":"clip","projection_dim":512,"text_config":{"model_type":"clip_text_model"},"vision_config":{"model_type":"clip_vision_model"}}"#
        ),
        Published(
            "CLIP-ViT-L/14", 427_616_513,
            #"{"model_type":"clip","projection_dim":768,"text_config":{"model_type":"clip_text_model","hidden_size":768,"intermediate_size":3072,"num_attention_heads":12,"num_hidden_layers":12,"vocab_size":49408,"max_position_embeddings":77},"vision_config":{"model_type":"clip_vision_model","hidden_size":1024,"intermediate_size":4096,"num_attention_heads":16,"num_hidden_layers":24,"patch_size":14}}"#
        ),
        // timm and Transformers without pooler; with 1,000 classes the 86.6 M of Dosovitskiy et al. 2021, Table 1.
        Published(
            "ViT-B/16", 85_798_656,
            #"{"model_type":"vit","hidden_size":768,"image_size":224,"intermediate_size":3072,"num_attention_heads":12,"num_hidden_layers":12,"patch_size":16}"#
        ),
    ]

    @Test(arguments: decoders + more + others + later)
    func parametersAreThePublishedOnes(_ model: Published) throws {
        let card = try HuggingFaceConfig.card(json: model.config, file: "config.json")
        #expect(ParameterCount(card).total == model.parameters)
    }

    /// DeepSeek-V3 technical report: 671 B in all, 37 B active.
    @Test func deepSeekV3HasItsExperts() throws {
        let card = try HuggingFaceConfig.card(
            json: """
                {"model_type":"deepseek_v3","hidden_size":7168,"intermediate_size":18432,"num_hidden_layers":61,
                 "num_attention_heads":128,"num_key_value_heads":128,"vocab_size":129280,"kv_lora_rank":512,
                 "q_lora_rank":1536,"qk_nope_head_dim":128,"qk_rope_head_dim":64,"v_head_dim":128,
                 "n_routed_experts":256,"n_shared_experts":1,"num_experts_per_tok":8,"moe_intermediate_size":2048,
                 "first_k_dense_replace":3,"topk_method":"noaux_tc"}
                """, file: "config.json")
        #expect(abs(ParameterCount(card).total / 671.03e9 - 1) < 1e-4)
        #expect(abs(ParameterCount(card).active(card) / 37.5e9 - 1) < 0.01)
    }

    @Test func visionEncodersHaveTheirTokens() throws {
        func tokens(_ name: String) throws -> Int? {
            let model = try #require(Self.others.first { $0.name == name })
            return try HuggingFaceConfig.card(json: model.config, file: "config.json").vision?.tokens
        }
        #expect(try tokens("LLaVA-1.5-7B") == 576)
        #expect(try tokens("PaliGemma-3B-224") == 256)
        #expect(try tokens("Gemma-3-4B") == 256)
        #expect(try tokens("Qwen2-VL-7B") == 1024)
    }
}
