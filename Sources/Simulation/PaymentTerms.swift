/// When a pool is paid for. Nothing in a simulation depends on it.
public enum PaymentTerms: String, CaseIterable, Sendable, Codable {
    /// One's own, or reserved for the whole time: at every instant, up or down, used or not.
    case reserved
    /// Rented by the hour: while its nodes are there; what is down costs nothing.
    case onDemand = "on-demand"
    /// As on demand; nodes that were taken back cost nothing.
    case spot
}
