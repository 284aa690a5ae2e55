/// How one case ended.
public enum CaseOutcome: Sendable, Equatable {
    case passed
    /// What differed, one line each.
    case failed([String])
    /// The key or kind that is not understood.
    case unsupported(String)
}
