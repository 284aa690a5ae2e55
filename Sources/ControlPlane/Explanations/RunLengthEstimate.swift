import KubernetesObjects
import Quantities

/// How long pods run whose end a dump of a cluster does not show.
///
/// A pod that has run for a time will run as long again in the median: the longer it has run, the longer it is likely to
/// go on (the distribution of remaining lives is Pareto's with exponent 1, cut at a tenth and nine tenths where it is
/// drawn from). A pod that starts runs as long as a running one in the median has so far, twice.
public struct RunLengthEstimate: Sendable, Equatable {
    /// How long a pod runs that has not started; nil where nothing runs that would tell.
    public let ofStarting: SimDuration?

    /// An estimate from how long each running pod has run.
    public init(agesOfRunning ages: [SimDuration]) {
        let sorted = ages.sorted()
        ofStarting = sorted.isEmpty ? nil : Self.twice(sorted[sorted.count / 2])
    }

    /// How long something has run that started at `start`, at least a second.
    public static func age(since start: Timestamp, at now: Timestamp) -> SimDuration {
        let (age, overflow) = now.nanoseconds.subtractingReportingOverflow(start.nanoseconds)
        return SimDuration(nanoseconds: max(overflow ? (now < start ? 0 : .max) : age, 1_000_000_000))
    }

    /// What remains for a pod of this age where a share of `chance` of all such pods goes on for longer; without it the
    /// median.
    public static func remaining(afterAge age: SimDuration, chance: Double? = nil) -> SimDuration {
        guard let chance else { return age }
        return SimDuration(rounding: Double(age.nanoseconds) / 1e9 * (1 / chance - 1))
    }

    /// The whole run of a pod of this age, in the median.
    public static func whole(afterAge age: SimDuration) -> SimDuration { twice(age) }

    private static func twice(_ length: SimDuration) -> SimDuration {
        let (double, overflow) = length.nanoseconds.multipliedReportingOverflow(by: 2)
        return SimDuration(nanoseconds: overflow ? .max : double)
    }
}
