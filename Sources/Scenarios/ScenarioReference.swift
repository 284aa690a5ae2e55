import Configuration

/// The reference of the scenario file: a table for every mapping, made from the JSON Schema, and so from the tables
/// that read the file.
public enum ScenarioReference {
    /// Markdown, one heading and table for each mapping, outermost first.
    public static var markdown: String {
        var tables: [String] = []
        var seen: Set<String> = []
        var open = [Scenario.fields.kind.schema]
        while !open.isEmpty {
            let schema = open.removeFirst()
            guard case .string(let title)? = schema["title"], seen.insert(title).inserted else { continue }
            tables.append(table(schema, title: title))
            if case .object(let members)? = schema["properties"] { open += members.flatMap { mappings(in: $0.value) } }
        }
        return tables.joined(separator: "\n\n") + "\n"
    }

    private static func table(_ schema: JSONValue, title: String) -> String {
        var required: [JSONValue] = []
        if case .array(let names)? = schema["required"] { required = names }
        var rows = ["### \(title)\n", "| field | value | default | meaning |", "|---|---|---|---|"]
        guard case .object(let members)? = schema["properties"] else { return rows.joined(separator: "\n") }
        for member in members where member.value != true {
            var value = "–"
            if required.contains(.string(member.name)) {
                value = "required"
            } else if let given = member.value["default"] {
                value = "`\(Explanation.plain(given))`"
            }
            var meaning = ""
            if case .string(let text)? = member.value["description"] { meaning = text }
            rows.append("| `\(member.name)` | \(kind(of: member.value)) | \(value) | \(meaning) |")
        }
        return rows.joined(separator: "\n")
    }

    private static func kind(of schema: JSONValue) -> String {
        if case .string(let title)? = schema["title"] {
            return "[\(title)](#\(title.replacing(" ", with: "-").lowercased()))"
        }
        if case .array(let alternatives)? = schema["anyOf"] {
            return alternatives.map(kind).joined(separator: " or ")
        }
        if case .array(let values)? = schema["enum"], values.count <= 12 {
            return values.map { "`\(Explanation.plain($0))`" }.joined(separator: ", ")
        }
        if case .string(let name)? = schema["$comment"] { return name }
        guard case .string(let type)? = schema["type"] else { return "any value" }
        switch type {
        case "array": return "list of " + (schema["items"].map(kind) ?? "values")
        case "object": return "names to " + (schema["additionalProperties"].map(kind) ?? "values")
        case "integer", "number": return type + range(schema)
        default: return type
        }
    }

    private static func range(_ schema: JSONValue) -> String {
        let most = schema["maximum"].map(Explanation.plain)
        switch (schema["minimum"].map(Explanation.plain), schema["exclusiveMinimum"].map(Explanation.plain), most) {
        case (let least?, _, let most?): return " \(least) … \(most)"
        case (let least?, _, nil): return " from \(least)"
        case (nil, let bound?, let most?): return " above \(bound), to \(most)"
        case (nil, let bound?, nil): return " above \(bound)"
        case (nil, nil, _): return ""
        }
    }

    /// Mappings directly in a field's schema: itself, elements, named values, alternatives.
    private static func mappings(in schema: JSONValue) -> [JSONValue] {
        if schema["title"] != nil { return [schema] }
        if case .array(let alternatives)? = schema["anyOf"] { return alternatives.flatMap(mappings) }
        return [schema["items"], schema["additionalProperties"]].compactMap { $0 }.flatMap(mappings)
    }
}
