/// Fields of Kubernetes objects that mean nothing to a simulation and may stand in a scenario or an object without
/// effect.
///
/// This is the only such list: wherever unknown keys are errors, every other one is.
public enum KnowinglyIgnored {
    /// The ignored fields of the mapping that messages call `name`.
    public static func fields(of name: String) -> [String] {
        table.first { $0.mapping == name }?.fields ?? []
    }

    private static let table: [(mapping: String, fields: [String])] = [
        (
            "the metadata",
            [
                "annotations", "creationTimestamp", "generation", "labels", "managedFields", "namespace",
                "resourceVersion", "selfLink", "uid",
            ]
        ),
        ("a taint", ["timeAdded"]),
        (
            "the metadata of an object",
            [
                "clusterName", "finalizers", "generateName", "generation", "managedFields", "resourceVersion",
                "selfLink",
            ]
        ),
        ("a Queue", ["apiVersion", "kind"]),
        ("the spec of a Queue", ["extendClusters", "type"]),
        (
            "the status of a Queue",
            ["completed", "inqueue", "pending", "reservation", "running", "unknown"]
        ),
        ("a PodGroup", ["apiVersion", "kind"]),
        ("a HyperNode", ["apiVersion", "kind", "status"]),
        ("a Numatopology", ["apiVersion", "kind", "status"]),
        ("a Job", ["apiVersion", "kind"]),
        ("the spec of a Job", ["volumes"]),
        ("a CronJob", ["apiVersion", "kind"]),
        ("a Command", ["apiVersion", "kind"]),
        ("a JobTemplate", ["apiVersion", "kind", "status"]),
        ("a JobFlow", ["apiVersion", "kind"]),
    ]
}
