import KubernetesObjects
import Quantities
import Scheduling
import Testing

@testable import ControlPlane

/// What goes wrong over time is found, with the line that causes it, and nothing else is.
@Suite struct PathologyTests {
    private static let usual = World.configuration(
        "enqueue allocate backfill", [["priority", "gang"], ["predicates"]])

    @Test func aClusterThatDoesItsWorkHasNone() {
        var world = World(nodes: 2, cores: 2)
        world.add("a", pods: 2, minMember: 2, cores: 1)
        world.add("b", pods: 2, minMember: 2, cores: 1, on: ["n0", "n0"])
        #expect(world.history(Self.usual, cycles: 20).pathologies().isEmpty)
    }

    @Test func halvesOfTwoGangsAreADeadlock() {
        var world = World(nodes: 2, cores: 2)
        world.add("a", pods: 4, minMember: 4, cores: 1, on: ["n0", "n0"])
        world.add("b", pods: 4, minMember: 4, cores: 1, on: ["n1", "n1"])
        let configuration = World.configuration("allocate backfill", [["predicates"]])
        let found = world.history(configuration, cycles: 15).pathologies()
        #expect(found.map(\.kind) == [.gangDeadlock])
        #expect(found.first?.objects == ["ns/a", "ns/b"])
        #expect(found.first?.from.cycle == 0)
        #expect(found.first?.isOngoing == true)
        #expect(found.first?.cause?.line == "no plugin gang")
    }

    @Test func halfOfOneGangHoldsCapacity() {
        var world = World(nodes: 2, cores: 2)
        world.add("a", pods: 3, minMember: 3, cores: 1, on: ["n0", "n0"])
        world.add("b", pods: 2, minMember: 2, cores: 1, on: ["n1", "n1"])
        let found = world.history(Self.usual, cycles: 15).pathologies()
        #expect(found.map(\.kind) == [.incompleteGang])
        #expect(found.first?.objects == ["ns/a"])
    }

    @Test func whatDoesNotFitIsSaid() {
        var world = World(nodes: 2, cores: 2)
        world.add("wide", pods: 1, minMember: 1, cores: 3)
        world.add("many", pods: 5, minMember: 5, cores: 1)
        let found = world.history(Self.usual, cycles: 15).pathologies()
        #expect(found.map(\.kind) == [.neverFits, .neverFits])
        #expect(found.last?.text.contains("one pod of ns/wide asks for cpu 3, more than any node has") == true)
    }

    @Test func missingPodsAreSaid() {
        var world = World(nodes: 2, cores: 2)
        world.add("short", pods: 1, minMember: 2, cores: 1)
        let found = world.history(Self.usual, cycles: 15).pathologies()
        #expect(found.map(\.kind) == [.neverAdmitted])
        #expect(found.first?.cause?.line == "spec.minMember: 2")
    }

    @Test func aShareSmallerThanAPodLeavesTheNodeEmpty() {
        var world = World(nodes: 1, cores: 4, queues: ["p", "q"])
        world.add("a", queue: "p", pods: 1, minMember: 1, cores: 4)
        world.add("b", queue: "q", pods: 1, minMember: 1, cores: 4)
        let configuration = World.configuration(
            "enqueue allocate backfill", [["priority", "gang"], ["predicates", "proportion"]])
        let found = world.history(configuration, cycles: 15).pathologies()
        #expect(found.map(\.kind) == [.neverAdmitted, .neverAdmitted])
        #expect(found.first?.cause?.place == "tiers[1].plugins[1]")
        #expect(found.first?.text.contains("deserved 2, 4 more asked") == true)
    }

    @Test func shortTroubleIsNone() {
        var world = World(nodes: 2, cores: 2)
        world.add("short", pods: 1, minMember: 2, cores: 1)
        #expect(world.history(Self.usual, cycles: 8).pathologies().isEmpty)
    }

    /// A history of two groups, and what was evicted when for whom.
    private static func evicted(_ moves: [(cycle: Int, pod: String, group: Int, gainer: Int)]) -> ClusterHistory {
        var world = World(nodes: 4, cores: 2)
        world.add("low", pods: 2, minMember: 1, cores: 1, on: ["n0", "n1"])
        world.add("mid", pods: 1, minMember: 1, cores: 1, on: ["n2"])
        world.add("high", pods: 1, minMember: 1, cores: 1, on: ["n3"])
        var history = world.history(usual, cycles: 20)
        for (index, priority) in [("ns/low", 1), ("ns/mid", 2), ("ns/high", 3)] {
            let row = history.groups.firstIndex { $0.key == index } ?? 0
            history.groups[row].priority = Int32(priority)
        }
        func row(_ number: Int) -> Int {
            history.groups.firstIndex { $0.key == ["ns/low", "ns/mid", "ns/high"][number] } ?? 0
        }
        history.evictions = moves.map { move in
            ObservedEviction(
                moment: Moment(time: .zero + .seconds(Int64(move.cycle)), cycle: move.cycle), pod: move.pod,
                group: row(move.group), node: "n0", action: "preempt", gainers: [row(move.gainer)])
        }
        return history
    }

    @Test func theSamePodEvictedForTheSameGroupIsALoop() {
        let history = Self.evicted([(2, "ns/low-0", 0, 2), (6, "ns/low-0-r1", 0, 2), (10, "ns/low-0-r2", 0, 2)])
        let found = history.pathologies()
        #expect(found.map(\.kind) == [.evictionLoop])
        #expect(found.first?.objects == ["ns/low", "ns/high"])
        #expect(found.first?.from.cycle == 2)
    }

    @Test func evictionsOfDifferentPodsAreNoLoop() {
        #expect(
            Self.evicted([(2, "ns/low-0", 0, 2), (6, "ns/low-1", 0, 2), (10, "ns/low-2", 0, 2)]).pathologies().isEmpty)
    }

    @Test func placesLentToOneAfterTheOtherAreNoLoop() {
        #expect(Self.evicted([(2, "ns/low-0", 0, 1), (6, "ns/low-0", 0, 2)]).pathologies().isEmpty)
    }

    @Test func evictedForSomebodyEvictedIsACascade() {
        let found = Self.evicted([(2, "ns/low-0", 0, 1), (6, "ns/mid-0", 1, 2)]).pathologies()
        #expect(found.map(\.kind) == [.evictionCascade])
        #expect(found.first?.objects == ["ns/low", "ns/mid", "ns/high"])
    }

    @Test func theStoryNamesWhatItWaitedFor() throws {
        var world = World(nodes: 1, cores: 2)
        world.add("a", pods: 2, minMember: 2, cores: 1, on: ["n0", "n0"])
        world.add("b", pods: 1, minMember: 1, cores: 1)
        let history = world.history(Self.usual, cycles: 6)
        let row = try #require(history.groups.firstIndex { $0.key == "ns/b" })
        let story = history.story(of: row)
        #expect(story.chapters.map(\.kind) == [.waited])
        #expect(story.summary == "waited 5s: 5s b-0 fits none of 1 nodes: 1 Insufficient cpu; still waits")
    }
}
