import Configuration

/// Pods that share cards with others, but not with pods of the same rule (upstream: `plugins/deviceshare/gpuexclusive.go`,
/// argument `deviceshare.GPUExclusiveRules`: a list of label sets).
///
/// A card is closed to a pod while another pod of one of its rules is there; only in mode hami-core.
package struct GPUExclusiveRules: Sendable, Equatable {
    /// Labels that a pod must have, by rule; none is empty.
    package var rules: [[String: String]]

    package init(rules: [[String: String]] = []) { self.rules = rules }

    /// What is no list of mappings to texts is left out.
    init(_ argument: JSONValue?) {
        self.init()
        guard case .array(let elements)? = argument else { return }
        rules = elements.compactMap { element in
            guard case .object(let members) = element else { return nil }
            var labels: [String: String] = [:]
            for member in members { if case .string(let text) = member.value { labels[member.name] = text } }
            return labels.isEmpty ? nil : labels
        }
    }

    /// Whether a pod with these labels matches the rule.
    package func matches(_ labels: [String: String], rule: Int) -> Bool {
        rules.indices.contains(rule) && rules[rule].allSatisfy { labels[$0.key] == $0.value }
    }

    /// Rules that a pod with these labels matches.
    func matching(_ labels: [String: String]) -> Set<Int> {
        rules.isEmpty ? [] : Set(rules.indices.filter { matches(labels, rule: $0) })
    }
}
