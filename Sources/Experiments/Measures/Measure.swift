import Reports
import Scenarios

/// A number that a run has: what is measured, how it is summed up, and whose measurements count.
struct Measure: Hashable, Sendable {
    /// What is measured.
    enum Metric: String, Hashable, Sendable {
        case wait, completion, slowdown, utilization, goodput, fragmentation, blocked, fairness, cost, evictions, stops
        case waste, costPerUsefulHour, energy, completed, trainingProgress
    }

    /// How the measurements of jobs become one number; measures of GPU time have one anyway.
    enum Statistic: Hashable, Sendable {
        case mean, minimum, maximum, total
        /// Nearest rank, as in the views of a run file.
        case percentile(Double)
    }

    var metric: Metric
    var statistic: Statistic = .mean
    var scope = Comparison.Scope.cluster

    /// Words for tables: `p95 wait`.
    var name: String {
        switch metric {
        case .wait, .completion, .slowdown: Self.word(statistic) + " " + metric.rawValue
        case .utilization: "utilization (allocated)"
        case .goodput: "goodput (productive)"
        case .fragmentation: "fragmented"
        case .blocked: "blocked"
        case .fairness: "Jain’s index of teams"
        case .cost: "price of held GPU time"
        case .evictions: "evictions"
        case .stops: "stops by failures"
        case .waste: "wasted GPU-hours"
        case .costPerUsefulHour: "price per useful GPU-hour"
        case .energy: "energy at the power limit"
        case .completed: "jobs completed"
        case .trainingProgress: "progress of training jobs"
        }
    }

    var unit: MeasureUnit {
        switch metric {
        case .wait, .completion: .seconds
        case .slowdown, .fairness: .index
        case .utilization, .goodput, .fragmentation, .blocked, .trainingProgress: .share
        case .cost, .costPerUsefulHour: .dollars
        case .evictions, .stops, .completed: .count
        case .waste: .gpuHours
        case .energy: .energy
        }
    }

    var isBetterWhenHigher: Bool {
        switch metric {
        case .utilization, .goodput, .fairness, .completed, .trainingProgress: true
        default: false
        }
    }

    private static func word(_ statistic: Statistic) -> String {
        switch statistic {
        case .mean: "mean"
        case .minimum: "least"
        case .maximum: "longest"
        case .total: "total"
        case .percentile(let percent): "p" + (percent == percent.rounded() ? String(Int(percent)) : "\(percent)")
        }
    }
}

extension Measure {
    /// The measure that a bound of a scenario speaks of.
    init(_ bound: Bound) {
        let statistic: Statistic =
            switch bound.statistic {
            case .mean: .mean
            case .min: .minimum
            case .max: .maximum
            case .total: .total
            case .percentile(let percent): .percentile(percent)
            }
        let metric: Metric =
            switch bound.metric {
            case .wait: .wait
            case .completion: .completion
            case .slowdown: .slowdown
            case .utilization: .utilization
            case .goodput: .goodput
            case .fragmentation: .fragmentation
            case .fairness: .fairness
            case .cost: .cost
            }
        self.init(
            metric: metric, statistic: statistic,
            scope: bound.scope.map { Comparison.Scope(kind: $0.rawValue, name: bound.scopeName ?? "") } ?? .cluster)
    }

    /// What a comparison shows of the whole cluster, in the order of its table.
    static let headlines: [Measure] = [
        Measure(metric: .wait), Measure(metric: .wait, statistic: .percentile(50)),
        Measure(metric: .wait, statistic: .percentile(95)), Measure(metric: .wait, statistic: .percentile(99)),
        Measure(metric: .completion), Measure(metric: .completed), Measure(metric: .utilization),
        Measure(metric: .goodput), Measure(metric: .trainingProgress), Measure(metric: .fragmentation),
        Measure(metric: .blocked), Measure(metric: .evictions), Measure(metric: .stops), Measure(metric: .waste),
        Measure(metric: .fairness), Measure(metric: .cost), Measure(metric: .costPerUsefulHour),
        Measure(metric: .energy),
    ]

    /// What it shows of each queue, team and class.
    static func parts(of scope: Comparison.Scope) -> [Measure] {
        [
            Measure(metric: .wait, scope: scope),
            Measure(metric: .wait, statistic: .percentile(95), scope: scope),
            Measure(metric: .completion, scope: scope), Measure(metric: .utilization, scope: scope),
            Measure(metric: .evictions, scope: scope),
        ]
    }
}
