import ControlPlane
import KubernetesObjects
import Quantities

/// When a gang was submitted, started and ended, as far as a dump shows it.
struct JobTimes {
    /// How far a job has come.
    enum State: Equatable {
        case waiting
        /// Runs since.
        case running(since: Timestamp)
        /// Ran from, to; nil where the dump does not say.
        case ended(from: Timestamp?, to: Timestamp?)
    }

    var submitted: Timestamp?
    var state: State

    init(_ source: JobSource) {
        submitted = source.submitted
        let starts = source.pods.filter { $0.status.phase != "Pending" }.compactMap(\.status.startTime).sorted()
        // A gang works from the instant when as many pods run as it needs.
        let needed = JobRole.gangSize(of: source, pods: source.pods.count)
        let start = starts.isEmpty ? nil : starts[min(needed, starts.count) - 1]
        let isOver = source.job?.status.phase?.isFinished ?? (source.group?.phase == "Completed")
        if isOver || Self.haveEnded(source.pods) {
            let job = source.job?.status
            state = .ended(
                from: start ?? job?.conditions.last { $0.phase == .running }?.since,
                to: source.pods.compactMap(Self.end).max() ?? job?.conditions.last { $0.phase.isFinished }?.since
                    ?? job?.lastTransition)
        } else if source.pods.contains(where: { $0.status.phase == "Running" }), let start {
            state = .running(since: start)
        } else {
            state = .waiting
        }
    }

    /// From submission to start; nil where either is not known.
    var waited: SimDuration? {
        switch state {
        case .running(let start), .ended(let start?, _): submitted.map { start.since($0) }
        default: nil
        }
    }

    private static func haveEnded(_ pods: [Pod]) -> Bool {
        !pods.isEmpty && pods.allSatisfy { $0.status.phase == "Succeeded" || $0.status.phase == "Failed" }
    }

    /// When a pod ended: with the last of its containers, else when it stopped being ready.
    private static func end(of pod: Pod) -> Timestamp? {
        guard pod.status.phase == "Succeeded" || pod.status.phase == "Failed" else { return nil }
        return pod.status.containerStatuses.compactMap(\.finishedAt).max()
            ?? pod.status.condition("ContainersReady")?.lastTransitionTime
            ?? pod.status.condition("Ready")?.lastTransitionTime
    }
}

/// How long jobs run: as they ran, or as it is estimated.
struct JobDurations {
    let now: Timestamp
    /// What the user says of jobs that have not ended; nil for an estimate.
    let given: SimDuration?
    /// For jobs that wait; nil where nothing tells.
    let ofWaiting: SimDuration?
    /// What `ofWaiting` is, in words.
    let ofWaitingSource: String

    /// `running` are the pods of jobs that run, `ended` the durations of jobs that have ended.
    init(now: Timestamp, given: SimDuration?, running: [Pod], ended: [SimDuration]) {
        (self.now, self.given) = (now, given)
        let ages = running.compactMap { pod in
            pod.status.startTime.map { RunLengthEstimate.age(since: $0, at: now) }
        }
        if let given {
            (ofWaiting, ofWaitingSource) = (given, "as given by --run-length")
        } else if let estimate = RunLengthEstimate(agesOfRunning: ages).ofStarting {
            (ofWaiting, ofWaitingSource) = (estimate, "twice the median age of the running pods")
        } else {
            let sorted = ended.sorted()
            ofWaiting = sorted.isEmpty ? nil : sorted[sorted.count / 2]
            ofWaitingSource = "the median of the ended jobs"
        }
    }

    /// The whole run of a job that runs since `start`.
    func ofRunning(since start: Timestamp) -> SimDuration {
        let age = RunLengthEstimate.age(since: start, at: now)
        return given.map { max($0, age) } ?? RunLengthEstimate.whole(afterAge: age)
    }
}

extension Timestamp {
    /// Time since an earlier instant; zero if that is later.
    func since(_ earlier: Timestamp) -> SimDuration {
        let (length, overflow) = nanoseconds.subtractingReportingOverflow(earlier.nanoseconds)
        if self <= earlier { return .zero }
        return SimDuration(nanoseconds: overflow ? .max : length)
    }
}
