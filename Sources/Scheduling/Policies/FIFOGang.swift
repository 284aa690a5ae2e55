/// `fifo-gang`: whole gangs in arrival order; a head that does not fit blocks its queue. Never evicts.
///
/// Mirrors the FIFO of published GPU-cluster simulators (Helios, Philly replays): per virtual cluster, head of line
/// blocking. Ties: arrival order in the trace.
struct FIFOGangRules: SchedulingRules {
    func order(_ job: JobEntry) -> Int64 { 0 }
    var blocksQueue: Bool { true }
}
