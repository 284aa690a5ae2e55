import Configuration

/// Reads the vision encoder of a vision-language configuration: CLIP (LLaVA), SigLIP (PaliGemma, Gemma 3, LLaVA), Qwen2-VL's and
/// Qwen2.5-VL's. Source: the modelling files of huggingface/transformers 4.5x.
enum HuggingFaceVision {
    /// The encoder with its projector into a language model of width `hidden`.
    static func encoder(
        _ fields: ConfigFields, outer: ConfigFields, type: String, hidden: Int
    ) throws(InvalidInput) -> VisionEncoder {
        if type.hasPrefix("qwen2_vl") || type.hasPrefix("qwen2_5_vl") {
            return try qwen(fields, isSecond: type.hasPrefix("qwen2_5"), hidden: hidden)
        }
        let kind = fields.text("model_type") ?? ""
        guard ["clip_vision_model", "siglip_vision_model"].contains(kind) else {
            throw HuggingFaceConfig.problem(
                fields.file,
                "vision_config.model_type: found '\(kind)', expected clip_vision_model or siglip_vision_model")
        }
        let isCLIP = kind == "clip_vision_model"
        let e = try fields.needed("hidden_size", usual: 768, limit: 1 << 20)
        let width = try fields.needed("intermediate_size", usual: 3072)
        let patch = try fields.needed("patch_size", usual: isCLIP ? 32 : 16, limit: 1 << 10)
        let image = try fields.needed("image_size", usual: 224, limit: 1 << 14)
        let side = image / patch, patches = max(1, side * side)
        let h = Double(e), f = Double(width)
        // Position of the class token, class token and first norm are CLIP's; SigLIP's patches have a bias.
        var others = Double(3 * patch * patch) * h + Double(patches) * h + 2 * h
        others += isCLIP ? 2 * h + 2 * h : h
        if !isCLIP, fields.boolean("vision_use_head") == true {
            others += h + 4 * h * h + 4 * h + 2 * h * f + f + 3 * h
        }
        others += projector(from: h, to: Double(hidden), type: type)
        var encoder = VisionEncoder(
            layers: try fields.needed("num_hidden_layers", usual: 12, limit: 1 << 12), hidden: e,
            heads: try fields.needed("num_attention_heads", usual: 12, limit: 1 << 12), feedForward: width,
            patches: patches, others: others, smallOfLayer: 4 * h + 4 * h + f + h)
        if let tokens = outer.integer("mm_tokens_per_image"), tokens < patches {
            encoder.patchesPerToken = patches / tokens
        }
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
        let frames = fields.integer("temporal_patch_size") ?? 2
        let merge = min(64, fields.integer("spatial_merge_size") ?? 2)
        let width =
            isSecond
            ? try fields.needed("intermediate_size", usual: 3420)
            : (fields.integer("mlp_ratio") ?? 4) * e
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
}
