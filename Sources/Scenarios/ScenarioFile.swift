import Configuration

/// A scenario file: the scenario itself, and its variants for comparisons.
public struct ScenarioFile: Sendable {
    /// The scenario as written, with the overrides of the command line.
    public let scenario: ResolvedScenario
    /// One scenario for each entry of `compare`.
    public let variants: [ResolvedScenario]

    /// Reads the file at `path`; each override is a `path=value` of the command line, and `more` come after them.
    ///
    /// - Throws: everything that is wrong with the file, its variants and the overrides, by position.
    public init(path: String, overrides: [String] = [], more: [Override] = []) throws(InvalidInput) {
        try self.init(SourceText(path: path), overrides: overrides, more: more)
    }

    /// Reads a text at hand; paths in it are relative to the folder of its name.
    public init(_ source: SourceText, overrides: [String] = [], more: [Override] = []) throws(InvalidInput) {
        var root = try YAMLReader.document(in: source)
        try Self.requireScenario(root, file: source.name)
        try Self.apply(overrides, more, to: &root)
        let diagnostics = Diagnostics()
        let base = ResolvedScenario(root, file: source.name, variant: nil, diagnostics: diagnostics)
        var variants: [ResolvedScenario] = []
        // Variants of a scenario that is itself wrong would repeat its faults.
        if base != nil {
            for variant in Self.variants(of: root) {
                do throws(InvalidInput) {
                    var changed = root
                    var changes: [Override] = []
                    for change in variant.changes {
                        changes.append(
                            try Override(
                                path: change.key, at: change.keyOrigin, value: change.value, variant: variant.name))
                    }
                    if changes.contains(where: { $0.reaches(into: "scheduler") }) {
                        Self.spellOutSchedulers(of: &changed)
                    }
                    for change in changes { try change.apply(to: &changed) }
                    let resolved = ResolvedScenario(
                        changed, file: source.name, variant: variant.name, diagnostics: diagnostics)
                    if let resolved { variants.append(resolved) }
                } catch {
                    error.diagnostics.forEach(diagnostics.report)
                }
            }
        }
        try diagnostics.throwIfAny()
        guard let base else { preconditionFailure("a scenario that cannot be resolved has findings") }
        scenario = base
        self.variants = variants
    }

    /// A file of another kind is refused by one message in place of one for each of its fields.
    private static func requireScenario(_ root: YAMLNode, file: String) throws(InvalidInput) {
        guard case .mapping = root.content, let kind = root["kind"], case .scalar(let text, _) = kind.content,
            text != "Scenario"
        else { return }
        let position = kind.origin.position ?? SourcePosition(file: file, line: 1, column: 1)
        throw InvalidInput([
            Diagnostic(position: position, path: "kind", message: "is \(kind.found); \"Scenario\" is expected")
        ])
    }

    private static func apply(_ texts: [String], _ more: [Override], to root: inout YAMLNode) throws(InvalidInput) {
        var findings: [Diagnostic] = []
        var overrides: [Override] = []
        for (index, text) in texts.enumerated() {
            do throws(InvalidInput) {
                overrides.append(try Override(argument: text, number: index + 1))
            } catch {
                findings += error.diagnostics
            }
        }
        overrides += more
        if overrides.contains(where: { $0.reaches(into: "scheduler") }) { spellOutSchedulers(of: &root) }
        for override in overrides {
            do throws(InvalidInput) {
                try override.apply(to: &root)
            } catch {
                findings += error.diagnostics
            }
        }
        if !findings.isEmpty { throw InvalidInput(findings) }
    }

    /// Writes `scheduler: backfill` as `scheduler: {policy: backfill}`, so that single settings can be changed.
    private static func spellOutSchedulers(of root: inout YAMLNode) {
        root.change("spec") { spec in
            spec.change("clusters") { clusters in
                guard case .sequence(var elements) = clusters.content else { return }
                for index in elements.indices {
                    elements[index].change("scheduler") { scheduler in
                        guard case .scalar = scheduler.content else { return }
                        let policy = YAMLNode.Entry(key: "policy", keyOrigin: scheduler.origin, value: scheduler)
                        scheduler.content = .mapping([policy])
                    }
                }
                clusters.content = .sequence(elements)
            }
        }
    }

    private static func variants(of root: YAMLNode) -> [(name: String, changes: [YAMLNode.Entry])] {
        guard case .sequence(let elements)? = root["spec"]?["compare"]?.content else { return [] }
        return elements.compactMap { element in
            guard case .scalar(let name, _)? = element["name"]?.content,
                case .mapping(let changes)? = element["set"]?.content
            else { return nil }
            return (name, changes)
        }
    }
}

extension YAMLNode {
    /// Changes the value of `key`, if the node is a mapping that has it.
    fileprivate mutating func change(_ key: String, _ body: (inout YAMLNode) -> Void) {
        guard case .mapping(var entries) = content, let index = entries.firstIndex(where: { $0.key == key }) else {
            return
        }
        body(&entries[index].value)
        content = .mapping(entries)
    }
}

/// One scenario, ready to become a world: every value with its origin.
public struct ResolvedScenario: Sendable {
    /// Path of the file, as given.
    public let file: String
    /// Name of the entry of `compare`, or nil for the scenario itself.
    public let variant: String?
    /// The typed content.
    public private(set) var content: Scenario
    /// Every value, defaults included, with its origin.
    public let values: [ReadValue]

    /// Reads and checks `root`; nil after reporting what is wrong.
    init?(_ root: YAMLNode, file: String, variant: String?, diagnostics: Diagnostics) {
        let before = diagnostics.findings.count
        let reading = Reading(diagnostics: diagnostics)
        let content = Scenario.fields.readDocument(root, reading: reading)
        guard let content, diagnostics.findings.count == before else { return nil }
        self.file = file
        self.variant = variant
        self.content = content
        values = reading.values
        let checks = Reading(continuing: values)
        if let cluster = ClusterAssembly(content.spec.cluster).build(checks) {
            WorkloadChecks(content.spec, cluster, checks).run(openTrace: resolve)
        }
        if content.spec.cluster.scheduler.configuration.policy == .volcano {
            do throws(InvalidInput) {
                _ = try volcanoConfiguration()
            } catch {
                error.diagnostics.forEach(checks.diagnostics.report)
            }
        }
        checks.diagnostics.findings.forEach(diagnostics.report)
        if !checks.diagnostics.findings.isEmpty { return nil }
    }

    /// The same scenario under another seed: other arrivals, failures and ties by the same laws.
    ///
    /// Its `values`, and so its hash, are those of the scenario as written.
    public func replica(seed: UInt64) -> ResolvedScenario {
        var copy = self
        copy.content.spec.seed = seed
        return copy
    }

    /// Name of the scenario, and of the variant if it is one.
    public var name: String { content.metadata.name + (variant.map { "/\($0)" } ?? "") }

    /// The listing of `orrery scenario explain`.
    public var explanation: String { Explanation.text(values) }

    /// A path of the scenario as the program can open it: relative paths start at the scenario's folder.
    func resolve(_ path: String) -> String {
        guard !path.hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return path }
        return file[...slash] + path
    }
}

extension Scenario {
    /// JSON Schema (draft 2020-12) of the file format, made from the tables that read it.
    public static var schema: JSONValue {
        let head: [JSONValue.Member] = [
            .init("$schema", "https://json-schema.org/draft/2020-12/schema"),
            .init("title", "Orrery scenario"),
        ]
        guard case .object(let members) = fields.kind.schema else { return .object(head) }
        return .object(head + members)
    }
}
