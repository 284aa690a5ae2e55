/// The columns of Orrery's own trace format. See docs/traces.md.
public enum OrreryColumn: Int, CaseIterable, Sendable {
    case job, group, team, queue, `class`, user, priority, submit, duration, requested, pods, minPods, cpu, memory,
        gpus, gpuMilli, migProfile, gpuModel, nics, storage, preemptible, checkpoint, maxRestarts, abort

    /// Name in the header line.
    public var name: String {
        switch self {
        case .job: "job"
        case .group: "group"
        case .team: "team"
        case .queue: "queue"
        case .class: "class"
        case .user: "user"
        case .priority: "priority"
        case .submit: "submit_s"
        case .duration: "duration_s"
        case .requested: "requested_s"
        case .pods: "pods"
        case .minPods: "min_pods"
        case .cpu: "cpu_per_pod"
        case .memory: "memory_gib_per_pod"
        case .gpus: "gpus_per_pod"
        case .gpuMilli: "gpu_milli"
        case .migProfile: "mig_profile"
        case .gpuModel: "gpu_model"
        case .nics: "nics_per_pod"
        case .storage: "storage_gib_per_pod"
        case .preemptible: "preemptible"
        case .checkpoint: "checkpoint_s"
        case .maxRestarts: "max_restarts"
        case .abort: "abort_s"
        }
    }

    /// Columns that every file has.
    public static let required: [OrreryColumn] = [.job, .submit, .duration]

    /// Whether the column speaks of a pod group; the others speak of the whole job.
    public var describesGroup: Bool {
        switch self {
        case .job, .group, .pods, .minPods, .cpu, .memory, .gpus, .gpuMilli, .migProfile, .gpuModel, .nics, .storage:
            true
        case .team, .queue, .class, .user, .priority, .submit, .duration, .requested, .preemptible, .checkpoint,
            .maxRestarts, .abort:
            false
        }
    }

    /// What an absent column or an empty cell means.
    public var defaultMeaning: String {
        switch self {
        case .job, .submit, .duration: "required"
        case .group: "0: a row of its own job"
        case .team, .queue, .class, .user: "\"default\""
        case .priority: "0"
        case .requested: "none: the scheduler is told the true duration"
        case .pods: "1"
        case .minPods: "all pods (a gang)"
        case .cpu, .memory, .nics, .storage: "0"
        case .gpus: "0; 1 where mig_profile is given"
        case .gpuMilli: "1000: whole GPUs"
        case .migProfile: "none"
        case .gpuModel: "any model"
        case .preemptible: "true"
        case .checkpoint: "left to the scenario"
        case .maxRestarts: "no limit"
        case .abort: "never"
        }
    }
}
