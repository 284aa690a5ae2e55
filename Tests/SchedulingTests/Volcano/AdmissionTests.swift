import KubernetesObjects
import Quantities
import Testing

@testable import Scheduling

/// What jobs that were let in keep reserved, and who is let in besides: sections 3, 9.6, 9.9 and 9.10 of the reference.
@Suite struct InqueueReservations {
    /// Ten cores and one queue.
    private static func cluster() -> FairScene {
        var scene = FairScene()
        scene.node("n1", .cpu(10).and("memory", 10 << 30).and("pods", 100))
        scene.queue("q")
        return scene
    }

    /// Whether a pending job with this minimum is let in.
    private static func admits(
        _ scene: FairScene, _ minimum: ResourceList, plugin: String = "proportion", factor: Double = 1
    ) -> Bool {
        var scene = scene
        scene.job("new", phase: "Pending", minimum: minimum, pending: 1, each: minimum)
        let session = scene.session(plugin, plugin == "overcommit" ? ["overcommit-factor": .number(factor)] : [:])
        return session.jobEnqueueable(session.job("new"))
    }

    /// 9.6: "minResources not yet allocated". 4 of 6 cores are bound already: 4 used and 2 reserved leave 4.
    @Test func anInqueueJobReservesOnlyWhatItsPodsDoNotHoldYet() {
        var scene = Self.cluster()
        scene.job("old", phase: "Inqueue", minMember: 3, minimum: .cpu(6), running: 2, pending: 1, each: .cpu(2))
        #expect(Self.admits(scene, .cpu(4)))
        #expect(!Self.admits(scene, .cpu(5)))
    }

    /// 9.9: overcommit counts "the whole minResources, even for tasks that are already allocated": 10 − 4 − 6 is nothing.
    @Test func overcommitCountsAnInqueueJobTwice() {
        var scene = Self.cluster()
        scene.job("old", phase: "Inqueue", minMember: 3, minimum: .cpu(6), running: 2, pending: 1, each: .cpu(2))
        #expect(!Self.admits(scene, .cpu(1), plugin: "overcommit"))
        #expect(Self.admits(scene, .cpu(2), plugin: "overcommit", factor: 1.2))
    }

    /// 9.6 and 9.9: "the same for Running jobs with at least minMember allocated tasks".
    @Test(arguments: ["proportion", "overcommit"])
    func aRunningJobReservesTheRestOfItsMinimum(plugin: String) {
        var scene = Self.cluster()
        scene.job("old", minMember: 1, minimum: .cpu(6), running: 1, pending: 2, each: .cpu(2))
        #expect(Self.admits(scene, .cpu(4), plugin: plugin))
        #expect(!Self.admits(scene, .cpu(5), plugin: plugin))
    }

    /// As above: below minMember (a driver has completed while its PodGroup stays Running) nothing is reserved.
    @Test(arguments: ["proportion", "overcommit"])
    func aRunningJobBelowItsMinimumReservesNothing(plugin: String) {
        var scene = Self.cluster()
        scene.job("old", minMember: 2, minimum: .cpu(6), running: 1, pending: 2, each: .cpu(2))
        #expect(Self.admits(scene, .cpu(8), plugin: plugin))
    }

    /// 9.6: "min + allocated + inqueue − elastic": 4 of the 6 cores held are beyond the job's minimum.
    @Test func elasticPodsMakeRoomInTheirQueue() {
        var scene = Self.cluster()
        scene.job("old", minMember: 1, minimum: .cpu(2), running: 3, each: .cpu(2))
        #expect(Self.admits(scene, .cpu(8)))
        #expect(!Self.admits(scene, .cpu(9)))
        // overcommit knows no elastic pods.
        #expect(!Self.admits(scene, .cpu(5), plugin: "overcommit"))
    }

    /// Section 3: "gated tasks are subtracted from reservations, never below 0".
    @Test(arguments: ["proportion", "overcommit"])
    func gatedPodsReserveNothing(plugin: String) {
        var scene = Self.cluster()
        scene.job("old", phase: "Inqueue", minimum: .cpu(6), pending: 3, each: .cpu(3), gates: ["example.com/hold"])
        #expect(Self.admits(scene, .cpu(10), plugin: plugin))
    }

    /// Section 3: "tasks with only Volcano's own queue gate are not subtracted".
    @Test(arguments: ["proportion", "overcommit"])
    func volcanosOwnGateDoesNotLowerReservations(plugin: String) {
        var scene = Self.cluster()
        scene.job(
            "old", phase: "Inqueue", minimum: .cpu(6), pending: 2, each: .cpu(3),
            gates: ["scheduling.volcano.sh/queue-allocation-gate"])
        #expect(Self.admits(scene, .cpu(4), plugin: plugin))
        #expect(!Self.admits(scene, .cpu(5), plugin: plugin))
    }

    /// 9.6: "in requested dimensions": the cores are gone, but a job that only wants memory is let in.
    @Test(arguments: ["proportion", "overcommit"])
    func onlyTheDimensionsAskedForCount(plugin: String) {
        var scene = Self.cluster()
        scene.job("old", minMember: 1, minimum: .cpu(10), running: 1, each: .cpu(10))
        #expect(Self.admits(scene, .memory(gib: 10), plugin: plugin))
        #expect(!Self.admits(scene, .memory(gib: 10).and("cpu", 1), plugin: plugin))
    }

    /// Section 3: "scalars in milli; pods in units; a scalar absent from allocated counts in full".
    @Test func scalarsAreReservedPerName() throws {
        var scene = Self.cluster()
        scene.node("gpus", .cpu(4).and("nvidia.com/gpu", 8).and("pods", 10))
        scene.job(
            "old", phase: "Inqueue", minimum: .cpu(1).and("nvidia.com/gpu", 3).and("pods", 3).and("count/pods", 3),
            running: 2, each: .cpu(1))
        let session = scene.session("proportion")
        let missing = try #require(session.unallocatedMinimum(of: session.job("old")))
        let gpu = try #require(session.names.index(of: "nvidia.com/gpu"))
        #expect(missing.milliCPU == 0)
        #expect(missing.scalar(gpu) == 3000)
        #expect(missing.scalar(session.names.pods) == 1)
    }

    /// 8.1 and 9.6: "JobEnqueued adds minResources to inqueue"; the next job of the queue is still considered.
    @Test func aJobLetInReservesForTheRestOfTheCycle() {
        var scene = Self.cluster()
        scene.job("a", phase: "Pending", minimum: .cpu(6), pending: 1, each: .cpu(6))
        scene.job("b", phase: "Pending", minimum: .cpu(6), pending: 1, each: .cpu(6))
        scene.job("c", phase: "Pending", minimum: .cpu(4), pending: 1, each: .cpu(4))
        let session = scene.session("proportion")
        session.run(action: "enqueue")
        #expect(session.jobs.map(\.phase) == ["Inqueue", "Pending", "Inqueue"])
        let generous = scene.session("overcommit", ["overcommit-factor": .number(1.6)])
        generous.run(action: "enqueue")
        #expect(generous.jobs.map(\.phase) == ["Inqueue", "Inqueue", "Inqueue"])
    }

    /// 9.6: realCapability leaves out what is guaranteed to others, with jobs or without; cpu not in capability is free.
    @Test func guaranteesOfOthersAreNotLentAtAdmission() {
        var scene = FairScene()
        scene.node("n1", .cpu(10).and("memory", 10 << 30).and("pods", 100))
        scene.queue("q") { $0.capability = .memory(gib: 4) }
        scene.queue("empty") { $0.guarantee = .cpu(3) }
        #expect(Self.admits(scene, .cpu(7)))
        #expect(!Self.admits(scene, .cpu(8)))
        #expect(!Self.admits(scene, .memory(gib: 5)))
    }

    /// 9.6: "queue not Open → Reject"; 8.1: without minResources nobody is asked.
    @Test func aClosedQueueAdmitsOnlyJobsWithoutMinimum() {
        var scene = FairScene()
        scene.node("n1", .cpu(10).and("pods", 100))
        scene.queue("q", state: "Closed")
        scene.job("free", phase: "Pending", pending: 1, each: .cpu(1))
        scene.job("sized", phase: "Pending", minimum: .cpu(1), pending: 1, each: .cpu(1))
        let session = scene.session("proportion")
        session.run(action: "enqueue")
        #expect(session.jobs.map(\.phase) == ["Inqueue", "Pending"])
    }

    /// 9.9: "< 1 → 1.2".
    @Test(arguments: [(0.5, 12), (1.0, 10), (1.5, 15)])
    func theFactorIsAtLeastOne(factor: Double, cores: Int) {
        #expect(Self.admits(Self.cluster(), .cpu(cores), plugin: "overcommit", factor: factor))
        #expect(!Self.admits(Self.cluster(), .cpu(cores + 1), plugin: "overcommit", factor: factor))
    }

    /// 9.10: names as written, used plus what this cycle let in; names that the quota does not list are free.
    @Test func quotasOfTheNamespaceLimitWhatIsLetIn() {
        var scene = Self.cluster()
        scene.quota(
            hard: ["requests.cpu": KubernetesQuantity(10), "count/pods": KubernetesQuantity(2)],
            used: ["requests.cpu": KubernetesQuantity(3)])
        for (name, cores) in [("a", 4), ("b", 4), ("c", 3), ("d", 0)] {
            let minimum = ["requests.cpu": KubernetesQuantity(Int64(cores))] as ResourceList
            scene.job(
                name, phase: "Pending", minimum: cores > 0 ? minimum.and("cpu", 50) : .cpu(50).and("count/pods", 3),
                pending: 1, each: .cpu(1))
        }
        let session = scene.session("resourcequota")
        session.run(action: "enqueue")
        #expect(session.jobs.map(\.phase) == ["Inqueue", "Pending", "Inqueue", "Pending"])
    }
}

/// proportion's division by weight, and what follows from it: section 9.6.
@Suite struct ProportionalDivision {
    /// Three queues as in a worked example: weights 2, 3, 5 over 100 cores; a may have 50, and is guaranteed 10; c asks
    /// for 30. Round 1 gives 20, 30, 30 (c is met); the 20 left go 8 to 12.
    private static func scene() -> FairScene {
        var scene = FairScene()
        scene.node("n1", .cpu(100).and("pods", 1000))
        scene.queue("a", weight: 2) {
            $0.capability = .cpu(50)
            $0.guarantee = .cpu(10)
        }
        scene.queue("b", weight: 3)
        scene.queue("c", weight: 5) { $0.guarantee = .cpu(20) }
        scene.job("ja", queue: "a", running: 20, pending: 60, each: .cpu(1))
        scene.job("jb", queue: "b", running: 45, pending: 15, each: .cpu(1))
        scene.job("jc", queue: "c", pending: 30, each: .cpu(1))
        return scene
    }

    @Test func whatAQueueCannotUseIsOfferedToTheOthers() throws {
        let session = Self.scene().session("proportion")
        let plugin = try #require(session.plugins.first as? ProportionPlugin)
        let deserved = ["a", "b", "c"].map { plugin.deserved(of: session.queue($0))?.milliCPU ?? -1 }
        #expect(deserved.map { $0.rounded() } == [28_000, 42_000, 30_000])
        // 20 / 28, 45 / 42 and 0.
        #expect(session.queueLess(session.queue("c"), session.queue("a")))
        #expect(session.queueLess(session.queue("a"), session.queue("b")))
    }

    /// "victim while not (allocated ≤ deserved); cumulative": b holds 45 and deserves 42.
    @Test func reclaimStopsWhereAQueueHasNoMoreThanItDeserves() {
        let session = Self.scene().session("proportion")
        let candidates = (0..<45).map { session.task("jb-\($0)") } + (0..<20).map { session.task("ja-\($0)") }
        let victims = session.reclaimable(session.task("jc-0"), candidates).map { session[$0].name }
        #expect(victims == ["jb-0", "jb-1", "jb-2"])
    }

    /// "overused: deserved ≤ allocated in every dimension (missing = 0)": 42 pods deserved, 45 held.
    @Test func aQueueIsOverusedOnlyInEveryDimension() {
        let session = Self.scene().session("proportion")
        #expect(!session.overused(session.queue("a")))
        #expect(!session.overused(session.queue("c")))
        var onlyCores = FairScene()
        onlyCores.node("n1", .cpu(10).and("memory", 10 << 30).and("pods", 100))
        onlyCores.queue("q")
        onlyCores.queue("r")
        onlyCores.job("a", queue: "q", running: 8, pending: 1, each: .cpu(1))
        onlyCores.job("b", queue: "q", pending: 1, each: .memory(gib: 4))
        onlyCores.job("c", queue: "r", pending: 8, each: .cpu(1))
        let second = onlyCores.session("proportion")
        // More cores than its half, but memory is deserved that it does not hold.
        #expect(!second.overused(second.queue("q")))
        #expect(!second.allocatable(second.queue("q"), second.task("a-8")))
        #expect(second.allocatable(second.queue("q"), second.task("b-0")))
    }

    /// The order of queues in the sums, which upstream leaves open, does not change what they deserve here.
    @Test(arguments: 0..<8)
    func theDivisionHangsOnNoOrder(seed: UInt64) throws {
        let session = Self.scene().session([PluginOption(name: "proportion")], .seeded(seed))
        let plugin = try #require(session.plugins.first as? ProportionPlugin)
        let deserved = ["a", "b", "c"].map { plugin.deserved(of: session.queue($0))?.milliCPU.rounded() ?? -1 }
        #expect(deserved == [28_000, 42_000, 30_000])
    }
}

/// drf over jobs, and sla: sections 9.4 and 9.11.
@Suite struct JobShares {
    /// "a candidate is subtracted before the test and stays subtracted even when refused".
    @Test func preemptionSubtractsCandidatesInTheirOrder() {
        var scene = FairScene()
        scene.node("n1", .cpu(10).and("pods", 1000))
        scene.queue("q")
        scene.job("rich", running: 4, each: .cpu(1))
        scene.job("poor", running: 1, pending: 1, each: .cpu(1))
        let session = scene.session("drf")
        let candidates = (0..<4).map { session.task("rich-\($0)") }
        // The preemptor would hold 2; the victim's job 3, 2, 1, 0.
        let victims = session.preemptable(session.task("poor-1"), candidates).map { session[$0].name }
        #expect(victims == ["rich-0", "rich-1"])
    }

    /// "smaller share first; allocation events add and subtract immediately".
    @Test func theOrderOfJobsFollowsAllocation() {
        var scene = FairScene()
        scene.node("n1", .cpu(10).and("pods", 1000))
        scene.queue("q")
        scene.job("a", running: 1, pending: 2, each: .cpu(1))
        scene.job("b", running: 2, pending: 1, each: .cpu(1))
        let session = scene.session("drf")
        #expect(session.compareJobs(session.job("a"), session.job("b")) < 0)
        session.allocate(session.task("a-1"), on: NodeRef(0))
        #expect(session.compareJobs(session.job("a"), session.job("b")) == 0)
        session.allocate(session.task("a-2"), on: NodeRef(0))
        #expect(session.compareJobs(session.job("a"), session.job("b")) > 0)
    }

    /// "creation + waiting time, earlier first; jobs without come last"; "Permit when the time is over".
    @Test func slaOrdersByDeadlineAndPermitsWhenItHasPassed() {
        var scene = FairScene()
        scene.node("n1", .cpu(10).and("pods", 1000))
        scene.queue("q", state: "Closed")
        let waits = [("annotated", 3600, "30m"), ("general", 5400, ""), ("wrong", 3000, "soon"), ("long", 7200, "3h")]
        for (name, age, wait) in waits {
            scene.job(name, phase: "Pending", minimum: .cpu(1), pending: 1, each: .cpu(1))
            scene.adjustJob(name) { group in
                group.metadata.creationTimestamp = Timestamp(
                    nanoseconds: FairScene.now.nanoseconds - Int64(age) * 1_000_000_000)
                if !wait.isEmpty { group.metadata.annotations["sla-waiting-time"] = wait }
            }
        }
        let plugins = [
            [PluginOption(name: "sla", arguments: PluginArguments(["sla-waiting-time": .string("1h")]))],
            [PluginOption(name: "proportion")],
        ]
        let session = VolcanoSession(
            ClusterSnapshot(scene.objects), configuration: VolcanoConfiguration(actions: [], tiers: plugins),
            now: FairScene.now, tieRule: .lowestName)
        // Deadlines: 30 minutes ago for both of the first, in ten minutes (the text is no time), in an hour.
        let order = session.jobs.map(\.id).sorted(by: session.jobLess).map { session[$0].name }
        #expect(order == ["general", "annotated", "wrong", "long"])
        let admitted = session.jobs.filter { session.jobEnqueueable($0.id) }.map(\.name)
        #expect(admitted == ["annotated", "general"])
    }
}
