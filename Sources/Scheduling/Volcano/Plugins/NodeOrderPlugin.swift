import KubernetesObjects

/// Plugin `nodeorder`: Kubernetes' scores (upstream: `plugins/nodeorder/nodeorder.go`; reference section 9.15).
///
/// Image locality is a node-order score; all others are batch scores, normalised over the candidates. Required affinity
/// of running pods does not score here (upstream leaves the hard weight at 0).
final class NodeOrderPlugin: VolcanoPlugin {
    static let name = "nodeorder"
    private unowned(unsafe) let session: VolcanoSession
    private let view: KubernetesView
    private let imageWeight: Int64
    /// Batch scorers that are on.
    private let scorers: [(scorer: NodeScorer, weight: Int64)]

    init(session: VolcanoSession, option: PluginOption) {
        self.session = session
        view = session.kubernetes
        func weight(_ key: String, _ fallback: Int) -> Int64 {
            Int64(option.arguments.int(key + ".weight", default: fallback))
        }
        imageWeight = weight("imagelocality", 1)
        scorers = [
            (.leastAllocated, weight("leastrequested", 1)), (.mostAllocated, weight("mostrequested", 0)),
            (.balancedAllocation(["cpu", "memory", "nvidia.com/gpu"]), weight("balancedresource", 1)),
            (.nodeAffinity, weight("nodeaffinity", 2)),
            (.interPodAffinity(hardWeight: 0), weight("podaffinity", 2)),
            (.taintToleration, weight("tainttoleration", 3)), (.podTopologySpread, weight("podtopologyspread", 2)),
        ].filter { $0.1 != 0 }
    }

    func open() -> ExtensionPoints { [.nodeOrder, .batchNodeOrder] }

    func nodeOrder(_ task: TaskRef, _ node: NodeRef) -> Double {
        guard imageWeight != 0, !view.cluster.images.isEmpty else { return 0 }
        return Double(ImageScore(view.pod(task), view.cluster.images).raw(view.node(node)) &* imageWeight)
    }

    func batchNodeOrder(_ task: TaskRef, _ nodes: [NodeRef]) -> [Double] {
        let pod = view.pod(task)
        let candidates = nodes.map { Int($0.index) }
        var totals = Array(repeating: Int64(0), count: nodes.count)
        for (scorer, weight) in scorers {
            guard let scores = scorer.scores(pod, over: candidates, in: view.cluster) else { continue }
            for index in totals.indices { totals[index] &+= scores[index] &* weight }
        }
        return totals.map(Double.init)
    }

    func isClassKeyed(_ task: TaskRef) -> Bool {
        scorers.allSatisfy { $0.scorer.isClassKeyed(view.pod(task), in: view.cluster) }
    }
}
