import KubernetesObjects
import Quantities

/// Why the webhook refuses a queue for what it says itself (upstream: pkg/webhooks/admission/queues/validate).
extension Queue {
    static let hierarchyKey = "volcano.sh/hierarchy"
    static let hierarchyWeightsKey = "volcano.sh/hierarchy-weights"

    /// Path of the queue below `root`, as `drf` reads it.
    var hierarchy: String { metadata.annotations[Self.hierarchyKey] ?? "" }
    /// A weight for every part of the path.
    var hierarchyWeights: String { metadata.annotations[Self.hierarchyWeightsKey] ?? "" }

    /// Everything wrong with the queue, in upstream's words; nil if nothing is.
    func refusal(beside others: ObjectTable<Queue>) -> String? {
        var faults = limitFaults
        if !["", "Open", "Closed"].contains(state) {
            faults.append(Self.fault("spec.state", state, "queue state must be in [Open Closed]"))
        }
        if let fault = hierarchyFault(others) { faults.append(fault) }
        return faults.count < 2 ? faults.first : "[" + faults.joined(separator: ", ") + "]"
    }

    /// guarantee ≤ deserved ≤ capability, in every resource, and none of them negative or a part of a whole.
    private var limitFaults: [String] {
        var faults = capability.entries.flatMap { Self.faults("spec.capability", $0) }
        faults += deserved.entries.flatMap { Self.faults("spec.deserved", $0) }
        for entry in guarantee.entries {
            let (name, amount) = (entry.name, entry.quantity)
            faults += Self.faults("spec.guarantee.resource", entry)
            if let mine = deserved[name], mine >= amount { continue }
            let mine = deserved[name].map { "\($0)" }
            faults.append(
                Self.fault(
                    "spec.deserved." + name, mine ?? "<nil>",
                    "deserved[\(name)]\(mine.map { "=" + $0 } ?? "") must be >= guarantee[\(name)]=\(amount)"))
        }
        for entry in deserved.entries {
            let (name, amount) = (entry.name, entry.quantity)
            guard let most = capability[name], most < amount else { continue }
            faults.append(
                Self.fault(
                    "spec.deserved." + name, "\(amount)",
                    "deserved[\(name)]=\(amount) must be <= capability[\(name)]=\(most)"))
        }
        return faults
    }

    /// What Kubernetes finds wrong with an amount (k8s.io/kubernetes, core/validation, ValidateResourceQuantityValue).
    private static func faults(_ path: String, _ entry: ResourceList.Entry) -> [String] {
        var faults: [String] = []
        let (place, text) = (path + "." + entry.name, "\(entry.quantity)")
        if entry.quantity < KubernetesQuantity(0) {
            faults.append(fault(place, text, "must be greater than or equal to 0"))
        }
        let isWhole = entry.name == "pods" || entry.name.contains("/")
        if isWhole, entry.quantity.milliValue % 1000 != 0 { faults.append(fault(place, text, "must be an integer")) }
        return faults
    }

    private func hierarchyFault(_ others: ObjectTable<Queue>) -> String? {
        if hierarchy.isEmpty, hierarchyWeights.isEmpty { return nil }
        func fault(_ value: String, _ reason: String) -> String { Self.fault("metadata.annotations", value, reason) }
        let parts = hierarchyWeights.split(separator: "/", omittingEmptySubsequences: false)
        if hierarchy.split(separator: "/", omittingEmptySubsequences: false).count != parts.count {
            return fault(
                hierarchy, "\(Self.hierarchyKey) must have the same length with \(Self.hierarchyWeightsKey)")
        }
        for part in parts {
            guard let weight = Double(part) else {
                return fault(
                    hierarchyWeights,
                    "\(part) in the \(hierarchyWeights) is invalid number: strconv.ParseFloat: parsing \"\(part)\": "
                        + "invalid syntax")
            }
            if weight <= 0 {
                return fault(hierarchyWeights, "\(part) in the \(hierarchyWeights) must be larger than 0")
            }
        }
        for other in others where other.metadata.name != metadata.name && other.hierarchy.hasPrefix(hierarchy + "/") {
            return fault(
                hierarchy,
                "\(hierarchy) is not allowed to be in the sub path of \(other.hierarchy) of queue \(other.metadata.name)"
            )
        }
        return nil
    }

    private static func fault(_ path: String, _ value: String, _ reason: String) -> String {
        "requestBody.\(path): Invalid value: \"\(value)\": \(reason)"
    }
}
