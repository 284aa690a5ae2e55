import Configuration
import KubernetesObjects

/// Plugin `resource-strategy-fit`: per resource, fuller or emptier nodes first; nodes with scarce resources last
/// (upstream: `plugins/resource-strategy-fit/{resource_strategy_fit,sra,proportional}.go`; reference section 9.18).
///
/// Sums run in the order cpu, memory, scalars by name.
final class ResourceStrategyFitPlugin: VolcanoPlugin {
    static let name = "resource-strategy-fit"
    private unowned(unsafe) let session: VolcanoSession
    private let strategy: ResourceStrategy
    private let scarce: ScarceResources?
    private let proportions: [ResourceProportion]
    /// What counts for the tasks of the shape asked about last; nil: the score is 0.
    private var latest: (shape: Int32, terms: [ResourceStrategy.Term]?) = (-1, nil)

    init(session: VolcanoSession, option: PluginOption) {
        self.session = session
        strategy = ResourceStrategy(option.arguments)
        scarce = ScarceResources(option.arguments.value("sra"))
        proportions = ResourceProportion.all(option.arguments.value("proportional"))
    }

    func open() -> ExtensionPoints {
        var points: ExtensionPoints = []
        if strategy.weight != 0 || scarce != nil { points.insert(.nodeOrder) }
        if !proportions.isEmpty { points.insert(.predicate) }
        return points
    }

    func isClassKeyed(_ task: TaskRef) -> Bool { true }

    func nodeOrder(_ task: TaskRef, _ node: NodeRef) -> Double {
        var score = 0.0
        if strategy.weight != 0, let terms = terms(of: task) {
            score += strategy.score(terms, used: session[node].used, allocatable: session[node].allocatable)
        }
        if let scarce {
            score += scarce.score(
                requested: session[task].request, allocatable: session[node].allocatable, names: session.names)
        }
        return score
    }

    private func terms(of task: TaskRef) -> [ResourceStrategy.Term]? {
        let shape = session[task].shape
        if latest.shape != shape || shape < 0 {
            let annotations = session.snapshot.objects.pods[Int(session[task].pod)].metadata.annotations
            latest = (
                shape, strategy.terms(of: session[task].request, annotations: annotations, names: session.names)
            )
        }
        return latest.terms
    }

    /// A pod that asks for none of the listed devices must leave cpu and memory for the idle ones.
    func predicate(_ task: TaskRef, _ node: NodeRef) -> [FitStatus] {
        let listed = proportions.compactMap { proportion in
            session.names.index(of: proportion.resource).map { (proportion: proportion, index: $0) }
        }
        if listed.contains(where: { (session[task].request.scalar($0.index) ?? 0) > 0 }) { return [] }
        for (proportion, index) in listed {
            guard let idle = session[node].idle.scalar(index) else { continue }
            // Scalars are thousandths of a device: a core per device is a milli-core each, 10⁹ bytes are 10⁶ each.
            let milliCPU = session[node].idle.milliCPU - session[task].request.milliCPU
            let memory = session[node].idle.memory - session[task].request.memory
            if milliCPU < idle * proportion.cores || memory < idle * proportion.gigabytes * 1000 * 1000 {
                return [
                    FitStatus(
                        .unschedulableAndUnresolvable,
                        "proportional of resource \(proportion.resource) check failed", plugin: Self.name)
                ]
            }
        }
        return []
    }
}

/// The part of the plugin that weighs how full a node becomes.
package struct ResourceStrategy: Sendable, Equatable {
    /// What makes a good node.
    package enum Kind: String, Sendable {
        case leastAllocated = "LeastAllocated"
        case mostAllocated = "MostAllocated"
    }

    /// What is wanted of one resource.
    package struct Rule: Sendable, Equatable {
        /// nil (a type of no meaning, possible only in pod annotations) scores nothing, with its weight.
        package var kind: Kind?
        package var weight: Int

        package init(kind: Kind?, weight: Int) {
            self.kind = kind
            self.weight = weight
        }
    }

    /// One resource that a task asks for and that counts.
    package struct Term: Sendable, Equatable {
        var dimension: Int
        var request: Double
        var rule: Rule
    }

    /// Annotations by which a pod chooses for itself.
    static let typeAnnotation = "volcano.sh/resource-strategy-scoring-type"
    static let weightAnnotation = "volcano.sh/resource-strategy-weight"

    /// `resourceStrategyFitWeight`; 0 switches the score off.
    package var weight: Int
    /// By resource name, or by `prefix/*`.
    package var rules: [String: Rule]

    package init(weight: Int, rules: [String: Rule]) {
        self.weight = weight
        self.rules = rules
    }

    init(_ arguments: PluginArguments) {
        let weight = arguments.int("resourceStrategyFitWeight", default: 10)
        self.weight = weight < 0 ? 10 : weight
        var rules: [String: Rule] = [:]
        if case .object(let members)? = arguments.value("resources") {
            for member in members {
                let weight = member.value["weight"]?.wholeNumber ?? 0
                rules[member.name] = Rule(
                    kind: member.value["type"]?.text.flatMap(Kind.init) ?? .leastAllocated,
                    weight: weight <= 0 ? 1 : weight)
            }
        }
        self.rules =
            rules.isEmpty
            ? ["cpu", "memory"].reduce(into: [:]) { $0[$1] = Rule(kind: .leastAllocated, weight: 1) } : rules
    }

    /// The rule of a resource: its own, else that of the longest wildcard that fits (upstream:
    /// findResourceConfigWithPrefix).
    package func rule(for name: String) -> Rule? { Self.rule(for: name, in: rules) }

    private static func rule(for name: String, in rules: [String: Rule]) -> Rule? {
        if let exact = rules[name] { return exact }
        let wildcards = rules.keys.filter { $0.count > 1 && $0.hasSuffix("*") && name.hasPrefix($0.dropLast()) }
        return wildcards.max { $0.count < $1.count }.flatMap { rules[$0] }
    }

    /// What counts for a pod with this request; nil where its own annotations make no sense, which scores 0.
    package func terms(of request: Resource, annotations: [String: String], names: ResourceNames) -> [Term]? {
        var rules = self.rules
        if let type = annotations[Self.typeAnnotation] {
            guard let text = annotations[Self.weightAnnotation],
                case .object(let members)? = JSONValue(json: text)
            else { return nil }
            rules = [:]
            for member in members {
                guard let weight = member.value.wholeNumber else { return nil }
                rules[member.name] = Rule(kind: Kind(rawValue: type), weight: weight)
            }
        }
        return (0..<request.dimensions).compactMap { dimension in
            guard request[dimension] >= Resource.epsilon,
                let rule = Self.rule(for: names.name(of: dimension), in: rules)
            else { return nil }
            return Term(dimension: dimension, request: request[dimension], rule: rule)
        }
    }

    /// Weighted mean · 100 · weight; 0 if one of the resources would be exceeded.
    package func score(_ terms: [Term], used: Resource, allocatable: Resource) -> Double {
        var score = 0.0
        var weightSum = 0
        for term in terms {
            let (used, capacity, weight) = (used[term.dimension], allocatable[term.dimension], term.rule.weight)
            switch term.rule.kind {
            case .mostAllocated:
                guard let part = Self.mostRequested(term.request, used: used, capacity: capacity, weight: weight)
                else { return 0 }
                score += part
            case .leastAllocated:
                guard let part = Self.leastRequested(term.request, used: used, capacity: capacity, weight: weight)
                else { return 0 }
                score += part
            case nil: break
            }
            weightSum += weight
        }
        if weightSum > 0 { score /= Double(weightSum) }
        return score * Double(100 * weight)
    }

    /// (used + request) · weight / capacity; nil where that exceeds the capacity (upstream: mostRequestedScore).
    package static func mostRequested(_ request: Double, used: Double, capacity: Double, weight: Int) -> Double? {
        if capacity == 0 || weight == 0 { return 0 }
        let after = request + used
        return after > capacity ? nil : after * Double(weight) / capacity
    }

    /// (capacity − used − request) · weight / capacity; nil where that is negative (upstream: leastRequestedScore).
    package static func leastRequested(_ request: Double, used: Double, capacity: Double, weight: Int) -> Double? {
        if capacity == 0 || weight == 0 { return 0 }
        let after = request + used
        return after > capacity ? nil : (capacity - after) * Double(weight) / capacity
    }
}

/// Scarce resource avoidance: nodes with fewer of the listed resources first (upstream: `sra.go`).
private struct ScarceResources {
    /// `sra.weight`; 0 where it is missing.
    let weight: Int
    /// Listed resources with their weights, ascending by name.
    let resources: [(name: String, weight: Int)]
    let weightSum: Int

    /// nil unless `enable` is true.
    init?(_ argument: JSONValue?) {
        guard let argument, argument["enable"] == .boolean(true) else { return nil }
        weight = argument["weight"]?.wholeNumber ?? 0
        let weights = argument["resourceWeight"]
        resources = argument.listedNames.map { name in
            let weight = weights?[name]?.wholeNumber ?? 1
            return (name, weight < 0 ? 1 : weight)
        }
        weightSum = resources.reduce(0) { $0 + $1.weight }
    }

    func score(requested: Resource, allocatable: Resource, names: ResourceNames) -> Double {
        for dimension in 0..<requested.dimensions where requested[dimension] >= Resource.epsilon {
            if allocatable[dimension] == 0 { return 0 }
        }
        var score = 0.0
        for (name, weight) in resources {
            if let dimension = names.dimension(of: name), allocatable[dimension] > 0 { score += Double(weight) }
        }
        if weightSum > 0 { score = 1 - score / Double(weightSum) }
        return score * Double(100 * weight)
    }
}

/// What must stay free beside each idle device (upstream: `proportional.go`).
private struct ResourceProportion {
    let resource: String
    /// Cores per device; 1 where it is missing or negative.
    let cores: Double
    /// 10⁹ bytes per device; 1 where it is missing or negative.
    let gigabytes: Double

    /// Ascending by name; empty unless `enable` is true.
    static func all(_ argument: JSONValue?) -> [ResourceProportion] {
        guard let argument, argument["enable"] == .boolean(true) else { return [] }
        func rate(_ key: String) -> Double {
            let rate = argument["resourceProportion"]?[key]?.amount ?? 1
            return rate < 0 ? 1 : rate
        }
        return argument.listedNames.map { name in
            ResourceProportion(resource: name, cores: rate(name + ".cpu"), gigabytes: rate(name + ".memory"))
        }
    }
}

extension JSONValue {
    /// A whole number.
    fileprivate var wholeNumber: Int? {
        if case .integer(let number) = self { Int(number) } else { nil }
    }

    fileprivate var amount: Double? {
        switch self {
        case .integer(let number): Double(number)
        case .number(let number): number
        default: nil
        }
    }

    fileprivate var text: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// Names of the member `resources`, `a, b`, ascending.
    fileprivate var listedNames: [String] {
        let names = (self["resources"]?.text ?? "").split(separator: ",").map(\.trimmed)
        return Set(names).subtracting([""]).sorted()
    }
}
