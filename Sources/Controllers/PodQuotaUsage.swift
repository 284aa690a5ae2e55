import KubernetesObjects
import Quantities

extension PodSpec {
    /// What a pod takes of a quota, under every name a quota may use, and under the plain name of each requested resource
    /// (upstream: pkg/controllers/util, GetPodQuotaUsage; k8s.io/kubernetes, quota/v1/evaluator/core/pods.go).
    var quotaUsage: ResourceList {
        var pod = Pod()
        pod.spec = self
        var usage = ResourceList()
        usage["pods"] = one
        usage["count/pods"] = one
        for entry in pod.effectiveRequests().entries {
            usage["requests." + entry.name] = entry.quantity
            usage[entry.name] = entry.quantity
        }
        for entry in limits.entries where ["cpu", "memory", "ephemeral-storage"].contains(entry.name) {
            usage["limits." + entry.name] = entry.quantity
        }
        return usage
    }

    /// Limits of all containers together; an init container counts alone.
    private var limits: ResourceList {
        var sum = ResourceList()
        for container in containers { sum.add(container.resources.limits) }
        for container in initContainers where container.restartPolicy == "Always" {
            sum.add(container.resources.limits)
        }
        for container in initContainers where container.restartPolicy != "Always" {
            sum.raise(to: container.resources.limits)
        }
        return sum
    }
}

private let one: KubernetesQuantity = KubernetesQuantity(1)

extension ResourceList {
    /// The list added up `count` times.
    func multiplied(by count: Int32) -> ResourceList {
        // Doubling: exact, and few steps even for thousands of pods.
        var sum = ResourceList()
        var power = self
        var rest = count
        while rest > 0 {
            if rest & 1 == 1 { sum.add(power) }
            rest >>= 1
            if rest > 0 { power.add(power) }
        }
        return sum
    }
}
