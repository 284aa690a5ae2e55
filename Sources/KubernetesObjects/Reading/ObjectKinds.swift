/// How the objects of one kind enter a set.
struct ObjectKind: Sendable {
    /// Group of the API, empty for the core group; objects of other groups with the same kind are something else.
    let group: String
    let isNamespaced: Bool
    /// Reads an object and appends it.
    let read: @Sendable (inout ObjectSet, inout ObjectDecoder) -> Void
    /// Puts the object of a set in the place of the one with that key, at the end where there is none; an empty set
    /// removes it.
    let replace: @Sendable (inout ObjectSet, ObjectKey, ObjectSet) -> Void

    /// A kind whose objects are kept in `list`.
    private init<Object: APIObject>(
        _ group: String, isNamespaced: Bool = false, _ list: any WritableKeyPath<ObjectSet, [Object]> & Sendable
    ) {
        self.init(
            group, isNamespaced: isNamespaced,
            enter: { set, object, _, _ in set[keyPath: list].append(object) },
            replace: { set, key, other in
                set[keyPath: list].replace(key, other[keyPath: list].first, metadata: \.metadata)
            })
    }

    /// A kind whose objects are kept by `enter`, which is also given the object's place.
    private init<Object: APIObject>(
        _ group: String, isNamespaced: Bool,
        enter: @escaping @Sendable (inout ObjectSet, Object, Int, inout ObjectDecoder) -> Void,
        replace: @escaping @Sendable (inout ObjectSet, ObjectKey, ObjectSet) -> Void
    ) {
        self.group = group
        self.isNamespaced = isNamespaced
        self.replace = replace
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

    /// ConfigMaps are kept as what they configure.
    private static let configMap = ObjectKind(
        "", isNamespaced: true,
        enter: { (set, map: ConfigMap, place, decoder) in map.enter(&set, place, &decoder) },
        replace: { set, key, other in
            set.schedulerConfigurations.replace(key, other.schedulerConfigurations.first, metadata: \.metadata)
            set.deviceConfigurations.replace(key, other.deviceConfigurations.first, metadata: \.metadata)
        })

    /// Every kind that is read, by name.
    static let all: [String: ObjectKind] = [
        "Node": .init("", \.nodes),
        "Pod": .init("", isNamespaced: true, \.pods),
        "Namespace": .init("", \.namespaces),
        "ResourceQuota": .init("", isNamespaced: true, \.resourceQuotas),
        "PersistentVolume": .init("", \.volumes.volumes),
        "PersistentVolumeClaim": .init("", isNamespaced: true, \.volumes.claims),
        "StorageClass": .init("storage.k8s.io", \.volumes.classes),
        "CSINode": .init("storage.k8s.io", \.volumes.csiNodes),
        "PriorityClass": .init("scheduling.k8s.io", \.priorityClasses),
        "PodDisruptionBudget": .init("policy", isNamespaced: true, \.disruptionBudgets),
        "ResourceClaim": .init("resource.k8s.io", isNamespaced: true, \.devices.claims),
        "ResourceClaimTemplate": .init("resource.k8s.io", isNamespaced: true, \.devices.templates),
        "ResourceSlice": .init("resource.k8s.io", \.devices.slices),
        "DeviceClass": .init("resource.k8s.io", \.devices.classes),
        "ConfigMap": configMap,
        "Queue": .init("scheduling.volcano.sh", \.queues),
        "PodGroup": .init("scheduling.volcano.sh", isNamespaced: true, \.podGroups),
        "Job": .init("batch.volcano.sh", isNamespaced: true, \.jobs),
        "CronJob": .init("batch.volcano.sh", isNamespaced: true, \.cronJobs),
        "Command": .init("bus.volcano.sh", isNamespaced: true, \.commands),
        "JobTemplate": .init("flow.volcano.sh", isNamespaced: true, \.jobTemplates),
        "JobFlow": .init("flow.volcano.sh", isNamespaced: true, \.jobFlows),
        "HyperNode": .init("topology.volcano.sh", \.hyperNodes),
        "Numatopology": .init("nodeinfo.volcano.sh", \.numatopologies),
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

extension Array {
    /// Puts `element`, which may be none, in the place of the one with that key, or at the end.
    fileprivate mutating func replace(_ key: ObjectKey, _ element: Element?, metadata: KeyPath<Element, ObjectMeta>) {
        let place = firstIndex {
            $0[keyPath: metadata].name == key.name && $0[keyPath: metadata].namespace == key.namespace
        }
        switch (place, element) {
        case (let place?, let element?): self[place] = element
        case (let place?, nil): remove(at: place)
        case (nil, let element?): append(element)
        case (nil, nil): break
        }
    }
}
