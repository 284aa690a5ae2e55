import Configuration
import Controllers
import KubernetesObjects

/// A store with its controllers, and a scheduler and kubelets that do as the test says.
struct Scene {
    private(set) var store = ObjectStore()
    private var controllers = ControllerManager()
    /// Seconds.
    private(set) var now: Int64 = 0
    /// Phases of every Job in the order they were entered.
    private(set) var phases: [String: [String]] = [:]
    /// Number of PodGroups created so far.
    private(set) var groupsCreated = 0

    /// A scene with the queues that every cluster has: `root` and, below it, `default`.
    init() throws {
        try createQueue("root")
        try createQueue("default")
    }

    /// Creates a queue; the refusal if there is one.
    @discardableResult
    mutating func createQueue(_ name: String, _ spec: String = "{}") throws -> String? {
        try create("{apiVersion: scheduling.volcano.sh/v1beta1, kind: Queue, metadata: {name: \(name)}, spec: \(spec)}")
    }

    /// Creates objects as a user does; the refusal of the last one that was refused.
    @discardableResult
    mutating func create(_ yaml: String) throws -> String? {
        var reader = ObjectReader()
        try reader.read(SourceText(name: "test", text: yaml))
        var refusal: String?
        func note<Object>(_ result: Result<Object?, Refusal>) {
            if case .failure(let failure) = result { refusal = failure.message }
        }
        let time = timestamp
        for object in reader.objects.queues { note(store.submit(object, now: time)) }
        for object in reader.objects.priorityClasses { store.create(object, now: time) }
        for object in reader.objects.resourceQuotas { store.create(object, now: time) }
        for object in reader.objects.podGroups { note(store.submit(object, now: time)) }
        for object in reader.objects.jobs { note(store.submit(object, now: time)) }
        for object in reader.objects.jobTemplates { store.create(object, now: time) }
        for object in reader.objects.jobFlows { note(store.submit(object, now: time)) }
        for object in reader.objects.cronJobs { note(store.submit(object, now: time)) }
        for object in reader.objects.commands { store.create(object, now: time) }
        for object in reader.objects.pods { store.admit(object, now: time) }
        settle()
        return refusal
    }

    /// Creates a Job of one task `w` per entry of `tasks`: name, replicas and further fields.
    mutating func createJob(_ name: String, _ tasks: String = "{name: w, replicas: 2}", _ more: String = "") throws {
        try create(
            "{apiVersion: batch.volcano.sh/v1alpha1, kind: Job, metadata: {name: \(name)}, "
                + "spec: {tasks: [\(tasks)]\(more.isEmpty ? "" : ", " + more)}}")
    }

    private var timestamp: Timestamp { Timestamp(nanoseconds: now * 1_000_000_000) }

    /// Lets time pass, and what is due happen.
    mutating func wait(_ seconds: Int64) {
        let end = now + seconds
        while let next = controllers.nextDeadline, next.nanoseconds <= end * 1_000_000_000 {
            now = max(now, (next.nanoseconds + 999_999_999) / 1_000_000_000)
            settle()
        }
        now = end
    }

    /// Changes the store, then lets the controllers act.
    mutating func change(_ body: (inout ObjectStore, Timestamp) -> Void) {
        body(&store, timestamp)
        settle()
    }

    private mutating func settle() {
        for change in controllers.settle(&store, now: timestamp) {
            if case .podGroup(let change) = change, change.isCreation { groupsCreated += 1 }
            guard case .job(let change) = change, let job = change.new, let phase = job.status.phase,
                phase != change.old?.status.phase
            else { continue }
            phases[job.metadata.name, default: []].append(phase.rawValue)
        }
    }

    // MARK: - Looking

    func job(_ name: String) -> VCJob? { store.jobs["default/" + name] }
    func phase(_ name: String) -> JobPhase? { job(name)?.status.phase }
    func group(_ job: String) -> PodGroup? { self.job(job).flatMap { store.podGroups[$0.podGroupKey] } }
    var pods: [String] { store.pods.map(\.metadata.name).sorted() }
    func pod(_ name: String) -> Pod? { store.pods["default/" + name] }

    // MARK: - Scheduler and kubelets

    /// The scheduler lets a Job in.
    mutating func enqueue(_ job: String) { setGroupPhase(job, "Inqueue") }

    mutating func setGroupPhase(_ job: String, _ phase: String) {
        guard let key = self.job(job)?.podGroupKey else { return }
        change { store, _ in store.modify(PodGroup.self, key) { $0.phase = phase } }
    }

    /// Lets a Job in; all its pods are bound and run.
    mutating func start(_ job: String) {
        enqueue(job)
        runAll(of: job)
    }

    /// All waiting pods of a Job are bound and run.
    mutating func runAll(of job: String) {
        for pod in store.pods where pod.metadata.labels["volcano.sh/job-name"] == job && pod.status.phase == "Pending" {
            run(pod.metadata.name)
        }
    }

    mutating func run(_ pod: String) {
        change { store, _ in
            store.modify(Pod.self, "default/" + pod) {
                $0.spec.nodeName = "n0"
                $0.status.phase = "Running"
                $0.status.containerStatuses = [ContainerStatus()]
                $0.status.containerStatuses[0].ready = true
            }
        }
    }

    mutating func end(_ pod: String, exitCode: Int32 = 0) {
        change { store, _ in
            store.modify(Pod.self, "default/" + pod) {
                $0.status.phase = exitCode == 0 ? "Succeeded" : "Failed"
                $0.status.containerStatuses[0].ready = false
                $0.status.containerStatuses[0].exitCode = exitCode
            }
        }
    }

    /// Somebody deletes a pod.
    mutating func delete(_ pod: String) {
        change { store, now in store.requestDeletion(ofPod: "default/" + pod, now: now) }
    }

    /// Pods that are being deleted go.
    mutating func vanish() {
        for pod in store.pods where pod.metadata.deletionTimestamp != nil {
            change { store, _ in store.remove(Pod.self, pod.key) }
        }
    }

    mutating func command(_ action: String, _ target: String, kind: String = "Job") throws {
        try create(
            "{apiVersion: bus.volcano.sh/v1alpha1, kind: Command, metadata: {name: c\(now)-\(action)}, "
                + "action: \(action), target: {kind: \(kind), name: \(target)}}")
    }
}
