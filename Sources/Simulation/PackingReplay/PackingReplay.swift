import ClusterModel
import Scheduling

/// Packs pods that arrive one by one and never leave: the protocol of the FGD paper's Figures 7 and 9.
///
/// It mirrors the simulator of the authors (github.com/hkust-adsl/kubernetes-scheduler-simulator) in what decides the
/// curves, with random streams of our own:
/// - the order of arrival and the re-sampling to 130 % of the cluster (`PackingWorkload.arrivals`);
/// - every pod looks at all nodes with room for its CPU, memory and GPUs and the right GPU model (open_gpu_share.go,
///   percentageOfNodesToScore 100); the score of one policy alone counts, as a whole number; equal scores go to the
///   node that is first in an order drawn once per run (simulator.go; generic_scheduler.go in the vendored
///   scheduler);
/// - whole GPUs by lowest index; a fraction on the GPU with the least room that suffices, but on any with equal
///   chance under `random` and on the best scored one under `fgd` (open_gpu_share.go, resource.go,
///   generate_config_and_run.py);
/// - a pod that fits nowhere is dropped and still counts as arrived; fragmentation is measured after every arrival
///   against the typical pods of the original list (frag.go, analysis.go).
public struct PackingReplay: Sendable {
    /// What is replayed.
    public let workload: PackingWorkload
    /// Demand to reach, relative to the GPUs installed.
    public let ratio: Double
    private let measure: FragmentationMeasure

    /// A replay up to `ratio` times the GPUs installed.
    public init(_ workload: PackingWorkload, ratio: Double = 1.3) {
        precondition(ratio > 0 && ratio <= 100, "the demand to reach is a positive multiple of the GPUs installed")
        self.workload = workload
        self.ratio = ratio
        measure = FragmentationMeasure(workload.typicalPods)
    }

    /// The curve of one policy and seed; a cluster without GPUs has none.
    public func run(_ policy: NodePolicy, seed: UInt64) -> PackingCurve {
        run(policy, seed: seed, arrivals: workload.arrivals(ratio: ratio, seed: seed))
    }

    /// The curve for pods in a given order.
    public func run(_ policy: NodePolicy, seed: UInt64, arrivals: [PackedPod]) -> PackingCurve {
        let cluster = workload.cluster
        var ledger = AllocationLedger(cluster)
        var placement = NodePlacement(
            policy: policy, cluster: cluster, typicalPods: workload.typicalPods, seed: seed,
            order: workload.nodeOrder(seed: seed))
        var recorder = PackingCurveRecorder(
            capacityMilli: workload.capacityMilli, lastPercent: Int((ratio * 100).rounded()))
        var fragmentedOnNode = cluster.nodes.map { measure.fragmentedMilli(ledger, $0) }
        var fragmented = fragmentedOnNode.reduce(0, +)
        var arrived: Int64 = 0
        var allocated: Int64 = 0
        for pod in arrivals {
            arrived += pod.request.totalGPUMilli
            if let choice = placement.choose(pod.request, pools: pod.pools, ledger: ledger),
                let allocation = Self.allocate(pod.request, choice, &ledger)
            {
                placement.note(taken: allocation)
                recorder.placed += 1
                allocated += pod.request.totalGPUMilli
                let node = choice.node.position
                fragmented -= fragmentedOnNode[node]
                fragmentedOnNode[node] = measure.fragmentedMilli(ledger, choice.node)
                fragmented += fragmentedOnNode[node]
            } else {
                recorder.dropped += 1
            }
            recorder.add(arrived: arrived, allocated: allocated, fragmented: fragmented)
        }
        return recorder.curve
    }

    private static func allocate(
        _ request: ResourceRequest, _ choice: NodePlacement.Choice, _ ledger: inout AllocationLedger
    ) -> Allocation? {
        if let mask = choice.gpuMask { return ledger.allocate(request, on: choice.node, gpuMask: mask) }
        return ledger.allocate(request, on: choice.node)
    }
}
