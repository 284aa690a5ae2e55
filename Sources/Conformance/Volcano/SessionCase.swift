import Configuration
import KubernetesObjects
import Quantities
import Scheduling

/// A session case: a configuration, a world, and what one scheduling session (or a few) makes of it.
///
/// The format is told in the README of the cases: `scheduler`, `objects`, `expect` or `cycles`, and what sets the scene.
struct SessionCase {
    var scheduler: SchedulerSetup
    /// The world, in the shapes of `kubectl get -o yaml`.
    var objects: [YAMLNode]
    /// What the scheduler's clock shows.
    var now: Timestamp
    /// Measured usage by node.
    var nodeUsage: [String: MeasuredUsage]
    /// Plugins that exist only for the case, by name.
    var testPlugins: [(name: String, behaviour: TestPluginBehaviour)]
    /// Pod to node: tasks that are Pipelined before the first action.
    var pipelinedBefore: [(pod: String, node: String)]
    /// Whether the callback of an admitted job runs before the admission question is asked.
    var marksEnqueuedFirst: Bool
    /// Sessions, one after the other; one for most cases.
    var cycles: [Cycle]
    /// Recorded texts about jobs that could not be placed, by job; nil where none are recorded.
    var recordedFitErrors: [String: String]?

    /// One session of the case.
    struct Cycle {
        var addedObjects: [YAMLNode]
        var actions: [String]
        var expectation: SessionExpectation
    }

    init(_ fields: CaseFields) throws(CaseProblem) {
        scheduler = try SchedulerSetup(fields.fields("scheduler"))
        objects = try fields.elements("objects")
        now = try Self.now(fields)
        nodeUsage = [:]
        for (node, usage) in try fields.mappings("nodeUsage") { nodeUsage[node] = try MeasuredUsage(usage) }
        testPlugins = []
        for (name, behaviour) in try fields.mappings("testPlugins") {
            testPlugins.append((name, try TestPluginBehaviour(behaviour)))
        }
        let before = try fields.fields("preState")
        let pipelined = try before.stringMap("pipelined")
        pipelinedBefore = pipelined.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        marksEnqueuedFirst = try before.boolean("markEnqueuedFirst")
        cycles = []
        for cycle in try fields.list("cycles") {
            let actions = cycle.has("actions") ? SchedulerSetup.actions(try cycle.string("actions")) : scheduler.actions
            cycles.append(
                Cycle(
                    addedObjects: try cycle.elements("addObjects"), actions: actions,
                    expectation: try SessionExpectation(cycle.fields("expect"))))
        }
        if cycles.isEmpty {
            _ = try fields.required("expect")
            cycles = [
                Cycle(
                    addedObjects: [], actions: scheduler.actions,
                    expectation: try SessionExpectation(fields.fields("expect")))
            ]
        }
        let observed = try fields.optionalFields("observed")
        recordedFitErrors = try observed?.stringMap("fitErrors")
    }

    /// `now` (RFC 3339) or `clock` (hours and minutes of some day); midnight of that day where neither is given.
    private static func now(_ fields: CaseFields) throws(CaseProblem) -> Timestamp {
        let clock = try fields.string("clock", default: "00:00")
        let text = try fields.string("now", default: "2026-01-01T\(clock):00Z")
        guard let now = Timestamp(text) else { throw .malformed("now: found \(text), expected a time") }
        return now
    }
}

/// The `scheduler` part of a case: configuration file, command-line flags and tie rule.
struct SchedulerSetup {
    var actions: [String]
    var tiers: [[PluginOption]]
    var actionArguments: [String: PluginArguments]
    var ignoredProvisioners: [String]
    /// `none`, `soft` or `hard`.
    var shardingMode: String
    /// Nodes of this scheduler's shard.
    var shard: [String]
    /// Whether the enqueue action is configured, where the case says so.
    var enqueueConfigured: Bool?
    /// Whether open orders are settled by ascending names, instead of being left to a seed.
    var takesLowestNames: Bool

    init(_ fields: CaseFields) throws(CaseProblem) {
        actions = Self.actions(try fields.string("actions"))
        let unlisted = try fields.boolean("unlistedFlags", default: true)
        tiers = []
        for tier in try fields.list("tiers") {
            var plugins: [PluginOption] = []
            for plugin in try tier.list("plugins") { plugins.append(try Self.plugin(plugin, unlistedFlags: unlisted)) }
            tiers.append(plugins)
        }
        actionArguments = [:]
        for action in try fields.list("configurations") {
            actionArguments[try action.string("name")] = try Self.arguments(action)
        }
        ignoredProvisioners = try fields.strings("ignoredProvisioners")
        let sharding = try fields.fields("sharding")
        shardingMode = try sharding.string("mode", default: "none")
        shard = try sharding.strings("nodes")
        guard ["none", "soft", "hard"].contains(shardingMode) else {
            throw .unsupported("sharding mode \(shardingMode)")
        }
        enqueueConfigured = fields.has("enqueueConfigured") ? try fields.boolean("enqueueConfigured") : nil
        switch try fields.string("tieBreak") {
        case "": takesLowestNames = false
        case "lowest-name": takesLowestNames = true
        case let rule: throw .unsupported("tieBreak \(rule)")
        }
    }

    /// `enqueue, allocate` as a list; empty names are left out.
    static func actions(_ text: String) -> [String] {
        text.split(separator: ",").map { $0.filter { !$0.isWhitespace } }.filter { !$0.isEmpty }
    }

    private static func plugin(
        _ fields: CaseFields, unlistedFlags: Bool
    ) throws(CaseProblem) -> PluginOption {
        var option = PluginOption(name: try fields.string("name"), unlistedFlags: unlistedFlags)
        option.arguments = try arguments(fields)
        for entry in fields.entries where entry.key.hasPrefix("enable") {
            option.flags[entry.key] = try fields.boolean(entry.key)
        }
        return option
    }

    private static func arguments(_ fields: CaseFields) throws(CaseProblem) -> PluginArguments {
        PluginArguments(try fields.map("arguments") { (node, _) throws(CaseProblem) in node.json })
    }
}

/// Measured usage of one node.
struct MeasuredUsage {
    /// Averages, in percent of the node.
    var cpuPercent: Double
    var memoryPercent: Double
    /// Age of the measurement; nil where none has come yet.
    var age: Int64?

    init(_ fields: CaseFields) throws(CaseProblem) {
        cpuPercent = try fields.number("cpuAvgPercent") ?? 0
        memoryPercent = try fields.number("memAvgPercent") ?? 0
        let text = try fields.string("metricsAge", default: "0s")
        age = GoDuration.nanoseconds(text)
        if age == nil, text != "never" {
            throw .malformed("metricsAge: found \(text), expected a length of time such as 10m, or never")
        }
    }

    /// The usage as the scheduler's cache would hold it; the average is the same over every period.
    func usage(at now: Timestamp) -> NodeUsage {
        var usage = NodeUsage()
        usage.measuredAt = age.map { Timestamp(nanoseconds: now.nanoseconds - $0) }
        for period in ["1m", "5m", "10m"] {
            usage.cpu[period] = cpuPercent
            usage.memory[period] = memoryPercent
        }
        return usage
    }
}

/// What a plugin of a case's `testPlugins` does.
struct TestPluginBehaviour {
    /// VictimTasks chooses the tasks of this priority.
    var victimPriority: Int?
    /// JobEnqueueable refuses PodGroups of these names.
    var rejectedJobs: [String]
    /// The unified evictable hook permits all candidates.
    var permitsGangEviction: Bool

    init(_ fields: CaseFields) throws(CaseProblem) {
        let victims = try fields.optionalFields("victimTasks")
        victimPriority = try victims?.integer("priorityEquals")
        rejectedJobs = try fields.strings("rejectEnqueue")
        let gang = try fields.string("gangEvictable")
        switch gang {
        case "": permitsGangEviction = false
        case "all", "all candidates": permitsGangEviction = true
        default: throw .unsupported("gangEvictable \(gang)")
        }
    }
}
