/// What keeping state outside of the GPU adds to a step.
///
/// ZeRO-Offload (Ren et al., USENIX ATC 2021, arXiv 2101.06840): every micro batch sends its 16-bit gradients down, Adam runs at the
/// bandwidth of host memory, 16-bit weights come back. ZeRO-Infinity (arXiv 2104.07857) adds NVMe behind host memory.
struct OffloadTraffic {
    let plan: TrainingPlan
    let host: HostCard
    /// Parameters that a rank keeps after sharding.
    let local: Double

    /// Bytes of a parameter that Adam on the CPU touches: reads gradient, master weight and two moments, writes the last three and a
    /// 16-bit weight (reference: DeepSpeed's CPU Adam).
    static let touchedBytes = 28.0
    /// Bytes of a parameter's optimizer state: master weight and two moments in 32 bits.
    static let stateBytes = 12.0

    /// Seconds of the update itself: Adam, with the way of the weights back beside it, or NVMe if that is slower.
    var update: Double {
        let adam = local * Self.touchedBytes / (host.memoryBandwidth.value * HostCard.memoryShare)
        let up = local * 2 / host.copyRate
        guard plan.offload == .nvme else { return max(adam, up) }
        // Read before and written after; the drive does one at a time.
        return max(adam, up, 2 * local * Self.stateBytes / host.nvmeRate.value)
    }

    /// Seconds of copies that `compute` seconds of forward and backward passes do not hide.
    func exposedCopies(compute: Double) -> Double {
        let passes = plan.microBatches.rounded(.up)
        let gradients = passes * local * 2 / host.copyRate
        var exposed = max(0, gradients - compute * 2 / 3)
        if plan.offload == .parameters || plan.offload == .nvme {
            // Fetched for the forward and again for the backward pass of every micro batch.
            exposed += max(0, passes * 2 * local * 2 / host.copyRate - compute)
        }
        return exposed
    }

    /// Seconds of a micro batch for which activations on their way out and back hold up a stage.
    static func exposedActivations(bytes: Double, forward: Double, backward: Double, host: HostCard) -> Double {
        let copy = bytes / host.copyRate
        return max(0, copy - forward) + max(0, copy - backward)
    }
}
