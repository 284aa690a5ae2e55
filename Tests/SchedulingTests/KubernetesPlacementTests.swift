import ClusterModel
import KubernetesObjects
import Quantities
import SimulationKernel
import Testing

@testable import Scheduling

/// The node policy `kubernetes` and the policy kube-default against `KubeScheduler` over the same objects, pod by pod.
@Suite struct KubernetesPlacementTests {
    /// Seeds from 5 on make more than 100 nodes, of which a search looks at some.
    @Test(arguments: [TieBreak.seeded, .lowestName], [UInt64(1), 2, 3, 4, 5, 6])
    func choosesTheNodesOfTheDefaultProfile(tieBreak: TieBreak, seed: UInt64) throws {
        var world = try CardWorld(seed: seed, poolSize: seed < 5 ? 12 : 90)
        var ledger = AllocationLedger(world.cluster)
        var placement = NodePlacement(
            policy: .kubernetes, cluster: world.cluster, typicalPods: [], seed: seed, tieBreak: tieBreak)
        var reference = KubeReference(world.cluster, tieBreak: tieBreak, seed: seed)
        var held: [(allocation: Allocation, pod: KubernetesObjects.Pod)] = []
        var broken: [Allocation] = []
        var placed = 0
        for step in 0..<500 {
            switch world.random.below(25) {
            case 0:
                let node = NodeID(world.random.below(world.cluster.nodeCount))
                ledger.setSchedulable(node, !ledger.isSchedulable(node))
                reference.isStale = true
            case 1:
                let node = NodeID(world.random.below(world.cluster.nodeCount))
                if let lost = ledger.allocate(ResourceRequest(gpuCount: 1), on: node) { broken.append(lost) }
                reference.isStale = true
            case 2, 3, 4, 5:
                guard !held.isEmpty else { continue }
                let gone = held.remove(at: world.random.below(held.count))
                ledger.release(gone.allocation)
                placement.note(released: gone.allocation)
                reference.isStale = true
            default:
                let (request, pools) = world.menu[world.random.below(world.menu.count)]
                let pod = CardObjects.pod(named: "pod-\(step)", request, pools: pools, of: world.cluster)
                reference.refresh(held.map { ($0.pod, $0.allocation.node) }, broken, ledger)
                let expected = reference.scheduler.schedule(pod).node
                let choice = placement.choose(request, pools: pools, ledger: ledger)
                try #require(choice.map { world.cluster.nodeName($0.node) } == expected, "step \(step)")
                guard let choice else { continue }
                let booked = ledger.allocate(request, on: choice.node)
                let allocation = try #require(booked)
                placement.note(taken: allocation)
                held.append((allocation, pod))
                placed += 1
            }
        }
        #expect(placed > 80)
    }

    /// Every pass of kube-default binds what a plain queue of pods would: priority, then arrival, each pod where the
    /// default profile puts it.
    @Test(arguments: [TieBreak.seeded, .lowestName], [UInt64(11), 12, 13])
    func passesBindAsAPlainQueueDoes(tieBreak: TieBreak, seed: UInt64) throws {
        var world = try CardWorld(seed: seed, poolSize: 3)
        let configuration = SchedulerConfiguration(policy: .kubeDefault, tieBreak: tieBreak)
        #expect(configuration.nodePolicy == .kubernetes)
        let scheduler = Scheduler(
            configuration, totals: ClusterTotals(gpuMilli: 1, cpuMilli: 1, memoryBytes: 1))
        var session = world.session(jobs: 60, configuration, seed: seed)
        var reference = KubeReference(world.cluster, tieBreak: tieBreak, seed: seed)
        var waiting: [Int32] = []
        /// Nodes of the bound pods of each job.
        var bound = Array(repeating: [Int32: NodeID](), count: 60)
        /// The pods of a job, group by group.
        func pods(_ job: Int) -> [[(task: Int32, pod: KubernetesObjects.Pod)]] {
            var task: Int32 = 0
            return session.groupIndexes(of: Int32(job)).map { g in
                (0..<session.groups[g].count).map { _ in
                    defer { task += 1 }
                    return (
                        task,
                        CardObjects.pod(
                            named: "job-\(job)-\(task)", session.groups[g].request, pools: session.groups[g].poolMask,
                            of: world.cluster)
                    )
                }
            }
        }
        var bindings = 0
        for step in 0..<150 {
            switch world.random.below(3) {
            case 0:
                let alive = (0..<60).filter { !bound[$0].isEmpty }
                guard !alive.isEmpty else { continue }
                let job = alive[world.random.below(alive.count)]
                waiting.removeAll { $0 == Int32(job) }
                scheduler.withdraw(Int32(job), from: &session)
                bound[job] = [:]
                reference.isStale = true
            default:
                let next = (0..<Int32(60)).filter { session.jobs[Int($0)].state == .future }
                guard let job = next.first else { continue }
                scheduler.submit(job, to: &session)
                waiting.append(job)
            }
            session.now = .zero + .seconds(Int64(step))
            scheduler.pass(&session)
            let running = bound.indices.flatMap { job in
                pods(job).joined().compactMap { entry in bound[job][entry.task].map { (entry.pod, $0) } }
            }
            reference.refresh(running, [], session.ledger)
            waiting.sort { (-session.jobs[Int($0)].priority, $0) < (-session.jobs[Int($1)].priority, $1) }
            for job in waiting.map({ Int($0) }) {
                for group in pods(job) {
                    for (task, pod) in group where bound[job][task] == nil {
                        guard let name = reference.scheduler.schedule(pod).node else { break }
                        bound[job][task] = world.cluster.nodes.first { world.cluster.nodeName($0) == name }
                        bindings += 1
                    }
                }
            }
            waiting.removeAll { bound[Int($0)].count == Int(session.jobs[Int($0)].pods) }
            for job in bound.indices {
                try #require(session.nodes(ofJob: job) == bound[job], "job \(job), step \(step)")
            }
        }
        #expect(bindings > 60)
    }

    @Test func aNodeHoldsNoMorePodsThanTheKubeletAllows() throws {
        var builder = ClusterBuilder(name: "one")
        builder.add(
            NodePool(name: "p", count: 1, shape: NodeShape(name: "m", cpuMilli: 1_000_000, memoryBytes: 1 << 40)))
        let cluster = try builder.build()
        var ledger = AllocationLedger(cluster)
        var placement = NodePlacement(policy: .kubernetes, cluster: cluster, typicalPods: [], seed: 1)
        let request = ResourceRequest(cpuMilli: 100, memoryBytes: 1 << 20)
        var pods = 0
        while let choice = placement.choose(request, pools: 1, ledger: ledger),
            let allocation = ledger.allocate(request, on: choice.node)
        {
            placement.note(taken: allocation)
            pods += 1
        }
        #expect(pods == 110)
    }

    @Test func aSearchMeetsOneNodeOfEveryZoneInTurn() throws {
        var builder = ClusterBuilder(name: "zones")
        for (name, zone, count) in [("a", "east", 3), ("b", "west", 1), ("c", "east", 1), ("d", "", 2)] {
            let labels = zone.isEmpty ? [] : [Label("topology.kubernetes.io/zone", zone)]
            builder.add(
                NodePool(
                    name: name, count: count, shape: NodeShape(name: "m", cpuMilli: 1000, memoryBytes: 1 << 30),
                    labels: labels))
        }
        let cluster = try builder.build()
        #expect(
            CardObjects.searchOrder(of: cluster).map { cluster.nodeName($0) }
                == ["a-0000", "b-0000", "d-0000", "a-0001", "d-0001", "a-0002", "c-0000"])
    }

    @Test func policiesKeepTheirOwnPlacement() {
        #expect(SchedulerConfiguration(policy: .fifoGang).nodePolicy == .bestFit)
        #expect(SchedulerConfiguration(policy: .kubeDefault, placement: .spread).nodePolicy == .spread)
    }
}

/// Random pools with zones and taints, and pods that keep coming back.
private struct CardWorld {
    var random: RandomStream
    let cluster: Cluster
    let menu: [(request: ResourceRequest, pools: UInt64)]

    init(seed: UInt64, poolSize: Int) throws {
        var random = RandomStream(seed: seed, name: "card-world")
        var builder = ClusterBuilder(name: "cards")
        for pool in 0..<2 + random.below(3) {
            let gpus = [0, 4, 8][random.below(3)]
            let taint = ClusterModel.Taint(
                key: "kind", value: "\(pool)", effect: ClusterModel.Taint.Effect.allCases[random.below(3)])
            builder.add(
                NodePool(
                    name: "p\(9 - pool)", count: poolSize / 2 + random.below(poolSize / 2 + 1),
                    shape: NodeShape(
                        name: "m\(pool)", cpuMilli: [32_000, 96_000][random.below(2)], memoryBytes: 256 << 30,
                        gpuModel: gpus == 0 ? nil : builder.catalogue.gpu(named: "a100-80"), gpuCount: gpus,
                        nics: random.below(3), nicRate: BytesPerSecond(rawValue: 1e9),
                        localStorage: Bytes(rawValue: 100 << 30)),
                    labels: random.below(2) == 0 ? [] : [Label("topology.kubernetes.io/zone", "z\(random.below(2))")],
                    taints: random.below(3) == 0 ? [taint] : []))
        }
        cluster = try builder.build()
        menu = (0..<10).map { _ in
            let gpus = Int32([0, 0, 1, 2, 4, 8][random.below(6)])
            let request = ResourceRequest(
                cpuMilli: Int64(random.below(5)) * 2500, memoryBytes: Int64(random.below(4)) * 9 << 30, gpuCount: gpus,
                rdmaNICs: random.below(8) == 0 ? 1 : 0, ephemeralBytes: random.below(5) == 0 ? 30 << 30 : 0)
            return (request, random.below(3) == 0 ? random.next() | 1 : .max)
        }
        self.random = random
    }

    /// Jobs of one or two groups, drawn from the menu.
    mutating func session(jobs count: Int, _ configuration: SchedulerConfiguration, seed: UInt64) -> Session {
        var groups: [GroupEntry] = []
        var jobs: [JobEntry] = []
        for job in 0..<Int32(count) {
            let first = Int32(groups.count)
            for _ in 0...random.below(2) {
                let shape = random.below(menu.count)
                let pods = Int32(1 + random.below(6))
                groups.append(
                    GroupEntry(
                        count: pods, minMember: pods, request: menu[shape].request, poolMask: menu[shape].pools,
                        podShape: Int32(shape)))
            }
            let own = groups[Int(first)...]
            let pods = own.reduce(0) { $0 + $1.count }
            jobs.append(
                JobEntry(
                    queue: 0, priority: Int32(random.below(3)), sequence: job, firstGroup: first,
                    groupCount: Int32(own.count), pods: pods, minPods: pods, gpuMilli: 0, minGPUMilli: 0, cpuMilli: 0,
                    memoryBytes: 0, poolMask: own.reduce(0) { $0 | $1.poolMask }, shape: job, preemptible: true,
                    estimateNs: 1))
        }
        return Session(
            ledger: AllocationLedger(cluster), jobs: jobs, groups: groups, queues: [QueueEntry()],
            placement: NodePlacement(
                policy: configuration.nodePolicy, cluster: cluster, typicalPods: [], seed: seed,
                tieBreak: configuration.tieBreak))
    }
}

/// `KubeScheduler` over the objects of a cluster, rebuilt after every change that is no placement of its own.
private struct KubeReference {
    let cluster: Cluster
    var scheduler = KubeScheduler(ClusterState(nodes: []))
    var isStale = true

    init(_ cluster: Cluster, tieBreak: TieBreak, seed: UInt64) {
        self.cluster = cluster
        if tieBreak == .seeded {
            scheduler.equalNodes = .drawn(RandomStream(seed: seed, name: "node placement"))
        }
    }

    mutating func refresh(
        _ running: [(pod: KubernetesObjects.Pod, node: NodeID)], _ broken: [Allocation], _ ledger: AllocationLedger
    ) {
        guard isStale else { return }
        isStale = false
        let order = CardObjects.searchOrder(of: cluster)
        var state = ClusterState(
            nodes: order.map { id in
                var node = CardObjects.node(id, of: cluster)
                node.unschedulable = !ledger.isSchedulable(id)
                let lost = broken.count { $0.node == id }
                if lost > 0 {
                    node.allocatable["nvidia.com/gpu"] = KubernetesQuantity(Int64(cluster.gpuCount(of: id) - lost))
                }
                return node
            })
        for (pod, node) in running {
            guard let index = state.index(of: cluster.nodeName(node)) else { continue }
            state.add(PodInfo(pod), toNodeAt: index)
        }
        scheduler.cluster = state
    }
}

extension Session {
    /// Nodes of a job's bound pods.
    fileprivate func nodes(ofJob job: Int) -> [Int32: NodeID] {
        var nodes: [Int32: NodeID] = [:]
        var cell = jobs[job].firstPlacement
        while cell >= 0 {
            nodes[slab.cells[Int(cell)].task] = slab.cells[Int(cell)].allocation.node
            cell = slab.cells[Int(cell)].next
        }
        return nodes
    }
}
