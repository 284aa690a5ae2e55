extension Pod: Described {
    static let schema = Schema<Pod>(
        "a Pod",
        [
            .init("metadata") { $1.read(&$0.metadata) },
            .init("spec") { $1.read(&$0.spec) },
            .init("status") { $1.read(&$0.status) },
        ],
        finish: { pod, _, _ in
            // The claim of an ephemeral volume is named after pod and volume (upstream: pkg/volume/util, VolumeClaimName).
            for index in pod.spec.volumes.indices where pod.spec.volumes[index].isEphemeral {
                pod.spec.volumes[index].claimName = pod.metadata.name + "-" + pod.spec.volumes[index].name
            }
        })
}

extension PodSpec: Described {
    static let schema = Schema<PodSpec>(
        "the spec of a Pod",
        [
            .init("nodeName") { $1.read(&$0.nodeName) },
            .init("schedulerName") { $1.read(&$0.schedulerName) },
            .init("priority") { $1.read(&$0.priority) },
            .init("priorityClassName") { $1.read(&$0.priorityClassName) },
            .init("preemptionPolicy") { $1.read(&$0.preemptionPolicy, oneOf: PriorityClass.policies) },
            .init("containers") {
                $1.read(&$0.containers)
                $1.pools.containers.share(&$0.containers)
            },
            .init("initContainers") {
                $1.read(&$0.initContainers)
                $1.pools.containers.share(&$0.initContainers)
            },
            .init("overhead") { $1.read(&$0.overhead) },
            .init("resources") { $1.read(&$0.resources) },
            .init("nodeSelector") { $1.readShared(&$0.nodeSelector) },
            .init("affinity") { spec, decoder in
                decoder.read(&spec.affinity)
                guard var affinity = spec.affinity else { return }
                decoder.pools.affinities.share(&affinity)
                spec.affinity = affinity
            },
            .init("tolerations") {
                $1.read(&$0.tolerations)
                $1.pools.tolerations.share(&$0.tolerations)
            },
            .init("topologySpreadConstraints") {
                $1.read(&$0.topologySpreadConstraints)
                $1.pools.spreads.share(&$0.topologySpreadConstraints)
            },
            .init("volumes") {
                $1.read(&$0.volumes)
                $0.volumes.removeAll { $0.claimName.isEmpty && !$0.isLocal && !$0.isEphemeral }
                $1.pools.volumes.share(&$0.volumes)
            },
            .init("schedulingGates") { spec, decoder in
                var gates: [NameOnly] = []
                decoder.read(&gates)
                spec.schedulingGates = gates.map(\.name)
            },
            .init("hostNetwork") { $1.read(&$0.hostNetwork) },
            .init("resourceClaims") { $1.read(&$0.resourceClaims) },
            .init("activeDeadlineSeconds") { $1.read(&$0.activeDeadlineSeconds) },
            .init("terminationGracePeriodSeconds") { $1.read(&$0.terminationGracePeriodSeconds) },
        ])
}

/// An object of which only the name counts.
struct NameOnly: Described {
    var name = ""

    static let schema = Schema<NameOnly>("a mapping with a name", [.init("name") { $1.read(&$0.name) }])
}

extension Container: Described {
    static let schema = Schema<Container>(
        "a container",
        [
            .init("name") { $1.read(&$0.name) },
            .init("image") { $1.read(&$0.image) },
            .init("resources") { $1.read(&$0.resources) },
            .init("ports") { $1.read(&$0.ports) },
            .init("restartPolicy") { $1.read(&$0.restartPolicy) },
        ])
}

extension ResourceRequirements: Described {
    static let schema = Schema<ResourceRequirements>(
        "requests and limits",
        [
            .init("requests") { $1.read(&$0.requests) },
            .init("limits") { $1.read(&$0.limits) },
        ])
}

extension ContainerPort: Described {
    static let schema = Schema<ContainerPort>(
        "a port of a container",
        [
            .init("containerPort") { $1.read(&$0.containerPort) },
            .init("hostPort") { $1.read(&$0.hostPort) },
            .init("hostIP") { $1.read(&$0.hostIP) },
            .init("protocol") { $1.read(&$0.protocol) },
        ])
}

extension Volume: Described {
    static let schema = Schema<Volume>(
        "a volume",
        [
            .init("name") { $1.read(&$0.name) },
            .init("persistentVolumeClaim") { $1.read(&$0, claim) },
            .init("emptyDir") { $1.readPresence(&$0.isLocal) },
            .init("hostPath") { $1.readPresence(&$0.isLocal) },
            .init("ephemeral") { $1.readPresence(&$0.isEphemeral) },
        ])

    private static let claim = Schema<Volume>(
        "a claim of a volume", [.init("claimName") { $1.read(&$0.claimName) }])
}

extension PodResourceClaim: Described {
    static let schema: Schema<PodResourceClaim> = Schema(
        "a device claim of a pod",
        [
            .init("name") { $1.read(&$0.name) },
            .init("resourceClaimName") { $1.read(&$0.resourceClaimName) },
            .init("resourceClaimTemplateName") { $1.read(&$0.resourceClaimTemplateName) },
            // Before Kubernetes 1.31 both stood one level deeper.
            .init("source") { $1.read(&$0, PodResourceClaim.schema) },
        ])
}

extension Toleration: Described {
    static let schema = Schema<Toleration>(
        "a toleration",
        [
            .init("key") { $1.read(&$0.key) },
            .init("operator") { $1.read(&$0.operator, oneOf: ["Exists", "Equal", "Lt", "Gt"]) },
            .init("value") { $1.read(&$0.value) },
            .init("effect") { $1.read(&$0.effect, oneOf: Taint.effects) },
            .init("tolerationSeconds") { $1.read(&$0.tolerationSeconds) },
        ])
}
