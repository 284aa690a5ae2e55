import KubernetesObjects
import Quantities
import Testing

@testable import Scheduling

extension EvictionScene {
    /// A HyperNode over nodes and other HyperNodes, by exact names.
    mutating func hyperNode(
        _ name: String, tier: Int, tierName: String = "", nodes: [String] = [], of below: [String] = []
    ) {
        var hyperNode = HyperNode()
        hyperNode.metadata = ObjectMeta(name: name)
        hyperNode.tier = tier
        hyperNode.tierName = tierName
        for (type, members) in [("Node", nodes), ("HyperNode", below)] {
            for member in members {
                var entry = HyperNodeMember()
                entry.type = type
                entry.exactMatch = member
                hyperNode.members.append(entry)
            }
        }
        objects.hyperNodes.append(hyperNode)
    }

    mutating func limit(_ group: String, _ mode: String, tier: Int? = nil, tierName: String = "") {
        adjustGroup(group) {
            var topology = NetworkTopology()
            topology.mode = mode
            topology.highestTierAllowed = tier
            topology.highestTierName = tierName
            $0.networkTopology = topology
        }
    }

    /// Two racks `a` and `b` of two nodes with 4 cpus each under one spine.
    static func racks() -> EvictionScene {
        var scene = EvictionScene()
        for name in ["a1", "a2", "b1", "b2"] { scene.node(name, cpu: 4) }
        scene.hyperNode("a", tier: 1, tierName: "rack", nodes: ["a1", "a2"])
        scene.hyperNode("b", tier: 1, tierName: "rack", nodes: ["b1", "b2"])
        scene.hyperNode("spine", tier: 2, of: ["a", "b"])
        return scene
    }
}

private let topologyPlugins = ["priority", "gang", "predicates", "network-topology-aware"].map { PluginOption($0) }

/// Section 10 of the reference: the tree.
@Suite struct HyperNodeTrees {
    @Test func theVirtualTopHoldsEverythingOneTierAboveTheHighest() {
        var scene = EvictionScene.racks()
        scene.node("loose", cpu: 1)
        let tree = scene.session(plugins: []).hyperNodes
        #expect(tree.tier(of: tree.top) == 3)
        #expect(tree.nodes(in: tree.top).count == 5)
        #expect(tree.children(of: tree.top).map(tree.name) == ["spine"])
        #expect(tree.leaf(of: NodeRef(4)) == nil)
        #expect(tree.leaf(of: NodeRef(0)).map(tree.name) == "a")
    }

    @Test func withoutHyperNodesTheTopIsTierOneAndEveryNodesLeaf() {
        var scene = EvictionScene()
        scene.node("n", cpu: 1)
        let tree = scene.session(plugins: []).hyperNodes
        #expect(tree.tiers == [1])
        #expect(tree.leaf(of: NodeRef(0)) == tree.top)
    }

    /// An expression may match anywhere in the name; one that does not parse selects nothing.
    @Test func membersAreSelectedByExpressionAndByLabels() {
        var scene = EvictionScene()
        for name in ["gpu-1", "gpu-2", "cpu-1"] { scene.node(name, cpu: 1) }
        scene.adjustNode("cpu-1") { $0.metadata.labels["rack"] = "c" }
        var byName = HyperNodeMember()
        byName.type = "Node"
        byName.regexMatch = "pu-[12]$"
        var broken = byName
        broken.regexMatch = "("
        var byLabel = HyperNodeMember()
        byLabel.type = "Node"
        byLabel.labelMatch = LabelSelector()
        byLabel.labelMatch?.matchLabels = ["rack": "c"]
        for (name, member) in [("expression", byName), ("broken", broken), ("label", byLabel)] {
            scene.hyperNode(name, tier: 1)
            scene.objects.hyperNodes[scene.objects.hyperNodes.count - 1].members = [member]
        }
        let session = scene.session(plugins: [])
        let held = ["expression", "broken", "label"].map { name in
            session.hyperNodes.named(name).map { session.hyperNodes.nodes(in: $0).map { session[$0].name } } ?? []
        }
        #expect(held == [["gpu-1", "gpu-2", "cpu-1"], [], ["cpu-1"]])
    }

    @Test func aSecondParentOrACycleMakesJobsWithATopologyWait() {
        var scene = EvictionScene.racks()
        scene.hyperNode("other-spine", tier: 2, of: ["a"])
        scene.group("limited", on: [""])
        scene.limit("limited", "hard", tier: 1)
        scene.group("free", on: [""])
        let session = scene.session(plugins: topologyPlugins)
        #expect(!session.hyperNodes.isReady)
        session.run(action: "allocate")
        #expect(session.binds.map { session[$0.task].name } == ["free-0"])

        var cyclic = EvictionScene()
        cyclic.node("n", cpu: 1)
        cyclic.hyperNode("x", tier: 1, of: ["y"])
        cyclic.hyperNode("y", tier: 1, of: ["x"])
        #expect(!cyclic.session(plugins: []).hyperNodes.isReady)
    }
}

/// Sections 5 and 10: what opening a session does with limits and placed pods.
@Suite struct TopologyAtSessionOpen {
    @Test func softLimitsBecomeHardOnesAndTierNamesNumbers() {
        var scene = EvictionScene.racks()
        scene.group("soft", on: [""])
        scene.limit("soft", "soft", tier: 1)
        scene.group("named", on: [""])
        scene.limit("named", "hard", tierName: "rack")
        scene.group("unknown", on: [""])
        scene.limit("unknown", "hard", tierName: "building")
        let session = scene.session(plugins: [])
        #expect(session[session.job("soft")].topology?.boundary == 3)
        #expect(session[session.job("named")].topology?.boundary == 1)
        #expect(session[session.job("unknown")].topology?.boundary == nil)
        #expect(!session.hasHardTopology(session.job("unknown")))
    }

    @Test func softSubGroupsAreBoundedByTheJobsTier() {
        var scene = EvictionScene.racks()
        scene.group("job", on: [""]) { pod, _ in pod.metadata.labels["part"] = "0" }
        scene.limit("job", "hard", tier: 2)
        scene.adjustGroup("job") {
            var policy = SubGroupPolicy()
            policy.name = "parts"
            policy.matchLabelKeys = ["part"]
            policy.networkTopology = NetworkTopology()
            policy.networkTopology?.mode = "soft"
            $0.subGroupPolicy = [policy]
        }
        let session = scene.session(plugins: [])
        let subJob = session[session.job("job")].subJobs.first.map { session[$0] }
        #expect(subJob?.uid == "ns/job/parts-0")
        #expect(subJob?.topology?.boundary == 2)
    }

    @Test func placedPodsOccupyTheLowestHyperNodeThatHoldsThemAll() {
        var scene = EvictionScene.racks()
        scene.group("rack", on: ["a1", "a2", ""])
        scene.limit("rack", "hard", tier: 2)
        scene.group("spread", on: ["a1", "b1"])
        scene.limit("spread", "soft")
        let session = scene.session(plugins: [])
        let occupied = ["rack", "spread"].map {
            session[session.job($0)].allocatedHyperNode.map(session.hyperNodes.name)
        }
        #expect(occupied == ["a", "spine"])
    }

    /// Values of more than 128 bytes are replaced by a hash in Kubernetes' safe letters.
    @Test func longSubGroupNamesAreHashed() {
        let uid = SnapshotBuilder.uid(job: "ns/job", policy: "p", values: [String(repeating: "x", count: 129)])
        let hash = uid.dropFirst("ns/job/p-".count)
        #expect(hash.count <= 10)
        #expect(hash.allSatisfy { "bcdfghjklmnpqrstvwxz2456789".contains($0) })
    }
}

/// Section 10: gradients and scores of network-topology-aware.
@Suite struct NetworkTopologyPluginRules {
    private static func gradient(
        _ session: VolcanoSession, _ job: String, _ purpose: GradientPurpose = .allocate
    ) -> [[String]] {
        session.hyperNodeGradient(forJob: session.job(job), root: session.hyperNodes.top, purpose: purpose)
            .map { $0.map(session.hyperNodes.name) }
    }

    @Test func gradientsGoFromTheLowestTierUpForAllocationAndDownForEviction() {
        var scene = EvictionScene.racks()
        scene.group("job", on: [""])
        scene.limit("job", "hard", tier: 2)
        let session = scene.session(plugins: topologyPlugins)
        #expect(Self.gradient(session, "job") == [["a", "b"], ["spine"]])
        #expect(Self.gradient(session, "job", .evict) == [["spine"], ["a", "b"]])
    }

    @Test func ofATierThatDoesNotFitWholeEvictionSeesTheLastOnes() {
        var scene = EvictionScene.racks()
        scene.group("job", on: [""])
        scene.limit("job", "hard", tier: 2)
        let session = scene.session(plugins: [
            PluginOption("network-topology-aware", ["hypernode.gradient.evict.max-hypernodes": .integer(2)])
        ])
        #expect(Self.gradient(session, "job", .evict) == [["spine"], ["b"]])
    }

    @Test func aHyperNodeWithoutRoomForMinResourcesIsLeftOut() {
        var scene = EvictionScene.racks()
        scene.group("old", on: ["a1", "a1", "a2"])
        scene.group("job", on: [""])
        scene.limit("job", "hard", tier: 1)
        scene.adjustGroup("job") { $0.minResources = ["cpu": KubernetesQuantity(6)] }
        #expect(Self.gradient(scene.session(plugins: topologyPlugins), "job") == [["b"]])
    }

    @Test func aJobThatOccupiesARackStaysBelowItsHighestAllowedAncestor() {
        var scene = EvictionScene.racks()
        scene.group("job", on: ["b1", ""])
        scene.limit("job", "hard", tier: 1)
        #expect(Self.gradient(scene.session(plugins: topologyPlugins), "job") == [["b"]])
        scene.limit("job", "hard", tier: 2)
        #expect(Self.gradient(scene.session(plugins: topologyPlugins), "job") == [["a", "b"], ["spine"]])
    }

    @Test func podsWithoutTopologyFillStartedRacks() {
        var scene = EvictionScene.racks()
        scene.group("old", on: ["b1"])
        scene.group("new", on: [""])
        let session = scene.session(plugins: topologyPlugins)
        session.run(action: "allocate")
        #expect(session.boundPlaces == ["new-0@b1"])
        #expect(session.score(session.task("new-0"), [session.node("b2")])[0] > 0)
    }
}

/// Sections 8.2 and 10: allocate over HyperNodes.
@Suite struct AllocationOverHyperNodes {
    private static func bound(_ scene: EvictionScene) -> [String] {
        let session = scene.session(plugins: topologyPlugins)
        session.run(action: "allocate")
        return session.boundPlaces
    }

    @Test func aHardGangGoesIntoOneRackOrNotAtAll() {
        var scene = EvictionScene.racks()
        scene.group("old", on: ["a1", "a2"], cpu: 3)
        scene.group("gang", minMember: 2, on: ["", ""], cpu: 4)
        scene.limit("gang", "hard", tier: 1)
        #expect(Self.bound(scene) == ["gang-0@b1", "gang-1@b2"])
        scene.group("more", on: ["b1"], cpu: 1)
        #expect(Self.bound(scene).isEmpty)
        scene.limit("gang", "soft")
        #expect(Self.bound(scene).isEmpty)
    }

    @Test func aSoftGangSpreadsOnlyIfNoRackHoldsIt() {
        var scene = EvictionScene.racks()
        scene.group("gang", minMember: 3, on: ["", "", ""], cpu: 4)
        scene.limit("gang", "soft")
        #expect(Self.bound(scene).count == 3)
        scene.adjustGroup("gang") { $0.minMember = 2 }
        #expect(Self.bound(scene).prefix(2) == ["gang-0@a1", "gang-1@a2"])
    }

    /// Two sub-groups with a rack each; minSubGroups decides which must come, the rest follow while there is room.
    @Test func everySubGroupIsAGangOfItsOwn() {
        var scene = EvictionScene.racks()
        scene.group("job", minMember: 2, on: ["", "", "", ""], cpu: 4) { pod, index in
            pod.metadata.labels["part"] = String(index / 2)
        }
        scene.adjustGroup("job") {
            var policy = SubGroupPolicy()
            policy.name = "parts"
            policy.matchLabelKeys = ["part"]
            policy.subGroupSize = 2
            policy.minSubGroups = 2
            policy.networkTopology = NetworkTopology()
            policy.networkTopology?.mode = "hard"
            policy.networkTopology?.highestTierAllowed = 1
            $0.subGroupPolicy = [policy]
        }
        let places = Self.bound(scene)
        #expect(places.count == 4)
        let racks = places.map { String($0.suffix(2).prefix(1)) }
        #expect(racks[0] == racks[1] && racks[2] == racks[3] && racks[0] != racks[2])
        scene.group("old", on: ["b1"])
        #expect(Self.bound(scene).isEmpty)
    }

    /// What fits only when releasing pods are gone is reserved, and stays so, but nothing is bound.
    @Test func aGangThatMustWaitForReleasingPodsIsPipelined() {
        var scene = EvictionScene.racks()
        scene.group("leaving", on: ["a1", "a2", "b1"], cpu: 4) { pod, _ in pod.metadata.deletionTimestamp = Self.now }
        scene.group("gang", minMember: 2, on: ["", ""], cpu: 4)
        scene.limit("gang", "hard", tier: 1)
        let session = scene.session(plugins: topologyPlugins)
        session.run(action: "allocate")
        #expect(session.binds.isEmpty)
        #expect(session.pipelinedPlaces.count == 2)
    }

    private static let now = EvictionScene.now

    @Test func aNominationOfThisSessionComesFirstAndIsForgottenIfItFails() {
        var scene = EvictionScene.racks()
        scene.group("job", on: [""]) { pod, _ in pod.status.nominatedNodeName = "b2" }
        scene.limit("job", "hard", tier: 1)
        let session = scene.session(plugins: topologyPlugins)
        let subJob = session[session.job("job")].subJobs[0]
        session[subJob].nominatedHyperNode = session.hyperNodes.named("b")
        session.run(action: "allocate")
        #expect(session.boundPlaces == ["job-0@b2"])

        let other = scene.session(plugins: topologyPlugins)
        other[subJob].nominatedHyperNode = other.hyperNodes.named("a")
        other.run(action: "allocate")
        #expect(other[subJob].nominatedHyperNode == nil)
        #expect(other.boundPlaces == ["job-0@a1"])
    }

    @Test func whatWasCommittedIsOccupiedInTheNextSession() {
        var scene = EvictionScene.racks()
        scene.group("gang", minMember: 1, on: [""])
        scene.limit("gang", "soft")
        let session = scene.session(plugins: topologyPlugins)
        session.run(action: "allocate")
        session.close()
        #expect(session.memory.placements["ns/gang"]?.job == "a")
        #expect(session.memory.placements["ns/gang"]?.subJobs == ["ns/gang": "a"])
    }
}
