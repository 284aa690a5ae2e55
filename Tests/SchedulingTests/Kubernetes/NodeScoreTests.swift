import Testing

@testable import Scheduling

private typealias Scene = KubernetesScene

@Suite struct NodeScoreTests {
    private static let half = "containers: [{name: c, resources: {requests: {cpu: '4', memory: 4Gi}}}]"

    @Test func leastAndMostAllocatedAreMeansOverCPUAndMemory() throws {
        let scene = try Scene(
            Scene.nodes(2) + Scene.pod("r", "nodeName: n1, " + Self.half) + Scene.pod("p", Self.half))
        #expect(try scene.scores("p", .leastAllocated) == [25, 62])
        #expect(try scene.scores("p", .mostAllocated) == [75, 37])
    }

    @Test func containersWithoutRequestsScoreAsIfTheyAskedForALittle() throws {
        let scene = try Scene(Scene.nodes(1) + Scene.pod("p"))
        #expect(try scene.scores("p", .leastAllocated) == [98])
        #expect(try scene.scores("p", .balancedAllocation(["cpu", "memory"])) == nil)
    }

    @Test func balanceCountsWhatThePodChanges() throws {
        let scene = try Scene(
            Scene.nodes(2)
                + Scene.pod("r", "nodeName: n1, containers: [{name: c, resources: {requests: {memory: 8Gi}}}]")
                + Scene.pod("p", "containers: [{name: c, resources: {requests: {cpu: '4'}}}]"))
        // n1: 75 before, 100 after; n2: 100 before, 75 after.
        #expect(try scene.scores("p", .balancedAllocation(["cpu", "memory"])) == [87, 62])
    }

    @Test func balanceTakesAScalarInOnlyForPodsThatAskForIt() throws {
        let scorer = NodeScorer.balancedAllocation(["cpu", "memory", "nvidia.com/gpu"])
        let scene = try Scene(
            Scene.nodes(1) + Scene.pod("cpu", "containers: [{name: c, resources: {requests: {cpu: '4', memory: 8Gi}}}]")
                + Scene.pod("gpu", "containers: [{name: c, resources: {requests: {nvidia.com/gpu: '4'}}}]"))
        #expect(try scene.scores("cpu", scorer) == [75])
        // Fractions 0, 0, 1: deviation √2 / 3, so 52 after and 100 before.
        #expect(try scene.scores("gpu", scorer) == [51])
    }

    @Test func imagesScoreByBytesPresentAndBySpread() throws {
        let nodes = (1...2).map {
            """
            ---
            apiVersion: v1
            kind: Node
            metadata: {name: n\($0)}
            status: {allocatable: {cpu: '8', pods: '10'}, images: [{names: ['web:latest'], sizeBytes: \($0 == 1 ? 523 << 20 : 0)}]}

            """
        }.joined()
        let scene = try Scene(nodes + Scene.pod("p", "containers: [{name: c, image: web}]"))
        #expect(try scene.scores("p", .imageLocality) == [51, 0])
        #expect(try Scene(Scene.nodes(1) + Scene.pod("p")).scores("p", .imageLocality) == nil)
    }

    @Test func preferNoScheduleTaintsCountAgainstANode() throws {
        let tainted = Scene.nodes(1, spec: "taints: [{key: a, effect: PreferNoSchedule}]")
        let scene = try Scene(
            tainted + Scene.nodes(2).replacing("name: n1,", with: "name: m1,") + Scene.pod("p")
                + Scene.pod("fine", "containers: [{name: c}], tolerations: [{operator: Exists}]"))
        #expect(try scene.scores("p", .taintToleration) == [0, 100, 100])
        #expect(try scene.scores("fine", .taintToleration) == [100, 100, 100])
    }

    @Test func requiredAffinityOfRunningPodsDrawsWithItsHardWeight() throws {
        let drawing = """
            nodeName: n1, containers: [{name: c}], affinity: {podAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: [
                {labelSelector: {matchLabels: {app: a}}, topologyKey: kubernetes.io/hostname}]}}
            """
        let scene = try Scene(
            Scene.nodes(2) + Scene.pod("r", drawing) + Scene.pod("p", metadata: "labels: {app: a}"))
        #expect(try scene.scores("p", .interPodAffinity(hardWeight: 1)) == [100, 0])
        #expect(try scene.scores("p", .interPodAffinity(hardWeight: 0)) == nil)
    }

    @Test func spreadScoresPreferEmptyDomainsAndIgnoreNodesWithoutTheKey() throws {
        let spread = """
            containers: [{name: c}], topologySpreadConstraints: [{maxSkew: 1, topologyKey: zone,
              whenUnsatisfiable: ScheduleAnyway, labelSelector: {matchLabels: {app: a}}}]
            """
        let second = Scene.nodes(1, labels: "zone: y").replacing("name: n1,", with: "name: m1,")
        let bare = Scene.nodes(1).replacing("name: n1,", with: "name: k1,")
        let scene = try Scene(
            Scene.nodes(1, labels: "zone: x") + second + bare
                + Scene.pod("r", "nodeName: n1, containers: [{name: c}]", metadata: "labels: {app: a}")
                + Scene.pod("p", spread, metadata: "labels: {app: a}"))
        #expect(try scene.scores("p", .podTopologySpread) == [0, 100, 0])
    }

    @Test func searchStopsAfterEnoughFeasibleNodesAndGoesOnFromThere() throws {
        #expect(KubeScheduler.feasibleNodesToFind(of: 99, percentage: 0) == 99)
        #expect(KubeScheduler.feasibleNodesToFind(of: 150, percentage: 0) == 100)
        #expect(KubeScheduler.feasibleNodesToFind(of: 1000, percentage: 0) == 420)
        #expect(KubeScheduler.feasibleNodesToFind(of: 10000, percentage: 0) == 500)
        let scene = try Scene(Scene.nodes(150) + Scene.pod("p") + Scene.pod("q"))
        var scheduler = KubeScheduler(ClusterState(nodes: scene.objects.nodes))
        let first = scheduler.schedule(scene.objects.pods[0])
        #expect(first.scores.count == 100)
        #expect(first.scores.first?.node == "n1")
        let second = scheduler.schedule(scene.objects.pods[1])
        #expect(second.scores.first?.node == "n101")
    }
}
