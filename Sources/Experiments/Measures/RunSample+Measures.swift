import Reports
import Simulation
import Statistics

extension RunSample {
    /// The value of a measure over jobs submitted at or after `warmUp`, and over GPU time from the first whole bucket
    /// after it. Only what GPU time of queues, teams and classes was used for (goodput, waste) is that of the whole run.
    ///
    /// - Parameter warmUp: nanoseconds since the start.
    /// - Returns: nil if the run has no such number: no job, no queue of that name, no price.
    func value(of measure: Measure, from warmUp: Int64) -> Double? {
        switch measure.metric {
        case .wait: return summary(measure, warmUp) { Double($0.waitNs) / 1e9 }
        case .completion: return summary(measure, warmUp) { $0.completionNs >= 0 ? Double($0.completionNs) / 1e9 : nil }
        case .slowdown: return summary(measure, warmUp) { $0.completionNs >= 0 ? $0.slowdown : nil }
        case .evictions: return total(measure, warmUp) { Double($0.preemptions) }
        case .stops: return total(measure, warmUp) { Double($0.failures) }
        case .completed: return total(measure, warmUp) { $0.completionNs >= 0 ? 1 : 0 }
        case .trainingProgress: return trainingProgress(measure.scope, warmUp)
        case .fairness: return measure.scope == .cluster ? fairness(warmUp) : nil
        default: return ofGPUTime(measure, warmUp)
        }
    }

    /// Mean waits in order of submission with their submit times, for warm-up and run length.
    var waits: [(submitNs: Int64, seconds: Double)] { jobs.map { ($0.submitNs, Double($0.waitNs) / 1e9) } }

    /// Names of queues, teams and classes that have jobs, by kind of scope in this order; kinds with one name are left out.
    var scopes: [Comparison.Scope] {
        func present(_ kind: String, _ names: [String], _ handle: (JobRecord) -> Int32) -> [Comparison.Scope] {
            var isPresent = Array(repeating: false, count: names.count)
            for job in jobs { isPresent[Int(handle(job))] = true }
            let found = names.indices.filter { isPresent[$0] }
            return found.count < 2 ? [] : found.map { Comparison.Scope(kind: kind, name: names[$0]) }
        }
        // Where every queue is one team's own, the teams would repeat the queues.
        let isOneToOne = jobs.allSatisfy { names.queues[Int($0.queue)] == names.teams[Int($0.team)] }
        return present("queue", names.queues, \.queue) + (isOneToOne ? [] : present("team", names.teams, \.team))
            + present("class", names.classes, \.jobClass)
    }

    // MARK: Jobs

    private func summary(_ measure: Measure, _ warmUp: Int64, _ number: (JobRecord) -> Double?) -> Double? {
        guard let isMember = membership(measure.scope) else { return nil }
        let values = jobs.compactMap { $0.submitNs >= warmUp && isMember($0) ? number($0) : nil }
        guard !values.isEmpty else { return nil }
        switch measure.statistic {
        case .mean: return values.reduce(0, +) / Double(values.count)
        case .total: return values.reduce(0, +)
        case .minimum: return values.min()
        case .maximum: return values.max()
        case .percentile(let percent):
            let rank = (Double(values.count) * percent / 100).rounded(.up)
            return values.sorted()[min(values.count, max(1, Int(rank))) - 1]
        }
    }

    private func total(_ measure: Measure, _ warmUp: Int64, _ number: (JobRecord) -> Double) -> Double? {
        guard let isMember = membership(measure.scope) else { return nil }
        return jobs.reduce(0) { $1.submitNs >= warmUp && isMember($1) ? $0 + number($1) : $0 }
    }

    /// Whether a job belongs to a scope; nil if there is no such scope.
    private func membership(_ scope: Comparison.Scope) -> ((JobRecord) -> Bool)? {
        func handle(_ names: [String]) -> Int32? { names.firstIndex(of: scope.name).map { Int32($0) } }
        switch scope.kind {
        case "cluster": return { _ in true }
        case "queue": return handle(names.queues).map { index in { $0.queue == index } }
        case "team": return handle(names.teams).map { index in { $0.team == index } }
        case "class": return handle(names.classes).map { index in { $0.jobClass == index } }
        default: return nil
        }
    }

    // MARK: GPU time

    /// GPU time of one pool under one cause, in hours.
    private struct Slice {
        var pool: Int
        var cause: GPUTimeCause
        var hours: Double
    }

    private func ofGPUTime(_ measure: Measure, _ warmUp: Int64) -> Double? {
        switch measure.metric {
        case .utilization, .cost, .energy:
            guard let held = heldHours(measure.scope, warmUp) else { return nil }
            return ofHeld(held, measure, warmUp)
        default: break
        }
        let isPart = !["cluster", "pool"].contains(measure.scope.kind)
        // What became of the GPU time of a part is known of the whole run only.
        let from = isPart ? 0 : warmUp
        guard let slices = slices(of: measure.scope, from) else { return nil }
        let held = slices.filter { $0.cause.isHeld }
        let capacity = capacityHours(measure.scope, from)
        func hours(_ slices: [Slice]) -> Double { slices.reduce(0) { $0 + $1.hours } }
        func share(_ slices: [Slice]) -> Double? { capacity > 0 ? hours(slices) / capacity : nil }
        switch measure.metric {
        case .goodput: return share(held.filter { $0.cause == .productive })
        case .fragmentation: return share(slices.filter { $0.cause == .fragmented })
        case .blocked: return share(slices.filter { $0.cause == .blocked })
        case .waste: return hours(held.filter { $0.cause != .productive })
        case .costPerUsefulHour:
            let useful = hours(held.filter { $0.cause == .productive })
            let price = held.reduce(0) { $0 + $1.hours * names.prices[$1.pool] }
            return useful > 0 && price > 0 ? price / useful : nil
        default: return nil
        }
    }

    /// A measure that follows from held GPU-hours by pool.
    private func ofHeld(_ held: [Double], _ measure: Measure, _ warmUp: Int64) -> Double? {
        switch measure.metric {
        case .utilization:
            let capacity = capacityHours(measure.scope, warmUp)
            return capacity > 0 ? held.reduce(0, +) / capacity : nil
        case .cost: return zip(held, names.prices).reduce(0) { $0 + $1.0 * $1.1 }
        case .energy:
            guard zip(held, names.watts).allSatisfy({ $0.0 == 0 || $0.1 != nil }) else { return nil }
            return zip(held, names.watts).reduce(0) { $0 + $1.0 * ($1.1 ?? 0) / 1000 }
        default: return nil
        }
    }

    /// GPU-hours that jobs of a scope hold in each pool, in the time that counts; nil if there is no such scope.
    private func heldHours(_ scope: Comparison.Scope, _ warmUp: Int64) -> [Double]? {
        guard !["cluster", "pool"].contains(scope.kind) else {
            return slices(of: scope, warmUp)?.reduce(into: Array(repeating: 0.0, count: names.pools.count)) {
                if $1.cause.isHeld { $0[$1.pool] += $1.hours }
            }
        }
        let (list, handle) = parts(scope.kind)
        guard let index = list.firstIndex(of: scope.name) else { return nil }
        return held.hours(from: warmUp) { $0[keyPath: handle] == Int32(index) }
    }

    /// Names of the parts of one kind, and which of them an account belongs to.
    private func parts(_ kind: String) -> ([String], KeyPath<HeldTime.Account, Int32>) {
        switch kind {
        case "queue": (names.queues, \.queue)
        case "team": (names.teams, \.team)
        default: (names.classes, \.jobClass)
        }
    }

    private func slices(of scope: Comparison.Scope, _ warmUp: Int64) -> [Slice]? {
        switch scope.kind {
        case "cluster", "pool":
            let pool = names.pools.firstIndex(of: scope.name)
            if scope.kind == "pool" && pool == nil { return nil }
            return poolTime.compactMap { fact in
                guard fact.startNs >= warmUp, pool == nil || Int(fact.index) == pool else { return nil }
                return Slice(pool: Int(fact.index), cause: fact.cause, hours: Double(fact.gpuNs) / 3.6e12)
            }
        default:
            let (list, handle) = parts(scope.kind)
            guard let index = list.firstIndex(of: scope.name) else { return nil }
            return teamTime.filter { HeldTime.Account($0)[keyPath: handle] == Int32(index) }.map {
                Slice(pool: Int($0.pool), cause: $0.cause, hours: Double($0.gpuNs) / 3.6e12)
            }
        }
    }

    /// GPU-hours that there were in the time that counts: of the pool, or of the whole cluster.
    private func capacityHours(_ scope: Comparison.Scope, _ warmUp: Int64) -> Double {
        let pool = scope.kind == "pool" ? names.pools.firstIndex(of: scope.name) : nil
        return poolTime.reduce(0) { sum, fact in
            fact.startNs >= warmUp && (pool == nil || Int(fact.index) == pool) ? sum + Double(fact.gpuNs) / 3.6e12 : sum
        }
    }

    /// Jain's index of held GPU time over weight between teams that submitted jobs; nil with fewer than two.
    private func fairness(_ warmUp: Int64) -> Double? {
        var isPresent = Array(repeating: false, count: names.teams.count)
        for job in jobs { isPresent[Int(job.team)] = true }
        let shares = names.teams.indices.filter { isPresent[$0] }.map { team in
            held.hours(from: warmUp) { $0.team == Int32(team) }.reduce(0, +)
                / (team < names.teamWeights.count ? names.teamWeights[team] : 1)
        }
        guard shares.count > 1 else { return nil }
        return try? Fairness.jainIndex(shares)
    }

    /// Kept work over the time from first start to end of training jobs, each weighing as many GPUs as it has: the
    /// `progress_ratio` of a run file's `effective_training_total`. Nil if none started.
    private func trainingProgress(_ scope: Comparison.Scope, _ warmUp: Int64) -> Double? {
        guard let isMember = membership(scope) else { return nil }
        var (kept, elapsed) = (0.0, 0.0)
        for job in jobs where job.trainingGPUs > 0 && job.startNs >= 0 && job.submitNs >= warmUp && isMember(job) {
            kept += Double(job.productiveNs) * job.trainingGPUs
            elapsed += Double((job.endNs < 0 ? endNs : job.endNs) - job.startNs) * job.trainingGPUs
        }
        return elapsed > 0 ? kept / elapsed : nil
    }
}

extension HeldTime.Account {
    fileprivate init(_ fact: TeamGPUTimeFact) {
        self.init(team: fact.team, queue: fact.queue, jobClass: fact.jobClass)
    }
}

extension GPUTimeCause {
    /// Whether jobs hold the GPUs under this cause.
    var isHeld: Bool {
        switch self {
        case .productive, .recomputed, .checkpoint, .starting, .incompleteGang, .slowed: true
        case .fragmented, .blocked, .idle, .down: false
        }
    }
}
