import KubernetesObjects
import Quantities
import Scheduling

/// Queues that stay below what they deserve, though reclaim is there to give it back.
extension PathologySearch {
    func sharesNotRestored() -> [Pathology] {
        let reclaims = history.configuration.configured(["reclaim", "gangreclaim"])
        guard !reclaims.isEmpty else { return [] }
        let moments = changes()
        return history.queues.indices.flatMap { queue in
            shortfalls(of: queue, at: moments).filter { isLong($0.from, $0.to, thresholds.wait) }
                .map { finding(queue, $0, reclaims) }
        }
    }

    /// A stretch in which a group lacks no more than its queue deserves, while others hold that much above their own shares.
    private struct Shortfall {
        var from: Moment
        var to: Moment
        /// The queue and the group that waits, when last seen.
        var span: QueueSpan
        var claim: ShareClaim
        /// Queues that hold too much, as indexes; the one that holds most first.
        var holders: [Int]
    }

    /// A stretch ends when the group gets what it lacks, or somebody takes a pod from those that hold too much.
    private func shortfalls(of queue: Int, at moments: [Moment]) -> [Shortfall] {
        var found: [Shortfall] = []
        var open: Shortfall?
        for moment in moments {
            var before = open
            before?.to = moment
            open = nil
            if let span = history.queues[queue].span(at: moment), let claim = span.claim {
                let holders = holders(of: claim, in: span, besides: queue, at: moment)
                if !holders.isEmpty {
                    let goesOn = before?.claim.uid == claim.uid && !isTaken(from: holders, at: moment)
                    let from = goesOn ? before?.from : nil
                    open = Shortfall(from: from ?? moment, to: moment, span: span, claim: claim, holders: holders)
                    if goesOn { before = nil }
                }
            }
            if let before { found.append(before) }
        }
        open?.to = history.last
        return found + (open.map { [$0] } ?? [])
    }

    /// When any queue changed or lost a pod, ascending.
    private func changes() -> [Moment] {
        var moments = history.queues.flatMap { $0.spans.map(\.from) } + history.evictions.map(\.moment)
        moments.sort()
        return moments.reduce(into: []) { list, moment in if list.last != moment { list.append(moment) } }
    }

    private func isTaken(from queues: [Int], at moment: Moment) -> Bool {
        let first = history.evictions.partitionPoint { $0.moment >= moment }
        return history.evictions[first...].prefix { $0.moment == moment }.contains { eviction in
            queues.contains { history.queues[$0].name == history.groups[eviction.group].queue }
        }
    }

    /// Queues that hold more than they deserve of the resource that counts, if together that is what the group lacks.
    ///
    /// Only resources count that the waiting group's queue has a share of. A queue without a share of them borrows all it has.
    private func holders(
        of claim: ShareClaim, in span: QueueSpan, besides queue: Int, at moment: Moment
    ) -> [Int] {
        var said = Amounts()
        for entry in claim.lacks.entries where (span.deserved?[entry.name] ?? 0) > 0 { said[entry.name] = entry.amount }
        guard let name = said.dominant(in: history.total) else { return [] }
        var surpluses: [(queue: Int, amount: Double)] = []
        for other in history.queues.indices where other != queue {
            guard let span = history.queues[other].span(at: moment), let deserved = span.deserved else { continue }
            let surplus = span.allocated[name] - deserved[name]
            if surplus >= Resource.epsilon { surpluses.append((other, surplus)) }
        }
        let sum = surpluses.reduce(0) { $0 + $1.amount }
        if sum < said[name] - Resource.epsilon { return [] }
        return surpluses.sorted { ($1.amount, $0.queue) < ($0.amount, $1.queue) }.map(\.queue)
    }

    private func finding(_ queue: Int, _ short: Shortfall, _ reclaims: [String]) -> Pathology {
        let name = history.queues[queue].name
        let holders = short.holders.map { history.queues[$0].name }
        let has = short.span.allocated.text
        let text =
            "queue \(name) has \(has.isEmpty ? "nothing" : has) of the \(short.span.deserved?.text ?? "") it deserves, and a "
            + "group in it lacks \(short.claim.lacks.text); \(holders.joined(separator: ", ")) "
            + "\(holders.count == 1 ? "holds" : "hold") more than deserved, and \(reclaims.joined(separator: ", ")) takes "
            + "nothing back"
        return Pathology(
            kind: .sharesNotRestored, objects: ["queue \(name)"] + holders.map { "queue \($0)" }, from: short.from,
            to: short.to, isOngoing: short.to == history.last, text: text, cause: cause(name, short, reclaims))
    }

    /// What stands between the group and the share: itself, enqueue, or what protects the pods of the queue that holds most.
    private func cause(_ queue: String, _ short: Shortfall, _ reclaims: [String]) -> ConfigurationLine {
        if short.claim.isElastic {
            return ConfigurationLine(
                place: "PodGroup of queue \(queue)", line: "spec.minMember",
                remedy:
                    "reclaim serves a job only up to minMember; raise it, or split the elastic part into jobs of its own"
            )
        }
        if let refusal = short.claim.refusal, let line = limitLine(of: refusal, queue: queue) { return line }
        guard let holder = short.holders.first, let span = history.queues[holder].span(at: short.from) else {
            return history.configuration.actionsLine(remedy: "")
        }
        let name = history.queues[holder].name
        switch span.protection {
        case .queue:
            return ConfigurationLine(
                place: "Queue \(name)", line: "spec.reclaimable: false",
                remedy: "let it be reclaimed, or limit what it may borrow by its capability")
        case .pods:
            return ConfigurationLine(
                place: "jobs of queue \(name)", line: "volcano.sh/preemptable: \"false\"",
                remedy: "leave it out where a job may run on borrowed capacity, or limit what \(name) may borrow")
        case .gangs where !reclaims.contains("reclaim"):
            return ConfigurationLine(
                place: "Queue \(name)", line: "spec.deserved: \((span.deserved ?? Amounts()).manifest)",
                remedy:
                    "\(reclaims.joined(separator: ", ")) takes gangs as a whole, and none lies wholly above this share; let "
                    + "queues deserve whole gangs")
        case .gangs where gangKeepsItsMembers:
            return history.configuration.pluginLine(
                "gang",
                remedy:
                    "in one tier with the queues' plugin it keeps every member that a gang needs from reclaim; put it in a "
                    + "tier of its own before, or set enableReclaimable: false")
        default:
            return history.configuration.actionsLine(
                remedy: "see the reasons of the waiting jobs for the plugin that keeps the victims")
        }
    }

    /// Whether gang is asked for victims together with the plugin that knows the shares: before it, it would only add its own.
    private var gangKeepsItsMembers: Bool {
        let tiers = history.configuration.tiers
        guard history.configuration.has("gang", "enableReclaimable"),
            let gang = tiers.firstIndex(where: { $0.contains { $0.name == "gang" } })
        else { return false }
        return tiers[gang].contains { ["capacity", "proportion"].contains($0.name) }
    }
}
