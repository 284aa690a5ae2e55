import Configuration
import Quantities

/// Reads a model card from a Hugging Face `config.json`.
///
/// The families are those of `HuggingFaceFamily`; a configuration with a nested `text_config` and `vision_config` becomes a language
/// model with a vision encoder. Parameter counts are exact, norms and biases included. What is there must make sense: a field of the
/// wrong kind is an error with its line and column, never a default.
public enum HuggingFaceConfig {
    /// The model card in a file.
    public static func read(path: String) throws(InvalidInput) -> ModelCard {
        let text = try SourceText(path: path)
        return try card(json: String(decoding: text.bytes, as: UTF8.self), file: path)
    }

    /// The model card in JSON text; `file` is named in errors.
    public static func card(json text: String, file: String) throws(InvalidInput) -> ModelCard {
        let source = ConfigSource(file: file, text: text)
        let value: JSONValue
        switch JSONValue.parse(text) {
        case .success(let parsed): value = parsed
        case .failure(let fault):
            let place = SourcePosition(file: file, line: fault.line, column: fault.column)
            throw InvalidInput([Diagnostic(position: place, message: "not JSON from here on; expected a config.json")])
        }
        guard case .object = value else { throw source.problem(at: [], "expected a JSON object") }
        return try card(ConfigFields(value, source: source))
    }

    /// The model card of a configuration.
    static func card(_ outer: ConfigFields) throws(InvalidInput) -> ModelCard {
        let type = try outer.text("model_type") ?? ""
        if type == "vit" { return try HuggingFaceVision.classifier(outer) }
        // The language model inside, or the whole.
        let nested = try outer.inner("text_config")
        let inner = nested ?? outer
        let language = nested == nil ? languageType(type) : try inner.text("model_type") ?? type
        guard let family = HuggingFaceFamily.named(languageType(language)) else { throw unknown(language, inner) }
        var card = try family.card(inner)
        let given = try outer.text("_name_or_path") ?? ""
        card.name = given.isEmpty ? type.isEmpty ? language : type : given
        card.source = outer.source.file
        if nested != nil, let tied = try outer.boolean("tie_word_embeddings") { card.tiedEmbeddings = tied }
        if let vision = try outer.inner("vision_config") {
            card.vision = try HuggingFaceVision.encoder(vision, outer: outer, type: type, card: card)
            // CLIP compares embeddings instead of predicting words; its temperature is a parameter.
            if type == "clip" {
                card.small?.once += Double(card.hidden * (try outer.integer("projection_dim") ?? 512)) + 1
            }
        }
        return card
    }

    /// Types whose language part is that of another type.
    private static func languageType(_ type: String) -> String {
        switch type {
        case "qwen2_vl", "qwen2_5_vl", "qwen2_vl_text", "qwen2_5_vl_text": "qwen2"
        case "gemma3": "gemma3_text"
        case "llama4": "llama4_text"
        case "clip": "clip_text_model"
        default: type
        }
    }

    private static func unknown(_ type: String, _ fields: ConfigFields) -> InvalidInput {
        let known =
            HuggingFaceFamily.all.map(\.type) + [
                "llava", "llava_next", "paligemma", "gemma3", "llama4", "qwen2_vl", "qwen2_5_vl", "clip", "vit",
            ]
        let names = known.sorted().joined(separator: ", ")
        guard !type.isEmpty else { return fields.problem(nil, "no model_type; expected one of \(names)") }
        let hint = NearestName.suggest(type, among: known).map { "; did you mean '\($0)'?" } ?? ""
        return fields.problem("model_type", "model_type: found '\(type)', expected one of \(names)\(hint)")
    }
}
