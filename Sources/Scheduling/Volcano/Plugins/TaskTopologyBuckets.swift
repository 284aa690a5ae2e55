import KubernetesObjects

/// What a PodGroup's annotations want of its roles (upstream: `plugins/task-topology/{manager,util}.go`).
struct TaskTopologyWishes {
    /// Roles that repel their own kind, want it, want others, repel others: the earliest that applies ranks a role.
    private var selfAffinity: Set<String> = []
    private var selfAntiAffinity: Set<String> = []
    private var interAffinity: Set<[String]> = []
    private var interAntiAffinity: Set<[String]> = []
    /// Higher goes first; absent: 0.
    private var order: [String: Int] = [:]
    /// Roles with a wish, by rank: self-anti 4, inter 3, self 2, inter-anti 1.
    private(set) var rank: [String: Int] = [:]

    /// nil where the annotations are absent, or name what is no role of the job, or a role twice in a group.
    init?(_ job: JobInfo, _ session: VolcanoSession) {
        let annotations = session.podGroup(job.id).metadata.annotations
        let affinity = annotations["volcano.sh/task-topology-affinity"]
        let antiAffinity = annotations["volcano.sh/task-topology-anti-affinity"]
        let taskOrder = annotations["volcano.sh/task-topology-task-order"]
        guard affinity != nil || antiAffinity != nil || taskOrder != nil else { return nil }
        let roles = Set(job.tasks.compactMap { Self.role(inName: session[$0].name) })
        let together = affinity.map(Self.groups) ?? []
        let apart = antiAffinity.map(Self.groups) ?? []
        let first = taskOrder.map { Self.names($0[...]) } ?? []
        guard (together + apart + [first]).allSatisfy({ Self.isValid($0, among: roles) }) else { return nil }
        for group in together { addAffinity(group) }
        for group in apart { addAntiAffinity(group) }
        for (index, role) in first.enumerated() { order[role] = first.count - index }
    }

    /// The role in a pod name such as `job-worker-3`: the part before the last.
    private static func role(inName name: String) -> String? {
        let parts = name.split(separator: "-", omittingEmptySubsequences: false)
        return parts.count < 2 ? nil : String(parts[parts.count - 2])
    }

    /// `a,b;c` taken apart.
    private static func groups(_ annotation: String) -> [[String]] {
        annotation.split(separator: ";", omittingEmptySubsequences: false).map(names)
    }

    /// `a,b` taken apart.
    private static func names(_ group: Substring) -> [String] {
        group.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }

    /// Whether every name is a role, and none is there twice; empty names do not count.
    private static func isValid(_ group: [String], among roles: Set<String>) -> Bool {
        let named = group.filter { !$0.isEmpty }
        return Set(named).count == named.count && roles.isSuperset(of: named)
    }

    private mutating func addAffinity(_ group: [String]) {
        if group.count == 1 {
            selfAffinity.insert(group[0])
            raise(group[0], to: 2)
            return
        }
        for role in group {
            for other in group where other != role { interAffinity.insert([role, other]) }
            raise(role, to: 3)
        }
    }

    private mutating func addAntiAffinity(_ group: [String]) {
        if group.count == 1 {
            selfAntiAffinity.insert(group[0])
            raise(group[0], to: 4)
            return
        }
        for role in group {
            for other in group where other != role { interAntiAffinity.insert([role, other]) }
            raise(role, to: 1)
        }
    }

    private mutating func raise(_ role: String, to value: Int) { rank[role] = max(rank[role] ?? 0, value) }

    /// Negative if tasks of role `l` go first: by the user's order, then by rank (upstream: −taskAffinityOrder).
    func compare(_ l: String, _ r: String) -> Int {
        if l == r { return 0 }
        let (lOrder, rOrder) = (order[l] ?? 0, order[r] ?? 0)
        if lOrder != rOrder { return lOrder > rOrder ? -1 : 1 }
        let (lRank, rRank) = (rank[l] ?? 0, rank[r] ?? 0)
        if lRank != rRank { return lRank > rRank ? -1 : 1 }
        return 0
    }

    /// Pods of wanted roles minus pods of unwanted roles among `pods` (role to number); with `onlyAnti` just minus.
    func affinity(of role: String, to pods: [String: Int], onlyAnti: Bool) -> Int {
        if role.isEmpty { return 0 }
        return pods.reduce(0) { sum, entry in
            let (other, count) = entry
            var sum = sum
            if !onlyAnti, other == role ? selfAffinity.contains(role) : interAffinity.contains([role, other]) {
                sum += count
            }
            if other == role ? selfAntiAffinity.contains(role) : interAntiAffinity.contains([role, other]) {
                sum -= count
            }
            return sum
        }
    }
}

/// A job's tasks in buckets that want to share a node (upstream: `plugins/task-topology/{manager,bucket}.go`).
struct TaskTopologyJob {
    /// Tasks that want to be together.
    struct Bucket {
        /// Tasks without a node, ascending by UID.
        var unplaced: [TaskRef] = []
        /// Number of tasks per role, placed ones included.
        var roles: [String: Int] = [:]
        /// Number of placed tasks per node name.
        var placed: [String: Int] = [:]
        /// Sum of the unplaced tasks' requests.
        var request = Resource()
        /// The same as one number: milli-cpu + MiB + scalars.
        var requestScore = 0.0
        var size = 0
    }

    let wishes: TaskTopologyWishes
    private(set) var buckets: [Bucket] = []
    /// Tasks in no bucket are absent.
    private(set) var bucketOf: [TaskRef: Int] = [:]
    /// Role of the tasks that have a wish: the annotation `volcano.sh/task-spec` alone.
    private(set) var roleOf: [TaskRef: String] = [:]
    /// Number of tasks per role placed in this session, per node name.
    private(set) var placedRoles: [String: [String: Int]] = [:]
    /// Size of the biggest bucket when the session opened.
    private(set) var biggestBucket = 0
    private let annotatedRole: [TaskRef: String]

    /// Placed tasks first, by node; then by the user's order and rank; then by name.
    init(_ job: JobInfo, _ wishes: TaskTopologyWishes, _ session: VolcanoSession) {
        self.wishes = wishes
        var annotated: [TaskRef: String] = [:]
        var members: [(task: TaskRef, role: String, node: String)] = []
        for task in job.tasks {
            let pod = session.snapshot.objects.pods[Int(session[task].pod)]
            guard let role = pod.metadata.annotations["volcano.sh/task-spec"], !role.isEmpty else { continue }
            annotated[task] = role
            guard wishes.rank[role] != nil else { continue }
            roleOf[task] = role
            members.append((task, role, session[task].node.map { session[$0].name } ?? pod.spec.nodeName))
        }
        annotatedRole = annotated
        members.sort { l, r in
            if l.node.isEmpty != r.node.isEmpty { return !l.node.isEmpty }
            if l.node != r.node { return l.node < r.node }
            let order = l.node.isEmpty ? wishes.compare(l.role, r.role) : 0
            return order == 0 ? session[l.task].name < session[r.task].name : order < 0
        }
        var bucketOfNode: [String: Int] = [:]
        for (task, role, node) in members {
            let known = node.isEmpty ? bestBucket(for: role) : bucketOfNode[node]
            let place = known ?? buckets.count
            if known == nil { buckets.append(Bucket()) }
            if !node.isEmpty { bucketOfNode[node] = place }
            add(task, role, node, session[task].request, to: place)
        }
        for index in buckets.indices { buckets[index].unplaced.sort() }
    }

    /// The bucket with the most affinity, then the smallest request, then the oldest; nil where all repel or none is there.
    private func bestBucket(for role: String) -> Int? {
        var best: (place: Int, affinity: Int)?
        for (place, bucket) in buckets.enumerated() {
            let affinity = wishes.affinity(of: role, to: bucket.roles, onlyAnti: false)
            if let chosen = best {
                let isSmaller = bucket.requestScore < buckets[chosen.place].requestScore
                guard affinity > chosen.affinity || affinity == chosen.affinity && isSmaller else { continue }
            }
            best = (place, affinity)
        }
        return best.flatMap { $0.affinity < 0 ? nil : $0.place }
    }

    private mutating func add(_ task: TaskRef, _ role: String, _ node: String, _ request: Resource, to place: Int) {
        bucketOf[task] = place
        buckets[place].roles[role, default: 0] += 1
        buckets[place].size += 1
        biggestBucket = max(biggestBucket, buckets[place].size)
        if node.isEmpty {
            buckets[place].unplaced.append(task)
            buckets[place].request.add(request)
            buckets[place].requestScore += Self.number(request)
        } else {
            buckets[place].placed[node, default: 0] += 1
        }
    }

    private static func number(_ request: Resource) -> Double {
        request.scalars.reduce(request.milliCPU + request.memory / 1024 / 1024) { $1.isNaN ? $0 : $0 + $1 }
    }

    /// A task was allocated or pipelined (upstream: TaskBound). A second time counts again.
    mutating func place(_ task: TaskRef, request: Resource, on node: String) {
        if let role = annotatedRole[task] { placedRoles[node, default: [:]][role, default: 0] += 1 }
        guard let place = bucketOf[task] else { return }
        buckets[place].placed[node, default: 0] += 1
        buckets[place].unplaced.removeAll { $0 == task }
        buckets[place].request.sub(request)
        buckets[place].requestScore -= Self.number(request)
    }
}
