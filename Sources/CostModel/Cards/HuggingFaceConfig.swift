import Configuration
import Quantities

/// Reads a model card from a Hugging Face `config.json`.
///
/// The families are those of `HuggingFaceFamily`; a configuration with a nested `text_config` and `vision_config` becomes a language
/// model with a vision encoder. Parameter counts are exact, norms and biases included.
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
        let outer = ConfigFields(value, file: file)
        let type = outer.text("model_type") ?? ""
        // The language model inside, or the whole.
        var inner = outer
        if let nested = value["text_config"] { inner = ConfigFields(nested, file: file, isNested: true) }
        let language = value["text_config"] == nil ? Self.languageType(type) : inner.text("model_type") ?? type
        guard let family = HuggingFaceFamily.named(Self.languageType(language)) else {
            throw unknown(language, outer)
        }
        var card = try family.card(inner)
        card.name = outer.text("_name_or_path").flatMap { $0.isEmpty ? nil : $0 } ?? (type.isEmpty ? language : type)
        card.source = file
        if let tied = outer.boolean("tie_word_embeddings"), value["text_config"] != nil { card.tiedEmbeddings = tied }
        if let vision = value["vision_config"] {
            let fields = ConfigFields(vision, file: file, isNested: true)
            card.vision = try HuggingFaceVision.encoder(fields, outer: outer, type: type, hidden: card.hidden)
        }
        return card
    }

    /// Types whose language part is that of another type.
    private static func languageType(_ type: String) -> String {
        switch type {
        case "qwen2_vl", "qwen2_5_vl", "qwen2_vl_text", "qwen2_5_vl_text": "qwen2"
        case "gemma3": "gemma3_text"
        default: type
        }
    }

    private static func unknown(_ type: String, _ fields: ConfigFields) -> InvalidInput {
        let known =
            HuggingFaceFamily.all.map(\.type) + [
                "llava", "llava_next", "paligemma", "gemma3", "qwen2_vl", "qwen2_5_vl",
            ]
        let names = known.sorted().joined(separator: ", ")
        guard !type.isEmpty else { return problem(fields.file, "no model_type; expected one of \(names)") }
        let hint = NearestName.suggest(type, among: known).map { "; did you mean '\($0)'?" } ?? ""
        return problem(fields.file, "model_type: found '\(type)', expected one of \(names)\(hint)")
    }

    static func problem(_ file: String, _ message: String) -> InvalidInput {
        InvalidInput([Diagnostic(position: SourcePosition(file: file, line: 1, column: 1), message: message)])
    }
}

/// Fields of a configuration, by the names that families give them.
struct ConfigFields {
    let config: JSONValue
    let file: String
    /// Whether the object is inside of another one, where libraries leave out what is their default.
    let isNested: Bool

    init(_ config: JSONValue, file: String, isNested: Bool = false) {
        self.config = config
        self.file = file
        self.isNested = isNested
    }

    /// A whole number from 1 to 2^31.
    func integer(_ names: String...) -> Int? { integer(names) }

    func integer(_ names: [String]) -> Int? {
        for name in names {
            switch config[name] {
            case .integer(let value) where value > 0 && value <= 1 << 31: return Int(value)
            case .number(let value) where value >= 1 && value <= 2_147_483_648: return Int(value)
            default: continue
            }
        }
        return nil
    }

    /// A whole number that must be there, at most `limit`; in a nested object its library's default stands in.
    func needed(_ names: String..., usual: Int? = nil, limit: Int = 1 << 24) throws(InvalidInput) -> Int {
        guard let value = integer(names) ?? (isNested ? usual : nil) else {
            throw HuggingFaceConfig.problem(file, "no whole number above 0 in \(names.joined(separator: ", "))")
        }
        guard value <= limit else {
            throw HuggingFaceConfig.problem(file, "\(names[0]): \(value) is beyond any model's")
        }
        return value
    }

    func text(_ name: String) -> String? {
        guard case .string(let text)? = config[name] else { return nil }
        return text
    }

    func boolean(_ name: String) -> Bool? {
        guard case .boolean(let flag)? = config[name] else { return nil }
        return flag
    }

    /// Entries of an array; 0 where there is none.
    func count(_ name: String, where matches: (JSONValue) -> Bool = { _ in true }) -> Int {
        guard case .array(let values)? = config[name] else { return 0 }
        return values.count(where: matches)
    }
}
