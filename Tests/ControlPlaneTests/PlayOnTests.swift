import KubernetesObjects
import Quantities
import Scheduling
import Testing

@testable import ControlPlane

/// Playing on from a dump, and playing again what happened.
@Suite struct PlayOnTests {
    private static let usual = World.configuration(
        "enqueue allocate backfill", [["priority", "gang"], ["predicates"]])

    /// One node, full with a job that has run for a minute; another job waits.
    private static func full() -> World {
        var world = World(nodes: 1, cores: 2)
        world.add("a", pods: 1, minMember: 1, cores: 2, on: ["n0"])
        world.add("b", pods: 1, minMember: 1, cores: 2)
        world.objects.pods[0].status.startTime = Timestamp(nanoseconds: World.now.nanoseconds - 60_000_000_000)
        return world
    }

    @Test func aWaitingGroupStartsWhenTheRunLengthIsOver() throws {
        let play = PlayOn(
            Self.full().objects, configuration: Self.usual, epoch: World.now, runLength: .given(.seconds(90)))
        let found = play.predictions(cycles: 60, samples: 2)
        #expect(found.map(\.group) == ["ns/b"])
        let start = try #require(found.first?.expected)
        #expect(start >= .seconds(30) && start <= .seconds(32))
        #expect(found.first?.samples.count == 2)
    }

    @Test func estimatedLivesGoOnAsLongAsTheyHaveLasted() throws {
        let play = PlayOn(Self.full().objects, configuration: Self.usual, epoch: World.now)
        let found = try #require(play.predictions(cycles: 1000, samples: 20).first)
        let start = try #require(found.expected)
        #expect(start >= .seconds(60) && start <= .seconds(62))
        #expect(found.samples.count == 20)
        #expect(try #require(found.quantile(10)) < start)
        #expect(try #require(found.quantile(90)) > start)
    }

    /// Pods that run on every node for months tell nothing of jobs, and do not end.
    @Test func podsOfNodesDoNotCount() throws {
        var world = Self.full()
        let job = world.objects.pods[0]
        for (name, kind) in [
            ("fluentd", "DaemonSet"), ("proxy", "Node"), ("exporter", "DaemonSet"), ("ui", "ReplicaSet"),
        ] {
            var pod = job
            pod.metadata = ObjectMeta(name: name, namespace: "kube-system")
            pod.metadata.uid = name
            var owner = OwnerReference()
            (owner.kind, owner.name, owner.uid) = (kind, name, name)
            pod.metadata.ownerReferences = [owner]
            pod.spec.schedulerName = "default-scheduler"
            pod.spec.containers[0].resources.requests = [:]
            pod.status.startTime = Timestamp(nanoseconds: World.now.nanoseconds - 8_640_000_000_000_000)
            world.objects.pods.append(pod)
        }
        let play = PlayOn(world.objects, configuration: Self.usual, epoch: World.now)
        let rules = play.rules(seed: nil)
        #expect(rules.last == PodRunRule(.any, PodRun(.seconds(120))))
        #expect(
            rules.filter { $0.run.duration == nil }.map(\.subject)
                == ["exporter", "fluentd", "proxy", "ui"].map { .pod($0) })
        #expect(rules.contains(PodRunRule(.pod("a-0"), PodRun(.seconds(60)))))
        let given = PlayOn(
            world.objects, configuration: Self.usual, epoch: World.now, runLength: .given(.seconds(90))
        ).rules(seed: nil)
        #expect(given.contains(PodRunRule(.pod("proxy"), PodRun())))
    }

    @Test func oneMoreNodeWouldLetItStart() {
        let play = PlayOn(Self.full().objects, configuration: Self.usual, epoch: World.now)
        #expect(play.counterfactuals(for: "ns/b").map(\.change) == ["one more node like n0"])
    }

    @Test func aReplayOfWhatWasPlayedAgrees() {
        var world = World(nodes: 1, cores: 2)
        world.add("a", pods: 1, minMember: 1, cores: 2, on: ["n0"])
        world.add("b", pods: 1, minMember: 1, cores: 2, created: 10)
        let later = Timestamp(nanoseconds: World.now.nanoseconds + 1_000_000_000)
        world.objects.pods[0].status.startTime = later
        let report = ReplayCheck(earlier: nil, later: world.objects, configuration: Self.usual).report()
        #expect(report.bound == 1)
        #expect(report.boundToo == 1)
        #expect(report.sameNode == 1)
        #expect(report.parting == nil)
    }

    @Test func anotherNodeIsWhereTheyPart() {
        var world = World(nodes: 2, cores: 2)
        world.add("a", pods: 1, minMember: 1, cores: 2, on: ["n1"])
        world.objects.nodes[1].unschedulable = true
        world.objects.pods[0].status.startTime = World.now
        let report = ReplayCheck(earlier: nil, later: world.objects, configuration: Self.usual).report()
        #expect(report.sameNode == 0)
        #expect(report.parting?.text == "ns/a-0 was bound to n1, in the replay to n0")
    }
}

extension PodRun {
    fileprivate init(_ duration: SimDuration) {
        self.init()
        self.duration = duration
    }
}
