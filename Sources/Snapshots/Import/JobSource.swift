import KubernetesObjects

/// One gang as a dump shows it: a PodGroup with its pods and the Volcano Job that made it, or a pod of its own.
struct JobSource {
    var namespace: String
    var name: String
    var group: PodGroup?
    var job: VCJob?
    var pods: [Pod] = []

    /// `namespace/name`.
    var key: String { namespace + "/" + name }

    /// When it was submitted: its Job, else its PodGroup, else its first pod.
    var submitted: Timestamp? {
        job?.metadata.creationTimestamp ?? group?.metadata.creationTimestamp
            ?? pods.compactMap(\.metadata.creationTimestamp).min()
    }

    /// Name of its queue in the cluster.
    var queue: String {
        let name = group?.queue ?? job?.spec.queue ?? ""
        return name.isEmpty ? "default" : name
    }
}

/// The gangs of a dump, and the pods that belong to its nodes rather than to anybody's work.
struct JobSources {
    private(set) var jobs: [JobSource] = []
    /// Pods that run on every node (of DaemonSets, or of the kubelet itself), by node.
    private(set) var daemons: [String: [Pod]] = [:]
    /// Pods of other schedulers that ask for no GPU, by namespace.
    private(set) var others: [String: Int] = [:]
    private var places: [String: Int] = [:]

    init(_ objects: ObjectSet) {
        let vcJobs = Dictionary(objects.jobs.map { ($0.metadata.key, $0) }) { first, _ in first }
        var adopted: Set<String> = []
        for group in objects.podGroups where places[group.metadata.key] == nil {
            let owner = group.metadata.ownerReferences.first { $0.isController } ?? group.metadata.ownerReferences.first
            let job = owner.flatMap { $0.kind == "Job" ? vcJobs[group.metadata.namespace + "/" + $0.name] : nil }
            if let job { adopted.insert(job.metadata.key) }
            add(
                JobSource(
                    namespace: group.metadata.namespace, name: owner?.name ?? group.metadata.name, group: group,
                    job: job), group.metadata.key)
        }
        for pod in objects.pods { add(pod) }
        for job in objects.jobs where !adopted.contains(job.metadata.key) {
            // A Job whose pods name its PodGroup, which is gone.
            let orphans = jobs.firstIndex { $0.group == nil && $0.key == job.metadata.key }
            if let orphans {
                jobs[orphans].job = job
            } else {
                add(JobSource(namespace: job.metadata.namespace, name: job.metadata.name, job: job), job.metadata.key)
            }
        }
    }

    private mutating func add(_ source: JobSource, _ key: String) {
        places[key] = jobs.count
        jobs.append(source)
    }

    private mutating func add(_ pod: Pod) {
        let namespace = pod.metadata.namespace
        if let group = pod.metadata.annotations["scheduling.k8s.io/group-name"], !group.isEmpty {
            let key = namespace + "/" + group
            if let place = places[key] {
                jobs[place].pods.append(pod)
            } else {
                let name = pod.metadata.annotations["volcano.sh/job-name"] ?? group
                add(JobSource(namespace: namespace, name: name, pods: [pod]), key)
            }
        } else if pod.metadata.ownerReferences.contains(where: { $0.kind == "DaemonSet" || $0.kind == "Node" }) {
            if pod.status.phase == "Running" { daemons[pod.spec.nodeName, default: []].append(pod) }
        } else {
            let request = PodRequest(pod)
            let isOther = pod.spec.schedulerName != "volcano"
            if isOther, request.gpus == 0, request.foreignAccelerators.isEmpty {
                others[namespace, default: 0] += 1
            } else {
                jobs.append(JobSource(namespace: namespace, name: pod.metadata.name, pods: [pod]))
            }
        }
    }
}
