/// The chain of reasons of a job, from what stopped it first to what followed.
extension VolcanoSession {
    /// Why pods of a job have no place after the actions ran, or are not made yet; empty if all have one.
    public func reasons(for job: JobRef) -> [WaitReason] { reasons(for: [job])[0] }

    /// The first link of that chain, without the cost of the others.
    public func firstReason(for job: JobRef) -> WaitReason? {
        var known: [VictimQuestion: [WaitReason]] = [:]
        return reasons(for: job, &known, isFirstEnough: true).first
    }

    /// As `reasons(for:)` for many jobs, of which those alike are answered once as to their victims.
    public func reasons(for jobs: [JobRef]) -> [[WaitReason]] {
        var known: [VictimQuestion: [WaitReason]] = [:]
        return jobs.map { reasons(for: $0, &known, isFirstEnough: false) }
    }

    private func reasons(
        for job: JobRef, _ known: inout [VictimQuestion: [WaitReason]], isFirstEnough: Bool
    ) -> [WaitReason] {
        let info = self[job]
        let pending = info.tasks.filter { self[$0].status == .pending }
        let pipelined = info.tasks.filter { self[$0].status == .pipelined }
        let awaitsPods = info.tasks.isEmpty && info.isPending
        guard !pending.isEmpty || !pipelined.isEmpty || awaitsPods else { return [] }
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
        if isFirstEnough, !chain.isEmpty { return chain }
        chain += nodeReasons(job, pending)
        if !info.isReady, info.minAvailable > 1, let placed = notes?.placedAtBest, placed > 0 || !chain.isEmpty {
            chain.append(.gang(placed: placed, ready: info.readyCount, minAvailable: info.minAvailable))
        }
        if !pipelined.isEmpty {
            let nodes = Set(pipelined.compactMap { self[$0].node.map { self[$0].name } }).sorted()
            chain.append(.reserved(pods: pipelined.count, nodes: nodes))
        }
        if isFirstEnough, !chain.isEmpty { return chain }
        if let task = pending.first(where: { !self[$0].isGated }), jobStarving(job) {
            chain += evictionReasons(task, job, &known)
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
    private func evictionReasons(
        _ task: TaskRef, _ job: JobRef, _ known: inout [VictimQuestion: [WaitReason]]
    ) -> [WaitReason] {
        guard let question = VictimQuestion(task, job, self) else { return askForVictims(task, job) }
        if let answer = known[question] { return answer }
        let answer = askForVictims(task, job)
        known[question] = answer
        return answer
    }

    private func askForVictims(_ task: TaskRef, _ job: JobRef) -> [WaitReason] {
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

/// What the answer about victims hangs on for a job that holds nothing yet: such jobs differ in nothing else.
private struct VictimQuestion: Hashable {
    let queue: QueueRef
    let jobPriority: Int32
    let taskPriority: Int32
    let shape: Int32
    let isPreemptable: Bool
    let revocableZone: String

    /// nil for jobs that have pods somewhere: their shares and their own pods count too.
    init?(_ task: TaskRef, _ job: JobRef, _ session: VolcanoSession) {
        let info = session[task]
        guard session[job].tasks.allSatisfy({ session[$0].status == .pending }) else { return nil }
        queue = session[job].queue
        jobPriority = session[job].priority
        taskPriority = info.priority
        shape = info.shape
        isPreemptable = info.isPreemptable
        revocableZone = info.revocableZone
    }
}
