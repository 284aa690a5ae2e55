import KubernetesObjects
import Quantities

/// Plugin `sla`: jobs that have waited long enough go first and are let in (upstream: `plugins/sla/sla.go`;
/// reference section 9.11).
///
/// Ties: equal deadlines, and jobs without any, are left to the next plugin.
final class SLAPlugin: VolcanoPlugin {
    static let name = "sla"
    private static let key = "sla-waiting-time"
    private unowned(unsafe) let session: VolcanoSession
    /// Waiting time of jobs without an annotation, in nanoseconds; nil for none.
    private let general: Int64?
    /// Per job: creation plus waiting time; nil where the job may wait for ever.
    private var deadlines: [Timestamp?] = []

    init(session: VolcanoSession, option: PluginOption) {
        self.session = session
        general = Self.waitingTime(option.arguments.string(Self.key, default: ""))
    }

    func open() -> ExtensionPoints {
        deadlines = session.jobs.map { job in
            let annotation = session.podGroup(job.id).metadata.annotations[Self.key]
            guard let wait = annotation.flatMap(Self.waitingTime) ?? general else { return nil }
            let (deadline, overflow) = job.creation.nanoseconds.addingReportingOverflow(wait)
            return Timestamp(nanoseconds: overflow ? .max : deadline)
        }
        return [.jobOrder, .jobEnqueueable, .jobPipelined]
    }

    /// A waiting time above 0, in nanoseconds; nil for a text that is none.
    private static func waitingTime(_ text: String) -> Int64? {
        GoDuration.nanoseconds(text).flatMap { $0 > 0 ? $0 : nil }
    }

    /// The earlier deadline first; jobs without come last.
    func compareJobs(_ l: JobRef, _ r: JobRef) -> Int {
        switch (deadlines[Int(l.index)], deadlines[Int(r.index)]) {
        case (nil, nil): 0
        case (nil, _): 1
        case (_, nil): -1
        case (let a?, let b?): a == b ? 0 : a < b ? -1 : 1
        }
    }

    func jobEnqueueable(_ job: JobRef) -> Vote { vote(job) }
    func jobPipelined(_ job: JobRef) -> Vote { vote(job) }

    func nextWake(after now: Timestamp) -> Timestamp? { deadlines.compactMap { $0 }.filter { $0 > now }.min() }

    /// Permits once the job has waited long enough; never rejects.
    private func vote(_ job: JobRef) -> Vote {
        guard let deadline = deadlines[Int(job.index)] else { return .abstain }
        return session.now < deadline ? .abstain : .permit
    }
}
