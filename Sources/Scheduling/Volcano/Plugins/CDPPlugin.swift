import KubernetesObjects
import Quantities

/// Plugin `cdp`, cooldown protection: pods that began to run a short while ago are no victims
/// (upstream: `plugins/cdp/cdp.go`; reference section 9.13).
final class CDPPlugin: VolcanoPlugin {
    static let name = "cdp"
    private unowned(unsafe) let session: VolcanoSession
    private static let key = "volcano.sh/cooldown-time"

    init(session: VolcanoSession, option: PluginOption) { self.session = session }

    func open() -> ExtensionPoints { [.preemptable, .reclaimable] }

    func preemptable(_ preemptor: TaskRef, _ candidates: [TaskRef]) -> (victims: [TaskRef], vote: Vote) {
        (candidates.filter { !isCoolingDown(session.pod($0)) }, .permit)
    }

    func reclaimable(_ reclaimer: TaskRef, _ candidates: [TaskRef]) -> (victims: [TaskRef], vote: Vote) {
        (candidates.filter { !isCoolingDown(session.pod($0)) }, .permit)
    }

    func nextWake(after now: Timestamp) -> Timestamp? {
        session.snapshot.objects.pods.compactMap(cooldownEnd).filter { $0 > now }.min()
    }

    private func isCoolingDown(_ pod: Pod) -> Bool { cooldownEnd(pod).map { $0 > session.now } ?? false }

    /// When a Running pod has been scheduled for as long as its cooldown time: label first, then annotation; a text that is
    /// no duration protects nothing.
    private func cooldownEnd(_ pod: Pod) -> Timestamp? {
        guard let text = pod.metadata.labels[Self.key] ?? pod.metadata.annotations[Self.key],
            let cooldown = GoDuration.nanoseconds(text), pod.status.phase == "Running",
            let scheduled = pod.status.conditions.first(where: { $0.type == "PodScheduled" && $0.status == "True" }),
            let since = scheduled.lastTransitionTime
        else { return nil }
        let (end, overflow) = since.nanoseconds.addingReportingOverflow(cooldown)
        return Timestamp(nanoseconds: overflow ? (cooldown > 0 ? .max : .min) : end)
    }
}
