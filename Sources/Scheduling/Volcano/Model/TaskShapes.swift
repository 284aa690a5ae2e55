import KubernetesObjects

/// Equivalence classes of pods: equal requests, role and everything in spec and metadata that filters and scores may read.
struct TaskShapes {
    private struct Key: Hashable {
        var request: ContiguousArray<Double>
        var namespace: String
        var role: String
        var nodeSelector: [String: String]
        var affinity: Affinity?
        var tolerations: [[String]]
        var spread: [TopologySpreadConstraint]
        var annotations: [String: String]
        var labels: [String: String]
        var images: [String]
        var misc: [String]
        var requests: [ResourceList]
    }

    private var known: [Key: Int32] = [:]

    /// Annotations that name a pod's origin and decide nothing.
    private static let identities: Set<String> = [
        "volcano.sh/job-name", "volcano.sh/job-version", "volcano.sh/queue-name", "volcano.sh/task-index",
        "volcano.sh/template-uid",
    ]

    mutating func shape(of pod: Pod, request: Resource, role: String) -> Int32 {
        // Labels matter only to pods with affinity or spread terms, which are never judged by class; roles are kept apart.
        let usesLabels = pod.spec.affinity != nil || !pod.spec.topologySpreadConstraints.isEmpty
        let annotations = pod.metadata.annotations.filter {
            $0.key.contains("volcano.sh/") && !Self.identities.contains($0.key)
        }
        let containers = pod.spec.initContainers + pod.spec.containers
        var misc: [String] = pod.spec.volumes.map(\.claimName) + pod.spec.resourceClaims.map(\.name)
        var requests: [ResourceList] = []
        for container in containers {
            requests.append(container.resources.requests)
            requests.append(container.resources.limits)
            misc.append(container.restartPolicy)
            for port in container.ports { misc.append("\(port.hostPort) \(port.hostIP) \(port.protocol)") }
        }
        var amounts: ContiguousArray<Double> = [request.milliCPU, request.memory]
        for scalar in request.scalars { amounts.append(scalar.isNaN ? -1 : scalar) }
        let key = Key(
            request: amounts, namespace: pod.metadata.namespace, role: role, nodeSelector: pod.spec.nodeSelector,
            affinity: pod.spec.affinity,
            tolerations: pod.spec.tolerations.map { [$0.key, $0.operator, $0.value, $0.effect] },
            spread: pod.spec.topologySpreadConstraints, annotations: annotations,
            labels: usesLabels ? pod.metadata.labels : [:], images: containers.map(\.image), misc: misc,
            requests: requests)
        if let shape = known[key] { return shape }
        let shape = Int32(known.count)
        known[key] = shape
        return shape
    }
}
