import Configuration
import Testing

@testable import CostModel

@Suite struct ModelCardTests {
    /// Published sizes, in billions.
    @Test(arguments: [
        ("llama-2-7b", 6.74), ("llama-2-70b", 68.98), ("llama-3-8b", 8.03), ("llama-3-70b", 70.55),
        ("llama-3.1-405b", 405.85), ("gpt3-175b", 174.6), ("mixtral-8x7b", 46.7), ("qwen3-30b-a3b", 30.5),
        ("qwen3-235b-a22b", 235.1), ("deepseek-v3", 671.0), ("t5-11b", 11.3), ("bert-large", 0.334),
    ])
    func parametersAreThePublishedOnes(_ name: String, _ billions: Double) throws {
        let card = try #require(ModelCard.named(name))
        let total = ParameterCount(card).total / 1e9
        #expect(abs(total / billions - 1) < 0.012, "\(name): \(total)")
    }

    /// To the last one, as the model repositories print them.
    @Test(arguments: [
        ("llama-2-70b", 68_976_648_192), ("llama-3-8b", 8_030_261_248), ("llama-3-70b", 70_553_706_496),
        ("llama-3.1-405b", 405_853_388_800), ("mistral-7b", 7_241_732_096), ("mixtral-8x7b", 46_702_792_704),
        ("mixtral-8x22b", 140_630_071_296), ("qwen2.5-7b", 7_615_616_512), ("gemma-2-9b", 9_241_705_984),
        ("falcon-7b", 6_921_720_704), ("t5-11b", 11_307_321_344), ("bert-large", 335_141_888),
        ("deepseek-v2-lite", 15_706_484_224), ("llava-1.5-7b", 7_063_427_072), ("vit-large-16", 303_301_632),
    ])
    func parametersAreCountedExactly(_ name: String, _ parameters: Double) throws {
        #expect(ParameterCount(try #require(ModelCard.named(name))).total == parameters)
    }

    @Test(arguments: [("mixtral-8x7b", 12.9), ("qwen3-30b-a3b", 3.3), ("qwen3-235b-a22b", 22.2), ("deepseek-v3", 37.5)])
    func activeParametersAreThePublishedOnes(_ name: String, _ billions: Double) throws {
        let card = try #require(ModelCard.named(name))
        let active = ParameterCount(card).active(card) / 1e9
        #expect(abs(active / billions - 1) < 0.02, "\(name): \(active)")
    }

    /// Megatron's formula counts full attention: 72 B s L h² (1 + s/6h + V/12Lh).
    @Test func flopsAgreeWithMegatronsFormula() throws {
        var card = try #require(ModelCard.named("gpt3-175b"))
        card.isCausal = false
        let s = 2048.0, layers = 96.0, h = 12288.0, v = 51200.0
        let formula = 72 * layers * h * h * (1 + s / (6 * h) + v / (12 * layers * h))
        #expect(abs(card.trainingFLOPs(sequence: 2048) / formula - 1) < 0.001)
    }

    @Test(arguments: ["", "[]", "{}", #"{"hidden_size": -1}"#, #"{"hidden_size": 1e300, "num_attention_heads": 2}"#])
    func refusesWhatIsNoConfiguration(_ text: String) {
        #expect(throws: InvalidInput.self) { try HuggingFaceConfig.card(json: text, file: "config.json") }
    }
}
