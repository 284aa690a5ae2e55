import KubernetesObjects
import Quantities
import Testing

@testable import Scheduling

/// Node sharding in allocate, backfill, preempt and reclaim: hard keeps to the own shard, soft prefers it
/// (section 8.2 of the reference; conformance cases `*/hard-sharding-*`, `*/soft-sharding-*`).
@Suite struct NodeSharding {
    private static let plugins = ["priority", "gang", "predicates", "nodeorder"].map { PluginOption($0) }

    private static func session(
        _ scene: EvictionScene, _ mode: Sharding.Mode, _ nodes: Set<String>, _ extra: [PluginOption] = []
    ) -> VolcanoSession {
        scene.session(plugins: plugins + extra, sharding: Sharding(mode: mode, nodes: nodes))
    }

    /// `a` is half full, `z` empty: scores prefer `z`.
    private static func twoNodes() -> EvictionScene {
        var scene = EvictionScene()
        scene.node("a", cpu: 4)
        scene.node("z", cpu: 4)
        scene.group("old", on: ["a", "a"])
        return scene
    }

    @Test(arguments: [(Sharding.Mode.none, "z"), (.soft, "a"), (.hard, "a")])
    func allocateKeepsToTheOwnShardWhileItHasRoom(_ mode: Sharding.Mode, _ node: String) {
        var scene = Self.twoNodes()
        scene.group("new", on: [""])
        let session = Self.session(scene, mode, ["a"])
        session.run(action: "allocate")
        #expect(session.boundPlaces == ["new-0@" + node])
    }

    @Test func onlySoftShardsOverflow() {
        var scene = Self.twoNodes()
        scene.group("new", on: [""], cpu: 3)
        let soft = Self.session(scene, .soft, ["a"])
        soft.run(action: "allocate")
        #expect(soft.boundPlaces == ["new-0@z"])
        let hard = Self.session(scene, .hard, ["a"])
        hard.run(action: "allocate")
        #expect(hard.boundPlaces.isEmpty)
    }

    /// Groups in order: idle in the own shard, idle in others, then nodes that will be idle.
    @Test func idleNodesOfOthersComeBeforeOwnNodesThatWillBeIdle() {
        var scene = EvictionScene()
        scene.node("a", cpu: 2)
        scene.node("z", cpu: 2)
        scene.group("old", on: ["a", "a"]) { pod, _ in pod.metadata.deletionTimestamp = EvictionScene.now }
        scene.group("new", on: [""])
        let session = Self.session(scene, .soft, ["a"])
        session.run(action: "allocate")
        #expect(session.boundPlaces == ["new-0@z"])
    }

    @Test func withoutIdleNodesTheOwnShardIsWaitedFor() {
        var scene = EvictionScene()
        scene.node("a", cpu: 2)
        scene.node("z", cpu: 2)
        scene.group("old", on: ["a", "a", "z", "z"]) { pod, _ in pod.metadata.deletionTimestamp = EvictionScene.now }
        scene.group("new", on: [""])
        let session = Self.session(scene, .soft, ["z"])
        session.run(action: "allocate")
        #expect(session.pipelinedPlaces == ["new-0@z"])
    }

    @Test(arguments: [(Sharding.Mode.none, ["new-0@z"]), (.soft, ["new-0@a"]), (.hard, ["new-0@a"])])
    func backfillKeepsToTheOwnShard(_ mode: Sharding.Mode, _ places: [String]) {
        var scene = Self.twoNodes()
        scene.group("new", on: [""], cpu: 0)
        let session = Self.session(scene, mode, ["a"])
        session.run(action: "backfill")
        #expect(session.boundPlaces == places)
    }

    @Test func backfillLeavesAHardShardToNobody() {
        var scene = Self.twoNodes()
        scene.group("new", on: [""], cpu: 0)
        let session = Self.session(scene, .hard, [])
        session.run(action: "backfill")
        #expect(session.boundPlaces.isEmpty)
    }

    /// Both nodes are full of low pods.
    private static func fullNodes(asker queue: String) -> EvictionScene {
        var scene = EvictionScene(queues: ["q", "other"])
        scene.node("a", cpu: 2)
        scene.node("z", cpu: 2)
        scene.group("low", on: ["a", "a", "z", "z"])
        scene.group("high", queue: queue, priority: "high", on: [""])
        return scene
    }

    @Test(arguments: [(Sharding.Mode.none, "a"), (.soft, "z"), (.hard, "z")])
    func preemptionTakesVictimsOfTheOwnShard(_ mode: Sharding.Mode, _ node: String) {
        let scene = Self.fullNodes(asker: "q")
        let session = scene.session(
            plugins: [PluginOption("priority"), PluginOption("predicates")],
            sharding: Sharding(mode: mode, nodes: ["z"]))
        session.run(action: "preempt")
        #expect(session.pipelinedPlaces == ["high-0@" + node])
    }

    /// Soft: where the own shard has no victims, the others' nodes are tried.
    @Test func preemptionLeavesASoftShardOnlyForWantOfVictims() {
        var scene = Self.fullNodes(asker: "q")
        for index in scene.objects.pods.indices where scene.objects.pods[index].spec.nodeName == "z" {
            scene.objects.pods[index].metadata.labels["volcano.sh/preemptable"] = "false"
        }
        let plugins = [PluginOption("priority"), PluginOption("predicates")]
        let soft = scene.session(plugins: plugins, sharding: Sharding(mode: .soft, nodes: ["z"]))
        soft.run(action: "preempt")
        #expect(soft.pipelinedPlaces == ["high-0@a"])
        let hard = scene.session(plugins: plugins, sharding: Sharding(mode: .hard, nodes: ["z"]))
        hard.run(action: "preempt")
        #expect(hard.pipelinedPlaces.isEmpty)
        #expect(hard.evictedNames.isEmpty)
    }

    @Test(arguments: [(Sharding.Mode.none, "a"), (.soft, "z"), (.hard, "z")])
    func reclaimTakesVictimsOfTheOwnShard(_ mode: Sharding.Mode, _ node: String) {
        var scene = Self.fullNodes(asker: "other")
        scene.adjustQueue("other") { $0.deserved = ["cpu": KubernetesQuantity(2)] }
        scene.adjustQueue("q") { $0.deserved = ["cpu": KubernetesQuantity(2)] }
        let session = scene.session(
            plugins: ["priority", "predicates", "capacity"].map { PluginOption($0) },
            sharding: Sharding(mode: mode, nodes: ["z"]))
        session.run(action: "reclaim")
        #expect(session.pipelinedPlaces == ["high-0@" + node])
    }
}
