import Quantities
import SimulationKernel

/// How the arrival rate swings over the day and the week; time zero is Monday, 00:00 local time.
public struct ArrivalCycle: Hashable, Sendable {
    /// Relative rate in each hour of the day, 24 numbers.
    public var hours: [Double]
    /// Relative rate on each day from Monday, 7 numbers.
    public var weekdays: [Double]

    /// No swing: a plain Poisson process.
    public static let flat = ArrivalCycle(
        hours: [Double](repeating: 1, count: 24), weekdays: [Double](repeating: 1, count: 7))

    /// Office hours: a trough before dawn, dips at lunch and dinner, half the work at the weekend. The shape is the
    /// one that Hu et al. (SC 2021) and Jeon et al. (ATC 2019) describe for Helios and Philly; the numbers are ours.
    public static let office = ArrivalCycle(
        hours: [
            0.55, 0.45, 0.40, 0.35, 0.30, 0.30, 0.35, 0.45, 0.70, 1.10, 1.50, 1.50,
            1.15, 1.30, 1.65, 1.75, 1.75, 1.55, 1.15, 1.30, 1.40, 1.30, 1.05, 0.75,
        ],
        weekdays: [1.15, 1.20, 1.20, 1.15, 1.10, 0.60, 0.60])

    /// Numbers need not be normalised; they must be finite, not negative and not all zero.
    public init(hours: [Double], weekdays: [Double]) {
        precondition(hours.count == 24 && weekdays.count == 7, "a cycle has 24 hours and 7 days")
        for numbers in [hours, weekdays] {
            precondition(
                numbers.allSatisfy { $0 >= 0 && $0.isFinite } && numbers.contains { $0 > 0 }, "rates of a cycle")
        }
        self.hours = hours
        self.weekdays = weekdays
    }

    /// Rate at `seconds` over the mean rate of a whole week.
    func factor(at seconds: Double) -> Double {
        let hour = Int((seconds / 3600).rounded(.down))
        return hours[hour % 24] / mean(hours) * (weekdays[hour / 24 % 7] / mean(weekdays))
    }

    /// The largest `factor`.
    var peak: Double { (hours.max() ?? 0) / mean(hours) * ((weekdays.max() ?? 0) / mean(weekdays)) }

    private func mean(_ numbers: [Double]) -> Double { numbers.reduce(0, +) / Double(numbers.count) }
}

/// Arrival times of a Poisson process whose rate follows a cycle: candidates at the peak rate, thinned to the rate of
/// their hour (Lewis and Shedler, 1979).
struct ArrivalProcess {
    private let meanGap: Double
    private let keep: [Double]
    private var now = 0.0
    private var gaps: RandomStream
    private var thinning: RandomStream

    /// `perSecond` arrivals on the average of a week.
    init(seed: UInt64, perSecond: Double, cycle: ArrivalCycle) {
        meanGap = 1 / (perSecond * cycle.peak)
        keep = (0..<168).map { cycle.factor(at: Double($0) * 3600) / cycle.peak }
        gaps = RandomStream(seed: seed, name: "training-mix/arrivals")
        thinning = RandomStream(seed: seed, name: "training-mix/thinning")
    }

    /// Seconds of the next arrival.
    mutating func next() -> Double {
        while true {
            now += gaps.exponential(mean: meanGap)
            let hour = Int((now / 3600).rounded(.down)) % 168
            if thinning.uniform() < keep[hour] { return now }
        }
    }
}
