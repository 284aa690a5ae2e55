import Configuration
import KubernetesObjects
import Scheduling
import Testing

@testable import Snapshots

/// A small cluster in the words of manifests, and a configuration.
struct World {
    var documents: [String] = []
    var actions = "enqueue, allocate, backfill"
    var tiers = [["priority", "gang", "conformance"], ["predicates", "proportion", "nodeorder"]]
    /// More lines of a plugin, by its name, such as `enablePreemptable: false`.
    var options: [String: [String]] = [:]

    init(nodes: Int = 1, gpus: Int = 8) {
        for index in 0..<nodes {
            documents.append(
                """
                kind: Node
                metadata: {name: n\(index + 1)}
                status: {allocatable: {cpu: 64, memory: 64Gi, nvidia.com/gpu: \(gpus), pods: 100}}
                """)
        }
        documents.append("{kind: PriorityClass, metadata: {name: high}, value: 100}")
    }

    /// The world with a queue; `spec` and `status` as YAML flow mappings.
    func queue(_ name: String, _ spec: String = "{}", status: String = "{state: Open}") -> World {
        with("{kind: Queue, metadata: {name: \(name)}, spec: \(spec), status: \(status)}")
    }

    /// The world with a PodGroup of `pods` pods, of which the first run on `nodes`.
    func gang(
        _ name: String, in queue: String = "q", pods: Int, gpus: Int = 1, minMember: Int? = nil,
        on nodes: [String] = [],
        priority: String = "", phase: String? = nil
    ) -> World {
        var world = self
        world.documents.append(
            """
            kind: PodGroup
            metadata: {name: \(name), namespace: ns, creationTimestamp: "2026-03-01T12:00:00Z"}
            spec: {minMember: \(minMember ?? pods), queue: \(queue), priorityClassName: "\(priority)",
              minResources: {cpu: \(minMember ?? pods), nvidia.com/gpu: \((minMember ?? pods) * gpus)}}
            status: {phase: \(phase ?? (nodes.isEmpty ? "Inqueue" : "Running"))}
            """)
        for index in 0..<pods {
            let node = index < nodes.count ? nodes[index] : ""
            world.documents.append(
                """
                kind: Pod
                metadata: {name: \(name)-\(index), namespace: ns, annotations: {scheduling.k8s.io/group-name: \(name)}}
                spec:
                  schedulerName: volcano
                  nodeName: "\(node)"
                  containers: [{name: c, resources: {requests: {cpu: 1, memory: 1Gi, nvidia.com/gpu: \(gpus)}}}]
                status: {phase: \(node.isEmpty ? "Pending" : "Running")}
                """)
        }
        return world
    }

    /// The world with one more object.
    func with(_ document: String) -> World {
        var world = self
        world.documents.append(document)
        return world
    }

    /// The world under other actions.
    func acting(_ actions: String) -> World {
        var world = self
        world.actions = actions
        return world
    }

    /// The world with other plugins.
    func tiers(_ tiers: [String]..., options: [String: [String]] = [:]) -> World {
        var world = self
        world.tiers = tiers
        world.options = options
        return world
    }

    var text: String { documents.joined(separator: "\n---\n") }

    var configurationText: String {
        var lines = ["actions: \"\(actions)\"", "tiers:"]
        for tier in tiers {
            lines.append("- plugins:")
            for plugin in tier {
                lines.append("  - name: \(plugin)")
                lines += (options[plugin] ?? []).map { "    " + $0 }
            }
        }
        return lines.joined(separator: "\n")
    }

    func objects() throws -> ObjectSet {
        var reader = ObjectReader()
        try reader.read(SourceText(name: "world.yaml", text: text))
        return reader.objects
    }

    func cycle() throws -> Cycle {
        let configuration = try VolcanoConfiguration(reading: SourceText(name: "conf", text: configurationText))
        return Cycle(try objects(), configuration: configuration, now: Timestamp(nanoseconds: 0))
    }

    func report(_ tieRule: TieRule = .lowestName) throws -> CycleReport { CycleReport(try cycle(), tieRule) }

    func codes() throws -> [CycleWarning.Code] { try report().warnings.map(\.code) }
}
