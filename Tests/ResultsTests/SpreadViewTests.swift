import ClusterModel
import Quantities
import Results
import Simulation
import Testing
import Workloads

/// Views about the spread of gangs, on small runs worked out by hand.
@Suite struct SpreadViewTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// A pod of a gang: its node, and how many of its GPUs it holds, from the lowest on.
    private struct Pod {
        var node: Int32
        var gpus = 8
        var milli: Int32 = 1000
        var attempt: Int32 = 0
    }

    /// Two pools: 6 nodes of 8 GPUs in leaf groups of 2, and 4 nodes of 4 GPUs in leaf groups of 2. Every node is an
    /// NVLink domain, all leaves have the same spines. Jobs are numbered in the order given.
    private func run(_ jobs: [[Pod]], nvlinkDomainGPUs: Int = 8) throws -> RunReader {
        func pool(_ name: String, nodes: Int, gpus: Int) -> NodePool {
            let shape = NodeShape(
                name: name, cpuMilli: 96_000, memoryBytes: 1 << 40, gpuModel: GPUModelID(index: 0), gpuCount: gpus,
                nvlinkDomainGPUs: min(gpus, nvlinkDomainGPUs), nics: 1, nicRate: BytesPerSecond(rawValue: 50e9))
            return NodePool(name: name, count: nodes, shape: shape)
        }
        var builder = ClusterBuilder(name: "leaves")
        builder.fabric = FabricSpec(kind: .fatTree, nodesPerLeaf: 2)
        builder.add(pool("eight", nodes: 6, gpus: 8))
        builder.add(pool("four", nodes: 4, gpus: 4))
        var workload = WorkloadBuilder()
        for index in jobs.indices {
            workload.add(
                name: "job-\(index)", submit: .zero, duration: .seconds(10),
                groups: [PodGroupSpec(pods: 1, request: ResourceRequest(cpuMilli: 1, memoryBytes: 1))])
        }
        let built = workload.build()
        let world = World(
            name: "spread", cluster: try builder.build(), workload: built,
            poolMasks: Array(repeating: .max, count: built.groups.count),
            scheduler: .init(policy: .fifoGang), queues: [QueueSpec(name: "default")])
        var facts = FactBuffers()
        for (job, pods) in jobs.enumerated() {
            for (task, pod) in pods.enumerated() {
                facts.placements.append(
                    PlacementFact(
                        job: Int32(job), attempt: pod.attempt, task: Int32(task), node: pod.node,
                        gpuMask: (1 << UInt32(pod.gpus)) - 1, gpuMilli: pod.milli, startNs: 0, endNs: 10 * second,
                        workNs: 0,
                        reason: .completed))
            }
            facts.jobs.append(
                JobFact(
                    job: Int32(job), status: .completed, preemptions: 0, failures: 0, firstStartNs: 0,
                    endNs: 10 * second,
                    waitNs: 0, productiveNs: 10 * second, lostNs: 0, workingNs: 10 * second, reason: .none))
        }
        let path = scratch.file("spread.sqlite")
        let writer = try RunWriter(path: path, world: world, info: TinyRun.info)
        try writer.write(facts)
        try writer.finish(TinyRun.summary)
        return try RunReader(path: path)
    }

    private func spread(_ run: RunReader, _ level: String) throws -> [String] {
        try run.lines(
            "SELECT job, attempt, spanned, fewest FROM gang_spread WHERE level = '\(level)' ORDER BY job, attempt")
    }

    @Test func leavesAgainstTheFewestPossible() throws {
        let run = try run([
            [Pod(node: 0), Pod(node: 1)],  // one leaf: as near as possible
            [Pod(node: 0), Pod(node: 2)],  // two leaves where one would do
            [Pod(node: 0), Pod(node: 2), Pod(node: 4)],  // three where two would do
            [Pod(node: 0)],  // no gang
        ])
        #expect(try spread(run, "leaf_group") == ["0 0 1 1", "1 0 2 1", "2 0 3 2"])
        #expect(try spread(run, "nvlink_domain") == ["0 0 2 2", "1 0 2 2", "2 0 3 3"])
        #expect(try spread(run, "spine_group") == ["0 0 1 1", "1 0 1 1", "2 0 1 1"])
        let row = try #require(try run.rows("SELECT * FROM spread_summary WHERE level = 'leaf_group'").first)
        #expect(row.integer("groups") == 5 && row.integer("gang_starts") == 3)
        #expect(isClose(row.real("mean_spanned"), 2) && isClose(row.real("mean_fewest"), 4.0 / 3))
        #expect(isClose(row.real("mean_ratio"), (1 + 2 + 1.5) / 3) && isClose(row.real("max_ratio"), 2))
        #expect(isClose(row.real("wider_share"), 2.0 / 3))
    }

    /// Pods of 3 GPUs: two to a node, so that five of them need three nodes although two have 16 GPUs.
    @Test func podsAreNotDivided() throws {
        let pods = [0, 0, 1, 1, 2].map { Pod(node: Int32($0), gpus: 3) }
        #expect(try spread(run([pods]), "nvlink_domain") == ["0 0 3 3"])
        #expect(try spread(run([pods]), "leaf_group") == ["0 0 2 2"])
    }

    /// 8 + 4 GPUs in pods that differ: 12 GPUs, for which two nodes are needed and one leaf would do.
    @Test func podsThatDifferCountByGPUs() throws {
        let run = try run([[Pod(node: 0), Pod(node: 2, gpus: 4)]])
        #expect(try spread(run, "nvlink_domain") == ["0 0 2 2"])
        #expect(try spread(run, "leaf_group") == ["0 0 2 1"])
    }

    /// In the pool of 4 GPUs a leaf holds two pods of 4, in the other four; a gang in both pools could have been in one leaf.
    @Test func onlyThePoolsItRanInCount() throws {
        let run = try run([
            [6, 7, 8, 9].map { Pod(node: $0, gpus: 4) },
            [0, 0, 1, 6].map { Pod(node: $0, gpus: 4) },
        ])
        #expect(try spread(run, "leaf_group") == ["0 0 2 2", "1 0 2 1"])
    }

    /// Eight halves of a GPU fit into four GPUs; every start counts by itself.
    @Test func partsOfGPUsAndRestarts() throws {
        let run = try run([
            [Pod(node: 0, gpus: 1, milli: 500), Pod(node: 1, gpus: 1, milli: 500)]
                + [Pod(node: 3, gpus: 1, milli: 500, attempt: 1), Pod(node: 3, gpus: 1, milli: 500, attempt: 1)]
        ])
        #expect(try spread(run, "nvlink_domain") == ["0 0 2 1", "0 1 1 1"])
    }

    /// Nodes whose GPUs form several NVLink domains count as one domain each.
    @Test func nodesWithoutACommonDomain() throws {
        let run = try run([[Pod(node: 0, gpus: 4), Pod(node: 1, gpus: 4)]], nvlinkDomainGPUs: 2)
        #expect(try spread(run, "nvlink_domain") == ["0 0 2 1"])
        #expect(try run.number("SELECT groups FROM spread_summary WHERE level = 'nvlink_domain'") == 10)
    }

    @Test func noGangs() throws {
        let run = try run([[Pod(node: 0)]])
        #expect(
            try run.lines("SELECT level, groups, gang_starts, mean_ratio FROM spread_summary")
                == ["nvlink_domain 10 0 ", "leaf_group 5 0 ", "spine_group 1 0 "])
    }
}
