import Testing

@testable import Snapshots

/// Every warning has a world that calls for it, and a neighbour that does not.
@Suite struct WarningTests {
    struct Case: CustomTestStringConvertible {
        var code: CycleWarning.Code
        var surprising: World
        var plain: World
        var testDescription: String { code.rawValue }

        init(_ code: CycleWarning.Code, _ surprising: World, _ plain: World) {
            self.code = code
            self.surprising = surprising
            self.plain = plain
        }
    }

    static let base = World().queue("q")
    /// Two low pods fill the node, a high one waits.
    static let full = base.gang("low", pods: 2, gpus: 4, minMember: 1, on: ["n1", "n1"])
        .gang("high", pods: 1, gpus: 4, priority: "high")
    static let fullOfGang = base.gang("low", pods: 2, gpus: 4, on: ["n1", "n1"])
        .gang("high", pods: 1, gpus: 4, priority: "high")
    /// Queue b holds everything, a waits.
    static let borrowed = World().queue("a").queue("b").gang("borrower", in: "b", pods: 8, minMember: 1, on: eight)
        .gang("waiter", in: "a", pods: 1)
    static let eight = [String](repeating: "n1", count: 8)
    static let preempting = "enqueue, allocate, preempt"
    static let capacity = [["priority", "gang"], ["predicates", "capacity"]]

    /// A gang of three GPUs two levels below the root.
    private static func tree(_ parent: String) -> World {
        World().queue("root").queue("top", parent).queue("q", "{parent: top}").gang("g", pods: 3)
            .tiers(["gang"], ["predicates", "capacity"], options: ["capacity": ["enableHierarchy: true"]])
    }

    static let cases = [
        Case(.noPreempt, full, full.acting(preempting)),
        Case(.noReclaim, borrowed, borrowed.acting("enqueue, allocate, reclaim")),
        Case(.evictsBeforeAllocate, base.acting("preempt, allocate"), base.acting("allocate, preempt")),
        Case(.gangProtectsVictims, fullOfGang.acting(preempting), full.acting(preempting)),
        Case(
            .gangProtectsVictims, fullOfGang.acting(preempting),
            fullOfGang.acting(preempting).tiers(
                ["priority", "gang"], ["predicates"], options: ["gang": ["enablePreemptable: false"]])),
        Case(
            .evictionStopsAtMinimum,
            base.gang("elastic", pods: 3, gpus: 4, minMember: 1, on: ["n1", "n1"]).acting(preempting)
                .tiers(["gang"], ["predicates"]),
            full.acting(preempting)),
        Case(
            .notAdmittedNotServed,
            full.gang("more", pods: 4, gpus: 4, phase: "Pending").acting(preempting)
                .tiers(["priority", "gang"], ["predicates", "overcommit"]),
            full.gang("more", pods: 4, gpus: 4, phase: "Pending").acting(preempting)
                .tiers(["priority", "gang"], ["predicates"])),
        Case(
            .binpackIgnoresResource, full.tiers(["gang"], ["binpack"]),
            full.tiers(
                ["gang"], ["binpack"],
                options: ["binpack": ["arguments: {binpack.resources: \"a.b/c, nvidia.com/gpu\"}"]])),
        Case(
            .quotedArgument, base.tiers(["binpack"], options: ["binpack": ["arguments: {binpack.weight: \"10\"}"]]),
            base.tiers(["binpack"], options: ["binpack": ["arguments: {binpack.weight: 10}"]])),
        Case(.gangAboveCluster, base.gang("g", pods: 9), base.gang("g", pods: 8)),
        Case(
            .gangAboveCapability, World().queue("q", "{capability: {nvidia.com/gpu: 2}}").gang("g", pods: 3),
            World().queue("q", "{capability: {nvidia.com/gpu: 2}}").gang("g", pods: 2)),
        Case(
            .gangAboveCapability,
            tree("{parent: root, capability: {nvidia.com/gpu: 2}}"), tree("{parent: root, capability: {cpu: 50}}")),
        Case(
            .gangAboveDeserved, borrowed.gang("big", in: "a", pods: 6), borrowed),
        Case(
            .gangAboveDeserved,
            World().queue("q", "{deserved: {nvidia.com/gpu: 2}}").gang("run", pods: 8, on: eight).gang("g", pods: 3)
                .tiers(capacity[0], capacity[1]),
            World().queue("q", "{deserved: {nvidia.com/gpu: 2}}").gang("run", pods: 8, on: eight).gang("g", pods: 2)
                .tiers(capacity[0], capacity[1])),
        Case(
            .gangHidesCapacity, base.acting("allocate, gangreclaim").tiers(["gang"], ["capacity"]),
            base.acting("allocate, gangreclaim").tiers(["gang", "capacity"])),
        Case(
            .gangreclaimWithProportion, base.acting("allocate, gangreclaim").tiers(["gang", "proportion"]),
            base.acting("allocate, reclaim").tiers(["gang", "proportion"])),
        Case(
            .proportionWithHierarchy,
            base.tiers(["proportion"], ["drf"], options: ["drf": ["enableHierarchy: true"]]),
            base.tiers(["proportion"], ["drf"])),
        Case(.slaBehindGang, base.tiers(["gang", "sla"]), base.tiers(["sla"], ["gang"])),
        Case(
            .gangPluginMissing, base.gang("g", pods: 2).tiers(["predicates"]),
            base.gang("g", pods: 1).tiers(["predicates"])),
        Case(.queueMissing, base.gang("g", in: "nowhere", pods: 1), base.gang("g", pods: 1)),
        Case(
            .queueClosed, World().queue("q", status: "{state: Closed}").gang("g", pods: 1),
            World().queue("q", status: "{state: Closed}").gang("g", pods: 1, on: ["n1"])),
        Case(
            .podWithoutGroup, base.with("{kind: Pod, metadata: {name: p}, spec: {schedulerName: volcano}}"),
            base.with("{kind: Pod, metadata: {name: p}, spec: {schedulerName: default-scheduler}}")),
        Case(.noNodes, World(nodes: 0), World()),
    ]

    @Test(arguments: cases)
    func isSaidWhereItApplies(_ one: Case) throws {
        #expect(try one.surprising.codes().contains(one.code))
        #expect(try !one.plain.codes().contains(one.code))
    }

    /// Only a warning about changes, which a cycle does not know, is missing from the list.
    @Test func everyKindHasACase() {
        let missing = Set(CycleWarning.Code.allCases).subtracting(Self.cases.map(\.code))
        #expect(missing == [.changeWithoutEffect])
    }

    @Test func aProtectedGangIsNamed() throws {
        let warning = try Self.fullOfGang.acting(Self.preempting).report().warnings.first {
            $0.code == .gangProtectsVictims
        }
        #expect(warning?.object == "PodGroup ns/high")
        #expect(warning?.text.contains("(ns/low)") == true)
    }

    @Test func amountsAreInTheWordsOfManifests() throws {
        let warning = try Self.base.gang("g", pods: 9).report().warnings.first { $0.code == .gangAboveCluster }
        #expect(warning?.text == "its minimum of 9 pods is more than the whole cluster: nvidia.com/gpu 9 of 8")
    }

    /// The plugins of the default configuration say by how much a queue is short.
    @Test(arguments: [
        (["proportion"], "queue q has nvidia.com/gpu 8 of realCapability 8, 2 more asked"),
        (["overcommit"], "cluster has nvidia.com/gpu 8 of overcommit 9.6, 2 more asked"),
        (["resourcequota"], "ResourceQuota ns/quota has nvidia.com/gpu 7 of hard 8, 2 more asked"),
    ])
    func refusalsHaveNumbers(_ plugins: [String], _ says: String) throws {
        let world = Self.base.gang("run", pods: 8, on: Self.eight).gang("g", pods: 2, phase: "Pending")
            .with(
                """
                kind: ResourceQuota
                metadata: {name: quota, namespace: ns}
                status: {hard: {nvidia.com/gpu: 8}, used: {nvidia.com/gpu: 7}}
                """
            ).tiers(["gang"], plugins)
        let reason = try world.report().groups.first { $0.name == "ns/g" }?.reasons.first
        #expect(reason?.text == "not let in by enqueue: \(plugins[0]): \(says)")
    }
}
