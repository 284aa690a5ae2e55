import KubernetesObjects

/// HyperNodes with the virtual top that holds all nodes (upstream: `api/hyper_node_info.go`; reference section 10).
public struct HyperNodeTree: Sendable {
    /// Name of the virtual top.
    public static let top = "<cluster-top-hypernode>"

    /// The tree over the HyperNode objects; without any, only the virtual top.
    public init(objects: ObjectSet) {}
}

extension VolcanoSession {
    /// Adds the virtual top, resolves tier names, makes soft limits hard ones, finds allocated HyperNodes.
    func openHyperNodes() {}
}
