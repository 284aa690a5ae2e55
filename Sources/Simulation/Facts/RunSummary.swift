import Quantities

/// How a run ended.
public enum RunOutcome: UInt8, Sendable, BitwiseCopyable {
    /// Everything drained.
    case drained
    /// The horizon was reached.
    case horizon
    /// Stopped from outside; results are partial.
    case interrupted
    /// Nothing can ever happen again although jobs wait: deadlock or jobs that can never fit.
    case stuck

    /// Name in the database and in reports.
    public var name: String {
        switch self {
        case .drained: "drained"
        case .horizon: "horizon"
        case .interrupted: "interrupted"
        case .stuck: "stuck"
        }
    }
}

/// What the simulation says of itself when it is over.
public struct RunSummary: Sendable {
    public var outcome: RunOutcome
    /// Simulated length.
    public var end: SimTime
    public var fingerprint: UInt64
    public var events: Int64
    public var cycles: Int64
    /// Sentences about what the user should know (deadlocks, jobs that can never fit, …), in order of time.
    public var warnings: [String]
    /// What went wrong over time under the policy volcano, in order of its beginning.
    public var pathologies: [PathologyFact]

    /// All fields.
    public init(
        outcome: RunOutcome, end: SimTime, fingerprint: UInt64, events: Int64, cycles: Int64, warnings: [String],
        pathologies: [PathologyFact] = []
    ) {
        self.outcome = outcome
        self.end = end
        self.fingerprint = fingerprint
        self.events = events
        self.cycles = cycles
        self.warnings = warnings
        self.pathologies = pathologies
    }
}
