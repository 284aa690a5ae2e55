import Quantities

extension ModelCard {
    private static func llama(
        _ name: String, _ layers: Int, _ hidden: Int, _ heads: Int, _ kv: Int, _ ffn: Int, _ vocabulary: Int
    ) -> ModelCard {
        ModelCard(
            name, source: "Hugging Face meta-llama config.json", layers: layers, hidden: hidden, heads: heads,
            kvHeads: kv, feedForward: ffn, gated: true, vocabulary: vocabulary)
    }

    private static func gpt(_ name: String, _ layers: Int, _ hidden: Int, _ heads: Int, source: String) -> ModelCard {
        var card = ModelCard(
            name, source: source, layers: layers, hidden: hidden, heads: heads, feedForward: 4 * hidden, gated: false,
            vocabulary: 51200, tied: true)
        card.learnedPositions = 2048
        card.hasBiases = true
        return card
    }

    private static func mixture(_ card: ModelCard, _ experts: Experts, _ latent: LatentAttention? = nil) -> ModelCard {
        var card = card
        card.experts = experts
        card.latent = latent
        return card
    }

    /// The built-in model cards.
    public static let builtIn: [ModelCard] = written + configured

    /// Cards whose numbers are given here.
    private static let written: [ModelCard] = {
        let megatron = "Narayanan et al., SC21 (arXiv 2104.04473), Table 1"
        let qwen = "Hugging Face Qwen config.json"
        var t5 = ModelCard(
            "t5-11b", source: "Raffel et al. 2020 (arXiv 1910.10683), config.json of t5-11b", layers: 24, hidden: 1024,
            heads: 128, headDimension: 128, feedForward: 65536, gated: false, vocabulary: 32128, tied: true)
        t5.encoderLayers = 24
        // A norm before each part; final norms and 32 relative positions for every head on both sides.
        t5.small = SmallParameters(layer: 2048, once: 2048 + 8192)
        var bert = ModelCard(
            "bert-large", source: "Devlin et al. 2019 (arXiv 1810.04805)", layers: 24, hidden: 1024, heads: 16,
            feedForward: 4096, gated: false, vocabulary: 30522, tied: true)
        bert.isCausal = false
        bert.hasBiases = true
        bert.learnedPositions = 512
        // Two norms and all biases of a layer; norm of the embeddings, two token types, pooler.
        bert.small = SmallParameters(layer: 13312, once: 4096 + 1_049_600)
        var mistral = ModelCard(
            "mistral-7b", source: "Hugging Face mistralai config.json (v0.1)", layers: 32, hidden: 4096, heads: 32,
            kvHeads: 8, feedForward: 14336, gated: true, vocabulary: 32000)
        mistral.slidingWindow = 4096
        return [
            llama("llama-2-7b", 32, 4096, 32, 32, 11008, 32000),
            llama("llama-2-13b", 40, 5120, 40, 40, 13824, 32000),
            llama("llama-2-70b", 80, 8192, 64, 8, 28672, 32000),
            llama("llama-3-8b", 32, 4096, 32, 8, 14336, 128256),
            llama("llama-3-70b", 80, 8192, 64, 8, 28672, 128256),
            llama("llama-3.1-405b", 126, 16384, 128, 8, 53248, 128256),
            mistral,
            gpt("gpt3-175b", 96, 12288, 96, source: megatron), gpt("gpt-22b", 48, 6144, 64, source: megatron),
            gpt("gpt-530b", 105, 20480, 128, source: megatron), gpt("gpt-1t", 128, 25600, 160, source: megatron),
            mixture(
                ModelCard(
                    "mixtral-8x7b", source: "Hugging Face mistralai config.json", layers: 32, hidden: 4096, heads: 32,
                    kvHeads: 8, feedForward: 14336, gated: true, vocabulary: 32000),
                Experts(count: 8, perToken: 2, width: 14336)),
            mixture(
                ModelCard(
                    "qwen3-30b-a3b", source: qwen, layers: 48, hidden: 2048, heads: 32, kvHeads: 4, headDimension: 128,
                    feedForward: 6144, gated: true, vocabulary: 151936),
                Experts(count: 128, perToken: 8, width: 768)),
            mixture(
                ModelCard(
                    "qwen3-235b-a22b", source: qwen, layers: 94, hidden: 4096, heads: 64, kvHeads: 4,
                    headDimension: 128, feedForward: 12288, gated: true, vocabulary: 151936),
                Experts(count: 128, perToken: 8, width: 1536)),
            mixture(
                ModelCard(
                    "deepseek-v3", source: "DeepSeek-V3 technical report (arXiv 2412.19437), config.json", layers: 61,
                    hidden: 7168, heads: 128, headDimension: 192, feedForward: 18432, gated: true, vocabulary: 129280),
                Experts(count: 256, perToken: 8, width: 2048, sharedWidth: 2048, denseLayers: 3),
                LatentAttention(
                    queryRank: 1536, keyValueRank: 512, plainDimension: 128, rotaryDimension: 64, valueDimension: 128)),
            t5, bert,
        ]
    }()

    /// Names of the built-in cards.
    public static var builtInNames: [String] { builtIn.map(\.name) }

    /// The built-in card with a name, ignoring case, or nil.
    public static func named(_ name: String) -> ModelCard? {
        builtIn.first { $0.name.lowercased() == name.lowercased() }
    }

    /// The built-in name nearest to a misspelt one.
    public static func nearest(to name: String) -> String? {
        NearestName.suggest(name, among: builtIn.map(\.name))
    }
}
