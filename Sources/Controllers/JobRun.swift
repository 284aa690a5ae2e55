import KubernetesObjects

/// One action on one Job: what the controller sees of it, and what it does (upstream: job_controller_actions.go).
struct JobRun {
    private var job: VCJob
    /// Pods of the Job by task; those of tasks it no longer has are under their old name.
    private var podsByTask: [String: [Pod]] = [:]

    private init(_ job: VCJob, _ store: ObjectStore) {
        self.job = job
        for pod in store.objects(of: Pod.self, ownedBy: job.metadata.uid) where pod.job != nil {
            podsByTask[pod.task, default: []].append(pod)
        }
    }

    /// Performs an action on a Job; false if it has to be tried again.
    static func perform(
        _ action: JobAction, on job: VCJob, _ request: JobRequest, _ store: inout ObjectStore, now: Timestamp
    ) -> Bool {
        var run = JobRun(job, store)
        return run.perform(action, request, &store, now: now)
    }

    private mutating func perform(
        _ action: JobAction, _ request: JobRequest, _ store: inout ObjectStore, now: Timestamp
    ) -> Bool {
        if job.metadata.deletionTimestamp != nil { return true }
        switch JobPlan.of(action, in: job.status.phase) {
        case .sync(let rule): return sync(rule, &store, now: now)
        case .killJob(let retainsEnded, let rule): killJob(retainsEnded: retainsEnded, rule, &store, now: now)
        case .killTarget(let rule): killTarget(pods(aimedAtBy: action, request), rule, &store, now: now)
        }
        return true
    }

    /// Pods in an order that does not depend on tables: by task as the Job lists them, then as they were created.
    private var pods: [Pod] {
        let listed = job.spec.tasks.map(\.name)
        let others = podsByTask.keys.filter { !listed.contains($0) }.sorted()
        return (listed + others).flatMap { podsByTask[$0] ?? [] }
    }

    private func pods(aimedAtBy action: JobAction, _ request: JobRequest) -> [Pod]? {
        let ofTask = podsByTask[request.task] ?? []
        switch action.scope {
        case .job, .task: return ofTask
        case .pod: return ofTask.filter { $0.metadata.name == request.pod }
        case .partition:
            // Without partitions there is nothing to do, not even a change of phase.
            let task = job.spec.tasks.first { $0.name == request.task }
            let pods = ofTask.filter { $0.metadata.labels[JobKeys.partition] == request.partition }
            return task?.partitionPolicy == nil || pods.isEmpty ? nil : pods
        }
    }
}

// MARK: - Killing

extension JobRun {
    /// Deletes the Job's pods and its PodGroup. Pods of the last possible run are retained if they have ended.
    private mutating func killJob(
        retainsEnded: Bool, _ rule: JobPlan.Rule?, _ store: inout ObjectStore, now: Timestamp
    ) {
        job.status.version &+= 1
        let isLastRetry = job.status.retryCount >= job.maxRetry &- 1
        let doomed = pods.filter { $0.isTerminating || !($0.hasEnded && (retainsEnded || isLastRetry)) }
        kill(doomed, marksTerminating: false, rule, &store, now: now)
        store.remove(PodGroup.self, job.podGroupKey)
        store.remove(PodGroup.self, job.key)
    }

    private mutating func killTarget(
        _ pods: [Pod]?, _ rule: @escaping JobPlan.Rule, _ store: inout ObjectStore, now: Timestamp
    ) {
        guard let pods else { return }
        kill(pods, marksTerminating: true, rule, &store, now: now)
    }

    /// The counts know nothing but the pods that are being deleted; a finished Job keeps such counts.
    private mutating func kill(
        _ pods: [Pod], marksTerminating: Bool, _ rule: JobPlan.Rule?, _ store: inout ObjectStore, now: Timestamp
    ) {
        for pod in pods where marksTerminating || !pod.isTerminating {
            store.modify(Pod.self, pod.key) { $0.metadata.annotations[JobKeys.outOfSync] = "true" }
            store.requestDeletion(ofPod: pod.key, now: now)
        }
        var status = job.status
        status.pending = 0
        status.running = 0
        status.succeeded = 0
        status.failed = 0
        status.unknown = 0
        status.terminating = Int32(truncatingIfNeeded: pods.count)
        status.taskCounts = [:]
        rule?(job, &status)
        write(status, &store, now: now)
    }

    private mutating func write(_ status: VCJobStatus, _ store: inout ObjectStore, now: Timestamp) {
        var status = status
        if status.phase != job.status.phase || status.conditions.isEmpty, let phase = status.phase {
            status.lastTransition = now
            status.conditions.append(VCJobCondition(phase: phase, since: now))
        }
        job.status = status
        store.modify(VCJob.self, job.key) { $0.status = status }
    }
}

// MARK: - Synchronising

extension JobRun {
    /// Makes PodGroup and pods as the spec wants them, counts the pods and applies the rule; false if a pod could not be
    /// created.
    private mutating func sync(_ rule: JobPlan.Rule, _ store: inout ObjectStore, now: Timestamp) -> Bool {
        guard store.queues.contains(job.spec.queue) else { return false }
        if job.status.phase == nil {
            var status = job.status
            status.phase = .pending
            status.minAvailable = job.minAvailable
            write(status, &store, now: now)
        }
        guard job.writePodGroup(&store, now: now) else { return false }
        let group = store.podGroups[job.podGroupKey] ?? store.podGroups[job.key]
        var status = job.status
        if group.map({ $0.phase.isEmpty || $0.phase == "Pending" }) ?? true {
            // Before the scheduler lets the Job in there are no pods to make; those of an earlier run may still be ending.
            status.terminating = Int32(truncatingIfNeeded: pods.count(where: \.isTerminating))
            rule(job, &status)
            write(status, &store, now: now)
            return true
        }
        var counts = PodCounts()
        var isComplete = true
        var surplus: [Pod] = []
        for task in job.spec.tasks {
            var left = Dictionary(podsByTask[task.name, default: []].map { ($0.metadata.name, $0) }) { _, last in last }
            var missing: [Int32] = []
            for index in 0..<max(0, task.replicas) {
                guard let pod = left.removeValue(forKey: job.podName(task, index)) else {
                    missing.append(index)
                    continue
                }
                if pod.isOutOfSync, !pod.isTerminating { surplus.append(pod) }
                counts.add(pod)
            }
            surplus += podsByTask[task.name, default: []].filter { left[$0.metadata.name] != nil }
            guard !missing.isEmpty, mayStart(task, store) else { continue }
            for index in missing where !store.pods.contains(job.metadata.namespace + "/" + job.podName(task, index)) {
                if let pod = store.admit(job.makePod(task, index), now: now) {
                    counts.add(pod)
                } else {
                    isComplete = false
                }
            }
        }
        if !isComplete { return false }
        for pod in surplus {
            if !pod.isTerminating { store.requestDeletion(ofPod: pod.key, now: now) }
            counts.terminating += 1
        }
        counts.write(to: &status)
        status.minAvailable = job.minAvailable
        rule(job, &status)
        write(status, &store, now: now)
        return true
    }

    /// Whether the tasks that a task depends on have come up: all of them, or one of several.
    private func mayStart(_ task: VCTask, _ store: ObjectStore) -> Bool {
        guard let dependency = task.dependsOn else { return true }
        if dependency.tasks.count > 1, dependency.iteration == "any" {
            return dependency.tasks.contains { isUp($0, store) }
        }
        return dependency.tasks.allSatisfy { isUp($0, store) }
    }

    private func isUp(_ name: String, _ store: ObjectStore) -> Bool {
        guard let task = job.spec.tasks.first(where: { $0.name == name }) else { return true }
        guard let minimum = task.minAvailable else { return true }
        let up = (0..<max(0, task.replicas)).count { index in
            guard let pod = store.pods[job.metadata.namespace + "/" + job.podName(task, index)] else { return false }
            return (pod.status.phase == "Running" || pod.status.phase == "Succeeded")
                && pod.status.containerStatuses.allSatisfy { $0.ready || pod.status.phase == "Succeeded" }
        }
        return up >= Int(minimum)
    }
}

/// Pods of a Job by phase.
private struct PodCounts {
    var terminating: Int32 = 0
    private var ofPhase: [String: Int32] = [:]
    private var ofTask: [String: [String: Int32]] = [:]

    mutating func add(_ pod: Pod) {
        if pod.isTerminating {
            terminating += 1
            return
        }
        let known = ["Pending", "Running", "Succeeded", "Failed"].contains(pod.status.phase)
        let phase = known ? pod.status.phase : "Unknown"
        ofPhase[phase, default: 0] += 1
        ofTask[pod.task, default: [:]][phase, default: 0] += 1
    }

    func write(to status: inout VCJobStatus) {
        status.pending = ofPhase["Pending", default: 0]
        status.running = ofPhase["Running", default: 0]
        status.succeeded = ofPhase["Succeeded", default: 0]
        status.failed = ofPhase["Failed", default: 0]
        status.unknown = ofPhase["Unknown", default: 0]
        status.terminating = terminating
        status.taskCounts = ofTask
    }
}
