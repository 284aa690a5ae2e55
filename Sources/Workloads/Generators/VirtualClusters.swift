import Quantities

extension TrainingMix {
    /// One virtual cluster: a static partition of nodes with a queue of its own.
    public struct VirtualCluster: Hashable, Sendable {
        /// Name of the cluster, its team and its queue.
        public var name: String
        /// Nodes of eight GPUs.
        public var nodes: Int

        /// A partition of `nodes` nodes.
        public init(name: String, nodes: Int) {
            self.name = name
            self.nodes = nodes
        }

        /// The eleven virtual clusters of Philly in October and November 2017, with the sizes that the artifact of
        /// Hu et al. (SC 2021) prints; 352 nodes in all.
        public static let philly: [VirtualCluster] = [
            ("6214e9", 64), ("7f04ca", 32), ("11cb48", 16), ("b436b2", 64), ("ee9e8c", 64), ("e13805", 16),
            ("6c71a0", 32), ("2869ce", 16), ("ed69ec", 8), ("103959", 8), ("0e4a51", 32),
        ].map { VirtualCluster(name: $0.0, nodes: $0.1) }

        /// The same eleven on 328 nodes: the last one has 8 instead of 32. Benchmarks use this size.
        public static let philly328: [VirtualCluster] = philly.dropLast() + [VirtualCluster(name: "0e4a51", nodes: 8)]
    }

    /// `jobs` jobs on virtual clusters, each a team and a queue: share of jobs and largest job by its nodes, run times
    /// scaled so that the offered load is `load` of all GPUs. For benchmarks and for replays of Philly's shape.
    public static func virtualClusters(
        _ clusters: [VirtualCluster] = VirtualCluster.philly328, jobs: Int = 68_000, load: Double = 0.8,
        seed: UInt64 = 1
    ) -> TrainingMix {
        let gpus = clusters.reduce(0) { $0 + $1.nodes } * 8
        // 68,000 jobs in the 61 days of October and November.
        return TrainingMix(
            seed: seed, jobsPerHour: 68_000.0 / (61 * 24), extent: .jobs(jobs),
            teams: clusters.map {
                Team(name: $0.name, share: Double($0.nodes), users: 10, largestJob: $0.nodes * 8)
            },
            load: Load(share: load, gpus: gpus))
    }
}
