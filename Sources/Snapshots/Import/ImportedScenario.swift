import KubernetesObjects
import Quantities

/// A scenario made of a dump of a live cluster, ready to be written.
public struct ImportedScenario: Sendable, Equatable {
    /// The instant that is time zero.
    public var start: Timestamp
    /// When the dump was made.
    public var now: Timestamp
    public var pools: [ImportedPool]
    public var queues: [ImportedQueue]
    /// In order of submission, then by name.
    public var jobs: [ImportedJob]
    /// Jobs that no node of the scenario could ever hold, with the reason.
    public var impossible: [ImportedJob]
    /// How long jobs run that have not started; nil where none waits.
    public var waitingLength: (length: SimDuration, source: String)? {
        waitingDuration.map { ($0, waitingSource) }
    }
    var waitingDuration: SimDuration?
    var waitingSource = ""
    /// What the user said of the run length of jobs that have not ended.
    var givenLength: SimDuration?
    /// What the scenario does not say, or says otherwise than the cluster.
    public var notes: [ImportNote]

    /// Jobs in a state.
    public func count(_ state: ImportedJob.State) -> Int { jobs.count { $0.state == state } }

    /// How long the jobs that had started waited in the cluster, in the mean and at most; nil where none had.
    public var waits: (mean: SimDuration, longest: SimDuration)? {
        let all = jobs.compactMap(\.waited)
        guard let longest = all.max() else { return nil }
        let seconds = all.reduce(0.0) { $0 + Double($1.nanoseconds) / 1e9 } / Double(all.count)
        return (.seconds(Int64(seconds.rounded())), longest)
    }

    /// Whether the first job was submitted long before the others count: a week before the dump.
    public var reachesFarBack: Bool { now.since(start) > .seconds(7 * 86_400) }
}

/// One gang of a dump as a job of a scenario.
public struct ImportedJob: Sendable, Equatable {
    /// How far it had come when the dump was made.
    public enum State: String, Sendable, CaseIterable { case ended, running, waiting }

    /// Pods that are alike.
    public struct Group: Sendable, Equatable {
        public var pods: Int
        public var minPods: Int
        public var cpuMilli: Int64
        /// Bytes.
        public var memory: Int64
        public var gpus: Int
        /// Bytes.
        public var localStorage: Int64
    }

    public var name: String
    /// Namespace.
    public var team: String
    public var queue: String
    public var priority: Int32
    /// Since the scenario's time zero.
    public var submit: SimDuration
    public var duration: SimDuration
    public var preemptible: Bool
    public var state: State
    /// From its submission to its start in the cluster; nil where it has not started, or the dump does not say.
    public var waited: SimDuration?
    public var groups: [Group]
    var rules: JobRules
    /// Why it can never start; empty if it can.
    public var obstacle = ""
}
