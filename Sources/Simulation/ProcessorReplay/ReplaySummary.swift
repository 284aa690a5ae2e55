import Quantities

/// The usual figures of a replayed schedule, in seconds.
public struct ReplaySummary: Hashable, Sendable {
    /// The number of jobs.
    public var jobs: Int
    /// Mean of start - submit.
    public var meanWait: Double
    /// The wait that 95 % of the jobs do not exceed (nearest rank).
    public var p95Wait: Double
    /// The longest wait.
    public var maxWait: Double
    /// Mean of end - submit.
    public var meanTurnaround: Double
    /// Mean of turnaround / max(run, threshold), at least 1: slowdown with short jobs not counting for more than
    /// `threshold` (Feitelson, Rudolph, "Metrics and benchmarking for parallel job scheduling", 1998).
    public var meanBoundedSlowdown: Double
    /// The last end, from time zero.
    public var makespan: Double

    /// Figures of `jobs` started at `starts`; all zero for no jobs.
    public init(jobs: [RigidJob], starts: [SimTime], slowdownThreshold: SimDuration = .seconds(10)) {
        precondition(jobs.count == starts.count, "one start for each job")
        var waits: [SimDuration] = []
        waits.reserveCapacity(jobs.count)
        var turnaround = 0.0
        var slowdown = 0.0
        var lastEnd = SimTime.zero
        for (job, start) in zip(jobs, starts) {
            let wait = start - job.submit
            let stay = (wait + job.run).seconds
            waits.append(wait)
            turnaround += stay
            slowdown += max(1, stay / max(job.run, slowdownThreshold).seconds)
            lastEnd = max(lastEnd, start + job.run)
        }
        let count = max(1, Double(jobs.count))
        self.jobs = jobs.count
        meanWait = waits.reduce(0) { $0 + $1.seconds } / count
        waits.sort()
        p95Wait = waits.isEmpty ? 0 : waits[(95 * waits.count + 99) / 100 - 1].seconds
        maxWait = waits.last?.seconds ?? 0
        meanTurnaround = turnaround / count
        meanBoundedSlowdown = slowdown / count
        makespan = (lastEnd - .zero).seconds
    }
}
