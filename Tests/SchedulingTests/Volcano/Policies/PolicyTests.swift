import KubernetesObjects
import Testing

@testable import Scheduling

/// What defines each policy of docs/schedulers.md, behind Volcano's extension points.
@Suite struct PolicyTests {
    // MARK: Who blocks

    @Test func underFIFOTheHeadThatDoesNotFitBlocksItsQueueAndNoOther() {
        var scene = PolicyScene(queues: [("a", 1), ("b", 1)])
        scene.node("n1", gpus: 8)
        scene.job("first", queue: "a", gpus: 4)
        scene.job("wide", queue: "a", pods: 2, gpus: 4)
        scene.job("small", queue: "a", gpus: 1)
        scene.job("other", queue: "b", gpus: 2)
        let session = scene.play(.fifoGang)
        #expect(session.startedJobs == ["first", "other"])
        #expect(
            session.reasons(for: session.job("small"))
                .contains(.heldBack(by: "head-of-line", job: "ns/wide", why: "waits behind")))
        #expect(
            session.reasons(for: session.job("wide")).allSatisfy { if case .heldBack = $0 { false } else { true } })
    }

    @Test func aJobThatRunsAlreadyBlocksNobodyForItsOptionalPods() {
        var scene = PolicyScene()
        scene.node("n1", gpus: 8)
        scene.job("elastic", pods: 4, minimum: 1, gpus: 4, on: ["n1"])
        scene.job("small", gpus: 4)
        #expect(scene.play(.fifoGang).boundPods == ["elastic": 1])
        scene.node("n2", gpus: 2)
        scene.job("last", gpus: 2)
        #expect(scene.play(.fifoGang).boundPods == ["elastic": 1])
        var free = PolicyScene()
        free.node("n1", gpus: 9)
        free.job("elastic", pods: 4, minimum: 1, gpus: 4, on: ["n1"])
        free.job("small", gpus: 1)
        #expect(free.play(.fifoGang).boundPods == ["elastic": 1, "small": 1])
    }

    @Test func theShortestJobGoesFirstAndBlocks() {
        var scene = PolicyScene()
        scene.node("n1", gpus: 8)
        scene.job("unknown", gpus: 1)
        scene.job("long", gpus: 1, length: "10h")
        scene.job("short", gpus: 4, length: "90s")
        scene.job("middle", gpus: 8, length: "1h")
        let session = scene.play(.sjf)
        #expect(session.startedJobs == ["short"])
        #expect(session.reasons(for: session.job("long")).first?.text == "head-of-line: waits behind ns/middle")
    }

    @Test func unparsableAnnotationsCountAsUnknown() {
        var scene = PolicyScene()
        scene.node("n1", gpus: 1)
        scene.job("odd", gpus: 1, length: "soon")
        scene.job("negative", gpus: 1, length: "-5m")
        scene.job("known", gpus: 1, length: "100h")
        #expect(scene.play(.sjf).startedJobs == ["known"])
    }

    // MARK: Queues

    @Test func theQueueWithTheLowestDominantShareGoesFirst() {
        var scene = PolicyScene(queues: [("a", 1), ("b", 1), ("c", 3)])
        scene.node("n1", gpus: 8)
        scene.job("a0", queue: "a", gpus: 2, on: ["n1"])
        scene.job("c0", queue: "c", gpus: 4, on: ["n1"])
        scene.job("a1", queue: "a", gpus: 1)
        scene.job("b1", queue: "b", gpus: 1)
        scene.job("c1", queue: "c", gpus: 1)
        // Shares: a 2/8, b 0, c 4/8/3 = 1/6; after b1: b 1/8.
        scene.job("b2", queue: "b", gpus: 1)
        #expect(scene.play(.drf).startedJobs == ["b1", "b2"])
    }

    @Test func queuesCompeteByTheirHeads() {
        var scene = PolicyScene(queues: [("a", 1), ("b", 1)])
        scene.node("n1", gpus: 3)
        for (name, queue) in [("j1", "b"), ("j2", "b"), ("j3", "a"), ("j4", "b")] { scene.job(name, queue: queue) }
        #expect(scene.play(.fifoGang).startedJobs == ["j1", "j2", "j3"])
    }

    // MARK: Passing

    @Test func priorityPassesWhatDoesNotFit() {
        var scene = PolicyScene()
        scene.node("n1", gpus: 4)
        scene.job("low", gpus: 1)
        scene.job("wide", pods: 2, gpus: 4, priority: "high")
        scene.job("mid", gpus: 3, priority: "mid")
        #expect(scene.play(.priority).startedJobs == ["mid", "low"])
    }

    @Test func theDefaultOfKubernetesPlacesGangsByHalves() {
        var scene = PolicyScene()
        scene.node("n1", gpus: 4)
        scene.job("gang", pods: 3, gpus: 2)
        scene.job("urgent", gpus: 2, priority: "high")
        #expect(scene.play(.kubeDefault).boundPods == ["gang": 1, "urgent": 1])
    }

    // MARK: Backfill

    /// Four GPUs run for one hour more; the head needs all eight.
    private func sceneWithReservation() -> PolicyScene {
        var scene = PolicyScene()
        scene.node("n1", gpus: 4)
        scene.node("n2", gpus: 4)
        scene.job("running", gpus: 4, on: ["n1"], started: 3600, length: "2h")
        scene.job("head", pods: 2, gpus: 4, length: "1h")
        return scene
    }

    @Test func laterJobsStartIfTheyEndBeforeTheReservation() {
        var scene = sceneWithReservation()
        scene.job("long", gpus: 1, length: "61m")
        scene.job("exact", gpus: 3, length: "1h")
        scene.job("unknown", gpus: 1)
        let session = scene.play(.backfill)
        #expect(session.startedJobs == ["exact"])
        #expect(
            session.reasons(for: session.job("long")).first?.text
                == "easy-backfill: would delay the reservation of ns/head")
    }

    @Test func laterJobsStartIfTheReservedOneStillFits() {
        var scene = PolicyScene()
        scene.node("n1", gpus: 4)
        scene.node("n2", gpus: 4)
        scene.job("running", gpus: 4, on: ["n1"], started: 3600, length: "2h")
        scene.job("head", pods: 3, gpus: 2, length: "1h")
        scene.job("spare", gpus: 2, length: "100h")
        scene.job("toomuch", gpus: 2, length: "100h")
        #expect(scene.play(.backfill).startedJobs == ["spare"])
    }

    @Test func jobsThatStartInThisCycleCountForTheReservation() {
        var scene = PolicyScene()
        scene.node("n1", gpus: 4)
        scene.node("n2", gpus: 4)
        scene.job("first", gpus: 4, length: "30m")
        scene.job("running", gpus: 2, on: ["n2"], started: 0, length: "10h")
        scene.job("head", gpus: 4, length: "1h")
        scene.job("fits", gpus: 2, length: "31m")
        // The head waits for `first` on n1 (30 min): n2 can be given away for as long as one likes.
        #expect(scene.play(.backfill).startedJobs == ["first", "fits"])
    }

    @Test func aReservationIsOnlyGivenToWhatCanEverStart() {
        var scene = PolicyScene()
        scene.node("n1", gpus: 4)
        scene.job("running", gpus: 2, on: ["n1"], length: "2h")
        scene.job("impossible", gpus: 5, length: "1h")
        scene.job("later", gpus: 2, length: "100h")
        #expect(scene.play(.backfill).startedJobs == ["later"])
    }

    @Test func anOverdueJobIsBelievedToEndNow() {
        var scene = PolicyScene()
        scene.node("n1", gpus: 4)
        scene.job("overdue", gpus: 2, on: ["n1"], started: 7200, length: "1h")
        scene.job("head", gpus: 4, length: "1h")
        scene.job("later", gpus: 2, length: "1s")
        #expect(scene.play(.backfill).startedJobs.isEmpty)
    }

    @Test func dryRunsOfAReservationLeaveNoTrace() {
        var scene = sceneWithReservation()
        scene.job("long", gpus: 1, length: "61m")
        let session = scene.play(.backfill)
        #expect(session.tasks.count { $0.status == .running } == 1)
        #expect(session[session.node("n1")].releasing.isEmpty(pods: session.names.pods))
        #expect(session[session.node("n2")].idle == session[session.node("n2")].allocatable)
        #expect(session.evictions.isEmpty && session.pipelinedPlaces.isEmpty)
        #expect(
            session.reasons(for: session.job("head")).contains {
                if case .noNode = $0 { true } else { false }
            })
    }

    // MARK: Eviction

    @Test func priorityEvictsWholeGangsOfLowerPriorityAndNoMoreThanNeeded() {
        var scene = PolicyScene()
        scene.node("n1", gpus: 4)
        scene.node("n2", gpus: 4)
        scene.job("gang", pods: 2, gpus: 2, on: ["n1", "n2"], started: 7200)
        scene.job("small", gpus: 1, on: ["n1"], started: 5000)
        scene.job("equal", gpus: 1, on: ["n2"], started: 4000, priority: "high")
        scene.job("urgent", gpus: 3, priority: "high")
        let session = scene.play(.priority)
        // `small` leaves first, does not help enough with n1 alone, and stays where the gang makes room on n1 or n2.
        #expect(session.evictedJobs == ["gang"])
        #expect(session.evictions.count == 2)
        #expect(session.pipelinedPlaces.count == 1)
        #expect(scene.play(.priority, preemption: false).evictions.isEmpty)
    }

    @Test func theLongestRemainingTimeGivesWay() {
        var scene = PolicyScene()
        scene.node("n1", gpus: 2)
        scene.job("nearly", gpus: 1, on: ["n1"], started: 3600, length: "70m")
        scene.job("longest", gpus: 1, on: ["n1"], started: 3600, length: "9h")
        scene.job("new", gpus: 1, length: "2h")
        scene.job("longer", gpus: 1, length: "20h")
        let session = scene.play(.srtf)
        #expect(session.evictedJobs == ["longest"])
        #expect(session.pipelinedPlaces == ["new-0@n1"])
    }

    @Test func workThatIsDoneCountsForTheRemainingTime() {
        var scene = PolicyScene()
        scene.node("n1", gpus: 1)
        scene.job("fresh", gpus: 1, length: "1h")
        scene.job(
            "resumed", gpus: 1, annotations: [RunAnnotations.runLength: "10h", RunAnnotations.remaining: "10m"])
        #expect(scene.play(.srtf).startedJobs == ["resumed"])
        #expect(scene.play(.sjf).startedJobs == ["fresh"])
    }

    @Test func higherLevelsOfAttainedServiceGiveWay() {
        var scene = PolicyScene()
        scene.node("n1", gpus: 3)
        // 2 GPUs × 1,800 s = 3,600 GPU-seconds; 1 GPU × 1,800 s = 1,800.
        scene.job("wide", gpus: 2, on: ["n1"], started: 1800)
        scene.job("narrow", gpus: 1, on: ["n1"], started: 1800)
        scene.job("new", gpus: 1)
        scene.job("old", gpus: 1, annotations: [RunAnnotations.attained: "5000"])
        let session = scene.play(.las)
        #expect(session.evictedJobs == ["wide"])
        #expect(session.pipelinedPlaces.first == "new-0@n1")
        // `narrow` crosses the threshold of 3,250 GPU-seconds in 1,450 s.
        #expect(session.nextWake == Timestamp(nanoseconds: PolicyScene.now.nanoseconds + 1_450_000_000_001))
    }

    @Test func lowerLevelsOfAttainedServiceGoFirst() {
        var scene = PolicyScene()
        scene.node("n1", gpus: 1)
        scene.job("old", gpus: 1, annotations: [RunAnnotations.attained: "5000"])
        scene.job("odd", gpus: 1, annotations: [RunAnnotations.attained: "many"])
        #expect(scene.play(.las).startedJobs == ["odd"])
    }

    @Test func noJobIsEvictedBeforeItsMinimumRunTime() {
        var scene = PolicyScene()
        scene.node("n1", gpus: 1)
        scene.job("young", gpus: 1, on: ["n1"], started: 599, length: "9h")
        scene.job("new", gpus: 1, length: "1h")
        let session = scene.play(.srtf)
        #expect(session.evictions.isEmpty)
        #expect(session.nextWake == Timestamp(nanoseconds: PolicyScene.now.nanoseconds + 1_000_000_000))
    }

    // MARK: Names

    @Test func everyPolicyHasASession() {
        var scene = PolicyScene()
        scene.node("n1", gpus: 1)
        scene.job("job")
        for name in PolicyConfigurations.names {
            let session = VolcanoSession.named(
                name, ClusterSnapshot(scene.objects), now: PolicyScene.now, tieRule: .seeded(1))
            session?.runActions()
            #expect(session?.startedJobs == ["job"], "\(name)")
        }
        #expect(
            VolcanoSession.named("lottery", ClusterSnapshot(scene.objects), now: PolicyScene.now, tieRule: .lowestName)
                == nil)
        #expect(Set(PolicyConfigurations.plugins.keys).isDisjoint(with: VolcanoConfiguration.knownPlugins))
        #expect(Set(PolicyConfigurations.actions.keys).isDisjoint(with: VolcanoConfiguration.knownActions))
    }
}
