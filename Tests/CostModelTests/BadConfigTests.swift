import Configuration
import Testing

@testable import CostModel

/// Configurations that cannot be read: one line with the place, what was found, what was expected.
@Suite struct BadConfigTests {
    private func complaint(_ json: String) -> String {
        do throws(InvalidInput) {
            _ = try HuggingFaceConfig.card(json: json, file: "config.json")
            return "accepted"
        } catch {
            return "\(error)"
        }
    }

    @Test func unknownTypesAreNamedWithTheirNeighbour() {
        let wrong = complaint(#"{"model_type":"mixtrall","hidden_size":4096}"#)
        #expect(wrong.contains("config.json:1:2: model_type: found 'mixtrall'"), "\(wrong)")
        #expect(wrong.contains("did you mean 'mixtral'?"))
        #expect(!wrong.contains("\n"))
        #expect(complaint(#"{"hidden_size":4096}"#).contains("no model_type"))
    }

    @Test(arguments: [
        ("", "1:1: not JSON"), ("{", "1:2: not JSON"), ("[1]", "1:1: expected a JSON object"),
        ("{\"a\": 1,\n \"b\": 2,,}", "2:9: not JSON"), (#"{"model_type":7}"#, "1:2: model_type: found 7"),
        (#"{"model_type":"llama","hidden_size":4096}"#, "num_attention_heads"),
        (#"{"model_type":"llava","text_config":7}"#, "1:23: text_config: found 7, expected an object"),
        (
            "{\"model_type\":\"llava\",\n \"text_config\":{\"model_type\":\"llama\",\n  \"vocab_size\":\"x\"}}",
            "3:3: vocab_size: found \"x\", expected a whole number"
        ),
        (
            #"{"model_type":"llava","text_config":{"model_type":"llama"},"vision_config":{"model_type":"sam"}}"#,
            "clip_vision_model"
        ),
    ])
    func placesAreNamed(_ json: String, _ expected: String) {
        #expect(complaint(json).contains("config.json:"))
        #expect(complaint(json).contains(expected), "\(complaint(json))")
    }

    /// A sound configuration with one field changed.
    @Test(arguments: [
        (#""hidden_size":"4096""#, "hidden_size: found \"4096\", expected a whole number"),
        (#""hidden_size":4096.5"#, "hidden_size: found 4096.5"), (#""hidden_size":0"#, "no whole number above 0"),
        (#""hidden_size":-4096"#, "hidden_size: found -4096"), (#""hidden_size":4097"#, "do not divide a hidden size"),
        (#""hidden_size":1e300"#, "hidden_size: found 1e+300"),
        (#""num_hidden_layers":99999999"#, "beyond any model's"),
        (#""num_key_value_heads":5"#, "5 key-value heads do not divide 32"),
        (#""tie_word_embeddings":"yes""#, "tie_word_embeddings: found \"yes\", expected true or false"),
        (#""num_local_experts":8,"num_experts_per_tok":9"#, "9 experts for each token"),
        (#""num_local_experts":8,"first_k_dense_replace":99"#, "99 layers without experts"),
    ])
    func fieldsMustMakeSense(_ field: String, _ expected: String) {
        let sound = [
            #""model_type":"llama""#, #""hidden_size":4096"#, #""num_attention_heads":32"#,
            #""num_hidden_layers":32"#, #""vocab_size":32000"#,
        ]
        let name = field.split(separator: ":")[0]
        let fields = sound.filter { !$0.hasPrefix(name) } + [field]
        let words = complaint("{" + fields.joined(separator: ",") + "}")
        #expect(words.contains(expected), "\(words)")
        #expect(!words.contains("\n"))
    }

    /// null is not there, and zero is none.
    @Test func absentFieldsAreDefaults() throws {
        let card = try HuggingFaceConfig.card(
            json: """
                {"model_type":"llama","hidden_size":4096,"intermediate_size":11008,"num_hidden_layers":32,
                 "num_attention_heads":32,"num_key_value_heads":null,"vocab_size":32000,"sliding_window":null,
                 "num_local_experts":0}
                """, file: "config.json")
        #expect(card.kvHeads == 32)
        #expect(card.experts == nil)
        #expect(ParameterCount(card).total == 6_738_415_616)
    }

    @Test func builtInConfigurationsAreAllRead() {
        #expect(ModelCard.configured.map(\.name) == ModelCard.configurations.map(\.name))
        #expect(Set(ModelCard.builtInNames).count == ModelCard.builtIn.count)
    }
}
