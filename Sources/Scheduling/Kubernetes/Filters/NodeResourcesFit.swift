/// NodeResourcesFit (plugins/noderesources/fit.go): pod slots, cpu, memory, ephemeral storage, scalars.
///
/// Every short resource is named. A request beyond the node's whole allocatable cannot be helped by preemption.
enum NodeResourcesFit {
    static func filter(_ pod: PodInfo, _ node: NodeState) -> FilterStatus {
        if fits(pod.traits.requests, node) { return .success }
        var reasons: [UnfitReason] = []
        var beyondAllocatable = false
        if Int64(node.pods.count) + 1 > node.allocatable.podSlots { reasons.append(.tooManyPods) }
        let request = pod.traits.requests
        func check(_ name: String, _ wanted: Int64) {
            let whole = node.allocatable[name]
            guard wanted > 0, wanted > whole.clampedAdding(node.requested[name], -1) else { return }
            reasons.append(.insufficient(resource: name))
            if wanted > whole { beyondAllocatable = true }
        }
        check("cpu", request.milliCPU)
        check("memory", request.memory)
        check("ephemeral-storage", request.ephemeralStorage)
        for scalar in request.scalars { check(scalar.name, scalar.amount) }
        return FilterStatus(
            code: beyondAllocatable ? .unschedulableAndUnresolvable : .unschedulable, reasons: reasons,
            plugin: NodeFilter.nodeResourcesFit.name)
    }

    /// Whether nothing is short.
    static func fits(_ request: ResourceVector, _ node: NodeState) -> Bool {
        func isShort(_ wanted: Int64, _ whole: Int64, _ used: Int64) -> Bool {
            wanted > 0 && wanted > whole.clampedAdding(used, -1)
        }
        let (whole, used) = (node.allocatable, node.requested)
        if Int64(node.pods.count) + 1 > whole.podSlots || isShort(request.milliCPU, whole.milliCPU, used.milliCPU)
            || isShort(request.memory, whole.memory, used.memory)
            || isShort(request.ephemeralStorage, whole.ephemeralStorage, used.ephemeralStorage)
        {
            return false
        }
        return !request.scalars.contains { isShort($0.amount, whole[$0.name], used[$0.name]) }
    }
}
