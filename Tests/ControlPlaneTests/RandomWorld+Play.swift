import KubernetesObjects
import Quantities

@testable import ControlPlane

extension RandomWorld {
    /// Plays the world, and asks after every cycle what must hold.
    ///
    /// - Parameters:
    ///   - claimed: The world that it is taken for where it is asked; nil for itself.
    ///   - disturb: Is shown the control plane after every cycle, before it is asked.
    func play(
        skipsIdleCycles: Bool = true, claimedToBe claimed: RandomWorld? = nil,
        disturb: (inout ControlPlane) -> Void = { _ in }
    ) -> (plane: ControlPlane, violations: [String]) {
        var plane = plane(skipsIdleCycles: skipsIdleCycles)
        var invariants = Invariants(claimed ?? self)
        for cycle in 0..<Self.cycles {
            // Half a period after the cycle: what it decided is in force.
            plane.run(until: time(cycle: cycle).later(by: 500_000_000)) { invariants.check($1, at: $0) }
            disturb(&plane)
            invariants.check(plane)
        }
        invariants.check(GPULedger(plane, self) { gpus(of: $0) })
        return (plane, invariants.violations)
    }

    /// GPUs of a pod: those of its task.
    func gpus(of pod: PodHistory) -> Int {
        func count(_ spec: PodSpec) -> Int { Int(spec.containers[0].resources.requests[RandomWorld.gpu]?.value ?? 0) }
        for case .create(let set) in operations.map(\.operation) {
            if pod.job.isEmpty, let bare = set.pods.first(where: { "default/" + $0.metadata.name == pod.key }) {
                return count(bare.spec)
            }
            let specs =
                set.jobs.filter { $0.metadata.name == pod.job }.map(\.spec)
                + set.jobTemplates.filter { pod.job == "f-" + $0.metadata.name }.map(\.spec)
                + set.cronJobs.filter { pod.job.hasPrefix($0.metadata.name + "-") }.map(\.template)
            if let task = specs.first?.tasks.first(where: { $0.name == pod.task }) { return count(task.template.spec) }
        }
        return 0
    }
}
