import ClusterModel
import Configuration
import Quantities

extension ResolvedScenario {
    /// Price of a GPU-hour in each pool.
    public var prices: [MoneyPerHour] { ClusterAssembly(content.spec.cluster).prices }

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

extension ResolvedScenario {
    /// A fault of the value at `path`, at its place in the file.
    public func fault(at path: String, _ message: String, hint: String? = nil) -> InvalidInput {
        let reading = Reading(continuing: values)
        reading.report(path: path, message, hint: hint)
        return InvalidInput(reading.diagnostics.findings)
    }

    /// `path` with names of elements replaced by their indexes, as `values` have them; names that no element has stay.
    public func indexedPath(_ path: String) -> String {
        var result = ""
        var rest = path[...]
        while let open = rest.firstIndex(of: "["), let close = rest[open...].firstIndex(of: "]") {
            result += rest[..<open]
            let element = rest[rest.index(after: open)..<close]
            let start = result + "["
            let named = values.first { value in
                value.path.hasPrefix(start) && value.path.hasSuffix("].name") && value.text == String(element)
                    && !value.path.dropFirst(start.count).dropLast(6).contains { $0 == "[" || $0 == "." }
            }
            let index = named.map { String($0.path.dropFirst(start.count).dropLast(6)) }
            result += "[\(Int(element) == nil ? index ?? String(element) : String(element))]"
            rest = rest[rest.index(after: close)...]
        }
        return result + rest
    }
}
