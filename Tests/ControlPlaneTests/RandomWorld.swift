import KubernetesObjects
import Quantities
import Scheduling
import SimulationKernel

@testable import ControlPlane

/// A cluster, its scheduler, and what happens to it over 200 cycles, all drawn from one seed.
struct RandomWorld {
    let seed: UInt64
    var objects = ObjectSet()
    var operations: [(at: SimTime, operation: Operation)] = []
    var runs: [PodRunRule] = []
    var timing = LoopTiming()
    var setup: SchedulerSetup
    var tieRule = TieRule.lowestName
    /// Queues that take Jobs.
    var leaves: [String] = []

    static let cycles = 200
    static let epoch = Timestamp(nanoseconds: 1_767_261_600_250_000_000)

    /// - Parameter isCalm: a large cluster without trouble, in which everybody finds room at once.
    init(seed: UInt64, isCalm: Bool = false) {
        var dice = RandomStream(seed: seed, name: isCalm ? "calm world" : "world")
        self.seed = seed
        setup = SchedulerSetup.all[Int(seed % UInt64(SchedulerSetup.all.count))]
        tieRule = dice.below(3) == 0 ? .lowestName : .seeded(seed)
        timing.cycle = SimDuration(nanoseconds: [0, 11_000_000, 350_000_000][dice.below(3)])
        timing.firstCycle = SimTime(nanoseconds: Int64(dice.below(1_000_000_000)))
        if dice.below(2) == 0 { timing.kubelet = SimDuration(nanoseconds: 10_000_000) }
        switch dice.below(3) {
        case 0: timing.controllers = SimDuration(nanoseconds: 15_000_000)
        case 1: timing.admission = SimDuration(nanoseconds: 20_000_000)
        default: break
        }
        addNodes(&dice, isCalm: isCalm)
        addClasses()
        addQueues(&dice, isCalm: isCalm)
        var jobs = RandomJobs(self, dice)
        if isCalm { jobs.fillCalmly() } else { jobs.fill() }
        objects = jobs.world.objects
        operations = jobs.world.operations
        runs = jobs.world.runs
    }

    /// End of the last cycle.
    var end: SimTime { time(cycle: Self.cycles) }

    /// Start of a cycle, when none is skipped.
    func time(cycle: Int) -> SimTime {
        timing.firstCycle.later(by: Int64(cycle) * (timing.period + timing.cycle).nanoseconds)
    }

    /// The control plane before anything happened.
    func plane(skipsIdleCycles: Bool = true) -> ControlPlane {
        var plane = ControlPlane(
            objects, scheduler: setup.configuration, epoch: Self.epoch, timing: timing, tieRule: tieRule, runs: runs)
        plane.skipsIdleCycles = skipsIdleCycles
        for (at, operation) in operations { plane.add(operation, at: at) }
        return plane
    }
}

// MARK: - Cluster

extension RandomWorld {
    static let gpu = "nvidia.com/gpu"

    static func amounts(cpu: Int, gpus: Int = 0) -> ResourceList {
        var list: ResourceList = [
            "cpu": KubernetesQuantity(Int64(cpu)), "memory": KubernetesQuantity(Int64(cpu) << 32),
        ]
        if gpus > 0 { list[gpu] = KubernetesQuantity(Int64(gpus)) }
        return list
    }

    private mutating func addNodes(_ dice: inout RandomStream, isCalm: Bool) {
        let count = isCalm ? 8 : 2 + dice.below(5)
        for index in 0..<count {
            var node = Node()
            node.metadata.name = "n\(index)"
            node.metadata.labels = ["kubernetes.io/hostname": "n\(index)", "rack": "r\(index / 2)"]
            if setup.hasRevocableZone, index == 0 { node.metadata.labels["volcano.sh/revocable-zone"] = "zone" }
            node.allocatable = Self.amounts(cpu: 8 << dice.below(3), gpus: [0, 4, 8, 8][dice.below(4)])
            node.allocatable["pods"] = KubernetesQuantity(Int64([5, 20, 110][dice.below(3)]))
            if isCalm { node.allocatable = Self.amounts(cpu: 64, gpus: 8).with("pods", 110) }
            objects.nodes.append(node)
        }
        guard setup.hasHyperNodes else { return }
        let racks = (count + 1) / 2
        for rack in 0..<racks {
            let members = (2 * rack..<min(2 * rack + 2, count)).map { ("Node", "n\($0)") }
            objects.hyperNodes.append(Self.hyperNode("s\(rack)", tier: 1, members))
        }
        objects.hyperNodes.append(Self.hyperNode("spine", tier: 2, (0..<racks).map { ("HyperNode", "s\($0)") }))
    }

    private static func hyperNode(_ name: String, tier: Int, _ members: [(String, String)]) -> HyperNode {
        var hyperNode = HyperNode()
        hyperNode.metadata.name = name
        hyperNode.tier = tier
        hyperNode.members = members.map { type, name in
            var member = HyperNodeMember()
            member.type = type
            member.exactMatch = name
            return member
        }
        return hyperNode
    }

    private mutating func addClasses() {
        for (name, value) in [("low", 1), ("mid", 50), ("high", 100)] {
            var priority = PriorityClass()
            priority.metadata.name = name
            priority.value = Int32(value)
            if name == "mid" { priority.preemptionPolicy = "Never" }
            objects.priorityClasses.append(priority)
        }
    }

    private mutating func addQueues(_ dice: inout RandomStream, isCalm: Bool) {
        leaves = ["default"]
        for name in ["a", "b"] {
            var queue = Queue()
            queue.metadata.name = name
            queue.weight = Int32(1 + dice.below(3))
            queue.priority = Int32(dice.below(2))
            if dice.below(4) == 0 { queue.reclaimable = false }
            let gpus = 2 * (1 + dice.below(4))
            if !isCalm { limit(&queue, gpus, &dice) }
            objects.queues.append(queue)
            guard setup.isHierarchical else {
                leaves.append(name)
                continue
            }
            for child in 0..<2 {
                var leaf = Queue()
                leaf.metadata.name = "\(name)\(child)"
                leaf.parent = name
                leaf.weight = Int32(1 + dice.below(2))
                if !isCalm, dice.below(2) == 0 { leaf.deserved = Self.amounts(cpu: 2 * gpus, gpus: gpus / 2) }
                if !queue.capability.isEmpty, dice.below(2) == 0 { leaf.capability = Self.amounts(cpu: 4, gpus: 1) }
                objects.queues.append(leaf)
                leaves.append(leaf.metadata.name)
            }
        }
    }

    private func limit(_ queue: inout Queue, _ gpus: Int, _ dice: inout RandomStream) {
        if dice.below(2) == 0 { queue.deserved = Self.amounts(cpu: 4 * gpus, gpus: gpus) }
        if dice.below(2) == 0 { queue.capability = Self.amounts(cpu: 6 * gpus, gpus: gpus + 2 * dice.below(3)) }
        if dice.below(3) == 0 { queue.guarantee = Self.amounts(cpu: 2, gpus: 1) }
    }
}

extension ResourceList {
    fileprivate func with(_ name: String, _ count: Int64) -> ResourceList {
        var list = self
        list[name] = KubernetesQuantity(count)
        return list
    }
}
