import ClusterModel
import Configuration

extension ResolvedScenario {
    /// The cluster alone, without reading traces.
    public func cluster() throws(InvalidInput) -> Cluster {
        let reading = Reading(continuing: values)
        guard let cluster = ClusterAssembly(content.spec.cluster).build(reading) else {
            throw InvalidInput(reading.diagnostics.findings)
        }
        return cluster
    }

    /// The queues that the scenario defines, parents before children; what a queue deserves is in GPUs, its weight's
    /// share of its parent where the scenario does not say.
    public func queueTree() throws(InvalidInput) -> [(name: String, parent: Int?, deserved: Double, cap: Double?)] {
        let sections = content.spec.cluster.queues
        let gpus = Double(try cluster().totalGPUs)
        var tree: [(name: String, parent: Int?, deserved: Double, cap: Double?)] = []
        var waiting = sections
        while !waiting.isEmpty {
            let ready = waiting.filter { section in
                section.parent.map { parent in tree.contains { $0.name == parent } } ?? true
            }
            guard !ready.isEmpty else { break }
            for section in ready {
                let parent = section.parent.flatMap { parent in tree.firstIndex { $0.name == parent } }
                let siblings = sections.filter { $0.parent == section.parent }.reduce(0) { $0 + $1.weight }
                let above = parent.map { tree[$0].deserved } ?? gpus
                let share = siblings > 0 ? above * section.weight / siblings : 0
                tree.append((section.name, parent, section.deservedGPUs ?? share, section.capGPUs))
            }
            waiting.removeAll { section in tree.contains { $0.name == section.name } }
        }
        return tree
    }
}
