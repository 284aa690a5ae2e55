import KubernetesObjects

/// Plugin `conformance`: system pods are no victims (upstream: `plugins/conformance/conformance.go`; reference section 9.3).
final class ConformancePlugin: VolcanoPlugin {
    static let name = "conformance"
    private unowned(unsafe) let session: VolcanoSession

    init(session: VolcanoSession, option: PluginOption) { self.session = session }

    func open() -> ExtensionPoints { [.preemptable, .reclaimable, .unifiedEvictable] }

    func preemptable(_ preemptor: TaskRef, _ candidates: [TaskRef]) -> (victims: [TaskRef], vote: Vote) {
        spare(candidates)
    }

    func reclaimable(_ reclaimer: TaskRef, _ candidates: [TaskRef]) -> (victims: [TaskRef], vote: Vote) {
        spare(candidates)
    }

    func unifiedEvictable(
        _ preemptor: JobRef, _ candidates: [TaskRef], _ purpose: EvictionPurpose
    ) -> (victims: [TaskRef], vote: Vote) { spare(candidates) }

    private func spare(_ candidates: [TaskRef]) -> (victims: [TaskRef], vote: Vote) {
        let victims = candidates.filter { task in
            let name = session.pod(task).spec.priorityClassName
            return name != "system-cluster-critical" && name != "system-node-critical"
                && session[task].namespace != "kube-system"
        }
        return (victims, .permit)
    }
}
