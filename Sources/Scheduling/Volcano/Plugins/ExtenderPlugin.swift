import Configuration
import KubernetesObjects
import Quantities

/// Plugin `extender`: asks somebody outside (upstream: `plugins/extender/extender.go`; reference section 9.20).
///
/// Upstream posts JSON to `extender.urlPrefix`; here the snapshot's `extenders` answer by that prefix, and a prefix that
/// nobody answers for is an endpoint that cannot be reached. A point is registered only if its verb is configured:
/// `extender.predicateVerb`, `.prioritizeVerb`, `.preemptableVerb`, `.reclaimableVerb`, `.queueOverusedVerb`,
/// `.jobEnqueueableVerb`, `.jobReadyVerb`, `.allocateFuncVerb`, `.deallocateFuncVerb`, `.onSessionOpenVerb`,
/// `.onSessionCloseVerb`. With `extender.ignorable` failures change nothing. `extender.httpTimeout` (1s) is read, not used.
final class ExtenderPlugin: VolcanoPlugin {
    static let name = "extender"
    private unowned(unsafe) let session: VolcanoSession
    private let arguments: PluginArguments
    private let extender: (any SchedulerExtender)?
    private let isIgnorable: Bool

    init(session: VolcanoSession, option: PluginOption) {
        self.session = session
        arguments = option.arguments
        extender = session.snapshot.extenders[option.arguments.string("extender.urlPrefix", default: "")]
        isIgnorable = option.arguments.bool("extender.ignorable", default: false)
    }

    private static let points: [(verb: String, point: ExtensionPoints)] = [
        ("predicate", .predicate), ("prioritize", .batchNodeOrder), ("preemptable", .preemptable),
        ("reclaimable", .reclaimable), ("queueOverused", .overused), ("jobEnqueueable", .jobEnqueueable),
        ("jobReady", .jobReady), ("allocateFunc", .events), ("deallocateFunc", .events),
    ]

    func open() -> ExtensionPoints {
        if has("onSessionOpen"), ask({ try $0.sessionOpened(session) }) == nil, !isIgnorable { return [] }
        return Self.points.reduce(into: []) { if has($1.verb) { $0.insert($1.point) } }
    }

    func close() {
        if has("onSessionClose") { _ = ask { try $0.sessionClosed(session) } }
    }

    /// Whoever is outside may answer differently at any time.
    func nextWake(after now: Timestamp) -> Timestamp? { now.later(by: 1) }

    private func has(_ verb: String) -> Bool { !arguments.string("extender.\(verb)Verb", default: "").isEmpty }

    /// The extender's answer; nil if it failed or there is none.
    private func ask<Answer>(_ question: (any SchedulerExtender) throws -> Answer) -> Answer? {
        guard let extender else { return nil }
        return try? question(extender)
    }

    func predicate(_ task: TaskRef, _ node: NodeRef) -> [FitStatus] {
        guard let answer = ask({ try $0.predicate(task, node, session) }) else {
            return isIgnorable ? [] : [FitStatus(.error, "extender failed", plugin: Self.name)]
        }
        return answer.map { [FitStatus($0.code, $0.reason, plugin: Self.name)] } ?? []
    }

    /// Scores in the order of `nodes`; none where the extender fails.
    func batchNodeOrder(_ task: TaskRef, _ nodes: [NodeRef]) -> [Double] {
        guard let scores = ask({ try $0.prioritize(task, nodes, session) }), scores.count == nodes.count else {
            return []
        }
        return scores
    }

    func preemptable(_ preemptor: TaskRef, _ candidates: [TaskRef]) -> (victims: [TaskRef], vote: Vote) {
        ask { try $0.preemptable(preemptor, candidates, session) } ?? ([], isIgnorable ? .permit : .reject)
    }

    func reclaimable(_ reclaimer: TaskRef, _ candidates: [TaskRef]) -> (victims: [TaskRef], vote: Vote) {
        ask { try $0.reclaimable(reclaimer, candidates, session) } ?? ([], isIgnorable ? .permit : .reject)
    }

    func jobEnqueueable(_ job: JobRef) -> Vote {
        ask { try $0.jobEnqueueable(job, session) } ?? (isIgnorable ? .permit : .reject)
    }

    func overused(_ queue: QueueRef) -> Bool { ask { try $0.queueOverused(queue, session) } ?? !isIgnorable }

    func jobReady(_ job: JobRef) -> Bool { ask { try $0.jobReady(job, session) } ?? !isIgnorable }

    func taskAllocated(_ task: TaskRef) -> String? {
        guard has("allocateFunc"), ask({ try $0.allocated(task, session) }) == nil, !isIgnorable else { return nil }
        return "extender failed"
    }

    func taskDeallocated(_ task: TaskRef) {
        if has("deallocateFunc") { _ = ask { try $0.deallocated(task, session) } }
    }
}

/// Answers the verbs of Volcano's extender webhook. A thrown error is a failed call.
///
/// Implement what the configuration names; the defaults let everything pass. Give it to a session with
/// `ClusterSnapshot.extenders`, by the `extender.urlPrefix` of the plugin's arguments.
public protocol SchedulerExtender: Sendable {
    func sessionOpened(_ session: VolcanoSession) throws
    func sessionClosed(_ session: VolcanoSession) throws
    /// nil: the node will do.
    func predicate(_ task: TaskRef, _ node: NodeRef, _ session: VolcanoSession) throws -> FitStatus?
    /// Scores in the order of `nodes`.
    func prioritize(_ task: TaskRef, _ nodes: [NodeRef], _ session: VolcanoSession) throws -> [Double]
    func preemptable(_ evictor: TaskRef, _ candidates: [TaskRef], _ session: VolcanoSession) throws -> (
        victims: [TaskRef], vote: Vote
    )
    func reclaimable(_ evictor: TaskRef, _ candidates: [TaskRef], _ session: VolcanoSession) throws -> (
        victims: [TaskRef], vote: Vote
    )
    func jobEnqueueable(_ job: JobRef, _ session: VolcanoSession) throws -> Vote
    func queueOverused(_ queue: QueueRef, _ session: VolcanoSession) throws -> Bool
    func jobReady(_ job: JobRef, _ session: VolcanoSession) throws -> Bool
    func allocated(_ task: TaskRef, _ session: VolcanoSession) throws
    func deallocated(_ task: TaskRef, _ session: VolcanoSession) throws
}

extension SchedulerExtender {
    /// Nothing to do.
    public func sessionOpened(_ session: VolcanoSession) throws {}
    /// Nothing to do.
    public func sessionClosed(_ session: VolcanoSession) throws {}
    /// No refusal.
    public func predicate(_ task: TaskRef, _ node: NodeRef, _ session: VolcanoSession) throws -> FitStatus? { nil }
    /// No score.
    public func prioritize(_ task: TaskRef, _ nodes: [NodeRef], _ session: VolcanoSession) throws -> [Double] {
        Array(repeating: 0, count: nodes.count)
    }
    /// No opinion.
    public func preemptable(
        _ evictor: TaskRef, _ candidates: [TaskRef], _ session: VolcanoSession
    ) throws -> (victims: [TaskRef], vote: Vote) { (candidates, .permit) }
    /// No opinion.
    public func reclaimable(
        _ evictor: TaskRef, _ candidates: [TaskRef], _ session: VolcanoSession
    ) throws -> (victims: [TaskRef], vote: Vote) { (candidates, .permit) }
    /// No objection.
    public func jobEnqueueable(_ job: JobRef, _ session: VolcanoSession) throws -> Vote { .permit }
    /// No.
    public func queueOverused(_ queue: QueueRef, _ session: VolcanoSession) throws -> Bool { false }
    /// No objection.
    public func jobReady(_ job: JobRef, _ session: VolcanoSession) throws -> Bool { true }
    /// Nothing to do.
    public func allocated(_ task: TaskRef, _ session: VolcanoSession) throws {}
    /// Nothing to do.
    public func deallocated(_ task: TaskRef, _ session: VolcanoSession) throws {}
}
