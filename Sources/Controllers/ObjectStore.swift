import KubernetesObjects

/// The objects of the API server, and a log of every change to them.
///
/// Objects of a kind stand in the order they were created. The store gives each one its identity: a uid that counts
/// creations (so that ascending uids are ascending creations) and a creation time in whole seconds; an object that comes
/// with them keeps them. Nothing here checks or completes what is written: see `Admission`.
///
/// Use: `create`, `update`, `delete` (with what the API server does about grace), then `takeChanges()`.
public struct ObjectStore: Sendable {
    public internal(set) var nodes = ObjectTable<Node>()
    public internal(set) var pods = ObjectTable<Pod>()
    public internal(set) var queues = ObjectTable<Queue>()
    public internal(set) var podGroups = ObjectTable<PodGroup>()
    public internal(set) var jobs = ObjectTable<VCJob>()
    public internal(set) var cronJobs = ObjectTable<VCCronJob>()
    public internal(set) var commands = ObjectTable<Command>()
    public internal(set) var jobTemplates = ObjectTable<JobTemplate>()
    public internal(set) var jobFlows = ObjectTable<JobFlow>()
    public internal(set) var priorityClasses = ObjectTable<PriorityClass>()
    public internal(set) var hyperNodes = ObjectTable<HyperNode>()
    public internal(set) var resourceQuotas = ObjectTable<ResourceQuota>()
    public internal(set) var disruptionBudgets = ObjectTable<PodDisruptionBudget>()
    /// Objects of the other kinds, which nothing changes: namespaces, volumes, devices, NUMA topologies, configurations.
    public var others = ObjectSet()

    /// Changes since the log was last taken, in order.
    public private(set) var changes: [Change] = []
    private var creations = 0
    /// Uid of an owner to what it owns, in the order it was created.
    private var ownedByUID: [String: [OwnedObject]] = [:]

    /// An empty store.
    public init() {}

    /// A store of the objects of a dump, each created at its own creation time, or at `now` where it says none.
    public init(_ objects: ObjectSet, now: Timestamp) {
        for object in objects.nodes { create(object, now: now) }
        for object in objects.priorityClasses { create(object, now: now) }
        for object in objects.hyperNodes { create(object, now: now) }
        for object in objects.queues { create(object, now: now) }
        for object in objects.resourceQuotas { create(object, now: now) }
        for object in objects.disruptionBudgets { create(object, now: now) }
        for object in objects.jobTemplates { create(object, now: now) }
        for object in objects.jobFlows { create(object, now: now) }
        for object in objects.cronJobs { create(object, now: now) }
        for object in objects.jobs { create(object, now: now) }
        for object in objects.podGroups { create(object, now: now) }
        for object in objects.pods { create(object, now: now) }
        for object in objects.commands { create(object, now: now) }
        others = objects
        others.nodes = []
        others.priorityClasses = []
        others.hyperNodes = []
        others.queues = []
        others.resourceQuotas = []
        others.disruptionBudgets = []
        others.jobTemplates = []
        others.jobFlows = []
        others.cronJobs = []
        others.jobs = []
        others.podGroups = []
        others.pods = []
        others.commands = []
    }

    /// Everything as a dump, each kind in the order of creation: what a scheduler's session is opened with.
    public var objects: ObjectSet {
        var set = others
        set.nodes = nodes.all
        set.pods = pods.all
        set.queues = queues.all
        set.podGroups = podGroups.all
        set.jobs = jobs.all
        set.cronJobs = cronJobs.all
        set.commands = commands.all
        set.jobTemplates = jobTemplates.all
        set.jobFlows = jobFlows.all
        set.priorityClasses = priorityClasses.all
        set.hyperNodes = hyperNodes.all
        set.resourceQuotas = resourceQuotas.all
        set.disruptionBudgets = disruptionBudgets.all
        return set
    }

    // MARK: - Writing

    /// Adds an object with a uid and a creation time.
    ///
    /// - Returns: the object as it stands in the store; nil if there is one of that name already.
    @discardableResult
    public mutating func create<Object: StoredObject>(_ object: Object, now: Timestamp) -> Object? {
        var object = object
        if Object.isNamespaced, object.metadata.namespace.isEmpty { object.metadata.namespace = "default" }
        guard !self[keyPath: Object.table].contains(object.key) else { return nil }
        creations += 1
        if object.metadata.uid.isEmpty { object.metadata.uid = Self.uid(creations) }
        if object.metadata.creationTimestamp == nil { object.metadata.creationTimestamp = now.wholeSeconds }
        self[keyPath: Object.table].append(object)
        for owner in object.metadata.ownerReferences where !owner.uid.isEmpty {
            ownedByUID[owner.uid, default: []].append(OwnedObject(kind: Object.kind, key: object.key))
        }
        changes.append(Object.logged(.created(object)))
        return object
    }

    /// Puts a new state of an object in the place of the old one; nothing happens if they are equal or it is gone.
    ///
    /// Owners must stay the same.
    public mutating func update<Object: StoredObject>(_ object: Object) {
        guard let old = self[keyPath: Object.table].replace(object), old != object else { return }
        changes.append(Object.logged(.updated(old, object)))
    }

    /// Changes an object in place; nothing happens if there is none.
    public mutating func modify<Object: StoredObject>(
        _ kind: Object.Type, _ key: String, _ body: (inout Object) -> Void
    ) {
        guard var object = self[keyPath: Object.table][key] else { return }
        body(&object)
        update(object)
    }

    /// Takes an object away at once. Its dependents stay until the garbage collector sees the change.
    @discardableResult
    public mutating func remove<Object: StoredObject>(_ kind: Object.Type, _ key: String) -> Object? {
        guard let old = self[keyPath: Object.table].remove(key) else { return nil }
        for owner in old.metadata.ownerReferences {
            guard var owned = ownedByUID.removeValue(forKey: owner.uid) else { continue }
            owned.removeAll { $0.kind == Object.kind && $0.key == key }
            if !owned.isEmpty { ownedByUID[owner.uid] = owned }
        }
        changes.append(Object.logged(.deleted(old)))
        return old
    }

    /// Asks for a pod's deletion, as the API server takes it: a pod that is not bound, or has ended, is gone at once; any
    /// other gets a deletion time, and is taken away (`remove`) by whoever plays its kubelet.
    public mutating func requestDeletion(ofPod key: String, now: Timestamp) {
        guard var pod = pods[key], pod.metadata.deletionTimestamp == nil else { return }
        if pod.spec.nodeName.isEmpty || pod.status.phase == "Succeeded" || pod.status.phase == "Failed" {
            remove(Pod.self, key)
        } else {
            pod.metadata.deletionTimestamp = now
            update(pod)
        }
    }

    /// The log, which is empty afterwards.
    public mutating func takeChanges() -> [Change] {
        defer { changes = [] }
        return changes
    }

    // MARK: - Owners

    /// Keys of the objects of one kind that an object owns, in the order they were created.
    public func keys<Object: StoredObject>(of kind: Object.Type, ownedBy uid: String) -> [String] {
        ownedByUID[uid]?.compactMap { $0.kind == Object.kind ? $0.key : nil } ?? []
    }

    /// Objects of one kind that an object owns, in the order they were created.
    public func objects<Object: StoredObject>(of kind: Object.Type, ownedBy uid: String) -> [Object] {
        keys(of: kind, ownedBy: uid).compactMap { self[keyPath: Object.table][$0] }
    }

    /// A uid that ascends with the number.
    private static func uid(_ number: Int) -> String {
        let digits = String(number)
        return "00000000-0000-4000-8000-" + String(repeating: "0", count: max(0, 12 - digits.count)) + digits
    }
}

/// Something owned.
private struct OwnedObject: Sendable {
    let kind: String
    let key: String
}

extension Timestamp {
    /// The instant without its fraction of a second, as the API server writes times.
    public var wholeSeconds: Timestamp {
        let second: Int64 = 1_000_000_000
        let rest = ((nanoseconds % second) + second) % second
        return Timestamp(nanoseconds: nanoseconds - rest)
    }
}
