import KubernetesObjects
import Quantities
import Scenarios
import Testing

@testable import Snapshots

/// Pools, queues and node rules of imported scenarios.
@Suite struct PoolImportTests {
    private func world() -> ImportWorld {
        var world = ImportWorld()
        world.gang("a", at: 0, gpus: 1, from: 0, to: 5)
        return world
    }

    @Test func equalNodesAreAPoolNamedByThem() throws {
        var world = world()
        world.nodes("gpu-h100-01", "gpu-h100-02")
        world.nodes("gpu-l40s-01", product: "NVIDIA-L40S", gpus: 4)
        world.nodes("gpu-h100-03", cpu: "99500m", memory: "899Gi")
        world.nodes("gpu-h100-04", memory: "450Gi")
        let pools = try world.imported().pools
        #expect(pools.map(\.name) == ["gpu-h100", "gpu-h100-2", "gpu-l40s"])
        #expect(pools.map(\.nodes.count) == [3, 1, 1])
        #expect(pools.map(\.cpuMilli) == [99_500, 100_000, 100_000])
        #expect(pools.map(\.memory) == [899 << 30, 450 << 30, 900 << 30])
        #expect(pools.map(\.machine) == [.inline(gpu: "h100-sxm"), .inline(gpu: "h100-sxm"), .inline(gpu: "l40s")])
    }

    @Test func labelsOfCloudsNamePools() throws {
        var world = world()
        world.nodes("ip-10-0-1-7", "ip-10-0-1-9", labels: ", eks.amazonaws.com/nodegroup: train")
        world.nodes("ip-10-0-2-7", labels: ", eks.amazonaws.com/nodegroup: Serve_A")
        #expect(try world.imported().pools.map(\.name) == ["train", "serve-a"])
    }

    @Test func machineCardsStandForNodesThatAreNearlyThem() throws {
        var world = world()
        world.nodes("dgx-1", cpu: "222", memory: "2000Gi")
        world.nodes("half-1", cpu: "110", memory: "2000Gi")
        world.nodes("labelled-1", cpu: "220", memory: "2010Gi", labels: ", nvidia.com/gpu.machine: NVIDIA-DGX-H100")
        let pools = try world.imported().pools
        #expect(pools.map(\.machine) == [.card("dgx-h100"), .inline(gpu: "h100-sxm"), .card("dgx-h100")])
        #expect(pools[0].cpuMilli == 224_000)
    }

    @Test func theUserNamesMachines() throws {
        var world = world()
        world.nodes("odd-1", product: "NVIDIA-Unheard-Of")
        #expect(
            try world.complaint()
                == "dump:1:1: the GPUs of pool odd are of an unknown model (nvidia.com/gpu.product NVIDIA-Unheard-Of); name the card or GPU model most like it: --machine odd=h100-sxm"
        )
        #expect(try world.imported { $0.machines = [("odd", "l40s")] }.pools[0].machine == .inline(gpu: "l40s"))
        #expect(try world.imported { $0.machines = [("odd", "dgx-h100")] }.pools[0].machine == .card("dgx-h100"))
        #expect(
            try world.complaint { $0.machines = [("od", "l40s"), ("odd", "dgx-h10")] }
                == "--machine:1:1: the dump gives no node pool \"od\"; did you mean \"odd\"?\n"
                + "--machine:2:1: no machine card or GPU model is called \"dgx-h10\"; did you mean \"dgx-h100\"?")
    }

    @Test func nodesThatTakeNothingAreLeftOut() throws {
        var world = world()
        world.nodes("gpu-1")
        world.nodes("gpu-2", spec: "{unschedulable: true}")
        world.nodes("gpu-3", ready: "Unknown")
        world.nodes("gpu-4", spec: "{taints: [{key: node.kubernetes.io/disk-pressure, effect: NoSchedule}]}")
        let scenario = try world.imported()
        #expect(scenario.pools.map(\.nodes) == [["gpu-1", "gpu-4"]])
        #expect(scenario.said.contains("1 node: cordoned, left out (gpu-2)"))
        #expect(scenario.said.contains("1 node: not Ready, left out (gpu-3)"))
        #expect(
            scenario.said.contains(
                "1 node: the passing taint node.kubernetes.io/disk-pressure is not carried over (gpu-4)"))
    }

    @Test func labelsAndTaintsThatPodsAskForSplitPools() throws {
        var world = ImportWorld()
        world.nodes("gpu-1", labels: ", zone: a, unasked: x")
        world.nodes("gpu-2", labels: ", zone: b, unasked: y")
        world.nodes(
            "gpu-3", labels: ", zone: b, unasked: z", spec: "{taints: [{key: own, value: t, effect: NoSchedule}]}")
        world.gang("a", at: 0, from: 0, to: 5, spec: "  nodeSelector: {zone: b, kubernetes.io/hostname: gpu-2}")
        world.gang(
            "b", at: 0, from: 0, to: 5,
            spec: """
                  affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: zone, operator: NotIn, values: [a]}]}]}}}
                  tolerations: [{key: own, operator: Exists}, {key: other, operator: Exists}]
                """)
        let scenario = try world.imported()
        #expect(scenario.pools.map(\.name) == ["gpu", "gpu-2", "gpu-3"])
        #expect(scenario.pools.map { $0.labels.map(\.value) } == [["a"], ["b"], ["b"]])
        let read = try ImportWorld.read(scenario)
        guard case .jobs(let list) = read.spec.workload[0] else { return }
        #expect(list.jobs[0].rules.nodeSelector.map(\.name) == ["zone"])
        #expect(list.jobs[0].rules.tolerations.isEmpty)
        #expect(list.jobs[1].rules.pools == ["gpu-2", "gpu-3"])
        #expect(list.jobs[1].rules.tolerations.map(\.key) == ["own"])
        #expect(
            scenario.said.contains("1 job: names of single nodes in selectors and affinity are not carried over (ns/a)")
        )
    }

    @Test func queuesKeepWhatTheySayOfGPUs() throws {
        var world = world()
        world.nodes("gpu-1")
        world.add("{kind: Queue, metadata: {name: root}}")
        world.add(
            "{kind: Queue, metadata: {name: q}, spec: {weight: 3, parent: org, priority: 7, reclaimable: false, deserved: {nvidia.com/gpu: 4, cpu: 8}, capability: {nvidia.com/gpu: 6}, guarantee: {resource: {nvidia.com/gpu: 500m}}}}"
        )
        world.add("{kind: Queue, metadata: {name: org}, spec: {parent: root}, status: {state: Closed}}")
        world.add("{kind: Queue, metadata: {name: lost}, spec: {parent: nobody}}")
        world.gang("b", at: 0, gpus: 1, queue: "elsewhere", from: 0, to: 5)
        let scenario = try world.imported()
        let read = try ImportWorld.read(scenario).spec.cluster.queues
        #expect(read.map(\.name) == ["q", "org", "lost", "elsewhere"])
        let q = read[0]
        #expect((q.weight, q.parent, q.priority, q.reclaimable) == (3, "org", 7, false))
        #expect((q.deservedGPUs, q.capGPUs, q.guaranteedGPUs) == (4, 6, 0.5))
        #expect(read[1].parent == nil)
        #expect(scenario.said.contains("1 queue: deserved of cpu is not carried over, only that of GPUs (q)"))
        #expect(scenario.said.contains("1 queue: closed in the cluster, open in the scenario (org)"))
        #expect(scenario.said.contains("1 queue: parent not in the dump, below the root here (lost)"))
        #expect(scenario.said.contains("1 queue: not in the dump, added with weight 1 (elsewhere)"))
    }

    @Test func emptyDumpsAreRefusedInOneLine() throws {
        var nodes = ImportWorld()
        nodes.nodes("gpu-1")
        #expect(
            try nodes.complaint() == "dump:1:1: holds no pod, PodGroup or Volcano Job that could become a job")
        #expect(try world().complaint() == "dump:1:1: holds no node that can be used")
        nodes.nodes("gpu-99", gpus: 40)
        #expect(
            try nodes.complaint() == "dump:1:1: node gpu-99 has 40 GPUs; a scenario's nodes have at most 32")
    }
}
