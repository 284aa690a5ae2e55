/// `drf`: the queue with the lowest weighted dominant share goes first (Ghodsi et al., NSDI 2011), arrival order within
/// a queue; a head that does not fit blocks only its own queue. Never evicts unless preemption is on.
///
/// Dominant share = max over GPU, CPU and memory of held / total, divided by the queue's weight.
struct DRFRules: SchedulingRules {
    func order(_ job: JobEntry) -> Int64 { 0 }
    var blocksQueue: Bool { true }

    func queueOrder(_ queue: QueueEntry, _ totals: ClusterTotals) -> Double {
        func share(_ held: Int64, _ total: Int64) -> Double { total > 0 ? Double(held) / Double(total) : 0 }
        let dominant = max(
            share(queue.gpuMilli, totals.gpuMilli), share(queue.cpuMilli, totals.cpuMilli),
            share(queue.memoryBytes, totals.memoryBytes))
        return dominant / queue.weight
    }
}
