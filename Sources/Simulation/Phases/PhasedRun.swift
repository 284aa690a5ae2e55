import ClusterModel
import SimulationKernel

/// A run that is played phase by phase, because how long its phases last is not known when it starts: they share storage
/// with others, or their work shares links.
struct PhasedRun: Sendable {
    enum Phase: UInt8, Sendable {
        /// Until the failure before is noticed.
        case detection
        /// Pulling the image, loading data, the fixed start-up times.
        case image, load, startup
        /// Writing the checkpoint of the last preemption, and reading the last one.
        case owedWrite, restore
        case work
        /// A checkpoint is due, the one before is not durable yet.
        case waitForWrite
        /// Copying to host memory.
        case snapshot
        /// Writing a checkpoint at a standstill.
        case write
        /// Writing the last one before the job gives its nodes back.
        case lastWrite

        /// What the phase's time is entered under; nil: work.
        var cause: GPUTimeCause? {
            switch self {
            case .detection, .image, .load, .startup: .starting
            case .owedWrite, .restore, .waitForWrite, .snapshot, .write, .lastWrite: .checkpoint
            case .work: nil
            }
        }
    }

    var phase = Phase.detection
    var stretches: Stretches
    /// Nodes of the pods, ascending, each once; and GPUs of all pods.
    var nodes: [NodeID]
    var gpus: Int
    /// Next of the objects to load.
    var nextLoad = 0
    /// Time at work between checkpoints; `Int64.max`: none are written.
    var intervalNs: Int64
    /// Operations that it waits for, and that run beside it; -1 for none.
    var foreground: Int32 = -1
    var background: Int32 = -1
    /// Whether the background operation, once done, is followed by a copy to the origin.
    var owesFlush = false
    /// End of a phase of known length, or the next checkpoint.
    var timer: EventHandle?
    /// Why it must leave when the last write is done.
    var leaving: Leaving?

    /// How a run ends that was told in advance.
    enum Leaving: Sendable {
        /// Its node is being reclaimed.
        case reclaimed(node: Int32)
    }
}

/// What a run has done so far, and the part of it that a stop without warning would keep.
struct RunProgress: Sendable {
    /// Work, and the time at work that it took.
    var worked: Int64
    var elapsed: Int64
    var kept: Int64
    var keptElapsed: Int64
}
