/// The chain of reasons of a job, from what stopped it first to what followed.
extension VolcanoSession {
    /// Why pods of a job have no place after the actions ran; empty if all have one.
    public func reasons(for job: JobRef) -> [WaitReason] {
        let info = self[job]
        let pending = info.tasks.filter { self[$0].status == .pending }
        let pipelined = info.tasks.filter { self[$0].status == .pipelined }
        guard !pending.isEmpty || !pipelined.isEmpty else { return [] }
        var chain: [WaitReason] = []
        let notes = waitNotes[job]
        if let shortage = notes?.notAdmitted { return [.notAdmitted(shortage)] }
        if info.isPending { return [.notEnqueued] }
        if let failure = notes?.invalid ?? jobValid(job) { chain.append(.invalid(failure)) }
        if let (policy, other, why) = notes?.heldBack {
            chain.append(.heldBack(by: policy, job: other, why: why))
        } else if let shortage = notes?.queueOverused {
            chain.append(.queueOverused(shortage))
        }
        if let shortage = notes?.queueLimit { chain.append(.queueLimit(shortage, pods: notes?.podsOverLimit ?? 1)) }
        let gated = pending.count { self[$0].isGated }
        if gated > 0 { chain.append(.gated(pods: gated)) }
        chain += nodeReasons(job, pending)
        if !info.isReady, info.minAvailable > 1, let placed = notes?.placedAtBest, placed > 0 || !chain.isEmpty {
            chain.append(.gang(placed: placed, ready: info.readyCount, minAvailable: info.minAvailable))
        }
        if !pipelined.isEmpty {
            let nodes = Set(pipelined.compactMap { self[$0].node.map { self[$0].name } }).sorted()
            chain.append(.reserved(pods: pipelined.count, nodes: nodes))
        }
        if let task = pending.first(where: { !self[$0].isGated }), jobStarving(job) {
            chain += evictionReasons(task, job)
        }
        return chain
    }

    /// What the first pod that found no node met, and the first refusal that was no node's.
    private func nodeReasons(_ job: JobRef, _ pending: [TaskRef]) -> [WaitReason] {
        let failed = pending.compactMap { task in self[job].fitErrors[task].map { (task, $0) } }
        if let (task, errors) = failed.first(where: { $0.1.statuses.contains { $0 >= 0 } }) {
            let counts = reasonCounts(errors).map { WaitReason.ReasonCount(reason: $0.0, nodes: $0.1) }
            return [
                .noNode(
                    pod: self[task].name, nodes: errors.statuses.count { $0 >= 0 }, counts: counts,
                    hyperNode: errors.hyperNode)
            ]
        }
        guard let (task, errors) = failed.first(where: { !$0.1.message.isEmpty }) else { return [] }
        return [.podRefused(pod: self[task].name, message: errors.message)]
    }

    /// Who keeps the candidates of the evicting actions, as things stand at the end of the cycle.
    private func evictionReasons(_ task: TaskRef, _ job: JobRef) -> [WaitReason] {
        configuration.actions.compactMap { action in
            switch action {
            case "preempt":
                return veto(action, .preemptable, { preemptionCandidate($0, for: job) }) { $0.preemptable(task, $1) }
            case "reclaim":
                return veto(action, .reclaimable, { isReclaimable($0, by: self[job].queue) }) {
                    $0.reclaimable(task, $1)
                }
            default: return nil
            }
        }
    }

    private func preemptionCandidate(_ task: TaskRef, for job: JobRef) -> Bool {
        guard isRunningOrBound(task), self[task].isPreemptable, let other = self[task].job else { return false }
        return other != job && self[other].queue == self[job].queue
    }

    /// Asks every plugin about the candidates of each node, as the action would.
    private func veto(
        _ action: String, _ point: ExtensionPoints, _ isCandidate: (TaskRef) -> Bool,
        _ ask: (any VolcanoPlugin, [TaskRef]) -> (victims: [TaskRef], vote: Vote)
    ) -> WaitReason {
        var total = 0
        var vetoes: [WaitReason.Veto] = []
        for node in nodeList {
            let candidates = self[node].tasks.filter(isCandidate).sorted { self[$0].nameRank < self[$1].nameRank }
            guard !candidates.isEmpty else { continue }
            total += candidates.count
            for plugin in hooks[point].joined() {
                let (victims, vote) = ask(plugin, candidates)
                guard vote != .abstain, victims.count < candidates.count else { continue }
                let name = type(of: plugin).name
                let kept =
                    candidates.first { !victims.contains($0) }.flatMap { self[$0].job }.map { self[$0].uid } ?? ""
                if let known = vetoes.firstIndex(where: { $0.plugin == name }) {
                    vetoes[known].kept += candidates.count - victims.count
                } else {
                    vetoes.append(WaitReason.Veto(plugin: name, kept: candidates.count - victims.count, example: kept))
                }
            }
        }
        return .noVictims(action: action, candidates: total, vetoes: vetoes)
    }
}
