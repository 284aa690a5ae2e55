/// A plugin that keeps account of what queues or jobs deserve and have; reports and conformance cases ask it.
public protocol ShareAccounts: VolcanoPlugin {
    /// What a queue deserves; nil where the plugin does not say.
    func deserved(of queue: QueueRef) -> Resource?
    /// Share of a queue, as the plugin orders queues by it.
    func share(of queue: QueueRef) -> Double?
    /// Share of a job, as the plugin orders jobs by it.
    func share(of job: JobRef) -> Double?
}

extension ShareAccounts {
    /// Not said.
    public func deserved(of queue: QueueRef) -> Resource? { nil }
    /// Not said.
    public func share(of queue: QueueRef) -> Double? { nil }
    /// Not said.
    public func share(of job: JobRef) -> Double? { nil }
}
