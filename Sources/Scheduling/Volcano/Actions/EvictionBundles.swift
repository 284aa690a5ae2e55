/// Pods of one job that gang eviction takes together (upstream: `actions/utils/bundle.go`; reference section 11).
package struct EvictionBundle {
    /// Safe: the gang stays whole without them. Whole: the rest of the gang, which loses its readiness.
    package enum Kind: Int, Sendable { case safe, whole }

    package var kind: Kind
    package var job: JobRef
    package var tasks: [TaskRef]
    /// What the eviction frees here.
    package var local: Resource
    /// What it destroys everywhere; nothing for a safe bundle.
    package var global: Resource

    package init(_ kind: Kind, job: JobRef, tasks: [TaskRef], local: Resource, global: Resource = Resource()) {
        self.kind = kind
        self.job = job
        self.tasks = tasks
        self.local = local
        self.global = global
    }

    /// Need covered here, per need destroyed everywhere; infinite where nothing is destroyed.
    private func returnOnEviction(_ need: Resource) -> Double {
        let destroyed = Self.covered(need, by: global, atMostNeed: false)
        return destroyed == 0 ? .infinity : Self.covered(need, by: local, atMostNeed: true) / destroyed
    }

    /// Sum over the dimensions asked for of amount per need.
    private static func covered(_ need: Resource, by amount: Resource, atMostNeed: Bool) -> Double {
        need.namedDimensions.reduce(0) { sum, dimension in
            let value = atMostNeed ? min(amount[dimension], need[dimension]) : amount[dimension]
            return sum + value / need[dimension]
        }
    }

    /// Safe bundles first; then as `isBefore` says of their jobs, where it decides (it is asked both ways round); then
    /// the higher return on eviction; then job UID and first task UID.
    package static func sorted(
        _ bundles: [EvictionBundle], need: Resource, jobsAreOrdered isBefore: (JobRef, JobRef) -> Bool
    ) -> [EvictionBundle] {
        let returns = bundles.map { $0.returnOnEviction(need) }
        let order = bundles.indices.sorted { i, j in
            let (l, r) = (bundles[i], bundles[j])
            if l.kind != r.kind { return l.kind.rawValue < r.kind.rawValue }
            if l.job != r.job {
                let (forth, back) = (isBefore(l.job, r.job), isBefore(r.job, l.job))
                if forth != back { return forth }
            }
            if returns[i] != returns[j] { return returns[i] > returns[j] }
            if l.job != r.job { return l.job < r.job }
            if let a = l.tasks.first, let b = r.tasks.first, a != b { return a < b }
            if l.tasks.count != r.tasks.count { return l.tasks.count < r.tasks.count }
            return i < j
        }
        return order.map { bundles[$0] }
    }

    /// Bundles in order until they cover a need (upstream: SelectBundles).
    package static func covering(
        _ need: Resource, _ bundles: [EvictionBundle], allowsWhole: Bool
    ) -> [EvictionBundle] {
        var selected: [EvictionBundle] = []
        var freed = Resource()
        for bundle in bundles where bundle.kind == .safe || allowsWhole {
            selected.append(bundle)
            freed.add(bundle.local)
            if need.lessEqual(freed) { break }
        }
        return selected
    }
}

extension VolcanoSession {
    /// Divides candidate victims of a job: one safe bundle of the pods it can spare, one of all the others.
    ///
    /// A pod is safe while the job keeps minAvailable, its role keeps its minimum (unless roles do not count), and its
    /// group keeps `minSubGroups` ready sub-groups; the first pod taken from a ready sub-group breaks it. A job that is
    /// below minAvailable already has nothing to lose: all its pods are safe. Pods of low priority come first, then by UID.
    package func bundles(of job: JobRef, _ candidates: [TaskRef]) -> [EvictionBundle] {
        guard !candidates.isEmpty else { return [] }
        let ordered = candidates.sorted {
            self[$0].priority == self[$1].priority ? $0 < $1 : self[$0].priority < self[$1].priority
        }
        var spare = BundleSurplus(job, self)
        guard spare.ofJob >= 0 else {
            return [EvictionBundle(.safe, job: job, tasks: ordered, local: requestSum(ordered))]
        }
        var (safe, whole): ([TaskRef], [TaskRef]) = ([], [])
        for task in ordered {
            if spare.take(task, self) { safe.append(task) } else { whole.append(task) }
        }
        var bundles: [EvictionBundle] = []
        if !safe.isEmpty { bundles.append(EvictionBundle(.safe, job: job, tasks: safe, local: requestSum(safe))) }
        if !whole.isEmpty {
            bundles.append(
                EvictionBundle(
                    .whole, job: job, tasks: whole, local: requestSum(whole), global: requestSum(self[job].tasks)))
        }
        return bundles
    }

    /// What is left of bundles when only `allowed` tasks may go: safe ones shrink, whole ones stay whole or go.
    func restrict(_ bundles: [EvictionBundle], to allowed: Set<TaskRef>) -> [EvictionBundle] {
        bundles.compactMap { bundle in
            let approved = bundle.tasks.filter(allowed.contains)
            if approved.isEmpty || bundle.kind == .whole && approved.count < bundle.tasks.count { return nil }
            return EvictionBundle(
                bundle.kind, job: bundle.job, tasks: approved, local: requestSum(approved), global: bundle.global)
        }
    }

    /// Sum of the tasks' requests.
    func requestSum(_ tasks: [TaskRef]) -> Resource {
        tasks.reduce(into: Resource()) { $0.add(self[$1].request) }
    }
}

/// What a gang can lose and stay ready, counted down while victims are named.
private struct BundleSurplus {
    var ofJob: Int
    /// By role of the job; nil where the role has no minimum, or where roles do not count.
    private var ofRoles: [Int?]
    /// Ready sub-groups above `minSubGroups`, by group id; nil where the job has no sub-group policies.
    private var ofGroups: [String: Int]?
    private var broken: Set<SubJobRef> = []

    init(_ job: JobRef, _ session: VolcanoSession) {
        let info = session[job]
        ofJob = info.readyCount - info.minAvailable
        let enforcesRoles = info.minAvailable >= info.roleMinimumTotal
        ofRoles = info.roles.map { role in
            enforcesRoles && role.minimum > 0
                ? role.counts.ready + role.pendingBestEffort - role.minimum : nil
        }
        guard info.hasSubGroups else { return }
        var groups: [String: Int] = [:]
        for subJob in info.subJobs {
            if session[subJob].isReady {
                groups[session[subJob].group, default: 0] += 1
            } else {
                broken.insert(subJob)
            }
        }
        for (group, minimum) in info.minSubGroups { groups[group, default: 0] -= minimum }
        ofGroups = groups
    }

    /// Takes a task from the surplus; false if the gang cannot spare it.
    mutating func take(_ task: TaskRef, _ session: VolcanoSession) -> Bool {
        let role = Int(session[task].role)
        let roleSurplus = ofRoles.indices.contains(role) ? ofRoles[role] : nil
        guard ofJob > 0, roleSurplus ?? 1 > 0, sparesGroup(of: task, session) else { return false }
        ofJob -= 1
        if let roleSurplus { ofRoles[role] = roleSurplus - 1 }
        if ofGroups != nil, let subJob = session[task].subJob, broken.insert(subJob).inserted {
            ofGroups?[session[subJob].group, default: 0] -= 1
        }
        return true
    }

    private func sparesGroup(of task: TaskRef, _ session: VolcanoSession) -> Bool {
        guard let ofGroups else { return true }
        guard let subJob = session[task].subJob else { return false }
        return broken.contains(subJob) || ofGroups[session[subJob].group, default: 0] > 0
    }
}
