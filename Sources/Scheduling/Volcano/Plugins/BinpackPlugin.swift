import KubernetesObjects

/// Plugin `binpack`: fuller nodes first (upstream: `plugins/binpack/binpack.go`; reference section 9.16).
///
/// Only resources that the pod asks for and that have a weight count: cpu, memory, and what `binpack.resources` lists.
/// GPUs that are not listed there do not. Scores are summed in the order cpu, memory, scalars by name.
final class BinpackPlugin: VolcanoPlugin {
    static let name = "binpack"
    private unowned(unsafe) let session: VolcanoSession
    private let weight: Int
    private let weights: [String: Int]
    /// Dimensions that count with their weights, ascending.
    private var terms: [(dimension: Int, weight: Int)] = []

    init(session: VolcanoSession, option: PluginOption) {
        self.session = session
        let arguments = option.arguments
        weight = arguments.int("binpack.weight", default: 1)
        var weights = ["cpu": "binpack.cpu", "memory": "binpack.memory"].mapValues { arguments.int($0, default: 1) }
        for part in arguments.string("binpack.resources", default: "").split(separator: ",") {
            let name = part.trimmed
            if !name.isEmpty { weights[name] = arguments.int("binpack.resources." + name, default: 1) }
        }
        self.weights = weights.mapValues { $0 < 0 ? 1 : $0 }
    }

    func open() -> ExtensionPoints {
        terms = weights.compactMap { name, weight in
            session.names.dimension(of: name).map { (dimension: $0, weight: weight) }
        }.sorted { $0.dimension < $1.dimension }
        return weight == 0 ? [] : .nodeOrder
    }

    func isClassKeyed(_ task: TaskRef) -> Bool { true }

    func nodeOrder(_ task: TaskRef, _ node: NodeRef) -> Double {
        var score = 0.0
        var weightSum = 0
        for (dimension, weight) in terms {
            let request = session[task].request[dimension]
            guard request >= Resource.epsilon else { continue }
            weightSum += weight
            let capacity = session[node].allocatable[dimension]
            if capacity == 0 || weight == 0 { continue }
            let used = request + session[node].used[dimension]
            if used > capacity { return 0 }
            score += used * Double(weight) / capacity
        }
        if weightSum > 0 { score /= Double(weightSum) }
        return score * Double(100 * weight)
    }
}

extension Substring {
    /// Without spaces and tabs at both ends.
    var trimmed: String {
        let start = drop { $0 == " " || $0 == "\t" }
        return String(start.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }
}
