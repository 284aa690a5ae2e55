import KubernetesObjects

extension Node: StoredObject {
    public static var kind: String { "Node" }
    public static var isNamespaced: Bool { false }
    public static var table: WritableKeyPath<ObjectStore, ObjectTable<Self>> { \.nodes }
    /// The change as an entry of the log.
    public static func logged(_ change: ObjectChange<Self>) -> Change { .node(change) }
}

extension Pod: StoredObject {
    public static var kind: String { "Pod" }
    public static var table: WritableKeyPath<ObjectStore, ObjectTable<Self>> { \.pods }
    /// The change as an entry of the log.
    public static func logged(_ change: ObjectChange<Self>) -> Change { .pod(change) }
}

extension Queue: StoredObject {
    public static var kind: String { "Queue" }
    public static var isNamespaced: Bool { false }
    public static var table: WritableKeyPath<ObjectStore, ObjectTable<Self>> { \.queues }
    /// The change as an entry of the log.
    public static func logged(_ change: ObjectChange<Self>) -> Change { .queue(change) }
}

extension PodGroup: StoredObject {
    public static var kind: String { "PodGroup" }
    public static var table: WritableKeyPath<ObjectStore, ObjectTable<Self>> { \.podGroups }
    /// The change as an entry of the log.
    public static func logged(_ change: ObjectChange<Self>) -> Change { .podGroup(change) }
}

extension VCJob: StoredObject {
    public static var kind: String { "Job" }
    public static var table: WritableKeyPath<ObjectStore, ObjectTable<Self>> { \.jobs }
    /// The change as an entry of the log.
    public static func logged(_ change: ObjectChange<Self>) -> Change { .job(change) }
}

extension VCCronJob: StoredObject {
    public static var kind: String { "CronJob" }
    public static var table: WritableKeyPath<ObjectStore, ObjectTable<Self>> { \.cronJobs }
    /// The change as an entry of the log.
    public static func logged(_ change: ObjectChange<Self>) -> Change { .cronJob(change) }
}

extension Command: StoredObject {
    public static var kind: String { "Command" }
    public static var table: WritableKeyPath<ObjectStore, ObjectTable<Self>> { \.commands }
    /// The change as an entry of the log.
    public static func logged(_ change: ObjectChange<Self>) -> Change { .command(change) }
}

extension JobTemplate: StoredObject {
    public static var kind: String { "JobTemplate" }
    public static var table: WritableKeyPath<ObjectStore, ObjectTable<Self>> { \.jobTemplates }
    /// The change as an entry of the log.
    public static func logged(_ change: ObjectChange<Self>) -> Change { .jobTemplate(change) }
}

extension JobFlow: StoredObject {
    public static var kind: String { "JobFlow" }
    public static var table: WritableKeyPath<ObjectStore, ObjectTable<Self>> { \.jobFlows }
    /// The change as an entry of the log.
    public static func logged(_ change: ObjectChange<Self>) -> Change { .jobFlow(change) }
}

extension PriorityClass: StoredObject {
    public static var kind: String { "PriorityClass" }
    public static var isNamespaced: Bool { false }
    public static var table: WritableKeyPath<ObjectStore, ObjectTable<Self>> { \.priorityClasses }
    /// The change as an entry of the log.
    public static func logged(_ change: ObjectChange<Self>) -> Change { .priorityClass(change) }
}

extension HyperNode: StoredObject {
    public static var kind: String { "HyperNode" }
    public static var isNamespaced: Bool { false }
    public static var table: WritableKeyPath<ObjectStore, ObjectTable<Self>> { \.hyperNodes }
    /// The change as an entry of the log.
    public static func logged(_ change: ObjectChange<Self>) -> Change { .hyperNode(change) }
}

extension ResourceQuota: StoredObject {
    public static var kind: String { "ResourceQuota" }
    public static var table: WritableKeyPath<ObjectStore, ObjectTable<Self>> { \.resourceQuotas }
    /// The change as an entry of the log.
    public static func logged(_ change: ObjectChange<Self>) -> Change { .resourceQuota(change) }
}

extension PodDisruptionBudget: StoredObject {
    public static var kind: String { "PodDisruptionBudget" }
    public static var table: WritableKeyPath<ObjectStore, ObjectTable<Self>> { \.disruptionBudgets }
    /// The change as an entry of the log.
    public static func logged(_ change: ObjectChange<Self>) -> Change { .disruptionBudget(change) }
}
