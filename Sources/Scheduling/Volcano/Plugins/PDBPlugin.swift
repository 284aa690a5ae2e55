import KubernetesObjects

/// Plugin `pdb`: no victim beyond what disruption budgets allow (upstream: `plugins/pdb/pdb.go`; reference section 9.13).
///
/// Every call starts from the budgets' `disruptionsAllowed` and consumes them in the order of the candidates, also for
/// candidates it refuses. A pod without labels is no victim.
final class PDBPlugin: VolcanoPlugin {
    static let name = "pdb"
    private unowned(unsafe) let session: VolcanoSession
    /// Budgets that select something, by namespace.
    private var budgets: [String: [Int]] = [:]

    init(session: VolcanoSession, option: PluginOption) { self.session = session }

    func open() -> ExtensionPoints {
        for (index, budget) in session.snapshot.objects.disruptionBudgets.enumerated() {
            guard let selector = budget.selector, !selector.isEmpty else { continue }
            budgets[budget.metadata.namespace, default: []].append(index)
        }
        return [.preemptable, .reclaimable, .victimTasks]
    }

    func preemptable(_ preemptor: TaskRef, _ candidates: [TaskRef]) -> (victims: [TaskRef], vote: Vote) {
        (affordable(candidates), .permit)
    }

    func reclaimable(_ reclaimer: TaskRef, _ candidates: [TaskRef]) -> (victims: [TaskRef], vote: Vote) {
        (affordable(candidates), .permit)
    }

    func victimTasks(_ tasks: [TaskRef]) -> [TaskRef] { affordable(tasks) }

    private func affordable(_ candidates: [TaskRef]) -> [TaskRef] {
        var spent: [Int: Int32] = [:]
        return candidates.filter { candidate in
            let metadata = session.pod(candidate).metadata
            guard !metadata.labels.isEmpty else { return false }
            var isAllowed = true
            for index in budgets[metadata.namespace] ?? [] {
                let budget = session.snapshot.objects.disruptionBudgets[index]
                guard budget.selector?.matches(metadata.labels) == true, !budget.disruptedPods.contains(metadata.name)
                else { continue }
                spent[index, default: 0] += 1
                if spent[index, default: 0] > budget.disruptionsAllowed { isAllowed = false }
            }
            return isAllowed
        }
    }
}
