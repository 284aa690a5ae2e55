/// How the node (and where it matters the GPU) for one pod is chosen among those it fits on.
///
/// Ties go to the node that comes first: the lowest index, or the order that `NodePlacement` was given. Only `random`
/// draws, and `kubernetes` where ties are left to chance.
///
/// The six policies of the FGD paper (Weng et al., "Beware of Fragmentation: Scheduling GPU-Sharing Workloads with
/// Fragmentation Gradient Descent", USENIX ATC 2023) follow the authors' simulator
/// (github.com/hkust-adsl/kubernetes-scheduler-simulator); the file that defines each is named. Their scores are whole
/// numbers 0…100, truncated as there, because the many ties that this makes decide where pods go.
public enum NodePolicy: String, CaseIterable, Sendable {
    /// The first node.
    case firstFit = "first-fit"
    /// The node with the fewest free GPUs that suffice.
    case bestFit = "best-fit"
    /// The node with the most free GPUs.
    case spread
    /// Any node with equal chance, and any GPU with room for a fraction (random_score.go, open_gpu_share.go).
    case random
    /// The least alignment of what is free with what is asked, CPU and GPU (dot_product_score.go; "merge", "max").
    case dotProduct = "dot-product"
    /// Pods that ask for the same number of GPUs together (gpu_clustering_score.go).
    case gpuClustering = "gpu-clustering"
    /// Partly used GPUs first, then free GPUs of used nodes, then unused nodes (gpu_packing_score.go).
    case gpuPacking = "gpu-packing"
    /// The least CPU and GPU left over, at equal weights: the paper's "best fit" (best_fit_score.go).
    case weightedBestFit = "weighted-best-fit"
    /// Fragmentation gradient descent: the node and GPU where the typical pods lose least (fgd_score.go).
    case fgd
    /// Filters and weighted scores of the default Kubernetes profile (`KubeScheduler`).
    case kubernetes

    /// Whether the policy looks at the typical pods of the workload.
    public var needsTypicalPods: Bool { self == .fgd }
}
