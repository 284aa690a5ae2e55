import KubernetesObjects

/// Plugin `queue-share`: the queue with the lowest dominant share per weight goes first (Ghodsi et al., NSDI 2011; the queue
/// order of `Policies/DominantResourceFairness.swift`). Volcano's own drf compares jobs, or needs a tree of queues.
///
/// The share is the largest part of the cluster's cpu, memory and GPUs (names that end in `/gpu`) that pods of the
/// queue hold. Ties: equal shares are left to the next plugin.
final class QueueSharePlugin: VolcanoPlugin {
    static let name = "queue-share"
    private unowned(unsafe) let session: VolcanoSession
    private var allocated: [Resource] = []
    private var shares: [Double] = []
    private let dimensions: [Int]

    init(session: VolcanoSession, option: PluginOption) {
        self.session = session
        dimensions = ([0, 1] + session.gpuDimensions()).filter { session.totalResource[$0] >= Resource.epsilon }
    }

    func open() -> ExtensionPoints {
        allocated = session.queues.map { queue in
            queue.jobs.reduce(into: Resource()) { $0.add(session[$1].allocated) }
        }
        shares = session.queues.indices.map { share(of: QueueRef($0)) }
        return [.queueOrder, .events]
    }

    func compareQueues(_ l: QueueRef, _ r: QueueRef) -> Int {
        let (a, b) = (shares[Int(l.index)], shares[Int(r.index)])
        return a == b ? 0 : a < b ? -1 : 1
    }

    func taskAllocated(_ task: TaskRef) -> String? {
        guard let queue = session.queue(of: task) else { return nil }
        allocated[Int(queue.index)].add(session[task].request)
        shares[Int(queue.index)] = share(of: queue)
        return nil
    }

    func taskDeallocated(_ task: TaskRef) {
        guard let queue = session.queue(of: task) else { return }
        allocated[Int(queue.index)].sub(session[task].request)
        shares[Int(queue.index)] = share(of: queue)
    }

    private func share(of queue: QueueRef) -> Double {
        let held = allocated[Int(queue.index)]
        let dominant = dimensions.reduce(0) { max($0, held[$1] / session.totalResource[$1]) }
        return dominant / Double(max(1, session[queue].weight))
    }
}
