import KubernetesObjects
import Testing

@testable import Scheduling

/// Section 6 of the reference, victim order.
@Suite struct VictimOrder {
    @Test func lowerJobsGoFirstAndLaterTasksOfAJobBeforeEarlierOnes() {
        var scene = EvictionScene()
        scene.node("n1", cpu: 10)
        scene.group("a-mid", priority: "mid", on: ["n1", "n1"])
        scene.group("b-low", priority: "low", on: ["n1", "n1"])
        scene.group("preemptor", priority: "high", on: [""])
        let session = scene.session()
        let candidates = ["a-mid-0", "a-mid-1", "b-low-0", "b-low-1"].map(session.task)
        let order = session.victimsInOrder(candidates, for: session.task("preemptor-0")).map { session[$0].name }
        #expect(order == ["b-low-1", "b-low-0", "a-mid-1", "a-mid-0"])
    }

    /// Among jobs that no plugin tells apart, task order decides, not the jobs' creation or UID.
    @Test func equalJobsAreMixedByTheirTasks() {
        var scene = EvictionScene()
        scene.node("n1", cpu: 10)
        scene.group("a", on: ["n1", "n1"])
        scene.group("b", on: ["n1", "n1"])
        scene.group("preemptor", priority: "high", on: [""])
        let session = scene.session([["priority"]])
        let candidates = ["a-0", "a-1", "b-0", "b-1"].map(session.task)
        let order = session.victimsInOrder(candidates, for: session.task("preemptor-0")).map { session[$0].uid }
        #expect(order == order.sorted(by: >))
    }
}

/// Section 8.4.
@Suite struct Preemption {
    @Test func onlyAsManyPodsOfTheOwnQueueGoAsTheGangNeeds() {
        var scene = EvictionScene(queues: ["q", "other"])
        scene.node("n1", cpu: 4)
        scene.group("low", on: ["n1", "n1", "n1"])
        scene.group("foreign", queue: "other", on: ["n1"])
        scene.group("high", priority: "high", minMember: 2, on: ["", "", ""])
        let session = scene.session()
        session.run(action: "preempt")
        // priority would go on while tasks wait; gang, in the same tier, says that the job starves no more.
        #expect(session.evictedNames == ["low-2", "low-1"])
        #expect(session.pipelinedPlaces == ["high-0@n1", "high-1@n1"])
    }

    @Test func aGangThatCannotBeCompletedEvictsNobody() {
        var scene = EvictionScene()
        scene.node("n1", cpu: 2)
        scene.group("low", on: ["n1", "n1"])
        scene.group("high", priority: "high", minMember: 3, on: ["", "", ""])
        let session = scene.session()
        session.run(action: "preempt")
        #expect(session.evictedNames.isEmpty)
        #expect(session.pipelinedPlaces.isEmpty)
        #expect(session[session.task("low-0")].status == .running)
    }

    @Test func gangProtectsAllButElasticPods() {
        var scene = EvictionScene()
        scene.node("n1", cpu: 3)
        scene.group("low", minMember: 2, on: ["n1", "n1", "n1"])
        scene.group("high", priority: "high", on: ["", ""])
        let session = scene.session(gangProtects: true)
        session.run(action: "preempt")
        #expect(session.evictions.count == 1)
        #expect(session.pipelinedPlaces == ["high-0@n1"])
    }

    @Test func policyNeverAndBestEffortPreemptorsKeepTheirHandsOff() {
        var scene = EvictionScene()
        scene.node("n1", cpu: 1)
        scene.group("low", on: ["n1"])
        scene.group("never", priority: "high", on: [""]) { pod, _ in pod.spec.preemptionPolicy = "Never" }
        scene.group("best-effort", priority: "high", on: [""], cpu: 0)
        let session = scene.session()
        session.run(action: "preempt")
        #expect(session.evictedNames.isEmpty)
        #expect(session.pipelinedPlaces == ["best-effort-0@n1"])
    }

    /// An eviction taken back leaves the pod Running, even one that was only bound.
    @Test func aBoundVictimOfADiscardedStatementIsRunningAfterwards() {
        var scene = EvictionScene()
        scene.node("n1", cpu: 2)
        scene.group("low", on: ["n1", "n1"]) { pod, _ in pod.status.phase = "Pending" }
        scene.group("high", priority: "high", minMember: 3, on: ["", "", ""])
        let session = scene.session()
        #expect(session[session.task("low-0")].status == .bound)
        session.run(action: "preempt")
        #expect(session.evictedNames.isEmpty)
        #expect(session[session.task("low-0")].status == .running)
    }

    /// Without filters the nominated node is always schedulable, so the pod waits for it.
    @Test func aNominatedNodeThatWouldDoStopsPreemption() {
        for (nominated, victims) in [("n1", []), ("", ["low-0"]), ("gone", [])] {
            var scene = EvictionScene()
            scene.node("n1", cpu: 1)
            scene.group("low", on: ["n1"])
            scene.group("high", priority: "high", on: [""]) { pod, _ in pod.status.nominatedNodeName = nominated }
            let session = scene.session()
            session.run(action: "preempt")
            #expect(session.evictedNames == victims)
        }
    }

    @Test func withinAJobHigherTasksReplaceLowerOnes() {
        var scene = EvictionScene()
        scene.node("n1", cpu: 2)
        scene.group("job", minMember: 1, on: ["n1", "n1", ""]) { pod, index in
            pod.spec.priority = index == 2 ? 1000 : 10
        }
        let session = scene.session([["priority"], ["gang"]])
        session.run(action: "preempt")
        #expect(session.evictedNames == ["job-1"])
        #expect(session.pipelinedPlaces == ["job-2@n1"])
    }
}

/// Section 8.4, topology-aware mode.
@Suite struct TopologyAwarePreemptionRules {
    private func scene(percentage: Int = 100) -> EvictionScene {
        var scene = EvictionScene()
        scene.arguments(
            of: "preempt",
            [
                "enableTopologyAwarePreemption": .boolean(true),
                "minCandidateNodesPercentage": .integer(Int64(percentage)),
            ])
        return scene
    }

    @Test func theNodeWithTheLeastImportantVictimsWins() {
        var scene = scene()
        for name in ["n1", "n2", "n3"] { scene.node(name, cpu: 2) }
        scene.group("mid", priority: "mid", on: ["n1"], cpu: 2)
        scene.group("low-pair", on: ["n2", "n2"])
        scene.group("low-one", on: ["n3"], cpu: 2)
        scene.group("high", priority: "high", on: [""], cpu: 2)
        let session = scene.session()
        session.run(action: "preempt")
        #expect(session.evictedNames == ["low-one-0"])
        #expect(session.pipelinedPlaces == ["high-0@n3"])
    }

    @Test func theNodeWhoseVictimStartedLastWinsAmongEquals() {
        var scene = scene()
        for name in ["n1", "n2"] { scene.node(name, cpu: 1) }
        scene.group("low", on: ["n1", "n2"]) { pod, index in
            pod.status.startTime = Timestamp(nanoseconds: Int64(index) * 1_000_000_000)
        }
        scene.group("high", priority: "high", on: [""])
        let session = scene.session()
        session.run(action: "preempt")
        #expect(session.evictedNames == ["low-1"])
    }

    /// Victims leave in victim order until the pod fits; then the important ones come back if it still fits.
    @Test func importantVictimsAreSpared() {
        var scene = scene()
        scene.node("n1", cpu: 4)
        scene.group("low", on: ["n1"], cpu: 1)
        scene.group("mid", priority: "mid", on: ["n1"], cpu: 3)
        scene.group("high", priority: "high", on: [""], cpu: 3)
        let session = scene.session()
        session.run(action: "preempt")
        // low goes first and does not suffice, mid suffices; low may come back.
        #expect(session.evictedNames == ["mid-0"])
        #expect(session[session.task("low-0")].status == .running)
    }

    @Test func aNodeThatNeedsNoVictimIsNoCandidate() {
        var scene = scene()
        scene.node("n1", cpu: 1)
        scene.node("n2", cpu: 1)
        scene.group("low", on: ["n1"])
        scene.group("high", priority: "high", on: [""])
        let session = scene.session()
        session.run(action: "preempt")
        #expect(session.evictedNames == ["low-0"])
    }

    @Test func theNumberOfCandidatesHasAFloorAndACeiling() {
        let rules = TopologyAwarePreemption(arguments: PluginArguments())
        #expect([1, 5, 50, 5000].map(rules.numberOfCandidates) == [1, 1, 5, 100])
    }
}

/// Section 8.5.
@Suite struct Reclaim {
    private static let tiers = [["priority", "gang", "conformance"], ["proportion"]]

    @Test func aQueueTakesBackItsShareFromRunningPodsOfReclaimableQueues() {
        for (unreclaimable, phase, count) in [([], "Running", 2), (["b"], "Running", 0), ([], "Pending", 0)] {
            var scene = EvictionScene(queues: ["a", "b"], unreclaimable: unreclaimable)
            scene.node("n1", cpu: 4)
            scene.group("hog", queue: "b", on: ["n1", "n1", "n1", "n1"]) { pod, _ in pod.status.phase = phase }
            scene.group("poor", queue: "a", minMember: 2, on: ["", ""])
            let session = scene.session(Self.tiers)
            session.run(action: "reclaim")
            #expect(session.evictions.count == count)
        }
    }

    /// A free node with nobody to reclaim from is no choice of this action.
    @Test func nodesWithoutCandidatesArePassedOver() {
        var scene = EvictionScene(queues: ["a", "b"])
        scene.node("n1", cpu: 1)
        scene.node("n2", cpu: 3)
        scene.group("hog", queue: "b", on: ["n2", "n2", "n2"])
        scene.group("poor", queue: "a", on: [""])
        let session = scene.session(Self.tiers)
        session.run(action: "reclaim")
        #expect(session.evictions.count == 1)
        #expect(session.pipelinedPlaces == ["poor-0@n2"])
    }
}

/// Section 11.
@Suite struct GangEvictionRules {
    @Test func surplusPodsAreOneSafeBundleAndTheGangOneWholeBundle() {
        var scene = EvictionScene()
        scene.node("n1", cpu: 8)
        scene.group("gang", minMember: 3, on: ["n1", "n1", "n1", "n1", "n1"])
        let session = scene.session()
        let bundles = session.bundles(of: session.job("gang"), session[session.job("gang")].tasks)
        #expect(bundles.map(\.kind) == [.safe, .whole])
        #expect(
            bundles.map { $0.tasks.map { session[$0].name } } == [
                ["gang-0", "gang-1"], ["gang-2", "gang-3", "gang-4"],
            ])
    }

    @Test func aJobBelowItsMinimumHasNothingToLose() {
        var scene = EvictionScene()
        scene.node("n1", cpu: 8)
        scene.group("gang", minMember: 3, on: ["n1", "n1"])
        let session = scene.session()
        let bundles = session.bundles(of: session.job("gang"), session[session.job("gang")].tasks)
        #expect(bundles.map(\.kind) == [.safe])
        #expect(bundles.first?.tasks.count == 2)
    }

    @Test func aGangGoesWholeOrNotAtAll() {
        for (allowed, count) in [(true, 3), (false, 0)] {
            var scene = EvictionScene()
            scene.node("n1", cpu: 3)
            scene.group("gang", minMember: 3, on: ["n1", "n1", "n1"])
            scene.group("high", priority: "high", on: [""])
            scene.arguments(of: "gangpreempt", ["allowWholeBundle": .boolean(allowed)])
            let session = scene.session()
            session.run(action: "gangpreempt")
            #expect(session.evictions.count == count)
            #expect(session.pipelinedPlaces.count == (allowed ? 1 : 0))
        }
    }

    @Test func aJobMarkedNotPreemptableIsSpared() {
        var scene = EvictionScene()
        scene.node("n1", cpu: 2)
        scene.group("kept", on: ["n1"])
        scene.group("taken", priority: "mid", on: ["n1"])
        scene.adjustGroup("kept") { $0.metadata.annotations["volcano.sh/preemptable"] = "false" }
        scene.group("high", priority: "high", on: [""])
        let session = scene.session()
        session.run(action: "gangpreempt")
        #expect(session.evictedNames == ["taken-0"])
    }

    @Test func reclaimLeavesTheOwnQueueAlone() {
        var scene = EvictionScene(queues: ["a", "b"])
        scene.node("n1", cpu: 2)
        scene.group("own", queue: "a", on: ["n1"])
        scene.group("foreign", queue: "b", priority: "high", on: ["n1"])
        scene.group("starving", queue: "a", priority: "high", on: [""])
        let session = scene.session()
        session.run(action: "gangreclaim")
        #expect(session.evictedNames == ["foreign-0"])
        #expect(session.pipelinedPlaces == ["starving-0@n1"])
    }
}

/// Dry runs that are replayed work on copies; the originals stay pending for their sub-job (see `SessionState`).
@Suite struct CopiesOfReplayedDryRuns {
    private func scene() -> EvictionScene {
        var scene = EvictionScene()
        scene.node("n1", cpu: 1)
        scene.node("n2", cpu: 1)
        scene.node("n3", cpu: 1)
        scene.group("low", on: ["n1"])
        scene.group("high", priority: "high", on: [""])
        scene.adjustGroup("high") { group in
            var topology = NetworkTopology()
            topology.highestTierAllowed = 1
            group.networkTopology = topology
        }
        return scene
    }

    /// Observed as `random-topology-eviction/0006`: what gangpreempt pipelined is bound elsewhere in the same session.
    @Test func aPodThatGangPreemptPipelinedIsPlacedAgainByAllocate() {
        let session = scene().session()
        session.run(action: "gangpreempt")
        #expect(session.evictedNames == ["low-0"])
        #expect(session.pipelinedPlaces == ["high-0@n2"])
        session.run(action: "allocate")
        #expect(session.binds.map { "\(session[$0.task].name)@\(session[$0.node].name)" } == ["high-0@n3"])
        #expect(session.pipelinedPlaces.isEmpty)
        // The first place is still held on its node, though the pod is no longer Pipelined.
        let held = session.snapshot.nodeIndex["n2"].map { session[$0].pipelined.milliCPU }
        #expect(held == 1000)
        #expect(session[session.job("high")].counts[.binding] == 1)
    }

    /// A pipeline after evictions nominates its node even where the statement was given up and nobody was evicted.
    @Test func whatWasGivenUpStillNominates() {
        var scene = EvictionScene()
        scene.node("n1", cpu: 2)
        scene.group("low", on: ["n1", "n1"])
        scene.group("high", priority: "high", minMember: 3, on: ["", "", ""])
        let session = scene.session()
        session.run(action: "preempt")
        #expect(session.evictedNames.isEmpty)
        let nominations = session.nominations.map { "\(session[$0.key].name)@\(session[$0.value].name)" }.sorted()
        #expect(nominations == ["high-0@n1", "high-1@n1"])
    }
}
