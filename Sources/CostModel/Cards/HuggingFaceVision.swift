import Configuration

/// Reads the vision encoder of a vision-language configuration: CLIP (LLaVA), SigLIP (PaliGemma, Gemma 3, LLaVA), Qwen2-VL's and
/// Qwen2.5-VL's, Llama 4's; and ViT, which has nothing but the encoder. Source: the modelling files of huggingface/transformers 4.5x.
enum HuggingFaceVision {
    /// The encoder with its projector into the language model of a card.
    static func encoder(
        _ fields: ConfigFields, outer: ConfigFields, type: String, card: ModelCard
    ) throws(InvalidInput) -> VisionEncoder {
        let hidden = card.hidden
        if type.hasPrefix("qwen2_vl") || type.hasPrefix("qwen2_5_vl") {
            return try qwen(fields, isSecond: type.hasPrefix("qwen2_5"), hidden: hidden)
        }
        let kind = try fields.text("model_type") ?? (type == "clip" ? "clip_vision_model" : "")
        if kind == "llama4_vision_model" { return try llama(fields, hidden: hidden) }
        guard ["clip_vision_model", "siglip_vision_model"].contains(kind) else {
            throw fields.problem(
                "model_type",
                "vision_config.model_type: found '\(kind)', expected clip_vision_model or siglip_vision_model")
        }
        let isCLIP = kind == "clip_vision_model"
        let e = try fields.needed("hidden_size", usual: 768, limit: 1 << 20)
        let width = try fields.needed("intermediate_size", usual: 3072)
        let patch = try fields.needed("patch_size", usual: isCLIP ? 32 : 16, limit: 1 << 10)
        let image = try fields.needed("image_size", usual: 224, limit: 1 << 14)
        guard image >= patch else {
            throw fields.problem("image_size", "an image of \(image) is smaller than a patch of \(patch)")
        }
        let side = image / patch, patches = side * side
        let h = Double(e), f = Double(width)
        // Position of the class token, class token and first norm are CLIP's; SigLIP's patches have a bias.
        var others = Double(3 * patch * patch) * h + Double(patches) * h + 2 * h
        others += isCLIP ? 2 * h + 2 * h : h
        if !isCLIP, try fields.boolean("vision_use_head") == true {
            others += h + 4 * h * h + 4 * h + 2 * h * f + f + 3 * h
        }
        others +=
            type == "clip"
            ? Double(try outer.integer("projection_dim") ?? 512) * h
            : projector(from: h, to: Double(hidden), type: type)
        var encoder = VisionEncoder(
            layers: try fields.needed("num_hidden_layers", usual: 12, limit: 1 << 12), hidden: e,
            heads: try fields.needed("num_attention_heads", usual: 12, limit: 1 << 12), feedForward: width,
            patches: patches, others: others, smallOfLayer: 4 * h + 4 * h + f + h)
        if let tokens = try outer.integer("mm_tokens_per_image"), tokens < patches {
            encoder.patchesPerToken = patches / tokens
        }
        // CLIP makes one embedding of an image, which the text does not read.
        if type == "clip" { encoder.patchesPerToken = patches }
        return encoder
    }

    private static func projector(from e: Double, to h: Double, type: String) -> Double {
        switch type {
        // One layer with bias; Gemma 3 has a norm and no bias.
        case "paligemma": e * h + h
        case "gemma3": e * h + e
        // Two layers with biases; LLaVA-NeXT's has a vector that ends an image's row.
        case "llava_next": e * h + h + h * h + h + h
        default: e * h + h + h * h + h
        }
    }

    /// Patches of two frames are convolved together; four patches are merged into one token by two layers.
    private static func qwen(
        _ fields: ConfigFields, isSecond: Bool, hidden: Int
    ) throws(InvalidInput) -> VisionEncoder {
        let layers = try fields.needed("depth", usual: 32, limit: 1 << 12)
        let e =
            isSecond
            ? try fields.needed("hidden_size", usual: 1280, limit: 1 << 20)
            : try fields.needed("embed_dim", usual: 1280, limit: 1 << 20)
        let heads = try fields.needed("num_heads", usual: 16, limit: 1 << 12)
        let patch = try fields.needed("patch_size", "spatial_patch_size", usual: 14, limit: 1 << 10)
        let frames = try fields.integer("temporal_patch_size") ?? 2
        let merge = min(64, try fields.integer("spatial_merge_size") ?? 2)
        let width =
            isSecond
            ? try fields.needed("intermediate_size", usual: 3420)
            : min(64, try fields.integer("mlp_ratio") ?? 4) * e
        let h = Double(e), f = Double(width), merged = Double(merge * merge) * h
        let norm = isSecond ? h : 2 * h
        let others =
            Double(3 * frames * patch * patch) * h + norm + merged * merged + merged + merged * Double(hidden)
            + Double(hidden)
        // The encoder takes images of any size; these have 896 × 896 pixels at patches of 14, which makes 1,024 tokens.
        var encoder = VisionEncoder(
            layers: layers, hidden: e, heads: heads, feedForward: width, patches: 1024 * merge * merge, others: others,
            smallOfLayer: 2 * norm + 4 * h + (isSecond ? 2 : 1) * f + h)
        encoder.isGated = isSecond
        encoder.patchesPerToken = merge * merge
        return encoder
    }

    /// Llama 4's: patches are flattened, four of them shuffled into one and brought to the projector's width by two layers.
    private static func llama(_ fields: ConfigFields, hidden: Int) throws(InvalidInput) -> VisionEncoder {
        let e = try fields.needed("hidden_size", usual: 1408, limit: 1 << 20)
        let width = try fields.needed("intermediate_size", usual: 5632)
        let patch = try fields.needed("patch_size", usual: 14, limit: 1 << 10)
        let image = try fields.needed("image_size", usual: 336, limit: 1 << 14)
        guard image >= 2 * patch else {
            throw fields.problem("image_size", "an image of \(image) is smaller than two patches of \(patch)")
        }
        let inner = Double(try fields.needed("projector_input_dim", usual: 4096))
        let output = Double(try fields.needed("vision_output_dim", usual: 4096))
        let side = image / patch, patches = side * side
        let h = Double(e), f = Double(width)
        let others =
            Double(3 * patch * patch) * h + h + Double(patches + 1) * h + 4 * h + f * inner + inner * output
            + output * Double(hidden)
        var encoder = VisionEncoder(
            layers: try fields.needed("num_hidden_layers", usual: 34, limit: 1 << 12), hidden: e,
            heads: try fields.needed("num_attention_heads", usual: 16, limit: 1 << 12), feedForward: width,
            patches: patches, others: others, smallOfLayer: 8 * h + f + h)
        encoder.patchesPerToken = 4
        return encoder
    }

    /// ViT: an encoder over patches and a class token. Classes are counted as `id2label` lists them.
    static func classifier(_ fields: ConfigFields) throws(InvalidInput) -> ModelCard {
        let hidden = try fields.needed("hidden_size", usual: 768, limit: 1 << 20)
        let width = try fields.integer("intermediate_size") ?? 4 * hidden
        let patch = try fields.needed("patch_size", usual: 16, limit: 1 << 10)
        let image = try fields.needed("image_size", usual: 224, limit: 1 << 14)
        let channels = try fields.integer("num_channels") ?? 3
        let heads = try fields.needed("num_attention_heads", usual: 12, limit: 1 << 12)
        guard image >= patch, hidden % heads == 0, width <= 1 << 24, channels <= 1 << 10 else {
            throw fields.problem(nil, "an image smaller than a patch, or heads that do not divide the hidden size")
        }
        let name = try fields.text("_name_or_path") ?? ""
        var card = ModelCard(
            name.isEmpty ? "vit" : name, source: fields.source.file,
            layers: try fields.needed("num_hidden_layers", usual: 12, limit: 1 << 12), hidden: hidden, heads: heads,
            feedForward: width, gated: false, vocabulary: 0, tied: true)
        card.isCausal = false
        card.hasBiases = true
        card.hasOutputHead = false
        let side = image / patch
        card.learnedPositions = side * side + 1
        let h = Double(hidden), classes = Double(fields.count("id2label"))
        let attention = try fields.boolean("qkv_bias") == false ? h : 4 * h
        card.small = ModelCard.SmallParameters(
            layer: 4 * h + attention + Double(width) + h,
            once: Double(channels * patch * patch) * h + h + h + 2 * h + classes * (h + 1))
        return card
    }
}
