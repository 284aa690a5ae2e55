/// Combination rules of the extension points (upstream: `framework/session_plugins.go`; reference section 6).
extension VolcanoSession {
    // MARK: Orders: the first non-zero answer wins, then creation time, then UID.

    /// Whether a job comes before another.
    public func jobLess(_ l: JobRef, _ r: JobRef) -> Bool {
        let order = compareJobs(l, r)
        if order != 0 { return order < 0 }
        if self[l].creation == self[r].creation { return self[l].uid < self[r].uid }
        return self[l].creation < self[r].creation
    }

    /// The plugins' answer alone.
    public func compareJobs(_ l: JobRef, _ r: JobRef) -> Int { order(.jobOrder) { $0.compareJobs(l, r) } }

    /// Whether a sub-job comes before another; ties by match index, then UID.
    public func subJobLess(_ l: SubJobRef, _ r: SubJobRef) -> Bool {
        let order = order(.subJobOrder) { $0.compareSubJobs(l, r) }
        if order != 0 { return order < 0 }
        if self[l].matchIndex == self[r].matchIndex { return self[l].uid < self[r].uid }
        return self[l].matchIndex < self[r].matchIndex
    }

    /// Whether a queue comes before another.
    public func queueLess(_ l: QueueRef, _ r: QueueRef) -> Bool {
        let order = order(.queueOrder) { $0.compareQueues(l, r) }
        if order != 0 { return order < 0 }
        if self[l].creation == self[r].creation { return self[l].name < self[r].name }
        return self[l].creation < self[r].creation
    }

    /// Whether the pods of queue `l` give way before those of `r`; by default the queue that comes later gives first.
    public func victimQueueLess(_ l: QueueRef, _ r: QueueRef, preemptor: QueueRef) -> Bool {
        let order = order(.victimQueueOrder) { $0.compareVictimQueues(l, r, preemptor: preemptor) }
        return order == 0 ? !queueLess(l, r) : order < 0
    }

    /// The plugins' answer alone.
    public func compareTasks(_ l: TaskRef, _ r: TaskRef) -> Int { order(.taskOrder) { $0.compareTasks(l, r) } }

    /// Whether a task comes before another; ties by the index at the end of the name first.
    public func taskLess(_ l: TaskRef, _ r: TaskRef) -> Bool {
        let order = compareTasks(l, r)
        if order != 0 { return order < 0 }
        let (a, b) = (self[l].nameIndex, self[r].nameIndex)
        if a >= 0, b >= 0, a != b { return a < b }
        if self[l].creation == self[r].creation { return self[l].uid < self[r].uid }
        return self[l].creation < self[r].creation
    }

    /// Tasks in a heap; sorted once where their order hangs on nothing that changes.
    func taskHeap(_ tasks: [TaskRef]) -> BinaryHeap<TaskRef> {
        if let sorted = sortedOnce(tasks) { return BinaryHeap(inOrder: sorted, less: taskLess) }
        var heap = BinaryHeap(less: taskLess)
        for task in tasks { heap.push(task) }
        return heap
    }

    /// Tasks by priority, index of the name, creation and UID; nil where another plugin has a say, or only some names end
    /// with an index (`taskLess` is no order then).
    func sortedOnce(_ tasks: [TaskRef]) -> [TaskRef]? {
        guard tasks.count > 1 else { return tasks }
        for plugin in hooks.all(.taskOrder) where !(plugin is PriorityPlugin) { return nil }
        let goesByPriority = !hooks.all(.taskOrder).isEmpty
        var keys: [(priority: Int32, index: Int64, task: TaskRef)] = []
        keys.reserveCapacity(tasks.count)
        for task in tasks {
            let place = Int(task.index)
            keys.append((goesByPriority ? self.tasks[place].priority : 0, self.tasks[place].nameIndex, task))
        }
        guard keys.allSatisfy({ ($0.index < 0) == (keys[0].index < 0) }) else { return nil }
        let isIndexed = keys[0].index >= 0
        keys.sort { l, r in
            if l.priority != r.priority { return l.priority > r.priority }
            if isIndexed, l.index != r.index { return l.index < r.index }
            let (a, b) = (self[l.task].creation, self[r.task].creation)
            return a == b ? self[l.task].uid < self[r.task].uid : a < b
        }
        return keys.map(\.task)
    }

    /// The first answer that is not 0.
    @inline(__always)
    private func order(_ point: ExtensionPoints, _ ask: (any VolcanoPlugin) -> Int) -> Int {
        for plugin in hooks.all(point) {
            let order = ask(plugin)
            if order != 0 { return order }
        }
        return 0
    }

    // MARK: Victims: plugins of a tier intersect, the first tier that leaves anything decides.

    /// Candidates that a pod may displace within its queue.
    public func preemptable(_ preemptor: TaskRef, _ candidates: [TaskRef]) -> [TaskRef] {
        victims(.preemptable) { $0.preemptable(preemptor, candidates) }
    }

    /// Candidates that a pod may displace in other queues.
    public func reclaimable(_ reclaimer: TaskRef, _ candidates: [TaskRef]) -> [TaskRef] {
        victims(.reclaimable) { $0.reclaimable(reclaimer, candidates) }
    }

    /// Candidates that a gang may displace, for gang preemption or gang reclaim.
    public func unifiedEvictable(_ preemptor: JobRef, _ candidates: [TaskRef], _ purpose: EvictionPurpose) -> [TaskRef]
    {
        victims(.unifiedEvictable) { $0.unifiedEvictable(preemptor, candidates, purpose) }
    }

    private func victims(
        _ point: ExtensionPoints, _ ask: (any VolcanoPlugin) -> (victims: [TaskRef], vote: Vote)
    ) -> [TaskRef] {
        for tier in hooks[point] {
            // nil counts as "not yet set": a later plugin of the tier refills an intersection that became empty.
            var victims: [TaskRef]?
            for plugin in tier {
                let (candidates, vote) = ask(plugin)
                if vote == .abstain { continue }
                if candidates.isEmpty {
                    victims = nil
                    break
                }
                if let earlier = victims {
                    let allowed = Set(candidates)
                    let both = earlier.filter(allowed.contains)
                    victims = both.isEmpty ? nil : both
                } else {
                    victims = candidates
                }
            }
            if let victims { return victims }
        }
        return []
    }

    /// Victims of `shuffle`: the union within a tier, the first tier with any decides.
    public func victimTasks(_ candidates: [TaskRef]) -> [TaskRef] {
        for tier in hooks[.victimTasks] {
            var seen: Set<TaskRef> = []
            var victims: [TaskRef] = []
            for plugin in tier {
                for victim in plugin.victimTasks(candidates) where seen.insert(victim).inserted {
                    victims.append(victim)
                }
            }
            if !victims.isEmpty { return victims }
        }
        return []
    }

    // MARK: Yes or no.

    /// Whether some plugin says that a queue has all it deserves.
    public func overused(_ queue: QueueRef) -> Bool {
        hooks.all(.overused).contains { $0.overused(queue) }
    }

    /// Whether every plugin lets a pod take resources on account of its queue.
    public func allocatable(_ queue: QueueRef, _ task: TaskRef) -> Bool {
        hooks.all(.allocatable).allSatisfy { $0.allocatable(queue, task) }
    }

    /// Whether every plugin lets a queue reclaim for these pods.
    public func preemptive(_ queue: QueueRef, _ tasks: [TaskRef]) -> Bool {
        hooks.all(.preemptive).allSatisfy { $0.preemptive(queue, tasks) }
    }

    /// Whether every plugin says that a job can start.
    public func jobReady(_ job: JobRef) -> Bool {
        hooks.all(.jobReady).allSatisfy { $0.jobReady(job) }
    }

    /// The job's own hook where the job has no sub-group policies.
    public func subJobReady(_ subJob: SubJobRef) -> Bool {
        let job = self[subJob].job
        guard self[job].hasSubGroups else { return jobReady(job) }
        return hooks.all(.subJobReady).allSatisfy { $0.subJobReady(subJob) }
    }

    /// Whether a job can start once what is releasing is free, by vote.
    public func jobPipelined(_ job: JobRef) -> Bool { vote(.jobPipelined) { $0.jobPipelined(job) } }

    /// The job's own hook where the job has no sub-group policies.
    public func subJobPipelined(_ subJob: SubJobRef) -> Bool {
        let job = self[subJob].job
        guard self[job].hasSubGroups else { return jobPipelined(job) }
        return vote(.subJobPipelined) { $0.subJobPipelined(subJob) }
    }

    /// Whether a job may leave Pending, by vote.
    public func jobEnqueueable(_ job: JobRef) -> Bool { vote(.jobEnqueueable) { $0.jobEnqueueable(job) } }

    /// Any rejection ends the walk with no; a tier with a permission ends it with yes; nobody: yes.
    private func vote(_ point: ExtensionPoints, _ ask: (any VolcanoPlugin) -> Vote) -> Bool {
        for tier in hooks[point] {
            var permitted = false
            for plugin in tier {
                switch ask(plugin) {
                case .reject: return false
                case .permit: permitted = true
                case .abstain: break
                }
            }
            if permitted { return true }
        }
        return true
    }

    /// All plugins of the first tier that has any; none at all: no.
    public func jobStarving(_ job: JobRef) -> Bool {
        for tier in hooks[.jobStarving] where !tier.isEmpty { return tier.allSatisfy { $0.jobStarving(job) } }
        return false
    }

    /// Why a job is not worth trying; nil if no plugin objects.
    public func jobValid(_ job: JobRef) -> ValidationFailure? {
        for plugin in hooks.all(.jobValid) { if let failure = plugin.jobValid(job) { return failure } }
        return nil
    }

    /// Tells all plugins that a job was let in.
    public func jobEnqueued(_ job: JobRef) {
        for plugin in hooks.all(.jobEnqueued) { plugin.jobEnqueued(job) }
    }

    // MARK: Nodes.

    /// The first refusal that holds for every node; nil: go on to the nodes.
    public func prePredicate(_ task: TaskRef) -> FitStatus? {
        for plugin in hooks.all(.prePredicate) { if let failure = plugin.prePredicate(task) { return failure } }
        return nil
    }

    /// Refusals of the first plugin that refuses; empty if none does.
    public func predicate(_ task: TaskRef, _ node: NodeRef) -> [FitStatus] {
        for plugin in hooks.all(.predicate) {
            let refusals = plugin.predicate(task, node)
            if !refusals.isEmpty { return refusals }
        }
        return []
    }

    /// Whether preemption must pass over the node: a refusal that evictions cannot cure.
    public func predicateForPreempt(_ task: TaskRef, _ node: NodeRef) -> [FitStatus] {
        let refusals = predicate(task, node)
        return refusals.contains { $0.code != .unschedulable } ? refusals : []
    }

    /// Sum of the plugins' scores of one node.
    public func nodeOrder(_ task: TaskRef, _ node: NodeRef) -> Double {
        var score = 0.0
        for plugin in hooks.all(.nodeOrder) { score += plugin.nodeOrder(task, node) }
        return score
    }

    /// Sums of the plugins' scores that need all candidates at once, in the order of `nodes`.
    public func batchNodeOrder(_ task: TaskRef, _ nodes: [NodeRef]) -> [Double] {
        var scores = Array(repeating: 0.0, count: nodes.count)
        for tier in hooks[.batchNodeOrder] {
            for plugin in tier {
                let batch = plugin.batchNodeOrder(task, nodes)
                for index in batch.indices { scores[index] += batch[index] }
            }
        }
        return scores
    }

    /// The first plugin's choice among scored nodes; nil if none chooses.
    public func bestNode(_ task: TaskRef, _ nodes: [NodeRef], _ scores: [Double]) -> NodeRef? {
        for tier in hooks[.bestNode] {
            for plugin in tier { if let node = plugin.bestNode(task, nodes, scores) { return node } }
        }
        return nil
    }

    /// Sum of the plugins' scores, in the order of `hyperNodes`.
    public func hyperNodeOrder(_ subJob: SubJobRef, _ hyperNodes: [HyperNodeRef]) -> [Double] {
        var scores = Array(repeating: 0.0, count: hyperNodes.count)
        for tier in hooks[.hyperNodeOrder] {
            for plugin in tier {
                let list = plugin.hyperNodeOrder(subJob, hyperNodes)
                for index in list.indices { scores[index] += list[index] }
            }
        }
        return scores
    }

    /// The first registered plugin decides; none: only `root`.
    public func hyperNodeGradient(forJob job: JobRef, root: HyperNodeRef, purpose: GradientPurpose = .allocate)
        -> [[HyperNodeRef]]
    {
        for tier in hooks[.hyperNodeGradientForJob] {
            for plugin in tier { return plugin.hyperNodeGradient(forJob: job, root: root, purpose: purpose) }
        }
        return [[root]]
    }

    /// The first registered plugin decides; none: only `root`.
    public func hyperNodeGradient(forSubJob subJob: SubJobRef, root: HyperNodeRef, purpose: GradientPurpose = .allocate)
        -> [[HyperNodeRef]]
    {
        for tier in hooks[.hyperNodeGradientForSubJob] {
            for plugin in tier { return plugin.hyperNodeGradient(forSubJob: subJob, root: root, purpose: purpose) }
        }
        return [[root]]
    }

    // MARK: Dry runs of topology-aware preemption.

    /// Call it before the dry run on each node.
    public func simulationBegins(for preemptor: TaskRef) {
        for plugin in plugins { plugin.simulationBegins(for: preemptor) }
    }

    /// Tells plugins that a victim leaves a node in a dry run.
    public func simulateRemove(_ victim: TaskRef, for preemptor: TaskRef, from node: NodeRef) {
        for tier in hooks[.simulateRemove] {
            for plugin in tier { plugin.simulateRemove(victim, for: preemptor, from: node) }
        }
    }

    /// Tells plugins that a victim is back on a node in a dry run.
    public func simulateAdd(_ victim: TaskRef, for preemptor: TaskRef, to node: NodeRef) {
        for tier in hooks[.simulateAdd] { for plugin in tier { plugin.simulateAdd(victim, for: preemptor, to: node) } }
    }

    /// As `predicate`, on the state of the dry run.
    public func simulatePredicate(_ task: TaskRef, _ node: NodeRef) -> [FitStatus] {
        for tier in hooks[.simulatePredicate] {
            for plugin in tier {
                let refusals = plugin.simulatePredicate(task, node)
                if !refusals.isEmpty { return refusals }
            }
        }
        return []
    }

    /// As `allocatable`, on the state of the dry run.
    public func simulateAllocatable(_ queue: QueueRef, _ task: TaskRef) -> Bool {
        hooks.all(.simulateAllocatable).allSatisfy { $0.simulateAllocatable(queue, task) }
    }
}
