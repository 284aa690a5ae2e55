import Configuration
import KubernetesObjects
import Scheduling

/// Tables about the bundles of gang eviction.
enum BundleTable {
    static let adapters: [(unit: String, adapter: UnitTable.Adapter)] = [
        ("createJobBundles", createJobBundles),
        ("sortBundlesForPreempt", sortBundles),
        ("selectBundles", selectBundles),
    ]

    /// Divides the local tasks of one job.
    private static let createJobBundles: UnitTable.Adapter = { (check, differences) throws(CaseProblem) in
        let session = try session(of: check.fields.fields("job"))
        var candidates: [TaskRef] = []
        for name in try check.fields.strings("localTasks") {
            candidates.append(try session.task(named: "default/" + name))
        }
        let got = session.bundles(of: JobRef(0), candidates)
        let expected = try check.fields.list("expected")
        differences.compare(check.subject + " bundles", expected: expected.count, got: got.count)
        for (index, (want, bundle)) in zip(expected, got).enumerated() {
            let subject = "\(check.subject) bundle \(index)"
            let names = bundle.tasks.map { session[$0].name }
            differences.compare(subject + " type", expected: try want.string("type"), got: bundle.kind.name)
            if want.has("tasks") {
                differences.compare(subject + " tasks", expected: try want.strings("tasks"), got: names)
            }
            if want.has("taskSet") {
                differences.compareMultisets(subject + " tasks", expected: try want.strings("taskSet"), got: names)
            }
            if let count = try want.integer("taskCount") {
                differences.compare(subject + " task count", expected: count, got: names.count)
            }
        }
    }

    /// A session with one job of the given tasks, all on one node, in the given sub-jobs.
    private static func session(of job: CaseFields) throws(CaseProblem) -> VolcanoSession {
        let world = TableWorld()
        world.group.minMember = Int32(clamping: try job.integer("minAvailable") ?? 0)
        world.group.minTaskMember = try job.integerMap("taskMinAvailable").mapValues { Int32(clamping: $0) }
        let minimums = try job.integerMap("minSubJobs")
        var groupOfSubJob: [String: String] = [:]
        for (name, subJob) in try job.mappings("subJobs") {
            let group = try subJob.string("group")
            groupOfSubJob[name] = group
            world.addSubGroupPolicy(
                group, size: try subJob.integer("minAvailable") ?? 1, minSubGroups: minimums[group] ?? 0)
        }
        var statuses: [TaskStatus] = []
        for task in try job.list("tasks") {
            let subJob = try task.string("subJob")
            world.addPod(
                try task.string("uid"), milliCPU: Int64(try task.number("milliCPU") ?? 0),
                priority: Int32(clamping: try task.integer("priority") ?? 0), role: try task.string("role"),
                subGroup: groupOfSubJob[subJob].map { ($0, subJob) })
            statuses.append(try TaskStatus(named: task.string("status")))
        }
        world.addNodes(["node"])
        let session = world.session()
        for (index, status) in statuses.enumerated() {
            session.assume(try session.task(named: world.podKey(index)), status, on: NodeRef(0))
        }
        return session
    }

    /// Orders bundles of different jobs; a bundle without job is one of its own.
    private static let sortBundles: UnitTable.Adapter = { (check, differences) throws(CaseProblem) in
        let need = Resource(milliCPU: try check.fields.number("needMilliCPU") ?? 0, memory: 0)
        var named: [(id: String, uid: String, priority: Int, fields: CaseFields)] = []
        for bundle in try check.fields.list("bundles") {
            let id = try bundle.string("id")
            named.append(
                (id, try bundle.string("jobUID", default: id), try bundle.integer("jobPriority") ?? 0, bundle))
        }
        let uids = Set(named.map(\.uid)).sorted()
        var bundles: [EvictionBundle] = []
        var priorities = Array(repeating: 0, count: uids.count)
        for (index, entry) in named.enumerated() {
            let job = uids.firstIndex(of: entry.uid) ?? 0
            priorities[job] = entry.priority
            bundles.append(
                EvictionBundle(
                    try .init(named: entry.fields.string("type")), job: JobRef(job), tasks: [TaskRef(index)],
                    local: Resource(milliCPU: try entry.fields.number("local") ?? 0, memory: 0),
                    global: Resource(milliCPU: try entry.fields.number("global") ?? 0, memory: 0)))
        }
        let rule = try victimJobLess(check, priorities: priorities)
        let order = EvictionBundle.sorted(bundles, need: need, jobsAreOrdered: rule)
            .map { $0.tasks.first.map { named[Int($0.index)].id } ?? "" }
        if check.fields.has("expectedOrder") {
            differences.compare(check.subject, expected: try check.fields.strings("expectedOrder"), got: order)
        }
        if check.fields.has("expectedFirst") {
            differences.compare(
                check.subject, expected: try check.fields.string("expectedFirst"), got: order.first ?? "none")
        }
    }

    private static func victimJobLess(
        _ check: UnitCheck, priorities: [Int]
    ) throws(CaseProblem) -> (JobRef, JobRef) -> Bool {
        switch try check.fields.string("victimJobLess") {
        case "lower job priority first": { priorities[Int($0.index)] < priorities[Int($1.index)] }
        case "greater job UID first": { $0 > $1 }
        case "": { _, _ in false }
        case let rule: throw .unsupported("victimJobLess \(rule)")
        }
    }

    private static let selectBundles: UnitTable.Adapter = { (check, differences) throws(CaseProblem) in
        var bundles: [EvictionBundle] = []
        for (index, bundle) in try check.fields.list("bundles").enumerated() {
            bundles.append(
                EvictionBundle(
                    try .init(named: bundle.string("type")), job: JobRef(index), tasks: [TaskRef(index)],
                    local: Resource(milliCPU: try bundle.number("milliCPU") ?? 0, memory: 0)))
        }
        let selected = EvictionBundle.covering(
            Resource(milliCPU: try check.fields.number("needMilliCPU") ?? 0, memory: 0), bundles,
            allowsWhole: try check.fields.boolean("allowWhole"))
        differences.compare(
            check.subject, expected: try check.fields.integer("expectedCount") ?? 0, got: selected.count)
    }
}

extension EvictionBundle.Kind {
    fileprivate var name: String { self == .safe ? "safe" : "whole" }

    fileprivate init(named name: String) throws(CaseProblem) {
        switch name {
        case "safe": self = .safe
        case "whole": self = .whole
        default: throw .unsupported("bundle type \(name)")
        }
    }
}
