import KubernetesObjects
import Quantities

/// Builds a `ClusterSnapshot` (upstream: `cache/event_handlers.go`, `api/job_info.go`).
struct SnapshotBuilder {
    let objects: ObjectSet
    let names: ResourceNames
    /// Node of pods that are being bound, by `namespace/name`.
    private let binding: [String: String]
    var tasks: ContiguousArray<TaskInfo> = []
    var jobs: ContiguousArray<JobInfo> = []
    var subJobs: ContiguousArray<SubJobInfo> = []
    var nodes: ContiguousArray<NodeInfo> = []
    var queues: ContiguousArray<QueueInfo> = []
    var queueIndex: [String: QueueRef] = [:]
    var nodeIndex: [String: NodeRef] = [:]
    var jobIndex: [String: JobRef] = [:]
    var taskIndex: [String: TaskRef] = [:]
    private var shapes = TaskShapes()
    private var requests: [ResourceList]

    init(_ objects: ObjectSet, binding: [String: String], names: ResourceNames?) {
        self.objects = objects
        self.binding = binding
        self.requests = objects.pods.map { $0.effectiveRequests() }
        if let names {
            self.names = names
            return
        }
        var seen: Set<String> = []
        func note(_ list: ResourceList) { for entry in list.entries { seen.insert(entry.name) } }
        for node in objects.nodes {
            note(node.allocatable)
            note(node.capacity)
        }
        for queue in objects.queues {
            note(queue.capability)
            note(queue.deserved)
            note(queue.guarantee)
        }
        for group in objects.podGroups { if let list = group.minResources { note(list) } }
        for list in requests { note(list) }
        self.names = ResourceNames(seen)
    }

    mutating func build() {
        buildQueues()
        buildNodes()
        buildJobs()
        buildTasks()
        buildSubJobs()
    }

    private mutating func buildQueues() {
        let order = objects.queues.indices.sorted {
            objects.queues[$0].metadata.name < objects.queues[$1].metadata.name
        }
        for index in order {
            let queue = objects.queues[index]
            guard queueIndex[queue.metadata.name] == nil else { continue }
            let id = QueueRef(queues.count)
            queueIndex[queue.metadata.name] = id
            queues.append(
                QueueInfo(
                    id: id, name: queue.metadata.name, object: Int32(index), weight: queue.weight,
                    priority: queue.priority, reclaimable: queue.reclaimable,
                    isOpen: queue.state.isEmpty || queue.state == "Open",
                    creation: queue.metadata.creationTimestamp?.nanoseconds ?? .min, parent: queue.parent,
                    hierarchy: queue.metadata.annotations["volcano.sh/hierarchy"] ?? "",
                    hierarchyWeights: queue.metadata.annotations["volcano.sh/hierarchy-weights"] ?? ""))
        }
    }

    private mutating func buildNodes() {
        let sorted = objects.nodes.indices.sorted { objects.nodes[$0].metadata.name < objects.nodes[$1].metadata.name }
        var rank = Array(repeating: Int32(0), count: objects.nodes.count)
        for (place, index) in sorted.enumerated() { rank[index] = Int32(place) }
        for (index, node) in objects.nodes.enumerated() where nodeIndex[node.metadata.name] == nil {
            let id = NodeRef(nodes.count)
            nodeIndex[node.metadata.name] = id
            let allocatable = names.resource(node.allocatable)
            nodes.append(
                NodeInfo(
                    id: id, name: node.metadata.name, nameRank: rank[index], object: Int32(index),
                    allocatable: allocatable,
                    capacity: node.capacity.isEmpty ? allocatable : names.resource(node.capacity), idle: allocatable))
        }
    }

    /// Queue of PodGroups that name none (upstream: `--default-queue`).
    private static let defaultQueue = "default"

    private mutating func buildJobs() {
        let fallback = objects.priorityClasses.first { $0.globalDefault }?.value ?? 0
        var classes: [String: Int32] = [:]
        for item in objects.priorityClasses { classes[item.metadata.name] = item.value }
        let order = objects.podGroups.indices.sorted {
            objects.podGroups[$0].metadata.key < objects.podGroups[$1].metadata.key
        }
        for index in order {
            let group = objects.podGroups[index]
            guard let queue = queueIndex[group.queue.isEmpty ? Self.defaultQueue : group.queue],
                jobIndex[group.metadata.key] == nil
            else { continue }
            let id = JobRef(jobs.count)
            jobIndex[group.metadata.key] = id
            queues[Int(queue.index)].jobs.append(id)
            jobs.append(
                JobInfo(
                    id: id, uid: group.metadata.key, namespace: group.metadata.namespace, name: group.metadata.name,
                    podGroup: Int32(index), queue: queue,
                    priority: group.priorityClassName.isEmpty ? fallback : classes[group.priorityClassName] ?? fallback,
                    minAvailable: Int(group.minMember), roles: [],
                    hasRoleMinimums: !group.minTaskMember.isEmpty,
                    roleMinimumTotal: group.minTaskMember.values.reduce(0) { $0 + Int($1) },
                    minResources: group.minResources.map(names.resource),
                    creation: group.metadata.creationTimestamp ?? Timestamp(nanoseconds: .min),
                    preemptable: Self.flag(group.metadata, "volcano.sh/preemptable"),
                    revocableZone: Self.revocableZone(group.metadata), tasks: [], subJobs: [], phase: group.phase,
                    topology: group.networkTopology.map(Self.limit)))
        }
    }

    /// Tasks in ascending (job, UID); those without a job last.
    private mutating func buildTasks() {
        let count = objects.pods.count
        var jobOf = Array(repeating: Int32.max, count: count)
        for (index, pod) in objects.pods.enumerated() {
            guard let group = pod.metadata.annotations["scheduling.k8s.io/group-name"], !group.isEmpty,
                let job = jobIndex[pod.metadata.namespace + "/" + group]
            else { continue }
            jobOf[index] = job.index
        }
        let uids = objects.pods.map {
            $0.metadata.uid.isEmpty ? $0.metadata.namespace + "-" + $0.metadata.name : $0.metadata.uid
        }
        let order = (0..<count).sorted { jobOf[$0] == jobOf[$1] ? uids[$0] < uids[$1] : jobOf[$0] < jobOf[$1] }
        var rank = Array(repeating: Int32(0), count: count)
        let keys = objects.pods.map(\.metadata.key)
        for (place, index) in (0..<count).sorted(by: { keys[$0] < keys[$1] }).enumerated() {
            rank[index] = Int32(place)
        }
        tasks.reserveCapacity(count)
        var requestCache: [ResourceList: Resource] = [:]
        for index in order {
            let pod = objects.pods[index]
            let request: Resource
            if let known = requestCache[requests[index]] {
                request = known
            } else {
                request = taskRequest(requests[index])
                requestCache[requests[index]] = request
            }
            let task = makeTask(pod, index: index, uid: uids[index], request: request, rank: rank[index])
            taskIndex[keys[index]] = task.id
            tasks.append(task)
            attach(task.id, job: jobOf[index] == .max ? nil : JobRef(Int(jobOf[index])))
        }
        requests = []
    }

    private func taskRequest(_ list: ResourceList) -> Resource {
        var request = names.resource(list)
        request.setScalar(names.pods, 1)
        request.maxTaskNum = 0
        return request
    }

    private mutating func makeTask(_ pod: Pod, index: Int, uid: String, request: Resource, rank: Int32) -> TaskInfo {
        let assumed = binding.isEmpty || !pod.spec.nodeName.isEmpty ? nil : binding[pod.metadata.key]
        let node = nodeIndex[assumed ?? pod.spec.nodeName]
        let role = pod.metadata.annotations["volcano.sh/task-spec"] ?? pod.metadata.labels["volcano.sh/task-spec"] ?? ""
        let priority =
            pod.metadata.annotations["volcano.sh/task-priority"].flatMap { Int32($0) } ?? pod.spec.priority ?? 1
        var task = TaskInfo(
            id: TaskRef(tasks.count), pod: Int32(index), uid: uid, namespace: pod.metadata.namespace,
            name: pod.metadata.name, roleName: role, request: request, isBestEffort: request.isEmpty(pods: names.pods),
            status: assumed == nil ? Self.status(of: pod) : .binding, node: node, priority: priority,
            isPreemptable: Self.flag(pod.metadata, "volcano.sh/preemptable") ?? true,
            revocableZone: Self.revocableZone(pod.metadata),
            creation: pod.metadata.creationTimestamp ?? Timestamp(nanoseconds: .min),
            isGated: pod.spec.schedulingGates.contains { $0 != Self.queueGate },
            hasGates: !pod.spec.schedulingGates.isEmpty,
            nominatedNode: nodeIndex[pod.status.nominatedNodeName],
            isNominatedInVain: !pod.status.nominatedNodeName.isEmpty
                && nodeIndex[pod.status.nominatedNodeName] == nil, startTime: pod.status.startTime,
            nameIndex: Self.nameIndex(pod.metadata.name))
        task.nameRank = Int64(rank)
        task.shape = shapes.shape(of: pod, request: request, role: role)
        return task
    }

    /// Hooks a task into its job, role and node.
    private mutating func attach(_ id: TaskRef, job: JobRef?) {
        let place = Int(id.index)
        if let job {
            tasks[place].job = job
            let (status, request, bestEffort) = (tasks[place].status, tasks[place].request, tasks[place].isBestEffort)
            let role = roleIndex(tasks[place].roleName, in: job)
            tasks[place].role = Int32(role)
            jobs[Int(job.index)].tasks.append(id)
            jobs[Int(job.index)].counts[status] += 1
            jobs[Int(job.index)].roles[role].counts[status] += 1
            let (shape, common) = (tasks[place].shape, jobs[Int(job.index)].roles[role].shape)
            jobs[Int(job.index)].roles[role].shape = common == -1 || common == shape ? shape : -2
            jobs[Int(job.index)].totalRequest.add(request)
            if status.isAllocated { jobs[Int(job.index)].allocated.add(request) }
            if status == .pending, bestEffort {
                jobs[Int(job.index)].pendingBestEffort += 1
                jobs[Int(job.index)].roles[role].pendingBestEffort += 1
            }
        }
        if let node = tasks[place].node, !tasks[place].status.isCompleted {
            nodes[Int(node.index)].take(tasks[place].request, tasks[place].status)
            nodes[Int(node.index)].tasks.append(id)
        }
    }

    private mutating func roleIndex(_ name: String, in job: JobRef) -> Int {
        let minimums = objects.podGroups[Int(jobs[Int(job.index)].podGroup)].minTaskMember
        if jobs[Int(job.index)].roles.isEmpty {
            jobs[Int(job.index)].roles = minimums.sorted { $0.key < $1.key }.map {
                RoleInfo(name: $0.key, minimum: Int($0.value))
            }
        }
        if let known = jobs[Int(job.index)].roles.firstIndex(where: { $0.name == name }) { return known }
        jobs[Int(job.index)].roles.append(RoleInfo(name: name, minimum: 0))
        return jobs[Int(job.index)].roles.count - 1
    }

    /// Volcano's own gate, which `enqueue` admission lifts.
    static let queueGate = "scheduling.volcano.sh/queue-allocation-gate"

    /// Status of a pod (upstream: `api/helpers.go`, getTaskStatus).
    static func status(of pod: Pod) -> TaskStatus {
        let deleting = pod.metadata.deletionTimestamp != nil
        switch pod.status.phase {
        case "Running": return deleting ? .releasing : .running
        case "Pending", "":
            if deleting { return .releasing }
            return pod.spec.nodeName.isEmpty ? .pending : .bound
        case "Succeeded": return .succeeded
        case "Failed": return .failed
        default: return .unknown
        }
    }

    /// A boolean annotation, else label; unparsable is false; nil where neither is there.
    static func flag(_ metadata: ObjectMeta, _ key: String) -> Bool? {
        guard let text = metadata.annotations[key] ?? metadata.labels[key] else { return nil }
        return ["1", "t", "T", "TRUE", "true", "True"].contains(text)
    }

    /// `*` if the zone annotation is `*`, or if the pod is preemptable by annotation; otherwise empty.
    static func revocableZone(_ metadata: ObjectMeta) -> String {
        if let zone = metadata.annotations["volcano.sh/revocable-zone"] { return zone == "*" ? "*" : "" }
        guard let text = metadata.annotations["volcano.sh/preemptable"] else { return "" }
        return ["1", "t", "T", "TRUE", "true", "True"].contains(text) ? "*" : ""
    }

    /// The index that orders tasks of one job: the last part of a name of three or more parts, if it is an integer.
    static func nameIndex(_ name: String) -> Int64 {
        let parts = name.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 3, let last = parts.last, let index = Int64(last), index >= 0 else { return -1 }
        return index
    }

    static func limit(_ topology: NetworkTopology) -> TopologyLimit {
        TopologyLimit(
            isHard: topology.mode != "soft", isSoftAsWritten: topology.mode == "soft",
            highestTier: topology.highestTierAllowed, highestTierName: topology.highestTierName)
    }
}
