import KubernetesObjects
import Testing

private func requirement(_ key: String, _ operation: String, _ values: String...) -> LabelRequirement {
    var requirement = LabelRequirement()
    (requirement.key, requirement.operator, requirement.values) = (key, operation, values)
    return requirement
}

@Test func labelSelectorsMatchAsKubernetesHasIt() {
    let labels = ["app": "a", "tier": "3"]
    let cases: [(LabelRequirement, Bool)] = [
        (requirement("app", "In", "a", "b"), true), (requirement("app", "In", "b"), false),
        (requirement("no", "In", "b"), false), (requirement("app", "NotIn", "b"), true),
        (requirement("app", "NotIn", "a"), false), (requirement("no", "NotIn", "a"), true),
        (requirement("app", "Exists"), true), (requirement("no", "Exists"), false),
        (requirement("no", "DoesNotExist"), true), (requirement("app", "DoesNotExist"), false),
        (requirement("app", "NotIn"), false), (requirement("app", "Exists", "a"), false),
        (requirement("app", "Is", "a"), false), (requirement("tier", "Gt", "2"), false),
    ]
    for (requirement, matches) in cases {
        var selector = LabelSelector()
        selector.matchExpressions = [requirement]
        #expect(selector.matches(labels) == matches, "\(requirement)")
        selector.matchLabels = ["app": "b"]
        #expect(!selector.matches(labels))
    }
    #expect(LabelSelector().matches([:]))
}

@Test func nodeTermsCompareNumbersAndNames() {
    var node = Node()
    node.metadata = ObjectMeta(name: "n1")
    node.metadata.labels = ["gpus": "8", "word": "x"]
    func matches(_ expressions: [LabelRequirement], fields: [LabelRequirement] = []) -> Bool {
        var term = NodeSelectorTerm()
        (term.matchExpressions, term.matchFields) = (expressions, fields)
        return [term].match(node)
    }
    #expect(matches([requirement("gpus", "Gt", "7")]) && !matches([requirement("gpus", "Gt", "8")]))
    #expect(matches([requirement("gpus", "Lt", "9")]) && !matches([requirement("word", "Lt", "9")]))
    #expect(!matches([requirement("gpus", "Gt", "1", "2")]) && !matches([requirement("no", "Gt", "1")]))
    #expect(matches([], fields: [requirement("metadata.name", "In", "n1")]))
    #expect(matches([], fields: [requirement("metadata.name", "NotIn", "n2")]))
    #expect(!matches([], fields: [requirement("metadata.name", "In", "n1", "n2")]))
    #expect(!matches([], fields: [requirement("metadata.uid", "In", "n1")]))
    #expect(!matches([requirement("gpus", "Exists")], fields: [requirement("metadata.name", "In", "n2")]))
    #expect(!matches([]) && ![NodeSelectorTerm]().match(node))
}

@Test func tolerationsPutUpWithTaints() {
    var taint = Taint()
    (taint.key, taint.value, taint.effect) = ("k", "v", "NoSchedule")
    func tolerates(_ key: String, _ operation: String, _ value: String, _ effect: String) -> Bool {
        var toleration = Toleration()
        (toleration.key, toleration.operator, toleration.value, toleration.effect) = (key, operation, value, effect)
        return toleration.tolerates(taint)
    }
    #expect(
        tolerates("k", "Equal", "v", "NoSchedule") && tolerates("k", "", "v", "") && tolerates("", "Exists", "", ""))
    #expect(!tolerates("k", "Equal", "w", "NoSchedule") && !tolerates("k", "Exists", "", "NoExecute"))
    #expect(!tolerates("l", "Exists", "", "") && !tolerates("k", "Lt", "v", ""))
}
