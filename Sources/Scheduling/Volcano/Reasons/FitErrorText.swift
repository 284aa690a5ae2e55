/// Volcano's own words about a job that waits (upstream: `api/job_info.go` FitError, `api/unschedule_info.go`).
extension VolcanoSession {
    /// Counts per status, what became of the Pending tasks, and the reason of the first task that found no node.
    package func fitErrorText(of job: JobRef) -> String {
        let info = self[job]
        var counts: [(String, Int)] = TaskStatus.allCases.compactMap { status in
            info.counts[status] > 0 ? (status.name, info.counts[status]) : nil
        }
        counts.append(("minAvailable", info.minAvailable))
        var text = "pod group is \(info.isReady ? "ready" : "not ready"), " + Self.histogram(counts)
        let pending = info.tasks.filter { self[$0].status == .pending }
        if !pending.isEmpty {
            let schedulable = pending.count { self[$0].givenUp?.status == .allocated }
            let parts = [("Schedulable", schedulable), ("Unschedulable", pending.count - schedulable)]
            text += "; Pending: " + Self.histogram(parts.filter { $0.1 > 0 })
        }
        if !info.jobFitError.isEmpty { return text + ". Origin reason is: " + info.jobFitError }
        guard let first = info.tasks.first(where: { info.fitErrors[$0] != nil }), let errors = info.fitErrors[first]
        else { return text }
        return text + ". Origin reason is \(self[first].name): " + errorText(errors)
    }

    /// `0/4 nodes are unavailable: 1 Insufficient nvidia.com/gpu, 3 Insufficient cpu.`
    package func errorText(_ errors: FitErrors) -> String {
        let judged = errors.statuses.count { $0 >= 0 }
        let head = errors.message.isEmpty ? "0/\(judged) nodes are unavailable" : errors.message
        guard judged > 0 else { return head }
        let text = head + ": " + Self.histogram(reasonCounts(errors)) + "."
        return errors.hyperNode.isEmpty ? text : "In hyperNode \(errors.hyperNode): " + text
    }

    /// How many nodes gave each reason; a node may give several. Ascending by reason.
    package func reasonCounts(_ errors: FitErrors) -> [(String, Int)] {
        var perList: [Int32: Int] = [:]
        for list in errors.statuses where list >= 0 { perList[list, default: 0] += 1 }
        var counts: [String: Int] = [:]
        for (list, nodes) in perList {
            for status in fitTable.lists[Int(list)] where !status.reason.isEmpty {
                counts[status.reason, default: 0] += nodes
            }
        }
        return counts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// `3 Pending, 3 minAvailable`, sorted as text.
    private static func histogram(_ counts: [(String, Int)]) -> String {
        counts.map { "\($0.1) \($0.0)" }.sorted().joined(separator: ", ")
    }
}
