import Controllers
import KubernetesObjects
import Scheduling
import Testing

@testable import ControlPlane

/// What is broken on purpose is found: the checks of `Invariants` can fail.
@Suite struct BrokenWorldTests {
    private static let worlds = (0..<12).map { RandomWorld(seed: UInt64($0)) }

    /// Violations in the worlds in which there was something to break, of which there must be some.
    private static func violations(breaking: (inout ControlPlane) -> Bool) -> [[String]] {
        worlds.compactMap { world in
            var isBroken = false
            let violations = world.play { if !isBroken { isBroken = breaking(&$0) } }.violations
            return isBroken ? violations : nil
        }
    }

    @Test func aDroppedBindIsFound() {
        let found = Self.violations { $0.dropBind() }
        #expect(!found.isEmpty)
        for violations in found { #expect(violations.contains { $0.hasSuffix("pods run") }) }
        #expect(found.joined().contains { $0.contains("holds places with") })
    }

    @Test func aNodeHeldTwiceIsFound() {
        let found = Self.violations { $0.crowd() }
        #expect(!found.isEmpty)
        for violations in found { #expect(violations.contains { $0.hasSuffix(" held") }) }
    }

    /// A running pod that the scheduler does not see: it gives its GPUs away once more.
    @Test func aHiddenPodIsFound() {
        var found = 0
        for world in Self.worlds {
            var plane = world.plane(skipsIdleCycles: false)
            var invariants = Invariants(world)
            var isHidden = false
            for cycle in 0..<RandomWorld.cycles {
                plane.run(until: world.time(cycle: cycle).later(by: 500_000_000)) { invariants.check($1, at: $0) }
                if !isHidden { isHidden = plane.hidePod() }
            }
            invariants.check(GPULedger(plane, world) { world.gpus(of: $0) })
            guard isHidden else { continue }
            found += 1
            #expect(
                invariants.violations.contains { $0.contains("the scheduler counts") },
                "seed \(world.seed) (\(world.setup.name))")
        }
        #expect(found > 0)
    }

    /// A scheduler without the plugin that bounds queues.
    @Test func aQueueBeyondItsLimitIsFound() {
        var found: [String] = []
        for world in Self.worlds where world.setup.boundsQueues {
            var lawless = world
            lawless.setup.configuration.tiers = world.setup.configuration.tiers.map { tier in
                tier.filter { $0.name != "proportion" && $0.name != "capacity" }
            }
            found += lawless.play(claimedToBe: world).violations
        }
        #expect(found.contains { $0.contains(" binds ") })
        #expect(found.contains { $0.contains(" lets in ") })
    }
}

extension ControlPlane {
    /// Takes the node from a running pod without which its gang is not complete; nobody is told.
    fileprivate mutating func dropBind() -> Bool {
        for group in store.podGroups where group.minMember > 1 {
            let members = store.pods.filter { $0.group == group.key && !$0.spec.nodeName.isEmpty }
            guard members.count == Int(group.minMember), members.allSatisfy(\.runs) else { continue }
            store.modify(Pod.self, members[0].key) {
                $0.spec.nodeName = ""
                $0.status.phase = "Pending"
            }
            _ = store.takeChanges()
            return true
        }
        return false
    }

    /// Moves all running pods to one node that cannot hold them; nobody is told.
    fileprivate mutating func crowd() -> Bool {
        let running = store.pods.filter(\.runs)
        guard let node = store.nodes.first(where: { Int($0.allocatable["pods"]?.value ?? 0) < running.count }) else {
            return false
        }
        for pod in running { store.modify(Pod.self, pod.key) { $0.spec.nodeName = node.metadata.name } }
        _ = store.takeChanges()
        return true
    }

    /// Takes a running pod with GPUs away; nobody is told.
    fileprivate mutating func hidePod() -> Bool {
        let holdsGPUs = { (pod: Pod) in pod.effectiveRequests()[RandomWorld.gpu] != nil }
        guard let pod = store.pods.first(where: { $0.runs && holdsGPUs($0) }) else { return false }
        store.remove(Pod.self, pod.key)
        _ = store.takeChanges()
        return true
    }
}

extension Pod {
    fileprivate var runs: Bool { status.phase == "Running" && metadata.deletionTimestamp == nil }

    /// Key of its PodGroup.
    fileprivate var group: String {
        metadata.namespace + "/" + metadata.annotations["scheduling.k8s.io/group-name", default: ""]
    }
}
