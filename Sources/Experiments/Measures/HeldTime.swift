import ClusterModel
import Simulation
import Workloads

/// GPU time that the jobs of each account hold, by pool and time bucket: the same buckets as the ledger's, so that a
/// warm-up is left out of parts as it is left out of the whole.
struct HeldTime: Sendable {
    /// Whose jobs they are: everything that measures divide a cluster by.
    struct Account: Hashable, Sendable {
        var team: Int32
        var queue: Int32
        var jobClass: Int32
    }

    private var accounts: [Account] = []
    private var accountOfJob: [Int32] = []
    private let pools: Int
    private let bucketNs: Int64
    /// GPU-hours by account and pool, then by bucket up to the last one with any.
    private var hours: [[Double]]

    init(_ world: World) {
        var known: [Account: Int32] = [:]
        accountOfJob.reserveCapacity(world.workload.jobs.count)
        for job in world.workload.jobs {
            let account = Account(team: job.team, queue: job.queue, jobClass: job.jobClass)
            let index = known[account] ?? Int32(accounts.count)
            if known.updateValue(index, forKey: account) == nil { accounts.append(account) }
            accountOfJob.append(index)
        }
        pools = world.cluster.pools.count
        bucketNs = world.sampleInterval.nanoseconds
        hours = Array(repeating: [], count: accounts.count * pools)
    }

    /// Enters a pod from its binding to its release.
    mutating func enter(_ fact: PlacementFact, _ cluster: Cluster) {
        guard fact.gpuMask != 0, fact.endNs > fact.startNs else { return }
        let pool = Int(cluster.pool(of: NodeID(index: fact.node)).index)
        let row = Int(accountOfJob[Int(fact.job)]) * pools + pool
        let last = Int((fact.endNs - 1) / bucketNs)
        if hours[row].count <= last { hours[row] += Array(repeating: 0, count: last + 1 - hours[row].count) }
        let gpus = Double(fact.gpuMask.nonzeroBitCount) * Double(fact.gpuMilli) / 1000
        var from = fact.startNs
        for bucket in Int(fact.startNs / bucketNs)...last {
            let to = bucket == last ? fact.endNs : Int64(bucket + 1) * bucketNs
            hours[row][bucket] += gpus * Double(to - from) / 3.6e12
            from = to
        }
    }

    /// GPU-hours by pool of the accounts that `isMember` chooses, from the first whole bucket after `warmUp`.
    func hours(from warmUp: Int64, _ isMember: (Account) -> Bool) -> [Double] {
        let first = Int((warmUp + bucketNs - 1) / bucketNs)
        var sums = Array(repeating: 0.0, count: pools)
        for (index, account) in accounts.enumerated() where isMember(account) {
            for pool in 0..<pools { sums[pool] += hours[index * pools + pool].dropFirst(first).reduce(0, +) }
        }
        return sums
    }
}
