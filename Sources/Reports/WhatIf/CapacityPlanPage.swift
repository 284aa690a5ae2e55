/// What the page of a plan says of its computation besides the plan itself.
public struct PlanSource: Sendable {
    /// What to type to have the same again.
    public var command: String
    public var version: String
    /// SHA-256 of the scenario's content.
    public var scenarioHash: String
    public var seed: UInt64
    /// Simulations of a capacity before it is judged first, and at most.
    public var replications: Int
    public var mostReplications: Int

    /// All fields.
    public init(
        command: String, version: String, scenarioHash: String, seed: UInt64, replications: Int,
        mostReplications: Int
    ) {
        self.command = command
        self.version = version
        self.scenarioHash = scenarioHash
        self.seed = seed
        self.replications = replications
        self.mostReplications = mostReplications
    }
}

extension CapacityPlan {
    /// The page of the plan: one self-contained HTML file.
    public func page(_ source: PlanSource) -> String { PlanPage(plan: self, source: source).html }

    /// The candidate whose numbers the page and the text show: the plan, or the scenario as written if there is none.
    var shown: Candidate { best ?? present }

    /// "nodes of h100 = 9, nodes of l40s = 2".
    func words(of settings: [String]) -> String {
        settings.isEmpty
            ? "as written" : zip(decisions, settings).map { "\($0.name) = \($1)" }.joined(separator: ", ")
    }
}

extension CapacityPlan {
    /// "9 nodes of h100 and 2 nodes of l40s".
    func phrase(of settings: [String]) -> String { Self.phrase(decisions.map(\.name), settings) }

    /// The same of the values of decisions by name.
    public static func phrase(_ decisions: [String], _ settings: [String]) -> String {
        let parts = zip(decisions, settings).map { name, value in
            guard name.hasPrefix("nodes of ") else { return "\(name) = \(value)" }
            return value == "1" ? "1 node of \(name.dropFirst(9))" : "\(value) \(name)"
        }
        guard let last = parts.last, parts.count > 1 else { return parts.first ?? "the capacity as written" }
        return parts.dropLast().joined(separator: ", ") + " and " + last
    }
}

/// The page as sections: whether it holds, what was looked at, what binds, other demands, growth, method.
struct PlanPage: Sendable {
    let plan: CapacityPlan
    let source: PlanSource

    var html: String {
        PageFrame(
            title: "\(plan.scenario) – plan – Orrery",
            subject: "\(plan.scenario) · capacity plan · \(Figures.count(plan.simulations)) simulations",
            answer: answer, notices: notices, facts: facts, sections: sections
        ).html
    }

    private var sections: [PageFrame.Section] {
        var sections = [
            PageFrame.Section("holds", plan.best == nil ? "What is missed now" : "Whether it holds", objectives),
            PageFrame.Section("candidates", "What was looked at", candidates),
            PageFrame.Section("binding", "What binds", binding),
            PageFrame.Section("demand", "With more and with less demand", demand),
        ]
        if plan.growth != nil { sections.append(PageFrame.Section("growth", "When it runs out", growth)) }
        return sections + [PageFrame.Section("method", "How this was computed", method)]
    }

    // MARK: Answer

    private var answer: Answer {
        var answer = Answer()
        guard let best = plan.best else {
            answer.stress("Nothing within the limits")
            answer.say(" is shown to meet all objectives. ")
            sayBinding(into: &answer)
            return answer
        }
        let kind = ["cost": "cheapest", "gpus": "smallest"][plan.minimizes] ?? "smallest"
        answer.say("The \(kind) capacity that meets all objectives has ")
        answer.stress(plan.phrase(of: best.settings))
        answer.say(": ")
        answer.stress(plan.size(best))
        answer.say(". ")
        sayBinding(into: &answer)
        return answer
    }

    private func sayBinding(into answer: inout Answer) {
        guard let binding = plan.binding else { return }
        let sentence = binding.sentence
        answer.say(sentence.prefix(1).uppercased() + sentence.dropFirst() + ".")
    }

    private var notices: [PageFrame.Notice] {
        guard let first = plan.notes.first else { return [] }
        let count = plan.notes.count
        return [
            PageFrame.Notice(
                section: "method", words: "\(count) note\(count == 1 ? "" : "s")",
                text: first + (count > 1 ? " …" : ""))
        ]
    }

    // MARK: Facts

    private var facts: FactsStrip {
        let (shown, now) = (plan.shown, plan.present)
        var facts = [
            FactsStrip.Fact(
                name: "Nodes", value: Figures.count(shown.nodes),
                context: "\(Figures.count(shown.gpus)) GPUs; now \(Figures.count(now.nodes))")
        ]
        if shown.dollarsPerHour > 0 {
            facts.append(
                FactsStrip.Fact(
                    name: "Price an hour", value: Figures.dollars(micro: shown.dollarsPerHour * 1e6),
                    context: "now \(Figures.dollars(micro: now.dollarsPerHour * 1e6))"))
        }
        if let first = shown.judgements.first {
            facts.append(
                FactsStrip.Fact(
                    name: subject(first.objective), value: unit(first).text(first.estimate.mean),
                    context: (first.isLowerLimit ? "at least " : "at most ") + unit(first).text(first.limit)))
        }
        if let room = plan.headroom.last {
            facts.append(
                FactsStrip.Fact(
                    name: plan.best == nil ? "Demand borne now" : "Demand borne",
                    value: Figures.percent(room.holdsAt, decimals: 0),
                    context: room.failsAt.map { "\(Figures.percent($0, decimals: 0)) is too much" } ?? "and more"))
            if let days = room.days {
                facts.append(
                    FactsStrip.Fact(
                        name: "Enough for", value: CapacityPlan.time(days),
                        context: room.date.map { "until \($0)" } ?? "at \(plan.growth ?? "")"))
            }
        }
        if plan.growth == nil, let more = plan.sensitivity.last {
            facts.append(
                FactsStrip.Fact(
                    name: "At +\(Figures.percent(more.demand - 1, decimals: 0)) demand",
                    value: more.best.map { Figures.count($0.nodes) } ?? Figures.missing,
                    context: more.best.map { "nodes, \(Figures.count($0.gpus)) GPUs" } ?? "nothing is enough"))
        }
        facts.append(
            FactsStrip.Fact(
                name: "Certainty", value: Figures.percent(plan.confidence, decimals: 0),
                context: "\(Figures.count(plan.simulations)) simulations"))
        return FactsStrip(facts: facts)
    }

    /// "p95(wait) of queue prod" of "p95(wait) of queue prod < 4h".
    func subject(_ objective: String) -> String {
        let end = objective.lastIndex { "<>".contains($0) } ?? objective.endIndex
        let words = objective[..<end]
        return String(words.last == " " ? words.dropLast() : words)
    }

    func unit(_ judgement: CapacityPlan.Judgement) -> MeasureUnit { MeasureUnit(name: judgement.unit) }
}
