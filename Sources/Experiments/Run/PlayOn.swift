import Quantities
import Results
import Simulation

extension RunExperiment {
    /// When a job that waits at the end of `run` starts: the run is played again, then on.
    ///
    /// - Parameter samples: how often it is played on with other run lengths and other orders among equals.
    /// - Returns: nil if this experiment does not repeat the run event by event, or the run did not end at its horizon.
    public func outlook(
        of job: Int32, in run: RunHeader, samples: Int, shouldStop: () -> Bool = { false }
    ) throws -> StartOutlook? {
        guard let horizon = world.horizon, world.workload.jobs.indices.contains(Int(job)) else { return nil }
        var simulation = Simulation(world, recording: false)
        let summary = try simulation.run(shouldStop: shouldStop)
        let digits = String(summary.fingerprint, radix: 16)
        let fingerprint = String(repeating: "0", count: 16 - digits.count) + digits
        guard summary.outcome == .horizon, fingerprint == run.fingerprint else { return nil }
        return try simulation.outlook(of: job, samples: samples, limit: max(horizon - .zero, Self.leastPlayedOn))
    }

    /// Runs are played on for as long as they are, but not for less.
    private static var leastPlayedOn: SimDuration { SimDuration(nanoseconds: 30 * 86_400_000_000_000) }
}
