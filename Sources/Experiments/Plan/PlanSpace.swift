import ClusterModel
import Configuration
import Quantities
import Reports
import Scenarios

/// What a plan may choose, and the scenario of each choice.
struct PlanSpace {
    /// One thing that may be changed: its values, each as changes of the scenario.
    struct Decision {
        var name: String
        var path: String
        var values: [Value]
        /// More of it is more capacity, so that jobs wait less and GPUs idle more: counts of nodes.
        var isCapacity: Bool
        /// Index of the value in the scenario as written, if it is one of them.
        var present: Int?

        struct Value {
            var text: String
            /// `path=value`, as `--set` takes them.
            var changes: [String]
        }
    }

    /// An index into the values of each decision.
    typealias Point = [Int]

    let file: String
    let overrides: [String]
    /// The scenario as written, which every candidate's jobs are sized on.
    let base: ResolvedScenario
    let decisions: [Decision]

    /// The decisions of `base`, read from `file` with the overrides of the command line.
    ///
    /// - Throws: `InvalidInput` at the place of a path that leads nowhere.
    init(_ base: ResolvedScenario, file: String, overrides: [String]) throws {
        self.base = base
        self.file = file
        self.overrides = overrides
        let section = base.content.spec.plan ?? PlanSection()
        let pools = base.content.spec.cluster.nodePools
        if section.vary.isEmpty {
            decisions = pools.filter { $0.count > 0 }.map { pool in
                Self.range(
                    name: "nodes of \(pool.name)",
                    path: "spec.clusters[0].nodePools[\(pool.name)].count", 1...max(4, pool.count * 4), step: 1,
                    present: pool.count)
            }
        } else {
            decisions = section.vary.map { vary in Self.decision(vary, base) }
        }
        for (index, decision) in decisions.enumerated() where !decision.path.isEmpty {
            do throws(InvalidInput) {
                _ = try ScenarioFile(path: file, overrides: overrides + (decision.values.last?.changes ?? []))
            } catch {
                guard error.diagnostics.contains(where: { $0.position.file == "--set" }) else { continue }
                throw base.fault(
                    at: "spec.plan.vary[\(index)].path", error.diagnostics[0].message, hint: error.diagnostics[0].hint)
            }
        }
    }

    private static func decision(_ vary: VarySection, _ base: ResolvedScenario) -> Decision {
        guard let path = vary.path else {
            return Decision(
                name: vary.name ?? "choice", path: "",
                values: vary.choices.map { choice in
                    Decision.Value(
                        text: choice.name, changes: choice.changes.map { "\($0.name)=\($0.value.json.description)" })
                }, isCapacity: false, present: nil)
        }
        let canonical = base.indexedPath(path)
        let present = base.values.first { $0.path == canonical }.flatMap { $0.text }.flatMap { Int($0) }
        return range(
            name: vary.name ?? shortName(path), path: path, vary.from...vary.to, step: vary.step, present: present)
    }

    private static func range(
        name: String, path: String, _ range: ClosedRange<Int>, step: Int, present: Int?
    ) -> Decision {
        let values = Array(stride(from: range.lowerBound, through: range.upperBound, by: step))
        return Decision(
            name: name, path: path,
            values: values.map { Decision.Value(text: String($0), changes: ["\(path)=\($0)"]) },
            isCapacity: path.contains(".nodePools[") && path.hasSuffix(".count"),
            present: present.flatMap { values.firstIndex(of: $0) })
    }

    /// `nodes of h100` for the count of a pool, otherwise the end of the path.
    private static func shortName(_ path: String) -> String {
        guard let open = path.lastIndex(of: "["), let close = path.lastIndex(of: "]"), open < close else { return path }
        let element = path[path.index(after: open)..<close]
        let field = path[path.index(after: close)...].drop { $0 == "." }
        return field == "count" ? "nodes of \(element)" : "\(field) of \(element)"
    }

    /// The most of every capacity, and of other decisions what the scenario as written has.
    var largest: Point {
        decisions.map { $0.isCapacity ? $0.values.count - 1 : $0.present ?? 0 }
    }

    /// The changes that lead to a point.
    func changes(_ point: Point) -> [String] {
        zip(decisions, point).flatMap { $0.values[$1].changes }
    }

    /// Values of a point in words.
    func settings(_ point: Point) -> [String] { zip(decisions, point).map { $0.values[$1].text } }

    /// The scenario at a point, or as written for nil, with more changes.
    func scenario(_ point: Point?, _ more: [String]) throws(InvalidInput) -> ResolvedScenario {
        try ScenarioFile(path: file, overrides: overrides + (point.map(changes) ?? []) + more).scenario
    }
}

/// What a capacity costs, without any simulation.
struct Capacity: Equatable {
    var dollarsPerHour = 0.0
    var gpus = 0
    var nodes = 0
    var pools: [(name: String, count: Int, perRack: Int)] = []

    static func == (a: Capacity, b: Capacity) -> Bool {
        (a.dollarsPerHour, a.gpus, a.nodes) == (b.dollarsPerHour, b.gpus, b.nodes)
    }

    /// No nodes.
    init() {}

    /// Of a cluster whose pools have these prices of a GPU-hour.
    init(_ cluster: Cluster, prices: [MoneyPerHour]) {
        for (pool, price) in zip(cluster.pools, prices) {
            nodes += pool.count
            gpus += pool.count * pool.shape.gpuCount
            // A node without GPUs has its price by the node.
            let units = pool.count * max(1, pool.shape.gpuCount)
            dollarsPerHour += Double(units) * Double(price.rawValue) / 1e6
            pools.append((pool.name, pool.count, pool.shape.nodesPerRack ?? pool.count))
        }
    }

    /// What a plan makes least, and what decides between equal ones.
    func goal(_ goal: PlanSection.Goal) -> [Double] {
        goal.order(dollarsPerHour: dollarsPerHour, gpus: gpus, nodes: nodes)
    }
}

extension PlanSection.Goal {
    /// What is made least, and what decides between equal ones.
    func order(dollarsPerHour: Double, gpus: Int, nodes: Int) -> [Double] {
        switch self {
        case .cost: [dollarsPerHour, Double(gpus), Double(nodes)]
        case .gpus: [Double(gpus), dollarsPerHour, Double(nodes)]
        case .nodes: [Double(nodes), dollarsPerHour, Double(gpus)]
        }
    }

    /// The same of a candidate.
    func order(_ candidate: CapacityPlan.Candidate) -> [Double] {
        order(dollarsPerHour: candidate.dollarsPerHour, gpus: candidate.gpus, nodes: candidate.nodes)
    }

    /// Whether a candidate has less of it than another; settings decide between equal ones.
    func precedes(_ a: CapacityPlan.Candidate, _ b: CapacityPlan.Candidate) -> Bool {
        let (x, y) = (order(a), order(b))
        return x != y ? x.lexicographicallyPrecedes(y) : a.settings.lexicographicallyPrecedes(b.settings)
    }
}
