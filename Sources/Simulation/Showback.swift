import Workloads

/// GPU time by team, queue, job class, pool and cause. Accounts are interned once, so that entering time is an index.
struct Showback: Sendable {
    private struct Account: Hashable, Sendable {
        var team: Int32
        var queue: Int32
        var jobClass: Int32
    }

    private static let causes = GPUTimeCause.allCases.count
    private var accounts: [Account] = []
    private var accountOfJob: [Int32] = []
    private var pools: Int
    /// Milli-GPU-nanoseconds by account, pool, cause.
    private var amounts: [Int128]

    init(_ world: World) {
        var known: [Account: Int32] = [:]
        accountOfJob.reserveCapacity(world.workload.jobs.count)
        for job in world.workload.jobs {
            let account = Account(team: job.team, queue: job.queue, jobClass: job.jobClass)
            if let index = known[account] {
                accountOfJob.append(index)
            } else {
                known[account] = Int32(accounts.count)
                accountOfJob.append(Int32(accounts.count))
                accounts.append(account)
            }
        }
        pools = world.cluster.pools.count
        amounts = Array(repeating: 0, count: accounts.count * pools * Self.causes)
    }

    func account(of job: Int) -> Int32 { accountOfJob[job] }

    mutating func add(_ account: Int32, _ pool: Int, _ cause: GPUTimeCause, _ amount: Int128) {
        amounts[(Int(account) * pools + pool) * Self.causes + Int(cause.rawValue)] += amount
    }

    /// The table in order of first appearance of the accounts, empty entries left out; rounded down to nanoseconds.
    /// Amounts beyond 2^62 GPU-nanoseconds (146 GPU-years) come as several rows, so that 64-bit columns hold them.
    var facts: [TeamGPUTimeFact] {
        var facts: [TeamGPUTimeFact] = []
        for (a, account) in accounts.enumerated() {
            for pool in 0..<pools {
                for cause in GPUTimeCause.allCases {
                    var amount = amounts[(a * pools + pool) * Self.causes + Int(cause.rawValue)] / 1000
                    while amount > 0 {
                        let row = min(amount, 1 << 62)
                        amount -= row
                        facts.append(
                            TeamGPUTimeFact(
                                team: account.team, queue: account.queue, jobClass: account.jobClass,
                                pool: Int32(pool), cause: cause, gpuNs: Int64(row)))
                    }
                }
            }
        }
        return facts
    }
}
