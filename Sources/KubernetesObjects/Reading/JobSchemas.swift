import Quantities

extension VCJob: Described {
    static let schema = Schema<VCJob>(
        "a Job", otherKeys: .refused,
        [
            .init("metadata") { $1.read(&$0.metadata) },
            .init("spec") { $1.read(&$0.spec) },
            .init("status") { $1.read(&$0.status) },
        ])
}

extension VCJobSpec: Described {
    static let schema = Schema<VCJobSpec>(
        "the spec of a Job", otherKeys: .refused,
        [
            .init("schedulerName") { $1.read(&$0.schedulerName) },
            .init("minAvailable") { $1.read(&$0.minAvailable) },
            .init("tasks") { $1.read(&$0.tasks) },
            .init("policies") { $1.read(&$0.policies) },
            .init("plugins") { spec, decoder in
                decoder.readNamed("a mapping from plugins to arguments") { decoder, name in
                    decoder.read(&spec.plugins[name, default: []])
                }
            },
            .init("queue") { $1.read(&$0.queue) },
            .init("maxRetry") { $1.read(&$0.maxRetry) },
            .init("ttlSecondsAfterFinished") { $1.read(&$0.ttlSecondsAfterFinished) },
            .init("priorityClassName") { $1.read(&$0.priorityClassName) },
            .init("minSuccess") { $1.read(&$0.minSuccess) },
            .init("networkTopology") { $1.read(&$0.networkTopology) },
            .init("runningEstimate") { $1.readDuration(&$0.runningEstimate) },
        ])
}

extension VCTask: Described {
    static let schema = Schema<VCTask>(
        "a task of a Job", otherKeys: .refused,
        [
            .init("name") { $1.read(&$0.name) },
            .init("replicas") { $1.read(&$0.replicas) },
            .init("minAvailable") { $1.read(&$0.minAvailable) },
            .init("template") { $1.read(&$0.template) },
            .init("policies") { $1.read(&$0.policies) },
            .init("topologyPolicy") {
                $1.read(&$0.topologyPolicy, oneOf: ["none", "best-effort", "restricted", "single-numa-node"])
            },
            .init("maxRetry") { $1.read(&$0.maxRetry) },
            .init("dependsOn") { $1.read(&$0.dependsOn) },
            .init("partitionPolicy") { $1.read(&$0.partitionPolicy) },
        ])
}

extension PodTemplate: Described {
    static let schema = Schema<PodTemplate>(
        "a pod template",
        [
            .init("metadata") { $1.read(&$0.metadata) },
            .init("spec") { $1.read(&$0.spec) },
        ])
}

extension LifecyclePolicy: Described {
    static let schema = Schema<LifecyclePolicy>(
        "a policy of a Job", otherKeys: .refused,
        [
            .init("action") { $1.read(&$0.action) },
            .init("event") { $1.read(&$0.event) },
            .init("events") { $1.read(&$0.events) },
            .init("exitCode") { $1.read(&$0.exitCode) },
            .init("timeout") { $1.readDuration(&$0.timeout) },
        ])
}

extension TaskDependency: Described {
    static let schema = Schema<TaskDependency>(
        "a dependency of a task", otherKeys: .refused,
        [
            .init("name") { $1.read(&$0.tasks) },
            .init("iteration") { $1.read(&$0.iteration, oneOf: ["any", "all"]) },
        ])
}

extension PartitionPolicy: Described {
    static let schema = Schema<PartitionPolicy>(
        "a partition policy", otherKeys: .refused,
        [
            .init("totalPartitions") { $1.read(&$0.totalPartitions) },
            .init("partitionSize") { $1.read(&$0.partitionSize) },
            .init("minPartitions") { $1.read(&$0.minPartitions) },
            .init("networkTopology") { $1.read(&$0.networkTopology) },
        ])
}

extension VCJobStatus: Described {
    static let schema = Schema<VCJobStatus>(
        "the status of a Job",
        [
            .init("state") { $1.read(&$0, state) },
            .init("minAvailable") { $1.read(&$0.minAvailable) },
            .init("taskStatusCount") { status, decoder in
                decoder.readNamed("a mapping from tasks to counts") { decoder, task in
                    var counts: [String: Int32] = [:]
                    decoder.readNamed("the counts of a task") { decoder, key in
                        if key == "phase" { decoder.read(&counts, in: 0...Int32.max) } else { decoder.skipValue() }
                    }
                    status.taskCounts[task] = counts
                }
            },
            .init("pending") { $1.read(&$0.pending) },
            .init("running") { $1.read(&$0.running) },
            .init("succeeded") { $1.read(&$0.succeeded) },
            .init("failed") { $1.read(&$0.failed) },
            .init("terminating") { $1.read(&$0.terminating) },
            .init("unknown") { $1.read(&$0.unknown) },
            .init("version") { $1.read(&$0.version) },
            .init("retryCount") { $1.read(&$0.retryCount) },
            .init("controlledResources") { $1.read(&$0.controlledResources) },
            .init("conditions") { status, decoder in
                var conditions: [Condition] = []
                decoder.read(&conditions)
                status.conditions = conditions.compactMap { condition in
                    JobPhase(rawValue: condition.phase).map { VCJobCondition(phase: $0, since: condition.since) }
                }
            },
        ])

    private static let state = Schema<VCJobStatus>(
        "the state of a Job",
        [
            .init("phase") { status, decoder in
                var phase = ""
                decoder.read(&phase, oneOf: JobPhase.allCases.map(\.rawValue))
                status.phase = JobPhase(rawValue: phase)
            },
            .init("reason") { $1.read(&$0.reason) },
            .init("message") { $1.read(&$0.message) },
            .init("lastTransitionTime") { $1.read(&$0.lastTransition) },
        ])

    /// A condition as it is written.
    private struct Condition: Described {
        var phase = ""
        var since: Timestamp?

        static let schema = Schema<Condition>(
            "a condition of a Job",
            [
                .init("status") { $1.read(&$0.phase) },
                .init("lastTransitionTime") { $1.read(&$0.since) },
            ])
    }
}

extension VCCronJob: Described {
    static let schema = Schema<VCCronJob>(
        "a CronJob", otherKeys: .refused,
        [
            .init("metadata") { $1.read(&$0.metadata) },
            .init("spec") { $1.read(&$0, spec) },
            .init("status") { $1.read(&$0, status) },
        ])

    private static let spec = Schema<VCCronJob>(
        "the spec of a CronJob", otherKeys: .refused,
        [
            .init("schedule") { $1.read(&$0.schedule) },
            .init("timeZone") { $1.read(&$0.timeZone) },
            .init("startingDeadlineSeconds") { $1.read(&$0.startingDeadlineSeconds) },
            .init("concurrencyPolicy") { $1.read(&$0.concurrencyPolicy, oneOf: ["Allow", "Forbid", "Replace"]) },
            .init("suspend") { $1.read(&$0.suspend) },
            .init("jobTemplate") { $1.read(&$0, jobTemplate) },
            .init("successfulJobsHistoryLimit") { $1.read(&$0.successfulJobsHistoryLimit) },
            .init("failedJobsHistoryLimit") { $1.read(&$0.failedJobsHistoryLimit) },
        ])

    private static let jobTemplate = Schema<VCCronJob>(
        "the job template of a CronJob", otherKeys: .refused,
        [
            .init("metadata") { $1.read(&$0.templateMetadata) },
            .init("spec") { $1.read(&$0.template) },
        ])

    private static let status = Schema<VCCronJob>(
        "the status of a CronJob",
        [
            .init("active") { cron, decoder in
                var active: [NameOnly] = []
                decoder.read(&active)
                cron.active = active.map(\.name)
            },
            .init("lastScheduleTime") { $1.read(&$0.lastScheduleTime) },
            .init("lastSuccessfulTime") { $1.read(&$0.lastSuccessfulTime) },
        ])
}

extension ObjectDecoder {
    /// A length of time as Go writes it, in nanoseconds.
    fileprivate mutating func readDuration(_ value: inout Int64?) {
        let token = peek()
        guard let text = string() else { return }
        guard let length = GoDuration.nanoseconds(text) else {
            return report(token.place, "expected a length of time such as 90s or 1h30m, found \(quoted(text))")
        }
        value = length
    }
}
