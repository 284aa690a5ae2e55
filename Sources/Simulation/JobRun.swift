import SimulationKernel

/// The life of one job as the simulation sees it; `JobEntry` holds the scheduler's side.
struct JobRun: Sendable {
    /// Work still to do at the reference placement, in nanoseconds.
    var workLeftNs: Int64
    /// Starts so far.
    var attempts: Int32 = 0
    /// Times it was put in the queue.
    var submissions: Int32 = 0
    var preemptions: Int32 = 0
    var failures: Int32 = 0
    /// When it last joined the queue.
    var queuedSinceNs: Int64 = 0
    var waitNs: Int64 = 0
    var productiveNs: Int64 = 0
    var lostNs: Int64 = 0
    /// Time in which the work that was kept was done.
    var workingNs: Int64 = 0
    var firstStartNs: Int64 = -1
    var endNs: Int64 = -1
    /// Present run: when work begins, and how it progresses.
    var workStartNs: Int64 = -1
    var progress = WorkProgress(intervalNs: .max, writeNs: 0)
    /// Pods in all / pods bound: a gang above its minimum but below its full size works that much slower.
    var pods: Int64 = 1
    var boundPods: Int64 = 1
    /// Bound pods whose GPUs have left the free accounts.
    var accountedPods: Int32 = 0
    /// Part of the present start-up that reads and writes checkpoints.
    var restoreNs: Int64 = 0
    /// When the failure that stopped it last is noticed: it hangs until then.
    var noticedNs: Int64 = 0
    /// Whether a restart reads a checkpoint first, and whether one was written at the last eviction.
    var hasCheckpoint = false
    var owesCheckpointWrite = false
    /// Nodes that held what was written then.
    var owedWriteNodes = 0
    /// Where `TrainingState` keeps its present run; -1 when it does not work or trains nothing.
    var trainingSlot: Int32 = -1
    var finish: EventHandle?
    var abort: EventHandle?
    var reorder: EventHandle?
    var status = JobStatus.pending
    /// Last recorded reason for waiting, the object it names, and when it was recorded.
    var reason = DecisionReason.none
    var reasonOther: Int32 = -1
    var rejectedNs: Int64 = -1
    /// Account of its team, queue, class in the showback table.
    var account: Int32 = 0
}
