/// How the objects of one kind enter a set.
struct ObjectKind: Sendable {
    /// Group of the API, empty for the core group; objects of other groups with the same kind are something else.
    let group: String
    let read: @Sendable (inout ObjectSet, inout ObjectDecoder) -> Void

    /// A kind whose objects are kept in `list`.
    private init<Object: APIObject>(
        _ group: String, isNamespaced: Bool = false, _ append: @escaping @Sendable (inout ObjectSet, Object) -> Void
    ) {
        self.init(group, isNamespaced: isNamespaced) { set, object, _, _ in append(&set, object) }
    }

    /// A kind whose objects are kept by `enter`, which is also given the object's place.
    private init<Object: APIObject>(
        _ group: String, isNamespaced: Bool,
        enter: @escaping @Sendable (inout ObjectSet, Object, Int, inout ObjectDecoder) -> Void
    ) {
        self.group = group
        read = { set, decoder in
            let place = decoder.peek().place
            var object = Object()
            decoder.read(&object, Object.schema)
            if object.metadata.name.isEmpty {
                decoder.report(place, "\(Object.schema.name) needs metadata.name: a string")
            }
            if isNamespaced, object.metadata.namespace.isEmpty { object.metadata.namespace = "default" }
            enter(&set, object, place, &decoder)
        }
    }

    /// Every kind that is read, by name.
    static let all: [String: ObjectKind] = [
        "Node": .init("") { $0.nodes.append($1) },
        "Pod": .init("", isNamespaced: true) { $0.pods.append($1) },
        "Namespace": .init("") { $0.namespaces.append($1) },
        "ResourceQuota": .init("", isNamespaced: true) { $0.resourceQuotas.append($1) },
        "PersistentVolume": .init("") { $0.volumes.volumes.append($1) },
        "PersistentVolumeClaim": .init("", isNamespaced: true) { $0.volumes.claims.append($1) },
        "StorageClass": .init("storage.k8s.io") { $0.volumes.classes.append($1) },
        "CSINode": .init("storage.k8s.io") { $0.volumes.csiNodes.append($1) },
        "PriorityClass": .init("scheduling.k8s.io") { $0.priorityClasses.append($1) },
        "PodDisruptionBudget": .init("policy", isNamespaced: true) { $0.disruptionBudgets.append($1) },
        "ResourceClaim": .init("resource.k8s.io", isNamespaced: true) { $0.devices.claims.append($1) },
        "ResourceClaimTemplate": .init("resource.k8s.io", isNamespaced: true) { $0.devices.templates.append($1) },
        "ResourceSlice": .init("resource.k8s.io") { $0.devices.slices.append($1) },
        "DeviceClass": .init("resource.k8s.io") { $0.devices.classes.append($1) },
        "ConfigMap": .init("", isNamespaced: true) { (set, map: ConfigMap, place, decoder) in
            map.enter(&set, place, &decoder)
        },
        "Queue": .init("scheduling.volcano.sh") { $0.queues.append($1) },
        "PodGroup": .init("scheduling.volcano.sh", isNamespaced: true) { $0.podGroups.append($1) },
        "Job": .init("batch.volcano.sh", isNamespaced: true) { $0.jobs.append($1) },
        "CronJob": .init("batch.volcano.sh", isNamespaced: true) { $0.cronJobs.append($1) },
        "Command": .init("bus.volcano.sh", isNamespaced: true) { $0.commands.append($1) },
        "JobTemplate": .init("flow.volcano.sh", isNamespaced: true) { $0.jobTemplates.append($1) },
        "JobFlow": .init("flow.volcano.sh", isNamespaced: true) { $0.jobFlows.append($1) },
        "HyperNode": .init("topology.volcano.sh") { $0.hyperNodes.append($1) },
        "Numatopology": .init("nodeinfo.volcano.sh") { $0.numatopologies.append($1) },
    ]

    /// Names of the kinds of one group, ascending.
    static func names(in group: String) -> [String] {
        all.filter { $0.value.group == group }.map(\.key).sorted()
    }
}

/// An object of the API.
protocol APIObject: Described {
    var metadata: ObjectMeta { get set }
}

extension Node: APIObject {}
extension Pod: APIObject {}
extension Namespace: APIObject {}
extension ResourceQuota: APIObject {}
extension PersistentVolume: APIObject {}
extension PersistentVolumeClaim: APIObject {}
extension StorageClass: APIObject {}
extension CSINode: APIObject {}
extension PriorityClass: APIObject {}
extension PodDisruptionBudget: APIObject {}
extension ResourceClaim: APIObject {}
extension ResourceClaimTemplate: APIObject {}
extension ResourceSlice: APIObject {}
extension DeviceClass: APIObject {}
extension Queue: APIObject {}
extension PodGroup: APIObject {}
extension HyperNode: APIObject {}
extension VCJob: APIObject {}
extension VCCronJob: APIObject {}
extension Command: APIObject {}
extension JobTemplate: APIObject {}
extension JobFlow: APIObject {}
extension Numatopology: APIObject {}
