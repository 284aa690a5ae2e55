import ClusterModel
import SimulationKernel

/// The scores of the FGD authors' simulator: whole numbers 0…100, higher is better, for a pod that fits on the node.
///
/// `freeCPU` and `freeGPU` are thousandths free on the node, the latter over all its GPUs.
enum NodeScores {
    /// Largest node of the paper's cluster; scores are relative to it (pkg/type/open-gpu-share/utils/const.go).
    static let maxCPUMilli = 128_000.0
    static let maxGPUMilli = 8_000

    /// One less the mean over CPU and GPU of free × asked, each relative to the largest node (dot_product_score.go).
    static func dotProduct(freeCPU: Int64, freeGPU: Int, _ request: ResourceRequest) -> Int {
        let maxGPU = Double(maxGPUMilli)
        var product = Double(freeCPU) / maxCPUMilli * (Double(request.cpuMilli) / maxCPUMilli)
        product += Double(freeGPU) / maxGPU * (Double(request.totalGPUMilli) / maxGPU)
        return Int(100 * (1 - product / 2))
    }

    /// One less what is left of CPU and GPU, relative to the largest node, at equal weights (best_fit_score.go).
    static func weightedBestFit(freeCPU: Int64, freeGPU: Int, _ request: ResourceRequest) -> Int {
        var left = Double(freeCPU - request.cpuMilli) / maxCPUMilli * 0.5
        left += Double(freeGPU - Int(request.totalGPUMilli)) / Double(maxGPUMilli) * 0.5
        return Int((1 - left) * 100)
    }

    /// Quarters by the kinds of pods on the node: only this kind, this among others, none, only others; in each,
    /// nodes with less free GPU first (gpu_clustering_score.go). CPU-only pods (kind 0) score 0 everywhere.
    static func gpuClustering(freeGPU: Int, kind: Int, kindsOnNode: UInt64) -> Int {
        if kind == 0 { return 0 }
        let fullness = 25 * (maxGPUMilli - freeGPU) / maxGPUMilli
        if kindsOnNode == 0 { return fullness + 25 }
        if kindsOnNode >> UInt64(kind) & 1 == 0 { return fullness }
        return fullness + (kindsOnNode.nonzeroBitCount == 1 ? 75 : 50)
    }

    /// From the top: a partly used GPU, the fuller the better; free GPUs of a used node, the fewer the better; a node
    /// whose GPUs are all free, the smaller the better (gpu_packing_score.go). CPU-only pods score 0 everywhere.
    ///
    /// - Parameters:
    ///   - freeGPUs: wholly free GPUs of the node, of `gpuCount` in all.
    ///   - tightest: thousandths free on the fullest shared GPU that has room for the fraction asked for, if there
    ///     is one.
    static func gpuPacking(freeGPUs: Int, gpuCount: Int, tightest: Int?, _ request: ResourceRequest) -> Int {
        if request.gpuCount == 0 { return 0 }
        if freeGPUs == gpuCount { return max(33 - freeGPUs, freeGPUs) }
        if let tightest { return 100 - tightest * 100 / 1000 / 10 }
        return max(50 - Int(request.gpuCount), 33)
    }

    /// How the fragmentation (in thousandths of a GPU) changes, squeezed into 0…100: 50 is no change (fgd_score.go).
    static func gradient(before: Double, after: Double) -> Int {
        Int(1 / (1 + PinnedMath.exp(-((before - after) / 1000))) * 100)
    }
}
