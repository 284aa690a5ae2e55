import Configuration
import KubernetesObjects
import Testing

@testable import Scheduling

/// A small cluster written as manifests, for tests of filters and scores.
struct KubernetesScene {
    let objects: ObjectSet
    private(set) var cluster: ClusterState

    /// Pods with a node run there.
    init(_ manifests: String) throws {
        var reader = ObjectReader()
        try reader.read(SourceText(name: "scene", text: manifests))
        objects = reader.objects
        cluster = ClusterState(
            nodes: objects.nodes, namespaces: objects.namespaces, volumes: objects.volumes, devices: objects.devices)
        for pod in objects.pods {
            if let place = cluster.index(of: pod.spec.nodeName) { cluster.add(PodInfo(pod), toNodeAt: place) }
        }
    }

    func pod(_ name: String) throws -> PodInfo {
        PodInfo(try #require(objects.pods.first { $0.metadata.name == name }))
    }

    /// What the default profile says of each node: empty text for a node that will do.
    func refusals(of name: String) throws -> [String: String] {
        let cycle = CycleState(try pod(name), in: cluster)
        return Dictionary(
            uniqueKeysWithValues: cluster.nodes.map { node in
                (node.name, cycle.status(on: node, in: cluster).reasons.map(\.text).joined(separator: ", "))
            })
    }

    /// Nodes on which a pod fits.
    func fits(_ name: String) throws -> [String] {
        try refusals(of: name).filter(\.value.isEmpty).keys.sorted()
    }

    /// Normalised scores of a pod over all nodes.
    func scores(_ name: String, _ scorer: NodeScorer) throws -> [Int64]? {
        scorer.scores(try pod(name), over: Array(cluster.nodes.indices), in: cluster)
    }

    /// `count` nodes n1, n2, … of 8 cores and 16 GiB, with the extra labels.
    static func nodes(_ count: Int, labels: String = "", spec: String = "") -> String {
        (1...count).map { index in
            """
            ---
            apiVersion: v1
            kind: Node
            metadata: {name: n\(index), labels: {kubernetes.io/hostname: n\(index)\(labels.isEmpty ? "" : ", " + labels)}}
            spec: {\(spec)}
            status: {allocatable: {cpu: '8', memory: 16Gi, pods: '10', nvidia.com/gpu: '4'}}

            """
        }.joined()
    }

    /// A pod in namespace `ns`; `spec` and `metadata` are the insides of flow mappings.
    static func pod(_ name: String, _ spec: String = "containers: [{name: c}]", metadata: String = "") -> String {
        """
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: \(name), namespace: ns\(metadata.isEmpty ? "" : ", " + metadata)}
        spec: {\(spec)}
        status: {phase: Pending}

        """
    }
}
