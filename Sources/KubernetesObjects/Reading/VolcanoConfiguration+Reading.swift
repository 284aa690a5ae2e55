import Configuration

extension VolcanoConfiguration {
    /// Key of a ConfigMap that holds the scheduler's configuration.
    public static let fileName = "volcano-scheduler.conf"

    /// Reads `volcano-scheduler.conf`, or a ConfigMap that holds it.
    ///
    /// - Throws: everything wrong with it, with the nearest valid name for unknown actions, plugins and flags.
    public init(reading text: SourceText) throws(InvalidInput) {
        let document = try YAMLReader.document(in: text)
        guard case .scalar("ConfigMap", _)? = document["kind"]?.content else {
            try self.init(reading: document)
            return
        }
        guard case .scalar(let inner, _)? = document["data"]?[Self.fileName]?.content else {
            let position = (document["data"] ?? document).origin.position
            throw InvalidInput([
                Diagnostic(
                    position: position ?? SourcePosition(file: text.name, line: 1, column: 1), path: "data",
                    message: "the ConfigMap has no \"\(Self.fileName)\"")
            ])
        }
        try self.init(reading: SourceText(name: "\(text.name) (\(Self.fileName))", text: inner))
    }

    /// Reads a configuration that stands at `path` of a larger document, whose keys `ignoring` mean something else;
    /// `otherPlugins` are known besides Volcano's. With `unlistedFlags` false the options are those of a unit test, which
    /// need not be what a file may say.
    ///
    /// - Throws: everything wrong with it.
    public init(
        reading node: YAMLNode, path: String = "", ignoring: [String] = [], otherPlugins: [String] = [],
        unlistedFlags: Bool = true
    ) throws(InvalidInput) {
        var node = node
        if case .mapping(let entries) = node.content {
            node.content = .mapping(entries.filter { !ignoring.contains($0.key) })
        }
        let reading = Reading()
        let file = ConfigurationFile.table(otherPlugins: otherPlugins, isFile: unlistedFlags).readDocument(
            node, reading: reading)
        let findings = reading.diagnostics.findings
        guard let file, findings.isEmpty else {
            throw InvalidInput(
                findings.map { finding in
                    var finding = finding
                    if !path.isEmpty { finding.path = finding.path.isEmpty ? path : "\(path).\(finding.path)" }
                    return finding
                })
        }
        self.init(actions: file.actions, tiers: file.tiers.map(\.plugins), metrics: file.metrics)
        for index in tiers.indices {
            for plugin in tiers[index].indices { tiers[index][plugin].unlistedFlags = unlistedFlags }
        }
        // Of several entries for an action upstream takes the first (GetArgOfActionFromConf).
        actionArguments = Dictionary(file.configurations.map { ($0.name, $0.arguments) }) { first, _ in first }
    }
}

/// The file as it is written.
private struct ConfigurationFile {
    var actions: [String] = []
    var tiers: [Tier] = []
    var configurations: [ActionConfiguration] = []
    var metrics: [String: String] = [:]

    struct Tier: Equatable {
        var plugins: [PluginOption] = []
    }

    struct ActionConfiguration: Equatable {
        var name = ""
        var arguments = PluginArguments()
    }

    static func table(otherPlugins: [String], isFile: Bool) -> FieldTable<ConfigurationFile> {
        let tiers = tier(plugin(otherPlugins: otherPlugins), isFile: isFile).kind.list()
        return FieldTable(
            "the scheduler configuration", ConfigurationFile(),
            [
                .required("actions", \.actions, .actions, "Actions in the order they run, separated by commas."),
                .optional("tiers", \.tiers, tiers, "Plugins by tier."),
                .optional("configurations", \.configurations, action.kind.list(), "Arguments of actions."),
                .optional("metrics", \.metrics, .metrics, "Where the usage of nodes is measured."),
            ])
    }

    private static func tier(_ plugin: FieldTable<PluginOption>, isFile: Bool) -> FieldTable<Tier> {
        FieldTable(
            "a tier", Tier(), [.required("plugins", \.plugins, plugin.kind.list(), "Plugins of the tier.")],
            check: { tier, place, reading in
                let isHierarchical = tier.plugins.contains { $0.name == "drf" && $0.flags["enableHierarchy"] == true }
                if isFile, isHierarchical, tier.plugins.contains(where: { $0.name == "proportion" }) {
                    reading.report(
                        path: place.path,
                        "proportion and drf with enableHierarchy cannot stand in one tier: Volcano refuses to start",
                        hint: "leave one of them out")
                }
            })
    }

    private static func plugin(otherPlugins: [String]) -> FieldTable<PluginOption> {
        let flags = VolcanoConfiguration.knownFlags.map { flag in
            Field<PluginOption>.optional(flag, \.flags[flag], .flag, "Whether the plugin takes part.")
        }
        return FieldTable(
            "a plugin", PluginOption(name: ""),
            [
                .required("name", \.name, .plugin(or: otherPlugins), "Name of the plugin."),
                .optional("arguments", \.arguments, .arguments, "Arguments of the plugin."),
            ] + flags)
    }

    private static let action = FieldTable(
        "the configuration of an action", ActionConfiguration(),
        [
            .required(
                "name", \.name, .name(of: "action", among: VolcanoConfiguration.knownActions), "Name of the action."),
            .optional("arguments", \.arguments, .arguments, "Arguments of the action."),
        ])
}

extension ValueKind where Value == [String] {
    fileprivate static var actions: ValueKind {
        single(
            "actions separated by commas", schema: ["type": "string"],
            parse: { (node) throws(ValueProblem) in
                guard case .scalar(let text, _) = node.content, node.kind == .string else { throw .unexpected() }
                if text.isEmpty { return [] }
                var actions: [String] = []
                for part in text.split(separator: ",", omittingEmptySubsequences: false) {
                    let name = String(part.trimmingBlanks)
                    guard VolcanoConfiguration.knownActions.contains(name) else {
                        throw ValueProblem(
                            "unknown action \"\(name)\"",
                            hint: Suggestion.text(name, among: VolcanoConfiguration.knownActions))
                    }
                    actions.append(name)
                }
                return actions
            },
            print: { .string($0.joined(separator: ", ")) })
    }
}

extension ValueKind where Value == String {
    /// The name of a plugin; an alias is replaced.
    fileprivate static func plugin(or others: [String]) -> ValueKind {
        let aliases = VolcanoConfiguration.pluginAliases
        let names = VolcanoConfiguration.knownPlugins + aliases.keys.sorted() + others
        return ValueKind.name(of: "plugin", among: names).map(to: { aliases[$0] ?? $0 }, from: { $0 })
    }
}

extension ValueKind where Value == Bool {
    /// A boolean as the YAML 1.1 of Volcano's parser spells it.
    fileprivate static var flag: ValueKind {
        single(
            "true or false", schema: ["type": "boolean"],
            parse: { (node) throws(ValueProblem) in
                guard case .boolean(let value) = node.jsonOfYAML11 else { throw .unexpected() }
                return value
            },
            print: { .boolean($0) })
    }
}

extension ValueKind where Value == PluginArguments {
    fileprivate static var arguments: ValueKind {
        single(
            "a mapping from names to values", schema: ["type": "object"],
            parse: { (node) throws(ValueProblem) in
                if node.kind == .null { return PluginArguments() }
                guard case .mapping(let entries) = node.content else { throw .unexpected() }
                return PluginArguments(
                    Dictionary(entries.map { ($0.key, $0.value.jsonOfYAML11) }) { first, _ in first })
            },
            print: { .object($0.values.sorted { $0.key < $1.key }.map { .init($0.key, $0.value) }) })
    }
}

extension ValueKind where Value == [String: String] {
    /// A mapping to single values, kept as they are written; the keys of an inner mapping follow a point.
    fileprivate static var metrics: ValueKind {
        single(
            "a mapping from names to values", schema: ["type": "object"],
            parse: { (node) throws(ValueProblem) in
                guard case .mapping(let entries) = node.content else { throw .unexpected() }
                var values: [String: String] = [:]
                for entry in entries {
                    switch entry.value.content {
                    case .scalar(let text, _): values[entry.key] = text
                    case .sequence: throw ValueProblem("expected a single value for \"\(entry.key)\", found a list")
                    case .mapping(let inner):
                        for part in inner {
                            guard case .scalar(let text, _) = part.value.content else { throw .unexpected() }
                            values["\(entry.key).\(part.key)"] = text
                        }
                    }
                }
                return values
            },
            print: { .object($0.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) }) })
    }
}

extension YAMLNode {
    /// The node as JSON, with the booleans of YAML 1.1, which Volcano's parser (gopkg.in/yaml.v2) reads: `yes`, `off`.
    fileprivate var jsonOfYAML11: JSONValue {
        switch content {
        case .sequence(let elements): return .array(elements.map(\.jsonOfYAML11))
        case .mapping(let entries): return .object(entries.map { .init($0.key, $0.value.jsonOfYAML11) })
        case .scalar(let text, .plain):
            switch text {
            case "y", "Y", "yes", "Yes", "YES", "on", "On", "ON": return true
            case "n", "N", "no", "No", "NO", "off", "Off", "OFF": return false
            default: return json
            }
        case .scalar: return json
        }
    }
}

extension Substring {
    fileprivate var trimmingBlanks: Substring {
        var text = drop { $0.isWhitespace }
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}
