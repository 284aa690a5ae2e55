import Configuration
import KubernetesObjects
import Scheduling

extension SessionCase {
    /// Runs the case: once under its tie rule, or under every seed, where no tie may matter.
    func judge(_ file: CaseFile, options: ConformanceOptions) throws(CaseProblem) -> CaseResult {
        let plan = try SessionPlan(self)
        let rules: [TieRule] =
            scheduler.takesLowestNames ? [.lowestName] : (0..<max(1, options.seeds)).map { .seeded(UInt64($0)) }
        var failure: (rule: Int, differences: Differences)?
        var failures = 0
        var reasons: ReasonAgreement?
        for (index, rule) in rules.enumerated() {
            let played = try plan.play(under: rule)
            if !played.differences.found.isEmpty {
                failures += 1
                if failure == nil { failure = (index, played.differences) }
            }
            if options.comparesReasons, index == 0, let recorded = recordedFitErrors {
                reasons = ReasonAgreement(recorded: recorded, ours: played.fitErrors)
            }
        }
        guard let failure else { return CaseResult(file: file, outcome: .passed, reasons: reasons) }
        var lines = failure.differences.found.map(\.description)
        if rules.count > 1 { lines.insert("under \(failures) of \(rules.count) seeds, first \(failure.rule):", at: 0) }
        return CaseResult(file: file, outcome: .failed(lines), reasons: reasons)
    }
}

/// A session case made ready to be played: objects read, names checked.
struct SessionPlan {
    private let session: SessionCase
    private let objects: ObjectSet
    /// Objects that come before each cycle.
    private let added: [ObjectSet]
    private let configuration: VolcanoConfiguration
    private let testPlugins: [String: any VolcanoPlugin.Type]

    init(_ session: SessionCase) throws(CaseProblem) {
        self.session = session
        objects = try readObjects(session.objects)
        var added: [ObjectSet] = []
        for cycle in session.cycles { added.append(try readObjects(cycle.addedObjects)) }
        self.added = added
        var configuration = VolcanoConfiguration(
            actions: session.scheduler.actions, tiers: session.scheduler.tiers,
            actionArguments: session.scheduler.actionArguments)
        var testPlugins: [String: any VolcanoPlugin.Type] = [:]
        for (name, behaviour) in session.testPlugins {
            testPlugins[name] = TestPlugin.self
            for tier in configuration.tiers.indices {
                for place in configuration.tiers[tier].indices where configuration.tiers[tier][place].name == name {
                    configuration.tiers[tier][place].arguments = behaviour.arguments
                }
            }
        }
        for option in configuration.tiers.joined()
        where testPlugins[option.name] == nil && VolcanoPlugins.byName[option.name] == nil {
            throw .unsupported("plugin \(option.name)")
        }
        for action in configuration.actions + session.cycles.flatMap(\.actions)
        where VolcanoActions.byName[action] == nil {
            throw .unsupported("action \(action)")
        }
        self.configuration = configuration
        self.testPlugins = testPlugins
    }

    /// Plays the sessions of the case under a tie rule.
    func play(under rule: TieRule) throws(CaseProblem) -> (differences: Differences, fitErrors: [String: String]) {
        var differences = Differences()
        var world = objects
        var assumed: [String: String] = [:]
        var memory = SchedulerMemory()
        var fitErrors: [String: String] = [:]
        for (number, cycle) in session.cycles.enumerated() {
            world.append(added[number])
            var configuration = configuration
            configuration.actions = cycle.actions
            var snapshot = ClusterSnapshot(world.with(initiators: cycle.expectation.hooks), binding: assumed)
            snapshot.nodeUsage = session.nodeUsage.mapValues { $0.usage(at: session.now) }
            snapshot.ignoredProvisioners = Set(session.scheduler.ignoredProvisioners)
            let open = VolcanoSession(
                snapshot, configuration: configuration, now: session.now, tieRule: rule, memory: memory,
                sharding: Sharding(
                    mode: Sharding.Mode(rawValue: session.scheduler.shardingMode) ?? .none,
                    nodes: Set(session.scheduler.shard)),
                enqueueConfigured: session.scheduler.enqueueConfigured, extraPlugins: testPlugins)
            let prefix = session.cycles.count > 1 ? "cycle \(number) " : ""
            try play(cycle, in: open, prefix: prefix, into: &differences)
            fitErrors = open.fitErrorTexts()
            for (task, node) in open.binds { assumed[open.podName(task)] = open[node].name }
            let phases = open.phases()
            for index in world.podGroups.indices {
                if let phase = phases[world.podGroups[index].metadata.key] { world.podGroups[index].phase = phase }
            }
            memory = open.memory
        }
        return (differences, fitErrors)
    }

    /// One session: its scene, its actions, the questions, its end.
    private func play(
        _ cycle: SessionCase.Cycle, in open: VolcanoSession, prefix: String, into differences: inout Differences
    ) throws(CaseProblem) {
        try setScene(in: open, expectation: cycle.expectation)
        var judge = SessionJudge(open, prefix: prefix)
        try judge.compareChoices(cycle.expectation)
        if cycle.expectation.hooks.gangVictims.isEmpty {
            for action in cycle.actions { open.run(action: action) }
        }
        try judge.compareAnswers(cycle.expectation.hooks)
        for (number, step) in cycle.expectation.steps.enumerated() {
            var stepJudge = SessionJudge(open, prefix: "\(prefix)step \(number) ")
            for (pod, node) in step.allocate { try open.allocate(pod: pod, on: node) }
            try stepJudge.compareAnswers(step.hooks)
            judge.differences.append(stepJudge.differences)
        }
        try judge.compareOutcomes(cycle.expectation)
        open.close()
        judge.comparePhases(cycle.expectation)
        differences.append(judge.differences)
    }

    /// State that the case sets before its first action.
    private func setScene(in open: VolcanoSession, expectation: SessionExpectation) throws(CaseProblem) {
        for (pod, node) in session.pipelinedBefore {
            open.assume(try open.task(named: pod), .pipelined, on: open.snapshot.nodeIndex[node])
        }
        if session.marksEnqueuedFirst {
            for (name, _) in expectation.hooks.enqueueable { open.jobEnqueued(try open.job(named: name)) }
        }
    }
}
