import KubernetesObjects
import Quantities

/// A cluster under Volcano that changes by single steps between cycles: the source of snapshots for simulations.
///
/// Nodes and queues are fixed; jobs are copies of PodGroup templates whose pods are copies of pod templates. A snapshot
/// decides as one made from the full objects does, but costs time in proportion to the nodes and to the pods of active
/// jobs, with small constants. Pods of one job share objects: what filters or plugins read of a pod's own name, uid or
/// status is that of its template, and names are short. Snapshots have no `jobIndex` and no `taskIndex`; sub-groups are not supported.
public struct LiveCluster: Sendable {
    /// Pods of one kind in a new job.
    public struct Members: Sendable {
        /// Index of the pod among the templates.
        public var template: Int
        public var count: Int

        /// `count` pods like the template.
        public init(template: Int, count: Int) {
            self.template = template
            self.count = count
        }
    }

    /// Nodes in full, queues, pod and PodGroup templates.
    private let objects: ObjectSet
    var templates: ObjectSet { objects }
    /// The same with the nodes that are in, as they are.
    var presentObjects: ObjectSet { base.objects }
    private var isOut: [Bool]
    /// Amounts that nodes have lost, by place and resource.
    private var lost: [[String: Int64]]
    /// Everything that does not change from cycle to cycle.
    private(set) var base: ClusterSnapshot
    private var podTemplates: [TaskInfo] = []
    private var podTraits: [PodTraits] = []
    private(set) var jobTemplates: [JobInfo?] = []
    private(set) var subJobTemplates: [SubJobInfo?] = []
    /// How many shapes pods may have.
    private(set) var shapeCount = 0
    private(set) var descriptions: ContiguousArray<Int32> = []
    /// Node of the snapshot by place in `objects.nodes`, −1 for nodes that are out, and back.
    private(set) var refOfPlace: [Int32] = []
    private var placeOfRef: [Int] = []
    /// Active jobs and some that are gone, ascending by key: they are large, and taken out many at a time.
    var jobs: [LiveJob] = []
    var activeJobs: [LiveJob] { jobs.filter { !$0.isGone } }
    private var goneJobs = 0
    /// Nodes as they stand between cycles; those that are dirty are to be made anew.
    var nodes: ContiguousArray<NodeInfo> = []
    var isDirty: [Bool] = []
    /// Nobody's while a session works on the kept workspace.
    var kubernetes: ClusterState
    /// By job of the last snapshot: its key and its first task.
    var keyOfJob: [Int32] = []
    var firstTask: [Int32] = []
    /// What sessions work on, if they are opened by `openSession`.
    var desk = LiveDesk()
    let namespace: String
    /// Resources of all nodes, be they in or out.
    private let names: ResourceNames

    /// A cluster without jobs. `objects.pods` and `objects.podGroups` are the templates; their names must differ.
    public init(_ objects: ObjectSet, namespace: String) {
        self.objects = objects
        self.namespace = namespace
        isOut = Array(repeating: false, count: objects.nodes.count)
        lost = Array(repeating: [:], count: objects.nodes.count)
        base = ClusterSnapshot(objects)
        names = base.names
        kubernetes = base.kubernetes.cluster
        rebuild()
        readTemplates()
    }

    /// Number of active jobs.
    public var jobCount: Int { jobs.count - goneJobs }

    /// Key of a job of the last snapshot or session.
    public func key(of job: JobRef) -> Int32 { keyOfJob[Int(job.index)] }

    /// A task of the last snapshot or session: its job's key, and its place among the job's pods.
    public func locate(_ task: TaskRef, of job: JobRef) -> (key: Int32, pod: Int) {
        (keyOfJob[Int(job.index)], Int(task.index - firstTask[Int(job.index)]))
    }

    /// Place of a node of the last snapshot in the objects.
    public func place(of node: NodeRef) -> Int { placeOfRef[Int(node.index)] }

    /// Whether all nodes are in, with all that they can offer.
    public var isWhole: Bool {
        !isOut.contains(true) && lost.allSatisfy { amounts in amounts.values.allSatisfy { $0 == 0 } }
    }

    /// Whether a job is active.
    public func contains(_ key: Int32) -> Bool { find(key) != nil }
}

// MARK: Jobs

extension LiveCluster {
    /// Adds a Pending PodGroup without pods. Names must ascend with keys, and must not change their order by what
    /// follows the first differing letter. False if the template's queue does not exist.
    @discardableResult
    public mutating func add(
        _ key: Int32, name: String, template: Int, members: [Members], creation: Timestamp
    ) -> Bool {
        remove(key)
        guard var info = jobTemplates[template], var subJob = subJobTemplates[template] else { return false }
        info.uid = namespace + "/" + name
        info.name = name
        info.creation = creation
        info.phase = "Pending"
        subJob.uid = info.uid
        subJob.group = info.uid
        let place = insertionPlace(of: key)
        let job = LiveJob(key: key, info: info, subJob: subJob, members: members)
        if place < jobs.count, jobs[place].key == key {
            jobs[place] = job
            goneJobs -= 1
        } else {
            jobs.insert(job, at: place)
        }
        noteWrite(place)
        return true
    }

    /// Creates the job's pods, as its controller does once the PodGroup was let in.
    public mutating func makePods(of key: Int32, creation: Timestamp) {
        guard let place = find(key), jobs[place].tasks.isEmpty else { return }
        var job = jobs[place]
        let total = job.members.reduce(0) { $0 + $1.count }
        job.tasks.reserveCapacity(total)
        for members in job.members {
            let template = podTemplates[members.template]
            for index in 0..<members.count {
                var task = template
                task.name = "\(job.info.name)-\(Self.padded(job.tasks.count, total))"
                task.uid = task.name
                task.creation = creation
                task.nameIndex = Int64(index)
                job.pods.append(
                    PodInfo(id: task.uid, namespace: namespace, labels: [:], sharing: podTraits[members.template]))
                job.tasks.append(task)
                job.nodes.append(-1)
                job.nominations.append(-1)
            }
        }
        job.recount()
        jobs[place] = job
        noteWrite(place)
    }

    /// A number in as many digits as the greatest one has.
    static func padded(_ number: Int, _ greatest: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, String(greatest).utf8.count - digits.utf8.count)) + digits
    }

    /// The PodGroup's phase after a cycle.
    public mutating func setPhase(_ phase: String, of key: Int32) {
        guard let place = find(key), jobs[place].info.phase != phase else { return }
        jobs[place].info.phase = phase
        noteWrite(place)
    }

    /// The PodGroup's phase; nil for a job that is not active.
    public func phase(of key: Int32) -> String? { find(key).map { jobs[$0].info.phase } }

    /// The PodGroup's `namespace/name`; nil for a job that is not active.
    public func uid(of key: Int32) -> String? { find(key).map { jobs[$0].info.uid } }

    /// A pod runs on a node, given by its place.
    public mutating func run(_ key: Int32, pod: Int, on node: Int, at start: Timestamp) {
        guard let place = find(key), jobs[place].nodes[pod] < 0 else { return }
        jobs[place].tasks[pod].status = .running
        jobs[place].tasks[pod].startTime = start
        jobs[place].nodes[pod] = Int32(node)
        jobs[place].nominations[pod] = -1
        jobs[place].isStale = true
        noteWrite(place)
        take(jobs[place].pods[pod], Tenant(key: key, pod: Int32(pod)), to: node)
    }

    /// Writes a nomination to a pod. False if it has it already.
    public mutating func nominate(_ key: Int32, pod: Int, to node: Int) -> Bool {
        guard let place = find(key), jobs[place].nominations[pod] != Int32(node) else { return false }
        jobs[place].nominations[pod] = Int32(node)
        noteWrite(place)
        return true
    }

    /// Deletes pods of the job that have no node: it was scaled down to those it has.
    public mutating func dropPendingPods(of key: Int32) {
        guard let place = find(key), jobs[place].nodes.contains(-1) else { return }
        var job = jobs[place]
        let kept = job.nodes.indices.filter { job.nodes[$0] >= 0 }
        job.tasks = ContiguousArray(kept.map { job.tasks[$0] })
        job.pods = kept.map { job.pods[$0] }
        job.nominations = kept.map { job.nominations[$0] }
        job.nodes = kept.map { job.nodes[$0] }
        job.isStale = true
        jobs[place] = job
        noteWrite(place)
        for node in Set(job.nodes).sorted() where refOfPlace[Int(node)] >= 0 {
            desk.tenants[Int(refOfPlace[Int(node)])].removeAll { $0.key == key }
        }
        for (pod, node) in job.nodes.enumerated() where refOfPlace[Int(node)] >= 0 {
            settle(Tenant(key: key, pod: Int32(pod)), on: Int(refOfPlace[Int(node)]))
        }
    }

    /// The job and its pods are gone.
    public mutating func remove(_ key: Int32) {
        guard let place = find(key) else { return }
        let job = jobs[place]
        jobs[place].leave()
        goneJobs += 1
        for (pod, node) in job.nodes.enumerated() where node >= 0 { give(job.pods[pod], of: key, from: Int(node)) }
        vacate(job)
        if goneJobs > 64 + jobs.count / 4 {
            jobs.removeAll { $0.isGone }
            goneJobs = 0
        }
    }

    private mutating func take(_ pod: PodInfo, _ tenant: Tenant, to node: Int) {
        let ref = Int(refOfPlace[node])
        guard ref >= 0 else { return }
        noteDirty(ref)
        settle(tenant, on: ref)
        kubernetes.add(pod, toNodeAt: ref)
    }

    private mutating func give(_ pod: PodInfo, of key: Int32, from node: Int) {
        let ref = Int(refOfPlace[node])
        guard ref >= 0 else { return }
        noteDirty(ref)
        desk.tenants[ref].removeAll { $0.key == key }
        kubernetes.remove(pod.id, fromNodeAt: ref)
    }

    /// First place whose key is not below `key`.
    private func insertionPlace(of key: Int32) -> Int {
        var (low, high) = (0, jobs.count)
        while low < high {
            let middle = (low + high) / 2
            if jobs[middle].key < key { low = middle + 1 } else { high = middle }
        }
        return low
    }

    func find(_ key: Int32) -> Int? {
        let place = insertionPlace(of: key)
        return place < jobs.count && jobs[place].key == key && !jobs[place].isGone ? place : nil
    }
}

// MARK: Nodes

extension LiveCluster {
    /// A node becomes ready or not; a node that is not ready is left out of snapshots.
    public mutating func setReady(_ node: Int, _ isReady: Bool) {
        guard isOut[node] == isReady else { return }
        isOut[node] = !isReady
        rebuild()
    }

    /// Takes `count` (or, negative, gives back) of a resource out of what a node can offer.
    public mutating func lose(_ count: Int64, of resource: String, on node: Int) {
        lost[node][resource, default: 0] += count
        rebuild()
    }

    /// Makes everything anew that depends on the nodes.
    private mutating func rebuild() {
        var present = objects
        present.nodes = []
        refOfPlace = Array(repeating: -1, count: objects.nodes.count)
        placeOfRef = []
        for (place, node) in objects.nodes.enumerated() where !isOut[place] {
            refOfPlace[place] = Int32(present.nodes.count)
            placeOfRef.append(place)
            var node = node
            for (name, count) in lost[place] where count != 0 {
                guard let whole = node.allocatable[name]?.value else { continue }
                node.allocatable[name] = KubernetesQuantity(max(0, whole - count))
            }
            present.nodes.append(node)
        }
        base = ClusterSnapshot(present, names: names)
        descriptions = NodeClasses.descriptions(of: base)
        nodes = base.nodes
        isDirty = Array(repeating: true, count: nodes.count)
        clearDesk()
        desk.tenants = Array(repeating: [], count: nodes.count)
        kubernetes = base.kubernetes.cluster
        for job in jobs {
            for (pod, node) in job.nodes.enumerated() where node >= 0 {
                take(job.pods[pod], Tenant(key: job.key, pod: Int32(pod)), to: Int(node))
            }
        }
    }

    private mutating func readTemplates() {
        podTemplates = base.tasks.sorted { $0.pod < $1.pod }
        shapeCount = Int(podTemplates.map(\.shape).max() ?? -1) + 1
        podTraits = podTemplates.map { base.kubernetes.pods[Int($0.id.index)].traits }
        jobTemplates = Array(repeating: nil, count: objects.podGroups.count)
        subJobTemplates = Array(repeating: nil, count: objects.podGroups.count)
        for job in base.jobs {
            guard let subJob = job.subJobs.first else { continue }
            jobTemplates[Int(job.podGroup)] = job
            subJobTemplates[Int(job.podGroup)] = base.subJobs[Int(subJob.index)]
        }
    }
}

// MARK: Snapshots

extension LiveCluster {
    /// The world at the beginning of a cycle.
    public mutating func snapshot() -> ClusterSnapshot {
        var arrays = SnapshotArrays(queues: base.queues)
        let pods = jobs.reduce(0) { $0 + $1.tasks.count }
        arrays.reserve(jobs: jobs.count, tasks: pods)
        firstTask.removeAll(keepingCapacity: true)
        keyOfJob.removeAll(keepingCapacity: true)
        if desk.isLaidOut {
            clearDesk()
            isDirty = Array(repeating: true, count: nodes.count)
        }
        for node in nodes.indices {
            nodes[node].tasks.removeAll(keepingCapacity: true)
            if isDirty[node] {
                nodes[node].idle = nodes[node].allocatable
                nodes[node].used = Resource()
            }
        }
        for place in jobs.indices where !jobs[place].isGone {
            if jobs[place].isStale { jobs[place].recount() }
            firstTask.append(Int32(arrays.tasks.count))
            keyOfJob.append(jobs[place].key)
            append(jobs[place], to: &arrays)
        }
        for node in isDirty.indices { isDirty[node] = false }
        return ClusterSnapshot(
            base, arrays, nodes: nodes, kubernetes: kubernetes, descriptions: descriptions, shapeCount: shapeCount)
    }

    private mutating func append(_ job: LiveJob, to arrays: inout SnapshotArrays) {
        let id = JobRef(arrays.jobs.count)
        let first = arrays.tasks.count
        let refs = (first..<first + job.tasks.count).map { TaskRef($0) }
        for pod in job.tasks.indices {
            var task = job.tasks[pod]
            task.id = refs[pod]
            task.job = id
            task.subJob = SubJobRef(Int(id.index))
            task.nameRank = Int64(first + pod)
            let (node, nomination) = (job.nodes[pod], job.nominations[pod])
            if node >= 0, refOfPlace[Int(node)] >= 0 {
                let ref = Int(refOfPlace[Int(node)])
                task.node = NodeRef(ref)
                if isDirty[ref] { nodes[ref].take(task.request, task.status) }
                nodes[ref].tasks.append(task.id)
            }
            if nomination >= 0, refOfPlace[Int(nomination)] >= 0 {
                task.nominatedNode = NodeRef(Int(refOfPlace[Int(nomination)]))
            }
            task.isNominatedInVain = nomination >= 0 && task.nominatedNode == nil
            arrays.tasks.append(task)
        }
        arrays.pods.append(contentsOf: job.pods)
        var info = job.info
        info.id = id
        info.tasks = refs
        info.subJobs = [SubJobRef(Int(id.index))]
        arrays.jobs.append(info)
        var subJob = job.subJob
        subJob.id = SubJobRef(Int(id.index))
        subJob.job = id
        subJob.tasks = refs
        arrays.subJobs.append(subJob)
        arrays.queues[Int(info.queue.index)].jobs.append(id)
    }
}
