/// Phases of a Volcano Job (upstream: `apis/batch/v1alpha1`, JobPhase).
public enum JobPhase: String, Sendable, CaseIterable {
    case pending = "Pending"
    case aborting = "Aborting"
    case aborted = "Aborted"
    case running = "Running"
    case restarting = "Restarting"
    case completing = "Completing"
    case completed = "Completed"
    case terminating = "Terminating"
    case terminated = "Terminated"
    case failed = "Failed"

    /// Whether nothing happens to the Job any more by itself.
    public var isFinished: Bool {
        switch self {
        case .completed, .failed, .terminated, .aborted: true
        default: false
        }
    }
}
