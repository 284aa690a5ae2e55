import KubernetesObjects

/// Images on the nodes, with the number of nodes that have each.
struct ImageCatalog: Sendable {
    private var nodesWithImage: [String: Int] = [:]
    let nodeCount: Int

    init(_ nodes: [Node]) {
        nodeCount = nodes.count
        for node in nodes where !node.images.isEmpty {
            for name in Set(node.images.flatMap(\.names)) { nodesWithImage[name, default: 0] += 1 }
        }
    }

    var isEmpty: Bool { nodesWithImage.isEmpty }

    /// Share of the nodes that have the image.
    func spread(_ name: String) -> Double { Double(nodesWithImage[name] ?? 0) / Double(max(nodeCount, 1)) }
}

/// ImageLocality (plugins/imagelocality): bytes of the pod's images that the node has, each scaled by the share of
/// nodes that have it, between 23 MiB and 1000 MiB per container.
struct ImageScore: PreparedScore {
    private let names: [String]
    private let catalog: ImageCatalog

    init(_ pod: PodInfo, _ catalog: ImageCatalog) {
        names = pod.traits.images
        self.catalog = catalog
    }

    func raw(_ node: NodeState) -> Int64 {
        if node.node.images.isEmpty || names.isEmpty { return 0 }
        var sum: Int64 = 0
        for name in names {
            guard let image = node.node.images.last(where: { $0.names.contains(name) }) else { continue }
            sum = sum.clampedAdding(Int64(clamping: Double(image.sizeBytes) * catalog.spread(name)))
        }
        let lowest: Int64 = 23 << 20
        let highest = Int64(names.count) * (1000 << 20)
        return 100 * (min(max(sum, lowest), highest) - lowest) / (highest - lowest)
    }

    /// The name with the tag `latest` where it has none.
    static func normalized(_ name: String) -> String {
        let lastSegment = name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).last
        return lastSegment?.contains(UInt8(ascii: ":")) == true ? name : name + ":latest"
    }
}

extension Int64 {
    /// The whole part of `value`, kept within 64 bits; 0 for what is no number.
    fileprivate init(clamping value: Double) {
        self = value.isNaN ? 0 : value >= 0x1p63 ? .max : value < -0x1p63 ? .min : Int64(value)
    }
}
