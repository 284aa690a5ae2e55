import Controllers
import KubernetesObjects
import Scheduling

extension ControlPlane {
    /// Queues that stand before time zero, and those that the scheduler makes when it starts (upstream: `cache/cache.go`,
    /// newDefaultAndRootQueue).
    mutating func createQueues(_ queues: [Queue]) {
        for name in ["root", "default"] where !queues.contains(where: { $0.metadata.name == name }) {
            var queue = Queue()
            queue.metadata.name = name
            queue.reclaimable = name == "default"
            store.create(ObjectStore.completed(queue), now: timestamp)
        }
        for queue in queues { store.create(ObjectStore.completed(queue), now: timestamp) }
    }

    mutating func perform(_ operation: Operation) {
        switch operation {
        case .create(let objects): create(objects)
        case .delete(let target, let force): delete(target, force: force)
        case .replace(let objects): replace(objects)
        case .scale(let job, let task, let replicas):
            guard var object = store.jobs[job], object.spec.tasks.indices.contains(task) else {
                return log.noteRefusal(of: "Job " + job, "not found", at: now)
            }
            object.spec.tasks[task].replicas = replicas
            resubmit(object)
        case .command(let action, let target): order(action, target)
        case .podStatus(let pod, let phase, let exitCode): report(pod: pod, phase: phase, exitCode: exitCode)
        }
    }
}

extension ControlPlane {
    /// Creates objects kind by kind: what others refer to comes first.
    private mutating func create(_ objects: ObjectSet) {
        for object in objects.nodes { enter(object) }
        for object in objects.priorityClasses { enter(object) }
        for object in objects.hyperNodes { enter(object) }
        for object in objects.resourceQuotas { enter(object) }
        for object in objects.disruptionBudgets { enter(object) }
        for object in objects.queues { enter(object, store.submit(object, now: timestamp)) }
        for object in objects.podGroups { enter(object, store.submit(object, now: timestamp)) }
        for object in objects.pods { enter(object, .success(store.admit(object, now: timestamp))) }
        for object in objects.jobTemplates { enter(object) }
        for object in objects.jobs { enter(object, store.submit(object, now: timestamp)) }
        for object in objects.jobFlows { enter(object, store.submit(object, now: timestamp)) }
        for object in objects.cronJobs { enter(object, store.submit(object, now: timestamp)) }
        for object in objects.commands { enter(object) }
    }

    /// Creates one object that no webhook looks at.
    private mutating func enter<Object: StoredObject>(_ object: Object) {
        enter(object, .success(store.create(object, now: timestamp)))
    }

    /// Notes what became of an object's creation.
    private mutating func enter<Object: StoredObject>(_ object: Object, _ result: Result<Object?, Refusal>) {
        let name = Object.kind + " " + object.metadata.name
        switch result {
        case .success(nil): log.noteRefusal(of: name, "already exists, or exceeds the quota", at: now)
        case .success: return
        case .failure(let refusal): log.noteRefusal(of: name, refusal.message, at: now)
        }
    }

    private mutating func resubmit(_ job: VCJob) { note(store.resubmit(job), of: "Job " + job.metadata.name) }

    private mutating func note(_ refusal: Refusal?, of name: String) {
        if let refusal { log.noteRefusal(of: name, refusal.message, at: now) }
    }

    private mutating func delete(_ target: ObjectReference, force: Bool) {
        switch target.kind {
        case "Pod" where force: store.remove(Pod.self, target.key)
        case "Pod": store.requestDeletion(ofPod: target.key, now: timestamp)
        case "Job": store.remove(VCJob.self, target.key)
        case "PodGroup": store.remove(PodGroup.self, target.key)
        case "JobFlow": store.remove(JobFlow.self, target.key)
        case "JobTemplate": store.remove(JobTemplate.self, target.key)
        case "CronJob": store.remove(VCCronJob.self, target.key)
        case "Node": store.remove(Node.self, target.name)
        case "Queue": note(store.withdraw(queue: target.name), of: "Queue " + target.name)
        case "PriorityClass": store.remove(PriorityClass.self, target.name)
        case "HyperNode": store.remove(HyperNode.self, target.name)
        case "ResourceQuota": store.remove(ResourceQuota.self, target.key)
        case "PodDisruptionBudget": store.remove(PodDisruptionBudget.self, target.key)
        default: log.noteRefusal(of: target.kind + " " + target.key, "no such kind", at: now)
        }
    }

    /// Takes over the specifications of objects that exist.
    private mutating func replace(_ objects: ObjectSet) {
        for object in objects.nodes { respecify(object) { _, _ in } }
        for object in objects.priorityClasses { respecify(object) { _, _ in } }
        for object in objects.hyperNodes { respecify(object) { _, _ in } }
        for object in objects.resourceQuotas { respecify(object) { _, _ in } }
        for object in objects.disruptionBudgets { respecify(object) { _, _ in } }
        for object in objects.queues { respecify(object) }
        for object in objects.jobs { respecify(object) }
        for object in objects.podGroups {
            respecify(object) { new, old in
                (new.phase, new.conditions) = (old.phase, old.conditions)
                (new.running, new.succeeded, new.failed) = (old.running, old.succeeded, old.failed)
            }
        }
        for object in objects.pods {
            respecify(object) { new, old in
                new.status = old.status
                new.spec.nodeName = old.spec.nodeName
            }
        }
    }

    /// A queue's new specification passes the webhook.
    private mutating func respecify(_ queue: Queue) {
        guard let new = respecified(queue, keepStatus: { ($0.state, $0.allocated) = ($1.state, $1.allocated) }) else {
            return
        }
        note(store.resubmit(new), of: "Queue " + queue.metadata.name)
    }

    /// A Job's new specification passes the webhook; numbers that only the webhook filled in stay.
    private mutating func respecify(_ job: VCJob) {
        guard let old = store.jobs[job.key] else {
            return log.noteRefusal(of: "Job " + job.metadata.name, "not found", at: now)
        }
        var new = job
        new.metadata = old.metadata
        new.metadata.labels = job.metadata.labels
        new.metadata.annotations = job.metadata.annotations
        new.status = old.status
        new.spec.takeDefaults(from: old.spec)
        resubmit(new)
    }

    private mutating func respecify<Object: StoredObject>(
        _ object: Object, keepStatus: (inout Object, Object) -> Void
    ) {
        if let new = respecified(object, keepStatus: keepStatus) { store.update(new) }
    }

    /// An object with a new specification and its former identity; nil if there is none of that name.
    private mutating func respecified<Object: StoredObject>(
        _ object: Object, keepStatus: (inout Object, Object) -> Void
    ) -> Object? {
        guard let old = store[keyPath: Object.table][object.key] else {
            log.noteRefusal(of: Object.kind + " " + object.key, "not found", at: now)
            return nil
        }
        var new = object
        new.metadata = old.metadata
        new.metadata.labels = object.metadata.labels
        new.metadata.annotations = object.metadata.annotations
        keepStatus(&new, old)
        return new
    }

    private mutating func order(_ action: String, _ target: ObjectReference) {
        commands += 1
        var command = Command()
        command.metadata.name = target.name + "-" + action.lowercased() + "-" + String(commands)
        command.metadata.namespace = target.kind == "Queue" ? "default" : target.namespace
        command.action = action
        command.target.kind = target.kind
        command.target.name = target.name
        store.create(command, now: timestamp)
    }
}

extension VCJobSpec {
    /// Fills in what a manifest leaves out with what stands in the object already.
    fileprivate mutating func takeDefaults(from old: VCJobSpec) {
        if queue.isEmpty { queue = old.queue }
        if schedulerName.isEmpty { schedulerName = old.schedulerName }
        maxRetry = maxRetry ?? old.maxRetry
        minAvailable = minAvailable ?? old.minAvailable
        for name in old.plugins.keys where plugins[name] == nil { plugins[name] = old.plugins[name] }
        for index in tasks.indices where index < old.tasks.count {
            if tasks[index].name.isEmpty { tasks[index].name = old.tasks[index].name }
            tasks[index].minAvailable = tasks[index].minAvailable ?? old.tasks[index].minAvailable
            tasks[index].maxRetry = tasks[index].maxRetry ?? old.tasks[index].maxRetry
        }
    }
}
