import KubernetesObjects

/// Creates the Jobs of flows, each as soon as those it depends on are Completed (upstream: pkg/controllers/jobflow).
///
/// Probes on dependencies are looked at upstream only by their targets' phases, as here.
struct JobFlowController: Sendable {
    static let flowKey = "volcano.sh/createdByJobFlow"
    static let templateKey = "volcano.sh/createdByJobTemplate"
    private var stale: [String] = []

    init() {}

    mutating func observe(_ change: Change) {
        switch change {
        case .jobFlow(let change): if let flow = change.new { stale.append(flow.key) }
        case .job(let change):
            let job = change.object
            guard let owner = job.metadata.controller, owner.kind == JobFlow.kind else { return }
            if let old = change.old, let new = change.new, old.status.phase == new.status.phase { return }
            stale.append(job.metadata.namespace + "/" + owner.name)
        case .jobTemplate(let change):
            // Flows that waited for the template.
            guard change.isCreation else { return }
            stale.append(change.object.metadata.namespace + "/*")
        default: break
        }
    }

    mutating func work(_ store: inout ObjectStore, now: Timestamp) -> Bool {
        guard !stale.isEmpty else { return false }
        let keys = stale
        stale = []
        for key in keys {
            if key.hasSuffix("/*") {
                let namespace = key.dropLast(2)
                for flow in store.jobFlows where flow.metadata.namespace == namespace {
                    Self.synchronise(flow, &store, now: now)
                }
            } else if let flow = store.jobFlows[key] {
                Self.synchronise(flow, &store, now: now)
            }
        }
        return true
    }

    private static func synchronise(_ flow: JobFlow, _ store: inout ObjectStore, now: Timestamp) {
        if flow.metadata.deletionTimestamp != nil || flow.phase == "Failed" || flow.phase == "Terminating" { return }
        if flow.phase == "Succeed" {
            guard flow.jobRetainPolicy == "delete" else { return }
            for key in store.keys(of: VCJob.self, ownedBy: flow.metadata.uid) { store.remove(VCJob.self, key) }
            return
        }
        for step in flow.flows { deploy(step, of: flow, &store, now: now) }
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
    }

    private static func deploy(
        _ step: JobFlowStep, of flow: JobFlow, _ store: inout ObjectStore, now: Timestamp
    ) {
        let namespace = flow.metadata.namespace
        let key = namespace + "/" + flow.jobName(step.name)
        guard !store.jobs.contains(key), let template = store.jobTemplates[namespace + "/" + step.name] else { return }
        let isReady = step.targets.allSatisfy {
            store.jobs[namespace + "/" + flow.jobName($0)]?.status.phase == .completed
        }
        guard isReady else { return }
        var job = VCJob()
        job.metadata = ObjectMeta(name: flow.jobName(step.name), namespace: namespace)
        let origin = [flowKey: namespace + "." + flow.metadata.name, templateKey: namespace + "." + step.name]
        job.metadata.labels = origin
        job.metadata.annotations = origin
        job.metadata.ownerReferences = [.controller(flow)]
        job.spec = template.spec
        if let patch = step.patch { job.spec.apply(patch) }
        // A refused Job is asked for again with the next change of the flow.
        _ = store.submit(job, now: now)
    }
}

extension JobFlow {
    /// Name of the Job that a template becomes in this flow.
    func jobName(_ template: String) -> String { metadata.name + "-" + template }
}

extension VCJobSpec {
    /// Takes over what a patch says; its tasks replace those of the same name.
    fileprivate mutating func apply(_ patch: VCJobSpec) {
        if !patch.schedulerName.isEmpty { schedulerName = patch.schedulerName }
        if !patch.queue.isEmpty { queue = patch.queue }
        if !patch.priorityClassName.isEmpty { priorityClassName = patch.priorityClassName }
        if !patch.policies.isEmpty { policies = patch.policies }
        plugins.merge(patch.plugins) { _, new in new }
        minAvailable = patch.minAvailable ?? minAvailable
        minSuccess = patch.minSuccess ?? minSuccess
        maxRetry = patch.maxRetry ?? maxRetry
        ttlSecondsAfterFinished = patch.ttlSecondsAfterFinished ?? ttlSecondsAfterFinished
        networkTopology = patch.networkTopology ?? networkTopology
        for task in patch.tasks {
            if let index = tasks.firstIndex(where: { $0.name == task.name }) {
                tasks[index] = task
            } else {
                tasks.append(task)
            }
        }
    }
}
