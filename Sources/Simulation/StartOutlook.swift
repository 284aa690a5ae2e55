import Quantities
import SimulationKernel
import Workloads

/// When a job that waits at the end of a run starts, if the run is played on and nothing new arrives.
public struct StartOutlook: Sendable, Equatable {
    /// With the run lengths of the scenario and its order among equals, in nanoseconds since the start of the run; nil for
    /// not up to `limitNs`.
    public var expectedNs: Int64?
    /// With other run lengths and other orders among equals, ascending; samples without a start are left out.
    public var startsNs: [Int64] = []
    /// Samples played.
    public var samples: Int
    /// How far was played, in nanoseconds since the start of the run.
    public var limitNs: Int64

    /// The `percent` quantile of the samples by nearest rank; nil where it lies among those without a start.
    public func quantile(_ percent: Int) -> Int64? {
        guard samples > 0 else { return nil }
        let rank = max(1, (samples * percent + 99) / 100)
        return rank <= startsNs.count ? startsNs[rank - 1] : nil
    }
}

/// Playing on from the end of a run, on copies of it.
extension Simulation {
    /// When `job` starts, played on from here for at most `limit`.
    ///
    /// In the samples every run length that is not over is drawn anew: the request times what a completed job of the same
    /// class took of its own request, among those that took longer than the job has worked so far. Runs that go phase by
    /// phase (training, storage) keep their length. Volcano's order among equals is drawn too; failures are those of the
    /// scenario's seed.
    public func outlook(of job: Int32, samples: Int, limit: SimDuration) throws -> StartOutlook {
        var outlook = StartOutlook(samples: samples, limitNs: now.later(by: limit.nanoseconds).nanoseconds)
        let open = withoutArrivals(until: SimTime(nanoseconds: outlook.limitNs))
        var copy = open
        outlook.expectedNs = try copy.nextStart(of: job)
        let shares = sharesOfRequests()
        for sample in 0..<samples {
            copy = open
            copy.redraw(sample: UInt64(sample), shares)
            if let start = try copy.nextStart(of: job) { outlook.startsNs.append(start) }
        }
        outlook.startsNs.sort()
        return outlook
    }

    private func withoutArrivals(until limit: SimTime) -> Simulation {
        var copy = self
        copy.world.horizon = limit
        copy.isClosed = true
        copy.volcano?.watch = nil
        return copy
    }

    private mutating func nextStart(of job: Int32) throws -> Int64? {
        var handled = 0
        while runs[Int(job)].status == .pending {
            if try step(&handled) != nil { return nil }
        }
        return runs[Int(job)].status == .running ? now.nanoseconds : nil
    }

    /// Work of completed jobs over what they asked for, per class, ascending.
    private func sharesOfRequests() -> [[Double]] {
        var shares = Array(repeating: [Double](), count: world.workload.classes.count)
        for (job, run) in zip(world.workload.jobs, runs) where run.status == .completed {
            let request = Double(max(1, job.estimatedDuration.nanoseconds))
            shares[Int(job.jobClass)].append(Double(job.duration.nanoseconds) / request)
        }
        for index in shares.indices { shares[index].sort() }
        return shares
    }

    private mutating func redraw(sample: UInt64, _ shares: [[Double]]) {
        var stream = RandomStream(seed: world.seed, name: "outlook", index: sample)
        volcano?.redraw(stream.next())
        for index in runs.indices where session.jobs[index].state != .future && session.jobs[index].state != .finished {
            let job = Int32(index)
            let draw = stream.uniform()
            if runs[index].status == .running, isPhased(job) { continue }
            let worked = runs[index].status == .running ? scaledDown(progress(of: job).worked, runs[index]) : 0
            let entry = world.workload.jobs[index]
            let request = Double(entry.estimatedDuration.nanoseconds)
            let longer = shares[Int(entry.jobClass)].filter {
                $0 * request > Double(runs[index].productiveNs + worked)
            }
            guard !longer.isEmpty else { continue }
            let length = longer[min(longer.count - 1, Int(draw * Double(longer.count)))] * request
            let left = Int64(min(length, Double(WorkProgress.longestNs))) - runs[index].productiveNs
            runs[index].workLeftNs = max(left, worked + 1)
            if runs[index].status == .running { rearmFinish(job) }
        }
    }

    /// The end of a run whose work has another length now.
    private mutating func rearmFinish(_ job: Int32) {
        let run = runs[Int(job)]
        if let handle = run.finish { queue.cancel(handle) }
        let wall = run.progress.wall(work: scaledUp(run.workLeftNs, run))
        let end = max(SimTime(nanoseconds: run.workStartNs).later(by: wall), now.later(by: 1))
        let event = SimulationEvent.finish(job: job)
        runs[Int(job)].finish = end < .distantFuture ? queue.schedule(at: end, phase: event.phase, event) : nil
    }
}
