import Configuration

/// What a session case expects of one session: outcomes of its actions, and answers of hooks.
///
/// A nil expectation is not stated, which leaves the outcome free.
struct SessionExpectation {
    // MARK: Outcomes of the actions

    /// Pod to node, exact and complete.
    var bind: [String: String]?
    var bindCount: Int?
    /// Evicted pods; order is free.
    var evict: [String]?
    var evictCount: Int?
    /// Pod to node, exact and complete.
    var pipelined: [String: String]?
    /// Job to the nodes that may hold its pipelined tasks, of which there is one at least.
    var pipelinedJobs: [String: [String]]?
    /// Phase after the session was closed.
    var podGroupPhase: [String: String]?
    /// Job to status to number of tasks, after the last action.
    var taskStatusCount: [String: [String: Int]]?
    /// Binds per leaf HyperNode, ascending; which HyperNode is free.
    var bindCountPerLeafHyperNode: [Int]?
    /// Order in which backfill picks its tasks.
    var backfillOrder: [String]?
    /// Queue or job to resource, in internal units.
    var allocated: [String: ResourceAmount]?
    var deserved: [String: ResourceAmount]?
    var shares: [String: Double]?

    // MARK: Answers of hooks

    var hooks = HookExpectation()
    /// Operations with expectations after each.
    var steps: [SessionStep] = []

    init(_ fields: CaseFields) throws(CaseProblem) {
        if fields.has("bind") { bind = try fields.stringMap("bind") }
        bindCount = try fields.integer("bindCount")
        if fields.has("evict") { evict = try fields.strings("evict") }
        evictCount = try fields.integer("evictCount")
        if fields.has("pipelined") { pipelined = try fields.stringMap("pipelined") }
        if fields.has("pipelinedJobs") { pipelinedJobs = try fields.map("pipelinedJobs", CaseFields.strings) }
        if fields.has("podGroupPhase") { podGroupPhase = try fields.stringMap("podGroupPhase") }
        if fields.has("taskStatusCount") { taskStatusCount = try Self.nested(fields, "taskStatusCount") }
        if fields.has("bindCountPerLeafHyperNode") {
            bindCountPerLeafHyperNode = []
            for node in try fields.elements("bindCountPerLeafHyperNode") {
                bindCountPerLeafHyperNode?.append(
                    try CaseFields.integer(node, fields.pathOf("bindCountPerLeafHyperNode")))
            }
        }
        if fields.has("backfillOrder") { backfillOrder = try fields.strings("backfillOrder") }
        if fields.has("allocated") { allocated = try ResourceAmount.map(fields, "allocated") }
        if fields.has("deserved") { deserved = try ResourceAmount.map(fields, "deserved") }
        if fields.has("shares") { shares = try fields.numberMap("shares") }
        hooks = try HookExpectation(fields)
        for step in try fields.list("steps") { steps.append(try SessionStep(step)) }
    }

    private static func nested(_ fields: CaseFields, _ key: String) throws(CaseProblem) -> [String: [String: Int]] {
        let outer = try fields.fields(key)
        var result: [String: [String: Int]] = [:]
        for entry in outer.entries { result[entry.key] = try outer.integerMap(entry.key) }
        return result
    }
}

/// One operation of a case with `steps`.
struct SessionStep {
    /// Pod to node: tasks that are allocated in this step, by name of the pod.
    var allocate: [(pod: String, node: String)] = []
    /// What the hooks answer after it.
    var hooks: HookExpectation

    init(_ fields: CaseFields) throws(CaseProblem) {
        let placed = try fields.stringMap("allocate")
        allocate = placed.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        hooks = try HookExpectation(fields)
    }
}

/// Questions to the hooks of an open session, each with the expected answer.
struct HookExpectation {
    /// Pod to node to score: node order and batch.
    var nodeScores: [String: [String: Double]] = [:]
    /// Pod to node to the total that the choice of a node uses.
    var nodeTotalScores: [String: [String: Double]] = [:]
    /// Sub-job to HyperNode to score.
    var hyperNodeScores: [String: [String: Double]] = [:]
    /// Absolute tolerance of all scores.
    var scoreTolerance = 0.0
    /// Pod to node to `Success` or the code of the refusal.
    var nodeFit: [String: [String: String]] = [:]
    /// Reason of every refusal in `nodeFit`.
    var fitReason: String?
    /// Pod to the set of nodes that pass.
    var feasibleNodes: [String: [String]] = [:]
    /// Victims of the VictimTasks hook asked for all tasks.
    var victimTaskCount: Int?
    /// VictimTasks for candidates.
    var victimTasks: VictimQuestion?
    var preemptable: VictimQuestion?
    var reclaimable: VictimQuestion?
    /// Unified evictable hook.
    var gangEvictable: [GangEvictableQuestion] = []
    /// Victims inside one HyperNode.
    var gangVictims: [GangVictimsQuestion] = []
    /// Order in which victims are taken.
    var victimOrder: VictimOrderQuestion?
    /// Job to the answer of JobEnqueueable.
    var enqueueable: [(job: String, answer: Bool)] = []
    /// Whether `left` orders before `right`.
    var jobBefore: [(left: String, right: String, before: Bool)] = []

    /// Candidates of a victim hook, and the victims it must choose.
    struct VictimQuestion {
        var preemptor: String
        var candidates: [String]
        var victims: [String]
        /// Whether the order of the victims counts.
        var isOrdered: Bool
    }

    struct GangEvictableQuestion {
        /// `GangPreempt` or `GangReclaim`.
        var kind: String
        var initiatorPriority: Int
        var candidates: [String]
        var victims: [String]
    }

    struct GangVictimsQuestion {
        var initiator: String
        var hyperNode: String
        var allowsWholeBundle: Bool
        var victims: [String]
    }

    struct VictimOrderQuestion {
        /// Pod for which room is made; empty for any pending one.
        var preemptor: String
        /// Pods to order; nil for all that are expected.
        var candidates: [String]?
        var order: [String]
    }

    init() {}

    init(_ fields: CaseFields) throws(CaseProblem) {
        nodeScores = try Self.scores(fields, "nodeScores")
        nodeTotalScores = try Self.scores(fields, "nodeTotalScores")
        hyperNodeScores = try Self.scores(fields, "hyperNodeScores")
        scoreTolerance = try fields.number("scoreTolerance") ?? 0
        let fits = try fields.fields("nodeFit")
        for entry in fits.entries { nodeFit[entry.key] = try fits.stringMap(entry.key) }
        if fields.has("fitReason") { fitReason = try fields.string("fitReason") }
        feasibleNodes = try fields.map("feasibleNodes", CaseFields.strings)
        victimTaskCount = try fields.integer("victimTaskCount")
        victimTasks = try Self.victims(fields, "victimTasks")
        preemptable = try Self.victims(fields, "preemptable")
        reclaimable = try Self.victims(fields, "reclaimable")
        for question in try fields.list("gangEvictable") {
            gangEvictable.append(
                GangEvictableQuestion(
                    kind: try question.string("kind"),
                    initiatorPriority: try question.integer("initiatorPriority") ?? 0,
                    candidates: try question.strings("candidates"), victims: try question.strings("victims")))
        }
        for question in try fields.list("gangVictims") {
            gangVictims.append(
                GangVictimsQuestion(
                    initiator: try question.string("initiator"), hyperNode: try question.string("hyperNode"),
                    allowsWholeBundle: try question.boolean("allowWholeBundle"),
                    victims: try question.strings("victims")))
        }
        victimOrder = try Self.order(fields)
        enqueueable = try fields.map("enqueueable", CaseFields.boolean).sorted { $0.key < $1.key }.map {
            ($0.key, $0.value)
        }
        for question in try fields.list("jobBefore") {
            jobBefore.append(
                (
                    try question.string("left"), try question.string("right"),
                    try question.boolean("before", default: true)
                ))
        }
    }

    private static func scores(_ fields: CaseFields, _ key: String) throws(CaseProblem) -> [String: [String: Double]] {
        let outer = try fields.fields(key)
        var result: [String: [String: Double]] = [:]
        for entry in outer.entries { result[entry.key] = try outer.numberMap(entry.key) }
        return result
    }

    private static func victims(_ fields: CaseFields, _ key: String) throws(CaseProblem) -> VictimQuestion? {
        guard let question = try fields.optionalFields(key) else { return nil }
        let isOrdered = !question.has("victimSet")
        return VictimQuestion(
            preemptor: try question.string("preemptor"), candidates: try question.strings("candidates"),
            victims: try question.strings(isOrdered ? "victims" : "victimSet"), isOrdered: isOrdered)
    }

    private static func order(_ fields: CaseFields) throws(CaseProblem) -> VictimOrderQuestion? {
        guard let node = fields.optional("victimOrder") else { return nil }
        if case .sequence = node.content {
            return VictimOrderQuestion(preemptor: "", candidates: nil, order: try fields.strings("victimOrder"))
        }
        let question = try fields.fields("victimOrder")
        return VictimOrderQuestion(
            preemptor: try question.string("preemptor"),
            candidates: question.has("candidates") ? try question.strings("candidates") : nil,
            order: try question.strings("order"))
    }
}

/// An amount of resources as cases write it: `{milliCPU, memory, scalars}`, in internal units.
struct ResourceAmount: Equatable {
    var milliCPU = 0.0
    var memory = 0.0
    var scalars: [String: Double] = [:]

    init() {}

    init(_ fields: CaseFields) throws(CaseProblem) {
        milliCPU = try fields.number("milliCPU") ?? 0
        memory = try fields.number("memory") ?? 0
        scalars = try fields.numberMap("scalars")
    }

    /// Names to amounts.
    static func map(_ fields: CaseFields, _ key: String) throws(CaseProblem) -> [String: ResourceAmount] {
        var result: [String: ResourceAmount] = [:]
        for (name, amount) in try fields.mappings(key) { result[name] = try ResourceAmount(amount) }
        return result
    }

    /// Whether every dimension is the same, absent scalars being 0.
    static func == (a: Self, b: Self) -> Bool {
        a.milliCPU == b.milliCPU && a.memory == b.memory
            && Set(a.scalars.keys).union(b.scalars.keys).allSatisfy { a.scalars[$0] ?? 0 == b.scalars[$0] ?? 0 }
    }
}

extension ResourceAmount: CustomStringConvertible {
    var description: String {
        let shown = scalars.sorted { $0.key < $1.key }.map { ", \($0.key) \(Differences.text($0.value))" }
        return "cpu \(Differences.text(milliCPU)), memory \(Differences.text(memory))" + shown.joined()
    }
}
