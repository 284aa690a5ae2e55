import Quantities

/// A job as space-shared machines know it: so many processors for so long, all at once, never preempted.
public struct RigidJob: Hashable, Sendable, BitwiseCopyable {
    /// When it enters the queue; not negative.
    public let submit: SimTime
    /// How long it runs; not negative.
    public let run: SimDuration
    /// How long the scheduler believes it runs; never below `run`, since a job is killed at its limit, and positive,
    /// since a plan for no time at all would hold no processors.
    public let requested: SimDuration
    /// Processors that it holds from start to end; positive.
    public let processors: Int32

    /// A job; a requested time shorter than the run time or a nanosecond is raised to it.
    public init(submit: SimTime, run: SimDuration, requested: SimDuration, processors: Int32) {
        self.submit = submit
        self.run = run
        self.requested = max(requested, run, SimDuration(nanoseconds: 1))
        self.processors = processors
    }
}

/// Why jobs cannot be replayed. Positions count from 0 in the array that was passed.
public enum ReplayError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The machine has no processors.
    case noProcessors(Int)
    /// A job asks for none, or for more than the machine has.
    case processorsOutOfRange(job: Int, processors: Int32, machine: Int)
    /// A submit or run time below zero.
    case negativeTime(job: Int)
    /// The last job ends later than time can be counted.
    case endOfTime

    public var description: String {
        switch self {
        case .noProcessors(let count):
            "the machine has \(count) processors; expected between 1 and \(Int32.max)"
        case .processorsOutOfRange(let job, let processors, let machine):
            "job \(job): \(processors) processors; expected between 1 and the \(machine) of the machine"
        case .negativeTime(let job):
            "job \(job): negative submit or run time"
        case .endOfTime:
            "the last job ends beyond the 292 years that simulated time can count"
        }
    }
}
