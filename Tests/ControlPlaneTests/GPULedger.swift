import KubernetesObjects
import Quantities
import Scheduling

@testable import ControlPlane

/// GPUs of a whole run, node by node, told by the lives of its pods alone: capacity = busy + held + free at every instant.
struct GPULedger {
    /// A node's account from some instant on.
    struct Balance {
        var from: SimTime
        /// GPUs of the node; 0 while it is not there.
        var capacity = 0
        /// Of pods that run and are not being deleted.
        var busy = 0
        /// Of pods that are bound and have not started, or are on their way out.
        var held = 0

        var free: Int { capacity - busy - held }
    }

    private var balances: [String: [Balance]] = [:]

    /// - Parameter gpus: what a pod asks for.
    init(_ plane: ControlPlane, _ world: RandomWorld, gpus: (PodHistory) -> Int) {
        var steps: [String: [(at: SimTime, change: (inout Balance) -> Void)]] = [:]
        func set(_ nodes: [Node], at time: SimTime) {
            for node in nodes {
                let count = Int(node.allocatable[RandomWorld.gpu]?.value ?? 0)
                steps[node.metadata.name, default: []].append((time, { $0.capacity = count }))
            }
        }
        set(world.objects.nodes, at: .zero)
        for (at, operation) in world.operations where at <= plane.now {
            switch operation {
            case .create(let objects): set(objects.nodes, at: at)
            case .delete(let target, _) where target.kind == "Node":
                steps[target.name, default: []].append((at, { $0.capacity = 0 }))
            default: break
            }
        }
        for pod in plane.log.pods {
            guard let bound = pod.bound else { continue }
            let count = gpus(pod)
            steps[pod.node, default: []].append((bound, { $0.held += count }))
            if let started = pod.started {
                steps[pod.node, default: []].append(
                    (started, { ($0.held, $0.busy) = ($0.held - count, $0.busy + count) }))
                if let ended = pod.ended {
                    steps[pod.node, default: []].append(
                        (ended, { ($0.held, $0.busy) = ($0.held + count, $0.busy - count) }))
                }
            }
            if let freed = pod.freed { steps[pod.node, default: []].append((freed, { $0.held -= count })) }
        }
        for (node, list) in steps {
            var balance = Balance(from: .zero)
            var row: [Balance] = []
            for (_, step) in list.enumerated().sorted(by: { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }) {
                step.change(&balance)
                balance.from = step.at
                if row.last?.from == step.at { row.removeLast() }
                row.append(balance)
            }
            balances[node] = row
        }
    }

    /// The lowest number of free GPUs that any node that was there ever had.
    var lowest: Int {
        balances.values.joined().filter { $0.capacity > 0 }.map(\.free).min() ?? 0
    }

    /// GPUs that are free on a node just before an instant.
    func free(on node: String, before time: SimTime) -> Int {
        balances[node]?.last { $0.from < time }?.free ?? 0
    }
}
