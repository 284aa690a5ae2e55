import KubernetesObjects

/// The objects of one kind, by key (`namespace/name`, or the name alone where the kind has no namespaces), in the order
/// they were created.
public struct ObjectTable<Object: StoredObject>: Sendable {
    /// Objects in the order they were created; nil where one was deleted.
    private var rows: [Object?] = []
    private var rowOfKey: [String: Int] = [:]

    init() {}

    /// Number of objects.
    public var count: Int { rowOfKey.count }

    /// Whether there is none.
    public var isEmpty: Bool { rowOfKey.isEmpty }

    /// The object of a key.
    public subscript(key: String) -> Object? { rowOfKey[key].flatMap { rows[$0] } }

    /// Whether there is an object of a key.
    public func contains(_ key: String) -> Bool { rowOfKey[key] != nil }

    /// All objects in the order they were created.
    public var all: [Object] { rows.compactMap { $0 } }

    /// Adds an object at the end.
    mutating func append(_ object: Object) {
        rowOfKey[object.key] = rows.count
        rows.append(object)
    }

    /// Puts another state in the place of an object; the old one.
    mutating func replace(_ object: Object) -> Object? {
        guard let row = rowOfKey[object.key] else { return nil }
        let old = rows[row]
        rows[row] = object
        return old
    }

    /// Takes an object away.
    mutating func remove(_ key: String) -> Object? {
        guard let row = rowOfKey.removeValue(forKey: key) else { return nil }
        let old = rows[row]
        rows[row] = nil
        if rows.count > 64, rows.count > 2 * rowOfKey.count { closeGaps() }
        return old
    }

    private mutating func closeGaps() {
        rows.removeAll { $0 == nil }
        for (row, object) in rows.enumerated() { if let object { rowOfKey[object.key] = row } }
    }
}

extension ObjectTable: Sequence {
    /// Objects in the order they were created, as they were when the iteration began.
    public struct Iterator: IteratorProtocol {
        fileprivate var rest: [Object?].Iterator

        /// The next object.
        public mutating func next() -> Object? {
            while let row = rest.next() { if let row { return row } }
            return nil
        }
    }

    /// Starts at the oldest object.
    public func makeIterator() -> Iterator { Iterator(rest: rows.makeIterator()) }
}

/// An object the store keeps and whose changes it logs.
public protocol StoredObject: Sendable, Equatable {
    var metadata: ObjectMeta { get set }
    /// The kind as its API names it, such as `Pod`.
    static var kind: String { get }
    /// Whether objects live in namespaces.
    static var isNamespaced: Bool { get }
    /// Where the store keeps the kind.
    static var table: WritableKeyPath<ObjectStore, ObjectTable<Self>> { get }
    /// An entry of the log.
    static func logged(_ change: ObjectChange<Self>) -> Change
}

extension StoredObject {
    public static var isNamespaced: Bool { true }

    /// `namespace/name`, or the name of an object without namespace.
    public var key: String { Self.isNamespaced ? metadata.key : metadata.name }
}

/// What happened to one object.
public struct ObjectChange<Object: StoredObject>: Sendable {
    /// nil for an object that was created.
    public let old: Object?
    /// nil for an object that is gone.
    public let new: Object?

    /// The newest state there was.
    public var object: Object {
        // One of both is there by construction.
        (new ?? old)!
    }

    /// Whether the object was created by this change.
    public var isCreation: Bool { old == nil }
    /// Whether the object is gone since this change.
    public var isDeletion: Bool { new == nil }

    static func created(_ object: Object) -> Self { Self(old: nil, new: object) }
    static func updated(_ old: Object, _ new: Object) -> Self { Self(old: old, new: new) }
    static func deleted(_ object: Object) -> Self { Self(old: object, new: nil) }

    private init(old: Object?, new: Object?) {
        self.old = old
        self.new = new
    }
}

/// One entry of the store's log.
public indirect enum Change: Sendable {
    case node(ObjectChange<Node>)
    case pod(ObjectChange<Pod>)
    case queue(ObjectChange<Queue>)
    case podGroup(ObjectChange<PodGroup>)
    case job(ObjectChange<VCJob>)
    case cronJob(ObjectChange<VCCronJob>)
    case command(ObjectChange<Command>)
    case jobTemplate(ObjectChange<JobTemplate>)
    case jobFlow(ObjectChange<JobFlow>)
    case priorityClass(ObjectChange<PriorityClass>)
    case hyperNode(ObjectChange<HyperNode>)
    case resourceQuota(ObjectChange<ResourceQuota>)
    case disruptionBudget(ObjectChange<PodDisruptionBudget>)
}
