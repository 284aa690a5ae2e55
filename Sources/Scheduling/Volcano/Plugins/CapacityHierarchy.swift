import KubernetesObjects

/// The tree of queues of the `capacity` plugin with `enableHierarchy` (upstream: `plugins/capacity/capacity.go`,
/// buildHierarchicalQueueAttrs; reference section 9.8).
extension CapacityPlugin {
    /// Name of the queue that all others descend from.
    static let root = "root"

    /// Builds the tree and its accounts. Says what is wrong, so that nothing is admitted, if there is no root, a parent is
    /// missing, parents form a cycle, or a job sits in a queue that has children.
    func openTree() -> String? {
        for queue in session.queues {
            accounts[Int(queue.id.index)] = CapacityAccount(session.object(queue.id), session.names)
        }
        guard let root = session.snapshot.queueIndex[Self.root] else { return "has no root: there is no queue root" }
        if let fault = linkQueues(root) { return fault }
        for job in session.jobsInMapOrder() {
            let queue = session[job].queue
            guard let leaf = account(queue), leaf.children.isEmpty else {
                return "waits: queue \(session[queue].name) has children and a job, \(session[job].uid)"
            }
            for place in [queue] + leaf.ancestors { accounts[Int(place.index)]?.add(job, session) }
        }
        openRoot(root)
        divide(root)
        for index in accounts.indices { accounts[index]?.openShare(pods: session.names.pods) }
        return nil
    }

    /// Finds every queue's ancestors and children; says what is wrong with them.
    private func linkQueues(_ root: QueueRef) -> String? {
        for queue in session.queues where queue.id != root {
            var ancestors: [QueueRef] = []
            var place = queue
            while place.id != root {
                let name = place.parent.isEmpty ? Self.root : place.parent
                guard let parent = session.snapshot.queueIndex[name] else {
                    return "waits: queue \(place.name) has parent \(name), which does not exist"
                }
                guard ancestors.count < session.queues.count else {
                    return "waits: queue \(queue.name) has itself among its ancestors"
                }
                if ancestors.isEmpty { accounts[Int(parent.index)]?.children.append(queue.id) }
                ancestors.append(parent)
                place = session[parent]
            }
            accounts[Int(queue.id.index)]?.ancestors = ancestors.reversed()
        }
        return nil
    }

    /// The root is unlimited unless it has a capability: users may ask for more than the cluster has.
    private func openRoot(_ root: QueueRef) {
        guard var account = self.account(root) else { return }
        if account.capability.isEmpty(pods: session.names.pods) {
            account.capability = Resource(milliCPU: .greatestFiniteMagnitude, memory: .greatestFiniteMagnitude)
            for index in session.totalResource.scalars.indices where session.totalResource.scalar(index) != nil {
                account.capability.setScalar(index, Double(Int64.max))
            }
        }
        account.realCapability = account.capability
        accounts[Int(root.index)] = account
    }

    /// Hands limits down: a child inherits what its capability does not name, and gets what no guarantee takes plus its
    /// own guarantee. Deserved and guarantee of the root are the sums of its children's.
    private func divide(_ queue: QueueRef) {
        guard let parent = account(queue) else { return }
        var (guaranteed, deserved) = (Resource(), Resource())
        for child in parent.children {
            guard var account = self.account(child) else { continue }
            account.deserved = Resource.max(account.deserved, account.guarantee)
            deserved.add(account.deserved)
            guaranteed.add(account.guarantee)
            account.inheritCapability(of: parent)
            accounts[Int(child.index)] = account
        }
        if session[queue].name == Self.root {
            accounts[Int(queue.index)]?.guarantee = guaranteed
            accounts[Int(queue.index)]?.deserved = deserved
        }
        let free = parent.realCapability.exceededPart(guaranteed)
        for child in parent.children {
            guard var account = self.account(child) else { continue }
            account.realCapability = free.adding(account.guarantee)
            account.realCapability.cap(by: account.capability, .infinity)
            accounts[Int(child.index)] = account
            divide(child)
        }
    }

    /// Leaves before inner queues; two leaves by their ancestors just below the lowest common one.
    func compareInTree(_ l: QueueRef, _ left: CapacityAccount, _ r: QueueRef, _ right: CapacityAccount) -> Int {
        if left.children.isEmpty != right.children.isEmpty { return left.children.isEmpty ? -1 : 1 }
        guard left.children.isEmpty else { return left.compare(right) }
        let depth = left.depthShared(with: right) + 1
        let leftBranch = depth < left.ancestors.count ? left.ancestors[depth] : l
        let rightBranch = depth < right.ancestors.count ? right.ancestors[depth] : r
        guard let leftAccount = account(leftBranch), let rightAccount = account(rightBranch) else { return 0 }
        return leftAccount.compare(rightAccount)
    }

    // MARK: Ancestors in reclaim

    /// Ancestors of the levels that `ancestorReclaimLevel` takes in, parent first; the root never counts.
    func ancestorsInRange(of account: CapacityAccount) -> [QueueRef] {
        account.ancestors.reversed().prefix(ancestorReclaimLevel).filter { session[$0].name != Self.root }
    }

    /// Whether two queues have a common ancestor in range.
    func sharesAncestorInRange(_ a: CapacityAccount, _ b: CapacityAccount) -> Bool {
        guard isHierarchical, ancestorReclaimLevel > 0 else { return false }
        let others = ancestorsInRange(of: b)
        return ancestorsInRange(of: a).contains { others.contains($0) }
    }

    /// Ancestors of the victim's queue in range that must give `taken` as well; nil if one of them may not.
    ///
    /// An ancestor that the reclaimer has at the same level has nothing to give. Accounts met are kept in `allocated`.
    func ancestorsGiving(
        _ taken: Resource, of owner: CapacityAccount, to asker: CapacityAccount, _ allocated: inout [QueueRef: Resource]
    ) -> [QueueRef]? {
        guard isHierarchical, ancestorReclaimLevel > 0 else { return [] }
        var charged: [QueueRef] = []
        for level in 1...ancestorReclaimLevel {
            guard let ancestor = owner.ancestor(level) else { break }
            if session[ancestor].name == Self.root || asker.ancestor(level) == ancestor { continue }
            guard let account = self.account(ancestor) else { return nil }
            let left = allocated[ancestor] ?? account.allocated
            allocated[ancestor] = left
            charged.append(ancestor)
            if account.deservesNothing(of: taken) { continue }
            let above = left.relevantDimensionsAbove(account.deserved, requested: taken, pods: session.names.pods)
            if above.isEmpty { return nil }
        }
        return charged
    }
}

extension CapacityAccount {
    /// Takes from the parent what the capability does not name.
    mutating func inheritCapability(of parent: CapacityAccount) {
        if capability.milliCPU <= 0 { capability.milliCPU = parent.capability.milliCPU }
        if capability.memory <= 0 { capability.memory = parent.capability.memory }
        for index in parent.capability.scalars.indices where capability.scalar(index) == nil {
            if let inherited = parent.capability.scalar(index) { capability.setScalar(index, inherited) }
        }
    }

    /// The ancestor `level` steps up: 1 is the parent.
    func ancestor(_ level: Int) -> QueueRef? {
        level <= ancestors.count ? ancestors[ancestors.count - level] : nil
    }

    /// Depth of the lowest common ancestor; the root has 0.
    func depthShared(with other: CapacityAccount) -> Int {
        var depth = 0
        for (place, pair) in zip(ancestors, other.ancestors).enumerated() {
            guard pair.0 == pair.1 else { break }
            depth = place
        }
        return depth
    }
}
