import KubernetesObjects

/// Creates the Jobs of flows, each as soon as those it depends on are Completed (upstream: pkg/controllers/jobflow).
///
/// A flow is looked at when it is created and when one of its Jobs changes; not when one is deleted, but a Job that is
/// missing then is created again at the next look. A template that is missing or a refusal by the webhook ends a look; it is
/// repeated, 5 ms later at first and twice as long each time. Probes on dependencies are looked at upstream only by their
/// targets' phases, as here.
struct JobFlowController: Sendable {
    static let flowKey = "volcano.sh/createdByJobFlow"
    static let templateKey = "volcano.sh/createdByJobTemplate"
    private var stale: [String] = []
    /// Looks that ended early.
    private var retries = Retries<String>(limit: 15)

    init() {}

    /// When a look is repeated.
    var nextDeadline: Timestamp? { retries.next }

    mutating func observe(_ change: Change) {
        switch change {
        case .jobFlow(let change):
            guard let flow = change.new else { return retries.forget(change.object.key) }
            let deletesItsJobs = flow.phase == "Succeed" && flow.jobRetainPolicy == "delete"
            if change.isCreation || deletesItsJobs { stale.append(flow.key) }
        case .job(let change):
            guard change.old != nil, let job = change.new, let owner = job.metadata.controller,
                owner.kind == JobFlow.kind
            else { return }
            stale.append(job.metadata.namespace + "/" + owner.name)
        default: break
        }
    }

    mutating func work(_ store: inout ObjectStore, now: Timestamp) -> Bool {
        let keys = stale + retries.takeDue(now)
        guard !keys.isEmpty else { return false }
        stale = []
        for key in keys {
            guard let flow = store.jobFlows[key] else { continue }
            if Self.synchronise(flow, &store, now: now) { retries.forget(key) } else { retries.add(key, now: now) }
        }
        return true
    }

    /// False if a Job could not be created: what comes after it is not looked at.
    private static func synchronise(_ flow: JobFlow, _ store: inout ObjectStore, now: Timestamp) -> Bool {
        if flow.metadata.deletionTimestamp != nil || flow.phase == "Failed" || flow.phase == "Terminating" {
            return true
        }
        if flow.phase == "Succeed" {
            guard flow.jobRetainPolicy == "delete" else { return true }
            for key in store.keys(of: VCJob.self, ownedBy: flow.metadata.uid) { store.remove(VCJob.self, key) }
            return true
        }
        for step in flow.flows { guard deploy(step, of: flow, &store, now: now) else { return false } }
        let phases = store.objects(of: VCJob.self, ownedBy: flow.metadata.uid).map(\.status.phase)
        let completed = phases.count { $0 == .completed }
        var phase = flow.phase.isEmpty ? "Pending" : flow.phase
        if completed == flow.flows.count {
            phase = "Succeed"
        } else if phases.contains(.failed) || phases.contains(.terminated) {
            phase = "Failed"
        } else if completed > 0 || phases.contains(.running) {
            phase = "Running"
        }
        store.modify(JobFlow.self, flow.key) { $0.phase = phase }
        return true
    }

    /// Creates the Job of a step, if it is its turn; false if it cannot be created.
    private static func deploy(
        _ step: JobFlowStep, of flow: JobFlow, _ store: inout ObjectStore, now: Timestamp
    ) -> Bool {
        let namespace = flow.metadata.namespace
        let key = namespace + "/" + flow.jobName(step.name)
        let isReady = step.targets.allSatisfy {
            store.jobs[namespace + "/" + flow.jobName($0)]?.status.phase == .completed
        }
        guard isReady, !store.jobs.contains(key) else { return true }
        guard let template = store.jobTemplates[namespace + "/" + step.name] else { return false }
        var job = VCJob()
        job.metadata = ObjectMeta(name: flow.jobName(step.name), namespace: namespace)
        let origin = [flowKey: namespace + "." + flow.metadata.name, templateKey: namespace + "." + step.name]
        job.metadata.labels = origin
        job.metadata.annotations = origin
        job.metadata.ownerReferences = [.controller(flow)]
        job.spec = template.spec
        if let patch = step.patch, patch != VCJobSpec() { job.spec.apply(patch) }
        return if case .success = store.submit(job, now: now) { true } else { false }
    }
}

extension JobFlow {
    /// Name of the Job that a template becomes in this flow.
    func jobName(_ template: String) -> String { metadata.name + "-" + template }
}
