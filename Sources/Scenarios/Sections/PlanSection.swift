import Configuration
import Quantities

/// `plan` of a scenario: what `orrery plan` may change, and how certain it must be.
public struct PlanSection: Sendable, Equatable {
    /// What the best plan has least of.
    public enum Goal: String, CaseIterable, Sendable {
        /// Price of the whole capacity for an hour; without prices the GPUs count.
        case cost
        /// GPUs; of equal ones the cheaper.
        case gpus
        /// Nodes; of equal ones the cheaper.
        case nodes
    }

    public var vary: [VarySection] = []
    public var minimize = Goal.cost
    public var confidence = 0.95
    public var replications = 8
    public var mostReplications = 128
    public var warmUp: SimDuration?

    /// What a scenario without the section has.
    public init() {}

    static let fields = FieldTable(
        "the plan", PlanSection(),
        [
            .optional(
                "vary", \.vary, VarySection.fields.kind.list(),
                "What may be changed; without it the number of nodes of every pool, from 1 to four times as many."),
            .optional("minimize", \.minimize, .choice("goal"), "What the best plan has least of."),
            .optional(
                "confidence", \.confidence,
                .number(NumberRange(minimum: 0.5, maximum: 0.9999)), "Probability that the answer is right."),
            .optional(
                "replications", \.replications, .integer(2...10_000),
                "Simulations of a candidate before it is judged first."),
            .optional(
                "mostReplications", \.mostReplications, .integer(2...100_000),
                "Simulations of a candidate after which it counts as not shown to meet the objectives."),
            .optional(
                "warmUp", \.warmUp, .durationOrZero,
                "Jobs submitted before are not counted; without it the end of the warm-up is found (MSER-5)."),
        ],
        check: { plan, place, reading in
            if plan.mostReplications < plan.replications && reading.isSound(place.path) {
                reading.report(
                    path: place.key("mostReplications").path,
                    "\(plan.mostReplications) are fewer than the first \(plan.replications)")
            }
        })
}

/// One entry of `vary`: a number with its range, or a choice between named sets of changes.
public struct VarySection: Sendable, Equatable {
    public var name: String?
    public var path: String?
    public var from = 1
    public var to = 1
    public var step = 1
    public var choices: [VariantSection] = []

    static let fields = FieldTable(
        "a decision", VarySection(),
        [
            .optional("name", \.name, .text, "What tables call it; without it a short form of the path."),
            .optional(
                "path", \.path, .text,
                "Path of a whole number, as `--set` takes it: `spec.clusters[0].nodePools[h100].count`."),
            .optional("from", \.from, .integer(0...1_000_000), "Least value."),
            .optional("to", \.to, .integer(0...1_000_000), "Largest value."),
            .optional("step", \.step, .integer(1...1_000_000), "Distance of the values."),
            .optional(
                "choices", \.choices, VariantSection.fields.kind.list(),
                "Named sets of changes of which one is taken, such as price classes; in place of a path."),
        ],
        check: { vary, place, reading in
            guard reading.isSound(place.path) else { return }
            if (vary.path == nil) == vary.choices.isEmpty {
                reading.report(path: place.path, "a decision has either a path or choices")
            } else if vary.path != nil && vary.to < vary.from {
                reading.report(path: place.key("to").path, "\(vary.to) is below the least value, \(vary.from)")
            }
            reading.reportDuplicates(of: vary.choices.map(\.name), what: "choice", in: place.key("choices"))
        })
}
