extension LabelSelector {
    /// Whether all requirements hold for `labels`. A requirement that Kubernetes refuses (an unknown operator, `In`
    /// without values, `Exists` with some) holds for nothing.
    ///
    /// Source: k8s.io/apimachinery, pkg/apis/meta/v1/helpers.go and pkg/labels/selector.go.
    public func matches(_ labels: [String: String]) -> Bool {
        matchLabels.allSatisfy { labels[$0.key] == $0.value }
            && matchExpressions.allSatisfy { $0.matches(value: labels[$0.key], comparesNumbers: false) }
    }
}

extension LabelRequirement {
    /// Whether the requirement holds for the value of its key, nil where there is none. `Gt` and `Lt`, which compare
    /// whole numbers, hold only where `comparesNumbers` allows them.
    func matches(value: String?, comparesNumbers: Bool) -> Bool {
        switch `operator` {
        case "In": return value.map(values.contains) ?? false
        case "NotIn": return !values.isEmpty && value.map { !values.contains($0) } ?? true
        case "Exists": return values.isEmpty && value != nil
        case "DoesNotExist": return values.isEmpty && value == nil
        case "Gt", "Lt":
            guard comparesNumbers, values.count == 1, let limit = Int64(values[0]),
                let number = value.flatMap({ Int64($0) })
            else { return false }
            return `operator` == "Gt" ? number > limit : number < limit
        default: return false
        }
    }
}

extension NodeSelectorTerm {
    /// Whether all expressions hold for the node's labels, and all fields (there is only `metadata.name`) for its name.
    /// A term without either, or with a requirement that Kubernetes refuses, matches nothing.
    ///
    /// Source: k8s.io/component-helpers, scheduling/corev1/nodeaffinity/nodeaffinity.go.
    public func matches(nodeName: String, labels: [String: String]) -> Bool {
        guard !matchExpressions.isEmpty || !matchFields.isEmpty else { return false }
        return matchExpressions.allSatisfy { $0.matches(value: labels[$0.key], comparesNumbers: true) }
            && matchFields.allSatisfy { field in
                let isEquality = field.operator == "In" || field.operator == "NotIn"
                return isEquality && field.key == "metadata.name" && field.values.count == 1
                    && field.matches(value: nodeName, comparesNumbers: false)
            }
    }

    /// Whether the term matches a node.
    public func matches(_ node: Node) -> Bool {
        matches(nodeName: node.metadata.name, labels: node.metadata.labels)
    }
}

extension Sequence<NodeSelectorTerm> {
    /// Whether any of the terms matches a node; without terms none does.
    public func match(_ node: Node) -> Bool { contains { $0.matches(node) } }
}

extension Toleration {
    /// Whether the toleration puts up with a taint (source: k8s.io/component-helpers, scheduling/corev1/helpers.go).
    public func tolerates(_ taint: Taint) -> Bool {
        if !effect.isEmpty, effect != taint.effect { return false }
        if !key.isEmpty, key != taint.key { return false }
        switch `operator` {
        case "", "Equal": return value == taint.value
        case "Exists": return true
        default: return false
        }
    }
}
