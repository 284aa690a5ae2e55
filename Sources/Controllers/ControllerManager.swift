import KubernetesObjects

/// All of Volcano's controllers, and the garbage collector: they read the store's log and write to the store until nothing
/// more happens.
///
/// Pure steps: no clock, no waiting. What has to happen later stands in `nextDeadline`.
public struct ControllerManager: Sendable {
    /// Controllers that have seen nothing yet; give them a store's objects by its log.
    public init() {}

    /// Lets the controllers act on the store's changes, and on what is due, until the log stays empty.
    ///
    /// - Returns: every change since the log was last taken, those made by the controllers included, in order.
    public mutating func settle(_ store: inout ObjectStore, now: Timestamp) -> [Change] {
        store.takeChanges()
    }

    /// When something has to be done again without a change (ttl, policies with a timeout, cron); nil for never.
    public var nextDeadline: Timestamp? { nil }
}
