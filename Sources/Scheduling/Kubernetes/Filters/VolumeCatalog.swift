import KubernetesObjects

/// Claims, volumes and classes by name.
struct VolumeCatalog: Sendable {
    /// By `namespace/name`.
    private(set) var claims: [String: PersistentVolumeClaim] = [:]
    private(set) var volumes: [String: PersistentVolume] = [:]
    private(set) var classes: [String: StorageClass] = [:]
    private(set) var csiNodes: [String: CSINode] = [:]
    /// Volumes in the order given, for the search of one that a claim can have.
    private(set) var inOrder: [PersistentVolume] = []

    init(_ objects: VolumeObjects) {
        for claim in objects.claims {
            let namespace = claim.metadata.namespace.isEmpty ? "default" : claim.metadata.namespace
            claims[namespace + "/" + claim.metadata.name] = claim
        }
        for volume in objects.volumes { volumes[volume.metadata.name] = volume }
        for storageClass in objects.classes { classes[storageClass.metadata.name] = storageClass }
        for node in objects.csiNodes { csiNodes[node.metadata.name] = node }
        inOrder = objects.volumes
    }

    /// The class of a claim; nil for none or an unknown one.
    func storageClass(of claim: PersistentVolumeClaim) -> StorageClass? {
        claim.storageClassName.flatMap { classes[$0] }
    }
}
