import Quantities

extension Pod {
    /// What the pod asks for, per resource, exactly; without the pod slot that every pod takes.
    ///
    /// The sum over containers and restartable init containers (sidecars), but at least what any other init container
    /// needs beside the sidecars started before it; then the pod's own requests in place of the sums where it has
    /// any (cpu, memory and huge pages only); then overhead. A container in the middle of a resize counts with the
    /// most of what it asks for, has been allocated and uses; an infeasible resize does not count.
    /// `filling` stands in, container by container, for resources the container does not name.
    /// Source: k8s.io/component-helpers, resource/helpers.go (PodRequests).
    public func effectiveRequests(filling defaults: ResourceList = ResourceList()) -> ResourceList {
        var requests = ResourceList()
        for container in spec.containers {
            requests.add(self.requests(of: container, among: status.containerStatuses).filled(with: defaults))
        }
        var sidecars = ResourceList()
        var peak = ResourceList()
        for container in spec.initContainers {
            if container.restartPolicy == "Always" {
                let own = self.requests(of: container, among: status.initContainerStatuses).filled(with: defaults)
                requests.add(own)
                sidecars.add(own)
                peak.raise(to: sidecars)
            } else {
                var together = sidecars
                together.add(container.resources.requests.filled(with: defaults))
                peak.raise(to: together)
            }
        }
        requests.raise(to: peak)
        for entry in spec.resources?.requests.entries ?? [] where Self.isPodLevel(entry.name) {
            requests[entry.name] = entry.quantity
        }
        requests.add(spec.overhead)
        return requests
    }

    private func requests(of container: Container, among statuses: [ContainerStatus]) -> ResourceList {
        let asked = container.resources.requests
        guard let status = statuses.first(where: { $0.name == container.name }), let inForce = status.resources else {
            return asked
        }
        let pending = self.status.condition("PodResizePending")
        var requests = pending?.reason == "Infeasible" ? ResourceList() : asked
        requests.raise(to: inForce.requests)
        requests.raise(to: status.allocatedResources ?? ResourceList())
        return requests
    }

    /// Whether a pod may ask for a resource as a whole.
    private static func isPodLevel(_ resource: String) -> Bool {
        resource == "cpu" || resource == "memory" || resource.hasPrefix("hugepages-")
    }
}

extension ResourceList {
    /// Adds the quantities of another list, exactly.
    public mutating func add(_ other: ResourceList) {
        if isEmpty { self = other } else { merge(other, +) }
    }

    /// Raises each quantity to that of another list where that is more.
    public mutating func raise(to other: ResourceList) {
        if isEmpty { self = other } else { merge(other, max) }
    }

    /// The list with the quantities of another for resources it does not name.
    fileprivate func filled(with defaults: ResourceList) -> ResourceList {
        if defaults.isEmpty { return self }
        var filled = self
        filled.merge(defaults) { own, _ in own }
        return filled
    }

    private mutating func merge(
        _ other: ResourceList, _ combine: (KubernetesQuantity, KubernetesQuantity) -> KubernetesQuantity
    ) {
        for entry in other.entries {
            self[entry.name] = self[entry.name].map { combine($0, entry.quantity) } ?? entry.quantity
        }
    }
}
