import KubernetesObjects

/// Why the webhook refuses a Job (upstream: pkg/webhooks/admission/jobs/validate).
extension VCJob {
    /// Everything wrong with a new Job, in upstream's words; empty if nothing is.
    func refusal(in store: ObjectStore) -> String {
        if let minAvailable = spec.minAvailable, minAvailable < 0 { return "job 'minAvailable' must be >= 0." }
        if let maxRetry = spec.maxRetry, maxRetry < 0 { return "'maxRetry' cannot be less than zero." }
        if let ttl = spec.ttlSecondsAfterFinished, ttl < 0 {
            return "'ttlSecondsAfterFinished' cannot be less than zero."
        }
        if spec.tasks.isEmpty { return "No task specified in job spec" }
        if let arguments = spec.plugins["mpi"] {
            let master = goFlags(arguments, named: ["master", "worker", "port"])["master"] ?? "master"
            if !spec.tasks.contains(where: { $0.name == master }) {
                return "The specified mpi master task was not found"
            }
        }
        var message = tasksRefusal
        if !isQualifiedName(metadata.name) { message += "create job with name \(metadata.name) validate failed;" }
        if totalReplicas < minAvailable {
            message += " job 'minAvailable' should not be greater than total replicas in tasks;"
        }
        message += policiesRefusal(spec.policies, "spec.policies")
        for plugin in spec.plugins.keys.sorted() where !Self.plugins.contains(plugin) {
            message += " unable to find job plugin: \(plugin);"
        }
        message += queueRefusal(in: store)
        if spec.tasks.contains(where: { $0.dependsOn != nil }), !dependenciesEnd {
            message += " job has dependencies between tasks, but doesn't form a directed acyclic graph(DAG);"
        }
        if namesTierTwice { message += " " + NetworkTopology.tierNamedTwice + ";" }
        return String(message.drop(while: { $0 == " " }))
    }

    /// Why a change of the spec is refused; nil if it is not.
    func refusalOfUpdate(from old: VCJob) -> String? {
        for task in spec.tasks {
            if task.replicas < 0 { return "'replicas' must be >= 0 in task: \(task.name)" }
            guard let minimum = task.minAvailable else { continue }
            if minimum < 0 { return "'minAvailable' must be >= 0 in task: \(task.name)" }
            if minimum > task.replicas { return "'minAvailable' must be <= 'replicas' in task: \(task.name);" }
        }
        if minAvailable > totalReplicas { return "job 'minAvailable' must not be greater than total replicas" }
        if minAvailable < 0 { return "job 'minAvailable' must be >= 0" }
        if old.spec.tasks.count != spec.tasks.count { return "job updates may not add or remove tasks" }
        var rest = spec
        rest.minAvailable = old.spec.minAvailable
        rest.priorityClassName = old.spec.priorityClassName
        for (index, task) in old.spec.tasks.enumerated() {
            rest.tasks[index].replicas = task.replicas
            rest.tasks[index].minAvailable = task.minAvailable
        }
        if rest == old.spec { return nil }
        return "job updates may not change fields other than `minAvailable`, `tasks[*].replicas under spec`"
    }

    private static let plugins: Set<String> = [
        "env", "hcclrank", "mpi", "pytorch", "ray", "ssh", "svc", "tensorflow",
    ]

    private var tasksRefusal: String {
        var message = ""
        var names: Set<String> = []
        for task in spec.tasks {
            let place = "in task: \(task.name), job: \(metadata.name)"
            if task.replicas < 0 { message += " 'replicas' < 0 \(place);" }
            if let minimum = task.minAvailable {
                if minimum < 0 {
                    message += " 'minAvailable' < 0 \(place);"
                } else if minimum > task.replicas {
                    message += " 'minAvailable' is greater than 'replicas' \(place);"
                }
            }
            if let fault = task.partitionFault { message += "\(fault) \(place)" }
            if !isLabel(task.name) { message += " [\(labelRule)];" }
            if !names.insert(task.name).inserted {
                message += " duplicated task name \(task.name);"
                break
            }
            message += policiesRefusal(task.policies, "spec.tasks.policies")
            let pod = podName(task, max(0, task.replicas &- 1))
            if !isQualifiedName(pod) { message += " create pod with name \(pod) validate failed;" }
        }
        return message
    }

    private func queueRefusal(in store: ObjectStore) -> String {
        guard let queue = store.queues[spec.queue] else {
            return " unable to find job queue: queue.scheduling.volcano.sh \"\(spec.queue)\" not found;"
        }
        var message = ""
        let state = queue.state.isEmpty ? "Open" : queue.state
        if state != "Open" {
            message += " can only submit job to queue with state `Open`, queue `\(spec.queue)` status is `\(state)`;"
        }
        if spec.queue == "root" { return message + " can not submit job to root queue;" }
        let children = store.queues.count { $0.parent == spec.queue }
        if children > 0 {
            message += " can only submit job to leaf queue, queue `\(spec.queue)` has \(children) child queues;"
        }
        return message
    }

    /// Whether every task's chain of dependencies comes to an end among the Job's tasks.
    private var dependenciesEnd: Bool {
        var waitsFor: [String: Set<String>] = [:]
        for task in spec.tasks { waitsFor[task.name] = Set(task.dependsOn?.tasks ?? []) }
        return waitsFor.values.allSatisfy { $0.allSatisfy { waitsFor[$0] != nil } } && comesToAnEnd(waitsFor)
    }

    /// Whether a tier is given by number and by name, for the Job or the partitions of a task.
    private var namesTierTwice: Bool {
        let topologies = [spec.networkTopology] + spec.tasks.map(\.partitionPolicy?.networkTopology)
        return topologies.contains { $0?.namesTierTwice == true }
    }
}

/// Whether nobody in a net of dependencies waits in a circle.
func comesToAnEnd(_ dependencies: [String: Set<String>]) -> Bool {
    var waitsFor = dependencies
    while !waitsFor.isEmpty {
        let free = waitsFor.filter { $0.value.isEmpty }.map(\.key)
        if free.isEmpty { return false }
        for name in free { waitsFor[name] = nil }
        for name in waitsFor.keys { waitsFor[name]?.subtract(free) }
    }
    return true
}

extension VCTask {
    /// What is wrong with the task's partitions: all of them must be its replicas, the least number of them its minimum
    /// (upstream: validatePartitionPolicy, with the guard of pull request 5402).
    fileprivate var partitionFault: String? {
        guard let policy = partitionPolicy else { return nil }
        if policy.totalPartitions <= 0 { return "'TotalPartitions' must be greater than 0" }
        if policy.partitionSize <= 0 { return "'PartitionSize' must be greater than 0" }
        if policy.totalPartitions &* policy.partitionSize != replicas {
            return "'Replicas' are not equal to TotalPartitions*PartitionSize"
        }
        guard policy.minPartitions > 0, let minAvailable else { return nil }
        if minAvailable == policy.minPartitions &* policy.partitionSize { return nil }
        return "'MinAvailable' is not equal to MinPartitions*PartitionSize"
    }
}

/// What a plugin's arguments set, read as Go's package flag reads them: `-name=value` or `--name value`, up to the first
/// argument that is no flag, or not one of these.
private func goFlags(_ arguments: [String], named names: Set<String>) -> [String: String] {
    var values: [String: String] = [:]
    var rest = arguments[...]
    while let argument = rest.popFirst(), argument.hasPrefix("-"), argument != "-", argument != "--" {
        let text = argument.dropFirst(argument.hasPrefix("--") ? 2 : 1)
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard names.contains(parts[0]), let value = parts.count > 1 ? parts[1] : rest.popFirst() else { break }
        values[parts[0]] = value
    }
    return values
}

// MARK: - Policies (upstream: util.go, validatePolicies)

private let validEvents = ["*", "PodEvicted", "PodFailed", "PodPending", "TaskCompleted", "TaskFailed", "Unknown"]
private let validActions = [
    "AbortJob", "CompleteJob", "RestartJob", "RestartPartition", "RestartPod", "RestartTask", "ResumeJob",
    "TerminateJob",
]

/// What is wrong with a list of policies, with the words that are right.
private func policiesRefusal(_ policies: [LifecyclePolicy], _ path: String) -> String {
    let faults = faults(of: policies, path)
    if faults.isEmpty { return "" }
    let title = faults.count == 1 ? "1 error occurred:" : "\(faults.count) errors occurred:"
    let list = faults.map { "\t* \($0)\n" }.joined()
    let events = validEvents.joined(separator: " ")
    let actions = validActions.joined(separator: " ")
    return "\(title)\n\(list)\n valid events are [\(events)], valid actions are [\(actions)];"
}

/// The first fault of the policies one by one, and that of all together.
private func faults(of policies: [LifecyclePolicy], _ path: String) -> [String] {
    var faults: [String] = []
    var events: Set<String> = []
    var exitCodes: Set<Int32> = []
    for policy in policies {
        let fault =
            policy.fault(path) ?? policy.repeated(&events).map { "duplicate event \($0)  across different policy" }
            ?? policy.exitCode.flatMap { exitCodes.insert($0).inserted ? nil : "duplicate exitCode \($0)" }
        guard let fault else { continue }
        faults.append(fault)
        break
    }
    if events.contains("*"), events.count > 1 {
        faults.append("if there's * here, no other policy should be here")
    }
    return faults
}

extension LifecyclePolicy {
    private var allEvents: [String] {
        var seen: Set<String> = []
        return (events + (event.isEmpty ? [] : [event])).filter { seen.insert($0).inserted }
    }

    fileprivate func fault(_ path: String) -> String? {
        if !allEvents.isEmpty, exitCode != nil { return "must not specify event and exitCode simultaneously" }
        if allEvents.isEmpty, exitCode == nil { return "either event and exitCode should be specified" }
        if exitCode == 0 { return "0 is not a valid error code" }
        for event in allEvents {
            if !validEvents.contains(event) { return "\(path): Invalid value: \"\(event)\": invalid policy event" }
            if !validActions.contains(action) {
                return "\(path): Invalid value: \"\(action)\": invalid policy action"
            }
        }
        return nil
    }

    /// An event that an earlier policy names.
    fileprivate func repeated(_ seen: inout Set<String>) -> String? {
        for event in allEvents where !seen.insert(event).inserted { return event }
        return nil
    }
}

// MARK: - Names

private let labelRule =
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end "
    + "with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is "
    + "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')"

/// Whether a name is a label of RFC 1123.
private func isLabel(_ name: String) -> Bool {
    (1...63).contains(name.utf8.count) && isFramed(name.utf8) { $0 == UInt8(ascii: "-") }
        && !name.utf8.contains { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
}

/// Whether a name may be the value of a label, as names of Jobs and pods must.
func isQualifiedName(_ name: String) -> Bool {
    (1...63).contains(name.utf8.count)
        && isFramed(name.utf8) { [UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: ".")].contains($0) }
}

/// Letters and digits at both ends, these and some more between.
private func isFramed(_ name: String.UTF8View, _ isInner: (UInt8) -> Bool) -> Bool {
    func isAlphanumeric(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
    guard let first = name.first, let last = name.last else { return false }
    return isAlphanumeric(first) && isAlphanumeric(last) && name.allSatisfy { isAlphanumeric($0) || isInner($0) }
}
