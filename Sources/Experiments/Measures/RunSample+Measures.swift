import Reports
import Simulation
import Statistics

extension RunSample {
    /// The value of a measure over jobs submitted at or after `warmUp`, and over GPU time from the first whole bucket
    /// after it. GPU time of queues, teams and classes, and fairness, is that of the whole run.
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
        case .fairness: return measure.scope == .cluster ? fairness : nil
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
        guard let slices = slices(of: measure.scope, warmUp) else { return nil }
        let held = slices.filter { $0.cause.isHeld }
        let capacity = capacityHours(measure.scope, warmUp)
        func hours(_ slices: [Slice]) -> Double { slices.reduce(0) { $0 + $1.hours } }
        func share(_ slices: [Slice]) -> Double? { capacity > 0 ? hours(slices) / capacity : nil }
        let price = held.reduce(0) { $0 + $1.hours * names.prices[$1.pool] }
        switch measure.metric {
        case .utilization: return share(held)
        case .goodput: return share(held.filter { $0.cause == .productive })
        case .fragmentation: return share(slices.filter { $0.cause == .fragmented })
        case .blocked: return share(slices.filter { $0.cause == .blocked })
        case .waste: return hours(held.filter { $0.cause != .productive })
        case .cost: return price
        case .costPerUsefulHour:
            let useful = hours(held.filter { $0.cause == .productive })
            return useful > 0 && price > 0 ? price / useful : nil
        case .energy:
            guard held.allSatisfy({ names.watts[$0.pool] != nil }) else { return nil }
            return held.reduce(0) { $0 + $1.hours * (names.watts[$1.pool] ?? 0) / 1000 }
        default: return nil
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
            let (list, handle): ([String], (TeamGPUTimeFact) -> Int32)
            switch scope.kind {
            case "queue": (list, handle) = (names.queues, \.queue)
            case "team": (list, handle) = (names.teams, \.team)
            default: (list, handle) = (names.classes, \.jobClass)
            }
            guard let index = list.firstIndex(of: scope.name) else { return nil }
            return teamTime.filter { handle($0) == Int32(index) }.map {
                Slice(pool: Int($0.pool), cause: $0.cause, hours: Double($0.gpuNs) / 3.6e12)
            }
        }
    }

    /// GPU-hours that there were: of the pool, or of the whole cluster, in the time that counts.
    private func capacityHours(_ scope: Comparison.Scope, _ warmUp: Int64) -> Double {
        switch scope.kind {
        case "cluster", "pool":
            let pool = names.pools.firstIndex(of: scope.name)
            return poolTime.reduce(0) { sum, fact in
                fact.startNs >= warmUp && (pool == nil || Int(fact.index) == pool)
                    ? sum + Double(fact.gpuNs) / 3.6e12 : sum
            }
        default: return Double(names.poolGPUs.reduce(0, +)) * Double(endNs) / 3.6e12
        }
    }

    /// Jain's index of held GPU time over weight between teams that submitted jobs; nil with fewer than two.
    private var fairness: Double? {
        var held = Array(repeating: 0.0, count: names.teams.count)
        for fact in teamTime where fact.cause.isHeld { held[Int(fact.team)] += Double(fact.gpuNs) }
        var isPresent = Array(repeating: false, count: names.teams.count)
        for job in jobs { isPresent[Int(job.team)] = true }
        let shares = names.teams.indices.filter { isPresent[$0] }.map { team in
            held[team] / (team < names.teamWeights.count ? names.teamWeights[team] : 1)
        }
        guard shares.count > 1 else { return nil }
        return try? Fairness.jainIndex(shares)
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
