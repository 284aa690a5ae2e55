import KubernetesObjects
import Quantities
import Scenarios
import Testing

@testable import Snapshots

/// Dumps small enough to know every number of the scenario.
@Suite struct ClusterImportTests {
    private static func minutes(_ count: Int64) -> SimDuration { .seconds(count * 60) }

    @Test func anEndedGangRanFromItsLastNeededPodToItsLastEnd() throws {
        var world = ImportWorld()
        world.nodes("gpu-1", "gpu-2")
        world.gang("a", at: 0, pods: 2, from: 10, to: 70)
        world.gang("b", at: 30, from: 75, to: 80)
        let scenario = try world.imported()
        #expect(scenario.start == ImportWorld.time(0))
        #expect(scenario.now == ImportWorld.time(80))
        let a = try scenario.job("a")
        #expect((a.submit, a.duration, a.state) == (.zero, Self.minutes(60), .ended))
        #expect(
            a.groups == [
                .init(pods: 2, minPods: 2, cpuMilli: 10_000, memory: 80 << 30, gpus: 8, localStorage: 0)
            ])
        #expect((a.team, a.queue) == ("ns", "q"))
        let b = try scenario.job("b")
        #expect((b.submit, b.duration) == (Self.minutes(30), Self.minutes(5)))
        // Ten minutes and three quarters of an hour.
        #expect(a.waited == Self.minutes(10))
        #expect(b.waited == Self.minutes(45))
        #expect(scenario.waits?.mean == SimDuration.seconds(27 * 60 + 30))
        #expect(scenario.waits?.longest == Self.minutes(45))
    }

    @Test func podsThatStartLateDoNotCountBeforeTheGangIsComplete() throws {
        var world = ImportWorld()
        world.nodes("gpu-1", "gpu-2", "gpu-3")
        for (index, start) in [5, 9, 30].enumerated() {
            world.add(
                """
                kind: Pod
                metadata: {name: p\(index), namespace: ns, annotations: {scheduling.k8s.io/group-name: g}}
                spec: {containers: [{name: c, resources: {requests: {nvidia.com/gpu: 8}}}]}
                status: {phase: Running, startTime: "\(ImportWorld.instant(start))"}
                """)
        }
        world.add(
            "{kind: PodGroup, metadata: {name: g, namespace: ns, creationTimestamp: \"\(ImportWorld.instant(0))\"}, spec: {minMember: 2}}"
        )
        let job = try world.imported(now: 49).job("g")
        // Two of three pods ran from minute 9: 40 minutes so far, 40 more.
        #expect((job.duration, job.state) == (Self.minutes(80), .running))
        #expect((job.groups[0].pods, job.groups[0].minPods) == (3, 2))
        #expect(job.queue == "default")
    }

    @Test func runningJobsGoOnForAsLongAndWaitingOnesTakeTwiceTheMedianAge() throws {
        var world = ImportWorld()
        world.nodes("gpu-1", "gpu-2", "gpu-3")
        world.gang("old", at: 0, from: 0)
        world.gang("middle", at: 60, from: 60)
        world.gang("young", at: 100, from: 100)
        world.gang("next", at: 110)
        let scenario = try world.imported(now: 120)
        #expect(try scenario.job("old").duration == Self.minutes(240))
        #expect(try scenario.job("middle").duration == Self.minutes(120))
        #expect(try scenario.job("young").duration == Self.minutes(40))
        // Ages 20, 60 and 120 minutes.
        #expect(try scenario.job("next").duration == Self.minutes(120))
        #expect(try scenario.job("next").waited == nil)
        #expect(scenario.waitingLength?.source == "twice the median age of the running pods")
    }

    @Test func aGivenRunLengthHoldsForAllThatHasNotEnded() throws {
        var world = ImportWorld()
        world.nodes("gpu-1", "gpu-2", "gpu-3")
        world.gang("ended", at: 0, from: 0, to: 7)
        world.gang("old", at: 0, from: 0)
        world.gang("young", at: 100, from: 100)
        world.gang("next", at: 110)
        let scenario = try world.imported(now: 120) { $0.runLength = .seconds(90 * 60) }
        #expect(try scenario.job("ended").duration == Self.minutes(7))
        #expect(try scenario.job("old").duration == Self.minutes(120))
        #expect(try scenario.job("young").duration == Self.minutes(90))
        #expect(try scenario.job("next").duration == Self.minutes(90))
    }

    @Test func withoutRunningPodsTheEndedOnesTellAndWithoutThoseNobody() throws {
        var world = ImportWorld()
        world.nodes("gpu-1")
        world.gang("next", at: 0)
        #expect(
            try world.complaint()
                == "dump:1:1: nothing has run from which the run length of waiting jobs follows; give --run-length")
        for (index, length) in [10, 20, 90].enumerated() { world.gang("e\(index)", at: 0, from: 5, to: 5 + length) }
        #expect(try world.imported().job("next").duration == Self.minutes(20))
    }

    @Test func whatStoodAtTimeZeroIsPlacedBeforeWhatWaited() throws {
        var world = ImportWorld()
        world.nodes("gpu-1", "gpu-2", "gpu-3", "gpu-4")
        world.gang("gone", at: 0, from: 0, to: 50)
        world.gang("standing", at: 10, from: 20, to: 90)
        world.gang("queued", at: 30, from: 70, to: 95)
        world.gang("later", at: 80, from: 80, to: 100)
        let scenario = try world.imported { $0.since = ImportWorld.time(60) }
        #expect(scenario.jobs.map(\.name) == ["standing", "queued", "later"])
        let standing = try scenario.job("standing")
        #expect((standing.submit, standing.duration) == (.zero, Self.minutes(30)))
        let queued = try scenario.job("queued")
        #expect((queued.submit, queued.duration) == (.seconds(10), Self.minutes(25)))
        #expect(try scenario.job("later").submit == Self.minutes(20))
        #expect(scenario.said.contains("1 job: ended before time zero, left out (ns/gone)"))
        #expect(scenario.said.contains("1 job: waited at time zero: the wait counts from there (ns/queued)"))
    }

    @Test func aGroupWithoutPodsIsKnownByItsMinimum() throws {
        var world = ImportWorld()
        world.nodes("gpu-1", "gpu-2", "gpu-3", "gpu-4")
        world.add(
            """
            kind: PodGroup
            metadata: {name: wish, namespace: ns}
            spec: {minMember: 4, minResources: {cpu: 40, memory: 400Gi, nvidia.com/gpu: 32, pods: 4}}
            status: {phase: Pending}
            """)
        world.add(
            "{kind: PodGroup, metadata: {name: lost, namespace: ns}, spec: {minMember: 1}, status: {phase: Running}}")
        let scenario = try world.imported { $0.runLength = .seconds(3600) }
        #expect(
            try scenario.job("wish").groups == [
                .init(pods: 4, minPods: 4, cpuMilli: 10_000, memory: 100 << 30, gpus: 8, localStorage: 0)
            ])
        #expect(scenario.said.contains("1 PodGroup: no pods and nothing that would make them, left out (ns/lost)"))
        #expect(scenario.said.contains("1 job: no creationTimestamp, submitted at time zero (ns/wish)"))
    }

    @Test func aVolcanoJobGivesTheRolesThatHaveNoPodsYet() throws {
        var world = ImportWorld()
        world.nodes("gpu-1", "gpu-2", "gpu-3")
        world.add(
            """
            apiVersion: batch.volcano.sh/v1alpha1
            kind: Job
            metadata: {name: ppo, namespace: ns, creationTimestamp: "\(ImportWorld.instant(1))"}
            spec:
              minAvailable: 3
              queue: q
              tasks:
                - {name: head, replicas: 1, template: {spec: {containers: [{name: c, resources: {requests: {cpu: 4}}}]}}}
                - {name: worker, replicas: 3, minAvailable: 2, template: {spec: {containers: [{name: c, resources: {requests: {cpu: 8, nvidia.com/gpu: 8}}}]}}}
            """)
        world.add(
            """
            kind: PodGroup
            metadata: {name: ppo-1234, namespace: ns, creationTimestamp: "\(ImportWorld.instant(2))", ownerReferences: [{kind: Job, name: ppo, controller: true}]}
            spec: {minMember: 3, queue: q}
            status: {phase: Pending}
            """)
        let scenario = try world.imported { $0.runLength = .seconds(3600) }
        #expect(scenario.jobs.map(\.name) == ["ppo"])
        #expect(scenario.start == ImportWorld.time(1))
        #expect(scenario.jobs[0].groups.map(\.pods) == [3, 1])
        // Workers need two; the gang of three is full with the head or a third worker: roles in order of GPUs.
        #expect(scenario.jobs[0].groups.map(\.minPods) == [3, 1])
    }

    @Test func daemonsAndOtherSchedulersAreNoJobs() throws {
        var world = ImportWorld()
        world.nodes("gpu-1", "gpu-2")
        world.gang("a", at: 0, from: 0, to: 60)
        world.add(
            """
            kind: Pod
            metadata: {name: exporter, namespace: infra, ownerReferences: [{kind: DaemonSet, name: exporter}]}
            spec: {nodeName: gpu-2, containers: [{name: c, resources: {requests: {cpu: 3, memory: 2Gi}}}]}
            status: {phase: Running}
            """)
        world.add(
            "{kind: Pod, metadata: {name: web, namespace: shop}, spec: {containers: [{name: c}]}, status: {phase: Running}}"
        )
        world.add(
            """
            kind: Pod
            metadata: {name: notebook, namespace: shop}
            spec: {containers: [{name: c, resources: {requests: {nvidia.com/gpu: 1}}}]}
            status: {phase: Running, startTime: "\(ImportWorld.instant(50))"}
            """)
        let scenario = try world.imported()
        #expect(scenario.jobs.map(\.name) == ["a", "notebook"])
        #expect(scenario.pools.map(\.cpuMilli) == [97_000])
        #expect(scenario.pools.map(\.memory) == [898 << 30])
        #expect(scenario.said.contains("1 pod: of other schedulers and without GPUs, left out (shop)"))
    }

    @Test func prioritiesComeFromClassesOfTheGroupOrElseFromPods() throws {
        var world = ImportWorld()
        world.nodes("gpu-1")
        world.add("{kind: PriorityClass, metadata: {name: high}, value: 700}")
        world.add("{kind: PriorityClass, metadata: {name: usual}, value: 50, globalDefault: true}")
        world.gang("a", at: 0, from: 0, to: 1, group: ", priorityClassName: high")
        world.gang("b", at: 0, from: 0, to: 1, spec: "  priority: -5")
        world.gang("c", at: 0, from: 0, to: 1)
        world.gang("d", at: 0, from: 0, to: 1, group: ", priorityClassName: gone")
        world.gang("e", at: 0, from: 0, to: 1, annotations: ", annotations: {volcano.sh/preemptable: \"false\"}")
        let scenario = try world.imported()
        #expect(scenario.jobs.map(\.priority) == [700, -5, 50, 0, 50])
        #expect(scenario.jobs.map(\.preemptible) == [true, true, true, true, false])
        #expect(scenario.said.contains("1 job: PriorityClass not in the dump, priority 0 (ns/d)"))
    }

    @Test func whatCanNeverStartIsKeptAsAComment() throws {
        var world = ImportWorld()
        world.nodes("gpu-1", "gpu-2")
        world.add("{kind: Queue, metadata: {name: q}, spec: {capability: {nvidia.com/gpu: 12}}}")
        world.gang("fits", at: 0, from: 0, to: 5)
        world.gang("many", at: 0, pods: 3, queue: "default")
        world.gang("capped", at: 0, pods: 2)
        world.gang("elsewhere", at: 0, spec: "  nodeSelector: {zone: moon}")
        let scenario = try world.imported()
        #expect(scenario.jobs.map(\.name) == ["fits"])
        #expect(
            scenario.impossible.map(\.obstacle) == [
                "its queue may hold fewer than the 16 GPUs that it needs at once",
                "no pool is allowed by its selectors, affinity and tolerations",
                "the empty nodes of its pools hold 2 of 3 equal pods",
            ])
        let text = ScenarioText(scenario, name: "x", configuration: "helm", source: "y").text
        #expect(text.contains("        # - {name: capped, team: ns, queue: q,"))
    }

    @Test func foreignAcceleratorsAreNotTakenForGPUs() throws {
        var world = ImportWorld()
        world.nodes("gpu-1")
        world.gang("a", at: 0, from: 0, to: 5)
        world.add(
            """
            kind: Pod
            metadata: {name: slice, namespace: ns}
            spec: {schedulerName: volcano, containers: [{name: c, resources: {requests: {nvidia.com/mig-1g.10gb: 1}}}]}
            """)
        let scenario = try world.imported()
        #expect(scenario.jobs.map(\.name) == ["a"])
        #expect(scenario.said.contains("1 job: asking for nvidia.com/mig-1g.10gb, left out (ns/slice)"))
    }
}
