/// What a recording of the real control plane showed, in seconds from its start.
struct LiveExpectation {
    /// A state and when it was entered.
    struct Entry {
        var state: String
        var at: Double
        var within: Double

        init(_ fields: CaseFields, key: String) throws(CaseProblem) {
            state = try fields.string(key)
            at = try fields.number("at") ?? 0
            within = try fields.number("within") ?? 0
        }
    }

    /// States of one object, in order.
    struct Sequence {
        var entries: [Entry]
        /// States that do not stand here may come in between if they last less than a second more than this; nil where none
        /// may.
        var unlistedShorterThan: Double?

        init(_ fields: CaseFields) throws(CaseProblem) {
            entries = try Self.entries(fields.list("phases"))
            unlistedShorterThan = try fields.number("unlistedShorterThan")
        }

        init(entries: [Entry]) { self.entries = entries }

        static func entries(_ list: [CaseFields]) throws(CaseProblem) -> [Entry] {
            var result: [Entry] = []
            for fields in list { result.append(try Entry(fields, key: "phase")) }
            return result
        }
    }

    /// Pods of a Job that ran alike.
    struct PodGroup {
        /// nil where the task is free.
        var task: String?
        var count: Int
        var start: Double
        /// nil for pods that still run at the end.
        var end: Double?
        /// `Succeeded`, `Failed` or `Deleted`; empty without end.
        var how: String
        var within: Double

        init(_ fields: CaseFields) throws(CaseProblem) {
            task = fields.has("task") ? try fields.string("task") : nil
            count = try fields.integer("count") ?? 1
            if count < 0 || count > 100_000 { throw .malformed("\(fields.pathOf("count")): no number of pods") }
            start = try fields.number("start") ?? 0
            end = try fields.number("end")
            how = try fields.string("how")
            within = try fields.number("within") ?? 0
        }
    }

    /// Number of Running pods throughout an interval.
    struct Interval {
        var from: Double
        var to: Double
        var count: Int
    }

    var jobs: [(name: String, phases: Sequence, final: [String: Int])] = []
    /// Objects in the order of time; nil where an object is free.
    var podGroups: [(name: String, objects: [Sequence?])] = []
    var running: [(job: String, intervals: [Interval])] = []
    var pods: [(job: String, groups: [PodGroup])] = []
    var evicted: [String: Int]
    var evictedAtLeast: [String: Int]
    var neverReached: [String: String]
    var nodesUsed: [String: [String]]
    var podsPerNode: [String: [Int]]
    var queues: [(name: String, states: Sequence)] = []
    var jobFlows: [(name: String, states: Sequence)] = []

    init(_ fields: CaseFields) throws(CaseProblem) {
        evicted = try fields.integerMap("evicted")
        evictedAtLeast = try fields.integerMap("evictedAtLeast")
        neverReached = try fields.stringMap("neverReached")
        nodesUsed = try fields.map("nodesUsed", CaseFields.strings)
        podsPerNode = try fields.map("podsPerNode") { (node, path) throws(CaseProblem) in
            guard case .sequence(let elements) = node.content else { throw .malformed("\(path): expected a list") }
            var counts: [Int] = []
            for element in elements { counts.append(try CaseFields.integer(element, path)) }
            return counts
        }
        for (name, job) in try fields.mappings("jobs") {
            jobs.append((name, try Sequence(job), try job.integerMap("final")))
        }
        let groups = try fields.fields("podGroups")
        for entry in groups.entries { podGroups.append((entry.key, try Self.objects(entry.key, in: groups))) }
        let counts = try fields.fields("running")
        for entry in counts.entries { running.append((entry.key, try Self.intervals(entry.key, in: counts))) }
        let runs = try fields.fields("pods")
        for entry in runs.entries {
            var list: [PodGroup] = []
            for group in try runs.list(entry.key) { list.append(try PodGroup(group)) }
            pods.append((entry.key, list))
        }
        queues = try Self.histories("queues", in: fields)
        jobFlows = try Self.histories("jobFlows", in: fields)
    }

    private static func histories(
        _ key: String, in fields: CaseFields
    ) throws(CaseProblem) -> [(name: String, states: Sequence)] {
        var result: [(String, Sequence)] = []
        let all = try fields.fields(key)
        for entry in all.entries {
            result.append((entry.key, Sequence(entries: try Sequence.entries(all.list(entry.key)))))
        }
        return result
    }

    /// The objects under a name: mappings, or the word `free`.
    private static func objects(_ name: String, in fields: CaseFields) throws(CaseProblem) -> [Sequence?] {
        var result: [Sequence?] = []
        for (index, node) in try fields.elements(name).enumerated() {
            if case .scalar("free", _) = node.content {
                result.append(nil)
            } else {
                let object = try CaseFields(node, path: "\(fields.pathOf(name))[\(index)]")
                result.append(try Sequence(object))
                try object.finish()
            }
        }
        return result
    }

    private static func intervals(_ name: String, in fields: CaseFields) throws(CaseProblem) -> [Interval] {
        var result: [Interval] = []
        for node in try fields.elements(name) {
            let path = fields.pathOf(name)
            guard case .sequence(let parts) = node.content, parts.count == 3 else {
                throw .malformed("\(path): expected [from, to, count]")
            }
            result.append(
                Interval(
                    from: try CaseFields.number(parts[0], path), to: try CaseFields.number(parts[1], path),
                    count: try CaseFields.integer(parts[2], path)))
        }
        return result
    }
}
