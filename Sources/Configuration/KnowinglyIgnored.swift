/// Fields of Kubernetes objects that mean nothing to a simulation and may stand in a scenario without effect.
///
/// This is the only such list: every other unknown key is an error.
enum KnowinglyIgnored {
    /// The ignored fields of the mapping that messages call `name`.
    static func fields(of name: String) -> [String] {
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
    ]
}
