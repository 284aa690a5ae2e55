import Testing

/// A small valid scenario whose parts the cases below replace.
struct Draft {
    var head = "apiVersion: orrery.dev/v1alpha1\nkind: Scenario\nmetadata: {name: t}\nspec:\n"
    var end = "  horizon: 1d\n"
    var pools = "        - {name: h100, count: 2, machine: dgx-h100}\n"
    var cluster = ""
    var workload = "    - jobs: [{name: a, gpus: 8, duration: 1h}]\n"
    var rest = ""

    /// `horizon` in line 5, `clusters` 6, `nodePools` 8, the first pool 9, `workload` two lines after the last pool.
    var text: String {
        head + end + "  clusters:\n    - name: east\n      nodePools:\n" + pools + cluster + "  workload:\n" + workload
            + rest
    }
}

/// One malformed scenario, and the beginnings of its messages in order.
struct BadScenario: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var text: String
    var expected: [String]

    init(_ what: String, _ text: String, _ expected: String...) {
        testDescription = what
        self.text = text
        self.expected = expected
    }

    init(_ what: String, _ change: (inout Draft) -> Void, _ expected: String...) {
        var draft = Draft()
        change(&draft)
        testDescription = what
        text = draft.text
        self.expected = expected
    }

    static let all: [BadScenario] = documents + spec + pools + fabricAndScheduler + queues + jobs + sources
}
