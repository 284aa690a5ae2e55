import ClusterModel

/// Which pools the pods of a group may use, by the rules of their job and the GPU models they allow.
struct PoolFilter {
    private let cluster: Cluster

    init(_ cluster: Cluster) { self.cluster = cluster }

    /// One bit for each allowed pool.
    func mask(_ rules: PlacementRules, gpuModels: [String]) -> UInt64 {
        let models = gpuModels.map { cluster.catalogue.gpu(named: $0) }
        var mask: UInt64 = 0
        for (index, pool) in cluster.pools.enumerated() {
            let isAllowed =
                (rules.pools.isEmpty || rules.pools.contains(pool.name))
                && rules.nodeSelector.allSatisfy { pool.labels.contains(Label($0.name, $0.value)) }
                && pool.taints.allSatisfy { taint in rules.tolerations.contains { $0.tolerates(taint) } }
                && (models.isEmpty || (pool.shape.gpuModel.map { models.contains($0) } ?? false))
            if isAllowed { mask |= 1 << UInt64(index) }
        }
        return mask
    }

    /// GPUs of the pools in `mask`.
    func gpus(in mask: UInt64) -> Int {
        pools(in: mask).reduce(0) { $0 + $1.count * $1.shape.gpuCount }
    }

    /// The pools in `mask` by name, for messages.
    func names(in mask: UInt64) -> String { pools(in: mask).map(\.name).joined(separator: ", ") }

    private func pools(in mask: UInt64) -> [NodePool] {
        cluster.pools.enumerated().filter { mask >> UInt64($0.offset) & 1 == 1 }.map(\.element)
    }
}
