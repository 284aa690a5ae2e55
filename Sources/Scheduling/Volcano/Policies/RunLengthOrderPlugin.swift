import KubernetesObjects

/// Plugin `run-length-order`: the shortest first (`Policies/ShortestJobFirst.swift`).
///
/// Argument `run-length.measure`: `requested` (default; `sjf`) goes by the requested run length, `remaining` (`srtf`) by what
/// is left of it, and then a shorter job may take the place of a running one that has longer to go. Jobs of unknown
/// length come last. Ties: equal lengths are left to the next plugin.
final class RunLengthOrderPlugin: VolcanoPlugin {
    static let name = "run-length-order"
    private unowned(unsafe) let session: VolcanoSession
    private let measuresRemaining: Bool
    /// By job index, in nanoseconds.
    private var lengths: [Int64] = []

    init(session: VolcanoSession, option: PluginOption) {
        self.session = session
        measuresRemaining = option.arguments.string("run-length.measure", default: "requested") == "remaining"
    }

    func open() -> ExtensionPoints {
        lengths = session.jobs.map { job in
            (measuresRemaining ? session.remainingRunLength(job.id) : session.requestedRunLength(job.id)) ?? .max
        }
        return measuresRemaining ? [.jobOrder, .preemptable, .unifiedEvictable] : .jobOrder
    }

    func compareJobs(_ l: JobRef, _ r: JobRef) -> Int {
        let (a, b) = (lengths[Int(l.index)], lengths[Int(r.index)])
        return a == b ? 0 : a < b ? -1 : 1
    }

    func preemptable(_ preemptor: TaskRef, _ candidates: [TaskRef]) -> (victims: [TaskRef], vote: Vote) {
        guard let job = session[preemptor].job else { return ([], .abstain) }
        return (longer(than: job, candidates), .permit)
    }

    func unifiedEvictable(
        _ preemptor: JobRef, _ candidates: [TaskRef], _ purpose: EvictionPurpose
    ) -> (victims: [TaskRef], vote: Vote) {
        purpose == .preempt ? (longer(than: preemptor, candidates), .permit) : (candidates, .permit)
    }

    private func longer(than job: JobRef, _ candidates: [TaskRef]) -> [TaskRef] {
        candidates.filter { candidate in session[candidate].job.map { compareJobs(job, $0) < 0 } ?? false }
    }
}
