import KubernetesObjects

/// What opening a session does about HyperNodes, and what stays of it for the next (upstream: `framework/session.go`,
/// adjustNetworkTopologySpec, removeInvalidAllocatedHyperNode, recoverAllocatedHyperNode; reference sections 5 and 10).
///
/// Ties: of several lowest HyperNodes that hold all placed tasks, any (lowest name).
extension VolcanoSession {
    /// Resolves tier names, makes soft limits hard ones, finds the HyperNodes that jobs and sub-jobs already occupy.
    func openHyperNodes() {
        for index in jobs.indices where hasTopology(JobRef(index)) {
            let job = JobRef(index)
            adjustTopology(of: job)
            if hyperNodes.isReady { recoverAllocatedHyperNodes(of: job) }
        }
    }

    /// Whether the job or one of its sub-jobs has a limit, soft or hard (upstream: ContainsNetworkTopology).
    func hasTopology(_ job: JobRef) -> Bool {
        self[job].topology != nil || self[job].subJobs.contains { self[$0].topology != nil }
    }

    /// Whether the job or one of its sub-jobs has a limit that binds (upstream: ContainsHardTopology).
    func hasHardTopology(_ job: JobRef) -> Bool {
        self[job].topology?.boundary != nil || self[job].subJobs.contains { self[$0].topology?.boundary != nil }
    }

    /// A soft limit of the job becomes the top tier; one of a sub-group the job's tier, or the top tier.
    private func adjustTopology(of job: JobRef) {
        let topTier = hyperNodes.tier(of: hyperNodes.top)
        self[job].topology = adjusted(self[job].topology, softTier: topTier)
        let jobTier = self[job].topology?.boundary ?? topTier
        for subJob in self[job].subJobs {
            let softTier = self[subJob].isDefault ? topTier : jobTier
            self[subJob].topology = adjusted(self[subJob].topology, softTier: softTier)
        }
    }

    private func adjusted(_ limit: TopologyLimit?, softTier: Int) -> TopologyLimit? {
        guard var limit else { return nil }
        if limit.highestTier == nil, let tier = hyperNodes.tierOfName[limit.highestTierName] {
            limit.highestTier = tier
            limit.highestTierName = ""
        }
        if !limit.isHard {
            limit.isHard = true
            limit.highestTier = softTier
        }
        return limit
    }

    /// Takes over what an earlier session remembered while tasks are placed and the HyperNode still exists; else the lowest
    /// HyperNode that holds all placed tasks of the sub-job, and for the job the lowest one above those.
    private func recoverAllocatedHyperNodes(of job: JobRef) {
        let earlier = memory.placements[self[job].uid]
        if let earlier, self[job].counts.allocated > 0 {
            self[job].allocatedHyperNode = hyperNodes.named(earlier.job)
        }
        var found = false
        for subJob in self[job].subJobs {
            if let name = earlier?.subJobs[self[subJob].uid], self[subJob].counts.allocated > 0 {
                self[subJob].allocatedHyperNode = hyperNodes.named(name)
            }
            guard self[subJob].topology != nil, self[subJob].allocatedHyperNode == nil else { continue }
            self[subJob].allocatedHyperNode = lowestHyperNode(ofPlacedTasksIn: subJob)
            found = found || self[subJob].allocatedHyperNode != nil
        }
        guard self[job].allocatedHyperNode == nil || found else { return }
        self[job].allocatedHyperNode = self[job].subJobs.reduce(nil) {
            hyperNodes.lowestCommonAncestor($0, self[$1].allocatedHyperNode)
        }
        if self[job].allocatedHyperNode != nil { topologyChanges.insert(job) }
    }

    private func lowestHyperNode(ofPlacedTasksIn subJob: SubJobRef) -> HyperNodeRef? {
        var common: [HyperNodeRef]?
        for task in self[subJob].tasks where self[task].status.isAllocated {
            guard let node = self[task].node else {
                // A node that is gone is in no HyperNode; a task without any node name says nothing.
                if pod(task).spec.nodeName.isEmpty { continue } else { return nil }
            }
            let holders = hyperNodes.holders(of: node)
            common = common.map { $0.filter(holders.contains) } ?? holders
        }
        guard let common, let first = common.first else { return nil }
        let lowest = common.prefix { hyperNodes.tier(of: $0) == hyperNodes.tier(of: first) }
        return lowest[ties.pick(lowest.count)]
    }

    /// Keeps the HyperNodes of jobs whose placement changed for later sessions (upstream: jobs marked dirty).
    func rememberPlacements() {
        for job in topologyChanges.sorted() {
            var placement = JobPlacement()
            placement.job = self[job].allocatedHyperNode.map(hyperNodes.name) ?? ""
            for subJob in self[job].subJobs {
                placement.subJobs[self[subJob].uid] = self[subJob].allocatedHyperNode.map(hyperNodes.name)
            }
            memory.placements[self[job].uid] = placement
        }
    }
}

/// HyperNodes that a job and its sub-jobs occupy, by name, between sessions.
public struct JobPlacement: Sendable, Equatable {
    /// Empty for none.
    public var job = ""
    /// By sub-job UID.
    public var subJobs: [String: String] = [:]

    /// Nothing occupied.
    public init() {}
}
