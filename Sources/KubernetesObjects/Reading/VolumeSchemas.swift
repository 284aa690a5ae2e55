extension PersistentVolumeClaim: Described {
    static let schema = Schema<PersistentVolumeClaim>(
        "a PersistentVolumeClaim",
        [
            .init("metadata") { $1.read(&$0.metadata) },
            .init("spec") { $1.read(&$0, spec) },
            .init("status") { $1.read(&$0, status) },
        ])

    private static let spec = Schema<PersistentVolumeClaim>(
        "the spec of a PersistentVolumeClaim",
        [
            .init("volumeName") { $1.read(&$0.volumeName) },
            .init("storageClassName") { $1.read(&$0.storageClassName) },
            .init("accessModes") { $1.read(&$0.accessModes) },
            .init("resources") { claim, decoder in
                var resources = ResourceRequirements()
                decoder.read(&resources)
                claim.requests = resources.requests
            },
        ])

    private static let status = Schema<PersistentVolumeClaim>(
        "the status of a PersistentVolumeClaim", [.init("phase") { $1.read(&$0.phase) }])
}

extension PersistentVolume: Described {
    static let schema = Schema<PersistentVolume>(
        "a PersistentVolume",
        [
            .init("metadata") { $1.read(&$0.metadata) },
            .init("spec") { $1.read(&$0, spec) },
            .init("status") { $1.read(&$0, status) },
        ])

    private static let spec = Schema<PersistentVolume>(
        "the spec of a PersistentVolume",
        [
            .init("capacity") { $1.read(&$0.capacity) },
            .init("storageClassName") { $1.read(&$0.storageClassName) },
            .init("accessModes") { $1.read(&$0.accessModes) },
            .init("claimRef") { volume, decoder in
                var claim: ObjectReference?
                decoder.read(&claim)
                volume.claim = claim.map { $0.namespace + "/" + $0.name } ?? ""
            },
            .init("nodeAffinity") { $1.read(&$0, affinity) },
            .init("csi") { $1.read(&$0, csi) },
        ])

    private static let affinity = Schema<PersistentVolume>(
        "the node affinity of a PersistentVolume",
        [
            .init("required") { volume, decoder in
                var selector: NodeSelectorTerms?
                decoder.read(&selector)
                volume.requiredNodeTerms = selector?.terms
            }
        ])

    private static let csi = Schema<PersistentVolume>(
        "a CSI volume",
        [
            .init("driver") { $1.read(&$0.csiDriver) },
            .init("volumeHandle") { $1.read(&$0.csiVolumeHandle) },
        ])

    private static let status = Schema<PersistentVolume>(
        "the status of a PersistentVolume", [.init("phase") { $1.read(&$0.phase) }])
}

/// A reference to an object of a namespace.
private struct ObjectReference: Described {
    var namespace = ""
    var name = ""

    static let schema = Schema<ObjectReference>(
        "a reference to an object",
        [
            .init("namespace") { $1.read(&$0.namespace) },
            .init("name") { $1.read(&$0.name) },
        ])
}

extension StorageClass: Described {
    static let schema = Schema<StorageClass>(
        "a StorageClass",
        [
            .init("metadata") { $1.read(&$0.metadata) },
            .init("provisioner") { $1.read(&$0.provisioner) },
            .init("volumeBindingMode") {
                $1.read(&$0.volumeBindingMode, oneOf: ["Immediate", "WaitForFirstConsumer"])
            },
            .init("allowedTopologies") { storageClass, decoder in
                var terms: [TopologyTerm] = []
                decoder.read(&terms)
                storageClass.allowedTopologies = terms.map(\.term)
            },
        ])
}

/// A topology selector term: every label must have one of its values.
private struct TopologyTerm: Described {
    var term = NodeSelectorTerm()

    static let schema = Schema<TopologyTerm>(
        "a topology selector term",
        [
            .init("matchLabelExpressions") { topology, decoder in
                decoder.read(&topology.term.matchExpressions)
                for index in topology.term.matchExpressions.indices {
                    topology.term.matchExpressions[index].operator = "In"
                }
            }
        ])
}

extension CSINode: Described {
    static let schema = Schema<CSINode>(
        "a CSINode",
        [
            .init("metadata") { $1.read(&$0.metadata) },
            .init("spec") { $1.read(&$0, spec) },
        ])

    private static let spec = Schema<CSINode>(
        "the spec of a CSINode",
        [
            .init("drivers") { node, decoder in
                var drivers: [Driver] = []
                decoder.read(&drivers)
                for driver in drivers { node.attachLimits[driver.name] = .some(driver.limit) }
            }
        ])

    private struct Driver: Described {
        var name = ""
        var limit: Int32?

        static let schema = Schema<Driver>(
            "a CSI driver",
            [
                .init("name") { $1.read(&$0.name) },
                .init("allocatable") { $1.read(&$0, allocatable) },
            ])

        private static let allocatable = Schema<Driver>(
            "what a CSI driver can attach", [.init("count") { $1.read(&$0.limit) }])
    }
}
