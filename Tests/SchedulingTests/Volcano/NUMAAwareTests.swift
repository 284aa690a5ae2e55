import KubernetesObjects
import Quantities
import Testing

@testable import Scheduling

/// Plugin numa-aware: section 9.20 of the reference, and the upstream files named, under `plugins/numaaware`.
@Suite struct NUMAAware {
    /// Cpus 0 … 2·`perNode` − 1, one per core, on two NUMA nodes of one socket each.
    private static func topology(
        _ name: String, _ policy: String, perNode: Int = 4, free: String? = nil, reserved: String? = nil
    ) -> Numatopology {
        var object = Numatopology()
        object.metadata = ObjectMeta(name: name)
        object.policies = ["CPUManagerPolicy": "static", "TopologyManagerPolicy": policy]
        for cpu in 0..<(2 * perNode) {
            var detail = NumaCPU()
            (detail.numa, detail.socket, detail.core) = (cpu / perNode, cpu / perNode, cpu)
            object.cpuDetail[String(cpu)] = detail
        }
        var cpus = NumaResource()
        cpus.allocatable = free ?? "0-\(2 * perNode - 1)"
        object.resources["cpu"] = cpus
        if let reserved { object.reservedCPUs["cpu"] = reserved }
        return object
    }

    /// Node n1 with this topology, and a Guaranteed pod `p` that asks for its policy.
    private static func scene(_ topology: Numatopology, cores: Int, policy: String? = nil) -> DeviceScene {
        var scene = DeviceScene()
        scene.node("n1")
        scene.objects.numatopologies = [topology]
        let wish = policy ?? topology.policies["TopologyManagerPolicy"] ?? ""
        scene.pod("p", .guaranteed(cores: cores), annotations: ["volcano.sh/numa-topology-policy": wish])
        return scene
    }

    private static func refusals(_ topology: Numatopology, cores: Int, policy: String? = nil) -> [FitStatus] {
        let session = scene(topology, cores: cores, policy: policy).session("numa-aware", others: [])
        return session.predicate(session.task("p"), session.node("n1"))
    }

    /// `policy_single_numa_node.go`: only hints of one NUMA node count.
    @Test func singleNUMANodeRefusesWhatNoNUMANodeHolds() {
        let refusals = Self.refusals(Self.topology("n1", "single-numa-node"), cores: 6)
        #expect(refusals.map(\.reason) == ["container c cannot be assigned by numa"])
        #expect(refusals.map(\.code) == [.unschedulableAndUnresolvable])
        #expect(Self.refusals(Self.topology("n1", "single-numa-node"), cores: 4).isEmpty)
    }

    /// `policy_restricted.go` and `cpu_mng.go`: the hint must be of the smallest size that could ever serve. Six cpus
    /// never fit one NUMA node, so two are preferred; three would fit one, so two are not.
    @Test func restrictedWantsTheSmallestSetThatCouldEverDo() {
        #expect(Self.refusals(Self.topology("n1", "restricted"), cores: 6).isEmpty)
        #expect(!Self.refusals(Self.topology("n1", "restricted", free: "2-3,6-7"), cores: 3).isEmpty)
    }

    /// `policy_best_effort.go`: always admitted.
    @Test func bestEffortTakesWhatThereIs() {
        #expect(Self.refusals(Self.topology("n1", "best-effort", free: "2-3,6-7"), cores: 3).isEmpty)
    }

    /// `numaaware.go`, filterNodeByPolicy: the pod's policy must be the node's; refusals without a code are errors.
    @Test func aNodeOfAnotherPolicyIsRefused() {
        let refusals = Self.refusals(Self.topology("n1", "restricted"), cores: 2, policy: "best-effort")
        #expect(refusals.map(\.reason) == ["task topology policy[best-effort] is different with node[restricted]"])
        #expect(refusals.map(\.code) == [.error])
    }

    /// As above: a node without Numatopology, without static cpus, or without free cpus cannot serve a policy.
    @Test func aNodeWithoutStaticCpusIsRefusedOnlyToPodsWithAPolicy() {
        var other = Self.topology("n1", "restricted")
        #expect(
            Self.refusals(Self.topology("elsewhere", "restricted"), cores: 2).map(\.reason) == ["numa info is empty"])
        #expect(Self.refusals(Self.topology("elsewhere", "restricted"), cores: 2, policy: "none").isEmpty)
        other.policies["CPUManagerPolicy"] = "none"
        #expect(Self.refusals(other, cores: 2).map(\.reason) == ["cpu manager policy isn't static"])
        let full = Self.topology("n1", "restricted", free: "")
        #expect(Self.refusals(full, cores: 2).map(\.reason) == ["cpu allocatable map is empty"])
    }

    /// As above: a pod without a policy is judged by the node's.
    @Test func aGuaranteedPodWithoutPolicyIsHeldToTheNodes() {
        #expect(!Self.refusals(Self.topology("n1", "single-numa-node"), cores: 6, policy: "").isEmpty)
        #expect(Self.refusals(Self.topology("n1", "none"), cores: 6, policy: "").isEmpty)
    }

    /// As above: only pods of class Guaranteed are looked at.
    @Test func aBurstablePodIsNotLookedAt() {
        var scene = DeviceScene()
        scene.node("n1")
        scene.objects.numatopologies = [Self.topology("n1", "single-numa-node")]
        scene.pod(
            "p", ["cpu": KubernetesQuantity(8)], requests: ["cpu": KubernetesQuantity(6)],
            annotations: ["volcano.sh/numa-topology-policy": "single-numa-node"])
        #expect(scene.session("numa-aware", others: []).refusals("p", on: "n1").isEmpty)
    }

    /// `cpu_mng.go`: parts of a core give no hint, so that any NUMA node will do.
    @Test func partsOfACoreHaveNoPreference() {
        var scene = Self.scene(Self.topology("n1", "single-numa-node"), cores: 1)
        let half: ResourceList = ["cpu": KubernetesQuantity(milli: 6500), "memory": KubernetesQuantity(1 << 30)]
        scene.objects.pods[0].spec.containers[0].resources.limits = half
        scene.objects.pods[0].spec.containers[0].resources.requests = half
        #expect(scene.session("numa-aware", others: []).refusals("p", on: "n1").isEmpty)
    }

    /// `numaaware.go`: containers are assigned one after the other, each from what the earlier ones left.
    @Test func containersTakeOneNUMANodeEach() {
        func refused(containers count: Int) -> Bool {
            var scene = Self.scene(Self.topology("n1", "single-numa-node"), cores: 3)
            let container = scene.objects.pods[0].spec.containers[0]
            scene.objects.pods[0].spec.containers = Array(repeating: container, count: count)
            return !scene.session("numa-aware", others: []).refusals("p", on: "n1").isEmpty
        }
        #expect(!refused(containers: 2))
        #expect(refused(containers: 3))
    }

    /// `numaaware.go`, batchNodeOrder: 100 − 100 · NUMA nodes / the most of all candidates, times `weight`.
    @Test func fewerNUMANodesScoreHigher() {
        var scene = Self.scene(Self.topology("n1", "best-effort", free: "2-3,6-7"), cores: 3)
        scene.node("n2")
        scene.objects.numatopologies.append(Self.topology("n2", "best-effort"))
        let session = scene.session("numa-aware", ["weight": 2], others: [])
        let (task, nodes) = (session.task("p"), [session.node("n1"), session.node("n2")])
        #expect(session.batchNodeOrder(task, nodes) == [0, 0])
        for node in nodes { #expect(session.predicate(task, node).isEmpty) }
        #expect(session.batchNodeOrder(task, nodes) == [0, 100])
    }

    /// As above: what a predicate assigned is taken by the allocation, and given back by its undoing.
    @Test func allocationsTakeCpusAndUndoingGivesThemBack() {
        var scene = Self.scene(Self.topology("n1", "single-numa-node"), cores: 4)
        for name in ["q", "r"] {
            scene.pod(name, .guaranteed(cores: 3), annotations: ["volcano.sh/numa-topology-policy": "single-numa-node"])
        }
        let session = scene.session("numa-aware", others: [])
        let node = session.node("n1")
        for name in ["p", "q"] {
            #expect(session.refusals(name, on: "n1").isEmpty)
            #expect(session.markAllocated(session.task(name), on: node))
        }
        #expect(!session.refusals("r", on: "n1").isEmpty)
        session.unmark(session.task("q"), on: node)
        #expect(session.refusals("r", on: "n1").isEmpty)
    }

    /// As above, at close (UpdateSchedulerNumaInfo): the cpus of bound pods stay taken while the pods are there.
    @Test func laterSessionsRememberTheCpusOfBoundPods() {
        var scene = Self.scene(Self.topology("n1", "single-numa-node"), cores: 4)
        let first = scene.session("numa-aware")
        first.runActions()
        first.close()
        #expect(first.boundPlaces == ["p@n1"])
        scene.objects.pods[0].spec.nodeName = "n1"
        scene.objects.pods[0].status.phase = "Running"
        for name in ["q", "r"] {
            scene.pod(name, .guaranteed(cores: 3), annotations: ["volcano.sh/numa-topology-policy": "single-numa-node"])
        }
        let second = scene.session("numa-aware", memory: first.memory)
        second.runActions()
        #expect(second.boundPlaces == ["q@n1"])
    }

    /// `cpu_mng.go`: the reserved cpus, whole cores from the lowest, are never handed out.
    @Test func reservedCpusAreLeftAlone() {
        let topology = CPUTopology(Self.topology("n1", "single-numa-node", reserved: "1500m"))
        #expect(topology.reserved == [0, 1])
        #expect(Self.refusals(Self.topology("n1", "single-numa-node", reserved: "1500m"), cores: 4).isEmpty)
        let short = Self.topology("n1", "single-numa-node", free: "0-6", reserved: "1500m")
        #expect(!Self.refusals(short, cores: 4).isEmpty)
    }

    /// `cpu_assignment.go`: whole sockets, whole cores, then threads of cores that are in use already.
    @Test func wholeSocketsAndCoresAreTakenBeforeThreads() {
        var object = Numatopology()
        for cpu in 0..<8 {
            // Core i of socket i / 2 has the threads i and i + 4.
            var detail = NumaCPU()
            (detail.core, detail.socket, detail.numa) = (cpu % 4, cpu % 4 / 2, cpu % 4 / 2)
            object.cpuDetail[String(cpu)] = detail
        }
        let topology = CPUTopology(object)
        #expect(topology.take(4, from: Set(0..<8)) == [0, 1, 4, 5])
        #expect(topology.take(3, from: Set(1..<8)) == [1, 4, 5])
        #expect(topology.take(2, from: [0, 1, 2, 6]) == [2, 6])
        #expect(topology.take(5, from: [0, 1, 2, 6]) == nil)
        #expect(topology.take(0, from: []) == [])
    }

    /// `factory.go`, bitmask.IterateBitMasks: smaller combinations first; of equal ones the lower ids are narrower.
    @Test func combinationsOfNUMANodesGrowInSize() {
        #expect(CPUTopology.combinations(of: [0, 1, 3]) == [[0], [1], [3], [0, 1], [0, 3], [1, 3], [0, 1, 3]])
        #expect(NUMANodeSet([0, 3]).isNarrower(than: NUMANodeSet([1, 3])))
        #expect(NUMANodeSet([5]).isNarrower(than: NUMANodeSet([0, 1])))
    }

    /// Linux' list format, as in `spec.numares.cpu.allocatable`.
    @Test func cpuListsAreRead() {
        #expect(CPUTopology.cpus("0-2,7") == [0, 1, 2, 7])
        #expect(CPUTopology.cpus("") == [])
        #expect(CPUTopology.cpus("3-1") == nil)
        #expect(CPUTopology.cpus("a") == nil)
    }
}
