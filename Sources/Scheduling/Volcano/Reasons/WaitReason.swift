import Configuration

/// One link of the chain of reasons why pods of a PodGroup have no place after a cycle.
public enum WaitReason: Sendable, Equatable {
    /// `enqueue` did not let the PodGroup in.
    case notAdmitted(QuotaShortage)
    /// The PodGroup waits for `enqueue` and was not looked at.
    case notEnqueued
    /// The gang cannot be complete: pods are missing.
    case invalid(ValidationFailure)
    /// Its queue has all it deserves and was left out of allocate.
    case queueOverused(QuotaShortage)
    /// A policy let another job go first: the plugin or action, the job, and what it says.
    case heldBack(by: String, job: String, why: String)
    /// Pods would take their queue over a limit.
    case queueLimit(QuotaShortage, pods: Int)
    /// Pods carry scheduling gates.
    case gated(pods: Int)
    /// A pod fits no node: how many nodes gave each reason (a node may give several).
    case noNode(pod: String, nodes: Int, counts: [ReasonCount], hyperNode: String)
    /// A filter that looks at the pod alone, or an earlier failure of the same role, ended the attempt.
    case podRefused(pod: String, message: String)
    /// The best attempt found places for `placed` more pods, which were given back: all `minAvailable` must be found.
    case gang(placed: Int, ready: Int, minAvailable: Int)
    /// Pods have a place that others still hold.
    case reserved(pods: Int, nodes: [String])
    /// An evicting action found no victims: who was asked about how many candidates, and who kept how many.
    case noVictims(action: String, candidates: Int, vetoes: [Veto])

    /// How many nodes gave a reason.
    public struct ReasonCount: Sendable, Equatable {
        public var reason: String
        public var nodes: Int
    }

    /// Candidates that one plugin keeps from being victims.
    public struct Veto: Sendable, Equatable {
        public var plugin: String
        public var kept: Int
        /// A job whose pods it keeps.
        public var example: String
    }
}

extension WaitReason {
    /// The reason in one sentence.
    public var text: String {
        switch self {
        case .notAdmitted(let shortage): return "not let in by enqueue: \(shortage.text)"
        case .notEnqueued: return "waits for enqueue"
        case .invalid(let failure): return "\(failure.reason): \(failure.message)"
        case .queueOverused(let shortage): return "its queue is overused: \(shortage.text)"
        case .heldBack(let policy, let job, let why): return "\(policy): \(why) \(job)"
        case .queueLimit(let shortage, let pods):
            return "\(Self.pods(pods)) over the limit of the queue: \(shortage.text)"
        case .gated(let pods): return "\(Self.pods(pods)) with scheduling gates"
        case .noNode(let pod, let nodes, let counts, let hyperNode):
            let parts = counts.map { "\($0.nodes) \($0.reason)" }.joined(separator: ", ")
            return "\(pod) fits none of \(nodes) nodes\(hyperNode.isEmpty ? "" : " of \(hyperNode)"): \(parts)"
        case .podRefused(let pod, let message): return "\(pod): \(message)"
        case .gang(let placed, let ready, let minAvailable):
            let have = ready == 0 ? "" : " besides \(ready) that run"
            return "gang: places for \(placed)\(have), \(minAvailable) needed at once"
        case .reserved(let pods, let nodes):
            return "\(Self.pods(pods)) will start on \(nodes.joined(separator: ", ")) when others have left"
        case .noVictims(let action, let candidates, let vetoes):
            if candidates == 0 { return "\(action): no pod that could give way" }
            let parts = vetoes.map { "\($0.plugin) keeps \($0.kept) (such as those of \($0.example))" }
            return "\(action): \(candidates) candidates; "
                + (parts.isEmpty ? "they would not make enough room" : parts.joined(separator: ", "))
        }
    }

    private static func pods(_ count: Int) -> String { count == 1 ? "1 pod" : "\(count) pods" }

    /// The reason as data.
    public var json: JSONValue {
        switch self {
        case .notAdmitted(let shortage): return ["reason": "NotAdmitted", "shortage": shortage.json]
        case .notEnqueued: return ["reason": "NotEnqueued"]
        case .invalid(let failure):
            return ["reason": .string(failure.reason), "message": .string(failure.message)]
        case .queueOverused(let shortage): return ["reason": "QueueOverused", "shortage": shortage.json]
        case .heldBack(let policy, let job, let why):
            return [
                "reason": "HeldBack", "by": .string(policy), "job": .string(job), "why": .string(why),
            ]
        case .queueLimit(let shortage, let pods):
            return ["reason": "QueueLimit", "pods": .integer(Int64(pods)), "shortage": shortage.json]
        case .gated(let pods): return ["reason": "Gated", "pods": .integer(Int64(pods))]
        case .noNode(let pod, let nodes, let counts, let hyperNode):
            return [
                "reason": "NoNode", "pod": .string(pod), "nodes": .integer(Int64(nodes)),
                "hyperNode": .string(hyperNode),
                "counts": .array(counts.map { ["reason": .string($0.reason), "nodes": .integer(Int64($0.nodes))] }),
            ]
        case .podRefused(let pod, let message):
            return ["reason": "PodRefused", "pod": .string(pod), "message": .string(message)]
        case .gang(let placed, let ready, let minAvailable):
            return [
                "reason": "GangIncomplete", "placed": .integer(Int64(placed)), "ready": .integer(Int64(ready)),
                "minAvailable": .integer(Int64(minAvailable)),
            ]
        case .reserved(let pods, let nodes):
            return [
                "reason": "Reserved", "pods": .integer(Int64(pods)), "nodes": .array(nodes.map { .string($0) }),
            ]
        case .noVictims(let action, let candidates, let vetoes):
            return [
                "reason": "NoVictims", "action": .string(action), "candidates": .integer(Int64(candidates)),
                "vetoes": .array(
                    vetoes.map {
                        [
                            "plugin": .string($0.plugin), "kept": .integer(Int64($0.kept)),
                            "example": .string($0.example),
                        ]
                    }),
            ]
        }
    }
}

extension QuotaShortage {
    /// The shortage as data, amounts in internal units.
    public var json: JSONValue {
        [
            "plugin": .string(plugin), "holder": .string(holder), "limit": .string(limitName),
            "dimension": .string(dimension), "asked": .number(asked), "held": .number(held),
            "limitAmount": .number(limit),
        ]
    }
}
