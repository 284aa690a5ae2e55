import Configuration
import KubernetesObjects
import Quantities
import Scheduling

/// A trajectory: consecutive cycles of one scheduler over a world that changes between them.
///
/// The format is told in OBSERVED.md of the cases, section Trajectories.
struct TrajectoryCase {
    var scheduler: SchedulerSetup
    /// Time of cycle 0; cycle `k` happens `k` seconds later.
    var now: Timestamp
    var cycles: Int
    /// Cycles that an evicted pod keeps its node after the one that would have removed it.
    var grace: Int
    /// PodGroup to cycles that a pod of it runs; a PodGroup not listed runs for ever.
    var runLength: [String: Int]
    /// The world before cycle 0.
    var objects: ObjectSet
    /// What happens before a cycle.
    var timeline: [(cycle: Int, event: TrajectoryEvent)] = []
    /// Cycles in which something happened.
    var outcomes: [Int: ExpectedCycle] = [:]
    var final: ExpectedTotals

    init(_ fields: CaseFields) throws(CaseProblem) {
        scheduler = try SchedulerSetup(fields.fields("scheduler"))
        let text = try fields.string("now")
        guard let now = Timestamp(text) else { throw .malformed("now: found \(text), expected a time") }
        self.now = now
        cycles = try fields.integer("cycles") ?? 0
        grace = try fields.integer("grace") ?? 0
        runLength = try fields.integerMap("runLength")
        objects = try readObjects(fields.elements("objects"))
        for entry in try fields.list("timeline") {
            let cycle = try entry.integer("cycle") ?? 0
            for event in try TrajectoryEvent.events(entry) { timeline.append((cycle, event)) }
        }
        for entry in try fields.list("cycleOutcomes") {
            guard let cycle = try entry.integer("cycle") else { throw .malformed("cycleOutcomes: cycle is missing") }
            outcomes[cycle] = try ExpectedCycle(entry)
        }
        final = try ExpectedTotals(fields.fields("final"))
    }
}

/// One change from outside.
enum TrajectoryEvent {
    case create(ObjectSet)
    case removeNode(String)
    case cordon(String)
    case uncordon(String)
    case updateQueue(QueueUpdate)

    static func events(_ fields: CaseFields) throws(CaseProblem) -> [Self] {
        var events: [Self] = []
        if fields.has("create") { events.append(.create(try readObjects(fields.elements("create")))) }
        if fields.has("removeNode") { events.append(.removeNode(try fields.string("removeNode"))) }
        if fields.has("cordon") { events.append(.cordon(try fields.string("cordon"))) }
        if fields.has("uncordon") { events.append(.uncordon(try fields.string("uncordon"))) }
        if let update = try fields.optionalFields("updateQueue") {
            events.append(.updateQueue(try QueueUpdate(update)))
        }
        return events
    }
}

/// New values of some fields of a queue.
struct QueueUpdate {
    var name: String
    var weight: Int?
    var state: String?
    var capability: ResourceList?
    var deserved: ResourceList?

    init(_ fields: CaseFields) throws(CaseProblem) {
        name = try fields.string("name")
        weight = try fields.integer("weight")
        if fields.has("state") { state = try fields.string("state") }
        if fields.has("capability") { capability = try Self.list(fields, "capability") }
        if fields.has("deserved") { deserved = try Self.list(fields, "deserved") }
    }

    private static func list(_ fields: CaseFields, _ key: String) throws(CaseProblem) -> ResourceList {
        var list = ResourceList()
        for (name, text) in try fields.stringMap(key) {
            do throws(QuantityError) {
                list[name] = try KubernetesQuantity(parsing: text)
            } catch {
                throw .malformed("\(fields.pathOf(key)).\(name): \(error)")
            }
        }
        return list
    }
}

/// What happened in one cycle; everything that is not named did not happen.
struct ExpectedCycle {
    var bind: [String: String] = [:]
    var evict: [String] = []
    var pipelined: [String: String] = [:]
    /// PodGroups whose phase differs from the last one known.
    var podGroupPhase: [String: String] = [:]

    /// Nothing happened.
    init() {}

    init(_ fields: CaseFields) throws(CaseProblem) {
        bind = try fields.stringMap("bind")
        evict = try fields.strings("evict")
        pipelined = try fields.stringMap("pipelined")
        podGroupPhase = try fields.stringMap("podGroupPhase")
    }
}

/// Totals over all cycles, and pods at the end per PodGroup; zero is omitted.
struct ExpectedTotals {
    var bound: Int
    var evicted: Int
    var succeeded: [String: Int]
    var running: [String: Int]
    var pending: [String: Int]
    var podGroupPhase: [String: String]

    init(_ fields: CaseFields) throws(CaseProblem) {
        bound = try fields.integer("bound") ?? 0
        evicted = try fields.integer("evicted") ?? 0
        succeeded = try fields.integerMap("succeeded")
        running = try fields.integerMap("running")
        pending = try fields.integerMap("pending")
        podGroupPhase = try fields.stringMap("podGroupPhase")
    }
}
