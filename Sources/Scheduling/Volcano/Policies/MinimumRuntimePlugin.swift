import KubernetesObjects

/// Plugin `minimum-runtime`: no job is a victim before it has run for a while (`minimumRuntime` of the card-based schedulers,
/// against thrashing). Volcano's cdp does the like for pods that ask for it.
///
/// Argument `minimum-runtime`: a duration such as `10m` (default). No ties.
final class MinimumRuntimePlugin: VolcanoPlugin {
    static let name = "minimum-runtime"
    private unowned(unsafe) let session: VolcanoSession
    private let minimum: Int64
    /// By job index: how long it has run, in nanoseconds; nil for jobs without placed pods.
    private var ages: [Int64?] = []

    init(session: VolcanoSession, option: PluginOption) {
        self.session = session
        minimum = option.arguments.duration("minimum-runtime", default: 600_000_000_000)
    }

    func open() -> ExtensionPoints {
        ages = session.jobs.map { job in
            session.runStart(job.id).map { session.now.nanoseconds - $0.nanoseconds }
        }
        return [.preemptable, .reclaimable, .unifiedEvictable]
    }

    func preemptable(_ preemptor: TaskRef, _ candidates: [TaskRef]) -> (victims: [TaskRef], vote: Vote) {
        (grown(candidates), .permit)
    }

    func reclaimable(_ reclaimer: TaskRef, _ candidates: [TaskRef]) -> (victims: [TaskRef], vote: Vote) {
        (grown(candidates), .permit)
    }

    func unifiedEvictable(
        _ preemptor: JobRef, _ candidates: [TaskRef], _ purpose: EvictionPurpose
    ) -> (victims: [TaskRef], vote: Vote) { (grown(candidates), .permit) }

    private func grown(_ candidates: [TaskRef]) -> [TaskRef] {
        candidates.filter { candidate in
            guard let job = session[candidate].job, let age = ages[Int(job.index)] else { return true }
            return age >= minimum
        }
    }

    /// When the next job may be a victim.
    func nextWake(after now: Timestamp) -> Timestamp? {
        ages.compactMap { age in
            guard let age, age < minimum else { return nil }
            return Timestamp(nanoseconds: now.nanoseconds + (minimum - age))
        }.min()
    }
}
