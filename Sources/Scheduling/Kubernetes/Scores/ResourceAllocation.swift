/// LeastAllocated and MostAllocated over cpu and memory, equally weighted (plugins/noderesources/least_allocated.go,
/// most_allocated.go): share of the allocatable free, or used, once the pod is there.
///
/// Containers that name no request count as 100 m and 200 MiB. A resource that the node has not is left out.
struct AllocationScore: PreparedScore {
    enum Strategy { case least, most }

    private let strategy: Strategy
    private let milliCPU: Int64
    private let memory: Int64

    init(_ pod: PodInfo, _ strategy: Strategy) {
        self.strategy = strategy
        (milliCPU, memory) = (pod.traits.nonZeroMilliCPU, pod.traits.nonZeroMemory)
    }

    func raw(_ node: NodeState) -> Int64 {
        var sum: Int64 = 0
        var resources: Int64 = 0
        func count(_ used: Int64, _ whole: Int64) {
            guard whole != 0 else { return }
            sum += score(used, whole)
            resources += 1
        }
        count(node.nonZeroMilliCPU.clampedAdding(milliCPU), node.allocatable.milliCPU)
        count(node.nonZeroMemory.clampedAdding(memory), node.allocatable.memory)
        return resources == 0 ? 0 : sum / resources
    }

    private func score(_ used: Int64, _ whole: Int64) -> Int64 {
        switch strategy {
        case .least: used > whole ? 0 : (whole &- used) &* 100 / whole
        case .most: min(used, whole) &* 100 / whole
        }
    }
}

/// NodeResourcesBalancedAllocation (plugins/noderesources/balanced_allocation.go): how much the pod evens out the used
/// shares of the resources.
///
/// Balance is 100 × (1 - standard deviation of the used fractions), truncated; the score is
/// 50 + (50 + balance with the pod - balance without) / 2. Real requests count; a scalar resource only where the pod
/// asks for it.
struct BalancedScore: PreparedScore {
    private let requests: [(name: String, amount: Int64)]

    /// nil for a pod that asks for none of the resources.
    init?(_ pod: PodInfo, _ resources: [String]) {
        let requests = resources.map { (name: $0, amount: pod.traits.requests[$0]) }
        if requests.allSatisfy({ $0.amount == 0 }) { return nil }
        self.requests = requests
    }

    func raw(_ node: NodeState) -> Int64 {
        var with: [Double] = []
        var without: [Double] = []
        for (name, amount) in requests {
            let isNative = name == "cpu" || name == "memory" || name == "ephemeral-storage"
            let whole = node.allocatable[name]
            guard isNative || amount != 0, whole != 0 else { continue }
            let used = node.requested[name]
            with.append(min(Double(used.clampedAdding(amount)) / Double(whole), 1))
            without.append(min(Double(used) / Double(whole), 1))
        }
        return 50 + (50 + balance(with) - balance(without)) / 2
    }

    private func balance(_ fractions: [Double]) -> Int64 {
        var deviation = 0.0
        if fractions.count == 2 {
            deviation = abs((fractions[0] - fractions[1]) / 2)
        } else if fractions.count > 2 {
            let count = Double(fractions.count)
            let mean = fractions.reduce(0, +) / count
            deviation = (fractions.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
        }
        return Int64((1 - deviation) * 100)
    }
}
