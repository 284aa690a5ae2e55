import ClusterModel

/// How much of a node's idle GPU a typical pod could not use: the fragmentation of Weng et al., ATC 2023, section 3.
///
/// For each typical pod: if the node cannot take it (too little CPU, too few GPUs with room, wrong GPU model, or no
/// GPU asked for at all), all idle GPU of the node is a fragment to it; else the GPUs with too little room are. The
/// amount is the mean over the typical pods, by share, in thousandths of a GPU.
///
/// The terms are added up in the order of pkg/utils/frag.go (`NodeGpuShareFragAmount`, `FragAmountSumExceptQ3`) of
/// the authors' simulator: by reason, then over the reasons. Scores are truncated to whole numbers afterwards, so a
/// difference in the last place of a sum can turn a tie into a preference.
public struct FragmentationMeasure: Sendable {
    private struct Kind {
        var cpuMilli: Int64
        var pools: UInt64
        var share: Double
        var gpuMilli: Int32
        var gpuCount: Int32
        /// Index of `gpuMilli` in `thresholds`; -1 without GPU.
        var threshold: Int32
    }

    private let kinds: [Kind]
    /// The distinct parts of a GPU that typical pods ask for.
    private let thresholds: [Int16]

    /// The measure for a workload of these pods.
    public init(_ typicalPods: [TypicalPod]) {
        let thresholds = Set(typicalPods.filter { $0.request.gpuCount > 0 }.map(\.request.gpuMilli)).sorted()
        self.thresholds = thresholds.map { Int16($0) }
        kinds = typicalPods.map { pod in
            let milli = pod.request.gpuMilli
            return Kind(
                cpuMilli: pod.request.cpuMilli, pools: pod.pools, share: pod.share, gpuMilli: milli,
                gpuCount: pod.request.gpuCount,
                threshold: pod.request.gpuCount == 0 ? -1 : Int32(thresholds.firstIndex(of: milli) ?? -1))
        }
    }

    /// Fragmented thousandths of GPU on a schedulable node.
    public func fragmentedMilli(_ ledger: AllocationLedger, _ node: NodeID) -> Double {
        fragmentedMilli(NodeRoom(ledger, node))
    }

    /// Fragmented thousandths of GPU.
    func fragmentedMilli(_ room: NodeRoom) -> Double {
        if room.gpuMilli == 0 { return 0 }
        return withUnsafeTemporaryAllocation(of: (enough: Int32, tooSmall: Int32).self, capacity: thresholds.count) {
            gpus in
            // Per threshold: how many GPUs have that much room, and the idle thousandths of those that have less.
            for (index, threshold) in thresholds.enumerated() {
                var enough: Int32 = 0
                var tooSmall: Int32 = 0
                for gpu in 0..<room.gpuCount {
                    let free = room.gpus[gpu]
                    if free >= threshold { enough += 1 } else { tooSmall += Int32(free) }
                }
                gpus[index] = (enough, tooSmall)
            }
            let idle = Double(room.gpuMilli)
            var lackBoth = 0.0
            var lackGPU = 0.0
            var lackCPU = 0.0
            var noGPUAsked = 0.0
            var noGPUAskedLackCPU = 0.0
            var noAccess = 0.0
            for kind in kinds {
                let hasCPU = room.cpuMilli >= kind.cpuMilli
                if kind.threshold < 0 {
                    if hasCPU { noGPUAsked += kind.share * idle } else { noGPUAskedLackCPU += kind.share * idle }
                } else if kind.pools & room.pool == 0 {
                    noAccess += kind.share * idle
                } else if gpus[Int(kind.threshold)].enough >= kind.gpuCount {
                    if hasCPU {
                        lackGPU += kind.share * Double(gpus[Int(kind.threshold)].tooSmall)
                    } else {
                        lackCPU += kind.share * idle
                    }
                } else if hasCPU {
                    lackGPU += kind.share * idle
                } else {
                    lackBoth += kind.share * idle
                }
            }
            return lackBoth + lackGPU + lackCPU + noGPUAsked + noGPUAskedLackCPU + noAccess
        }
    }
}
