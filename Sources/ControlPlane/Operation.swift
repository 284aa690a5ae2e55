import Controllers
import KubernetesObjects

/// What somebody outside does to a control plane.
public enum Operation: Sendable {
    /// Creates objects, one after the other, through the webhooks.
    case create(ObjectSet)
    /// Deletes an object; a pod that is deleted by force is gone at once.
    case delete(ObjectReference, force: Bool)
    /// Puts a new specification in the place of an object's: its status and identity stay.
    case replace(ObjectSet)
    /// Sets the replicas of a Job's task.
    case scale(job: String, task: Int, replicas: Int32)
    /// Orders an action from the controller of a Job or a Queue.
    case command(action: String, target: ObjectReference)
    /// The kubelet reports that a pod ended: `Succeeded` or `Failed`.
    case podStatus(pod: String, phase: String, exitCode: Int32)
}

/// An object by kind and name.
public struct ObjectReference: Sendable, Equatable {
    public var kind: String
    /// Empty for objects without namespace.
    public var namespace: String
    public var name: String

    /// An object of this kind and name.
    public init(kind: String, namespace: String = "default", name: String) {
        self.kind = kind
        self.namespace = namespace
        self.name = name
    }

    /// `namespace/name`.
    public var key: String { namespace + "/" + name }
}
