import KubernetesObjects
import Quantities
import Testing

@testable import Scheduling

/// Sections 9.7 and 9.8 of the reference; upstream: `plugins/capacity/capacity.go`.
@Suite struct CapacityOfQueues {
    private static func cores(_ count: Int64) -> ResourceList { ["cpu": KubernetesQuantity(count)] }

    private static func tree(_ queues: [String], _ parents: [String: String]) -> EvictionScene {
        var scene = EvictionScene(queues: queues)
        for (name, parent) in parents { scene.adjustQueue(name) { $0.parent = parent } }
        scene.node("n1", cpu: 10)
        return scene
    }

    private static func hierarchical(_ level: Int64 = 0) -> PluginOption {
        var option = PluginOption("capacity", ["ancestorReclaimLevel": .integer(level)])
        option.flags["enableHierarchy"] = true
        return option
    }

    /// realCapability = what no guarantee takes + own guarantee, capped by capability; Allocatable is exact.
    @Test func guaranteesOfOthersLimitAQueue() {
        var scene = EvictionScene(queues: ["q", "kept"])
        scene.node("n1", cpu: 10)
        scene.adjustQueue("kept") { $0.guarantee = Self.cores(4) }
        scene.group("fits", on: [""], cpu: 6)
        scene.group("large", on: [""], cpu: 7)
        let session = scene.session(plugins: [PluginOption("capacity")])
        #expect(session.allocatable(session.queue("q"), session.task("fits-0")))
        #expect(!session.allocatable(session.queue("q"), session.task("large-0")))
        let shortage = session.shortage(allocating: session.task("large-0"), in: session.queue("q"))
        #expect(shortage?.holder == "queue q")
        #expect(shortage?.dimension == "cpu")
        #expect(shortage?.asked == 7000 && shortage?.held == 0 && shortage?.limit == 6000)
    }

    /// Section 9.8: Allocatable and JobEnqueueable hold at the leaf and at every ancestor.
    @Test func anAncestorsLimitHoldsForItsLeaves() {
        var scene = Self.tree(["root", "team", "leaf", "twin"], ["team": "root", "leaf": "team", "twin": "team"])
        scene.adjustQueue("team") { $0.capability = Self.cores(4) }
        scene.group("old", queue: "twin", on: ["n1"], cpu: 3)
        // Without minResources all of it would be elastic, and not count here.
        scene.adjustGroup("old") { $0.minResources = Self.cores(3) }
        scene.group("new", queue: "leaf", on: [""], cpu: 2)
        scene.adjustGroup("new") {
            $0.phase = "Pending"
            $0.minResources = Self.cores(2)
        }
        let session = scene.session(plugins: [Self.hierarchical()])
        #expect(!session.allocatable(session.queue("leaf"), session.task("new-0")))
        #expect(!session.jobEnqueueable(session.job("new")))
        #expect(session.shortage(enqueuing: session.job("new"))?.holder == "queue team")
    }

    /// A job in an inner queue, a missing parent, a cycle, no root: the plugin is not ready and admits nothing.
    @Test(arguments: [
        (["root", "a", "b"], ["b": "a"], "a"), (["root", "a"], ["a": "gone"], "a"),
        (["root", "a", "b", "c"], ["a": "b", "b": "a"], "c"), (["a"], [String: String](), "a"),
    ])
    func anUnsoundTreeAdmitsNothing(_ queues: [String], _ parents: [String: String], _ queue: String) {
        var scene = Self.tree(queues, parents)
        scene.group("new", queue: queue, on: [""])
        scene.adjustGroup("new") { $0.minResources = Self.cores(1) }
        let session = scene.session(plugins: [Self.hierarchical()])
        #expect(!session.allocatable(session.queue(queue), session.task("new-0")))
        #expect(!session.preemptive(session.queue(queue), [session.task("new-0")]))
        #expect(!session.jobEnqueueable(session.job("new")))
        #expect(session.shortage(allocating: session.task("new-0"), in: session.queue(queue))?.dimension == "")
        // Without a queue order, names decide.
        #expect(session.queuesInMapOrder().sorted(by: session.queueLess).map { session[$0].name } == queues.sorted())
    }

    /// Allocation events change the share of the leaf, not that of inner queues, which keep what they had at open.
    @Test func sharesOfInnerQueuesStayAsTheyWereAtOpen() {
        var scene = Self.tree(["root", "a", "a1", "b", "b1"], ["a1": "a", "b1": "b"])
        for name in ["a", "a1", "b", "b1"] { scene.adjustQueue(name) { $0.deserved = Self.cores(4) } }
        scene.group("new", queue: "a1", on: [""], cpu: 2)
        scene.group("old", queue: "b1", on: ["n1"], cpu: 1)
        let session = scene.session(plugins: [Self.hierarchical(), PluginOption("predicates")])
        #expect(session.compareQueues("a1", "b1") < 0)
        session.run(action: "allocate")
        #expect(session.boundPlaces == ["new-0@n1"])
        let plugin = session.plugins.compactMap { $0 as? CapacityPlugin }.first
        #expect(plugin?.share(of: session.queue("a1")) == 0.5)
        #expect(plugin?.share(of: session.queue("a")) == 0)
        // The branches a and b are compared, not the leaves.
        #expect(session.compareQueues("a1", "b1") < 0)
    }

    /// VictimQueueOrder: siblings of the preemptor's queue before cousins.
    @Test func siblingsGiveBeforeCousins() {
        let scene = Self.tree(["root", "a", "a1", "a2", "b", "b1"], ["a1": "a", "a2": "a", "b1": "b"])
        let session = scene.session(plugins: [Self.hierarchical()])
        let (a1, a2, b1) = (session.queue("a1"), session.queue("a2"), session.queue("b1"))
        #expect(session.victimQueueLess(a2, b1, preemptor: a1))
        #expect(!session.victimQueueLess(b1, a2, preemptor: a1))
    }

    /// ancestorReclaimLevel 1: a victim's parent must be over its deserved as well; a negative level is 0.
    @Test(arguments: [-1, 0, 1])
    func ancestorsInRangeProtectTheirLeaves(_ level: Int64) {
        var scene = Self.tree(["root", "a", "a1", "b", "b1"], ["a1": "a", "b1": "b"])
        scene.adjustQueue("a") { $0.deserved = Self.cores(9) }
        scene.adjustQueue("a1") { $0.deserved = Self.cores(1) }
        scene.adjustQueue("b1") { $0.deserved = Self.cores(5) }
        scene.group("v", queue: "a1", on: ["n1", "n1", "n1"])
        scene.group("asker", queue: "b1", on: [""])
        let session = scene.session(plugins: [Self.hierarchical(level)])
        let candidates = ["v-0", "v-1"].map(session.task)
        let victims = session.names(session.reclaimable(session.task("asker-0"), candidates))
        #expect(victims == (level < 1 ? ["v-1", "v-0"] : []))
    }

    /// Cumulative: a queue gives only down to its deserved, in victim order (later pods of a job first).
    @Test func aQueueGivesDownToWhatItDeserves() {
        var scene = EvictionScene(queues: ["rich", "poor"])
        scene.node("n1", cpu: 10)
        scene.adjustQueue("rich") { $0.deserved = Self.cores(2) }
        scene.adjustQueue("poor") { $0.deserved = Self.cores(8) }
        scene.group("v", queue: "rich", on: ["n1", "n1", "n1", "n1"])
        scene.group("asker", queue: "poor", on: [""])
        let session = scene.session(plugins: [PluginOption("capacity")])
        let candidates = ["v-0", "v-1", "v-2", "v-3"].map(session.task)
        #expect(session.names(session.reclaimable(session.task("asker-0"), candidates)) == ["v-3", "v-2"])
    }

    /// Dry runs change a copy: what they remove is back when the next one begins.
    @Test func dryRunsLeaveTheAccountsAlone() {
        var scene = EvictionScene()
        scene.node("n1", cpu: 10)
        scene.adjustQueue("q") { $0.capability = Self.cores(2) }
        scene.group("v", on: ["n1", "n1"])
        scene.group("new", on: [""])
        let session = scene.session(plugins: [PluginOption("capacity")])
        let (new, queue) = (session.task("new-0"), session.queue("q"))
        session.simulationBegins(for: new)
        #expect(!session.simulateAllocatable(queue, new))
        session.simulateRemove(session.task("v-0"), for: new, from: session.node("n1"))
        #expect(session.simulateAllocatable(queue, new))
        #expect(!session.allocatable(queue, new))
        session.simulationBegins(for: new)
        #expect(!session.simulateAllocatable(queue, new))
    }

    // MARK: Devices

    private static func deviceScene(_ claims: [String]) -> EvictionScene {
        var scene = EvictionScene()
        scene.node("n1", cpu: 10)
        scene.adjustQueue("q") { $0.capability["deviceclass/gpu.com"] = KubernetesQuantity(2) }
        for name in Set(claims).sorted() {
            var claim = ResourceClaim()
            claim.metadata = ObjectMeta(name: name, namespace: "ns")
            var request = DeviceRequest()
            request.deviceClassName = "gpu.com"
            claim.requests = [request]
            scene.objects.devices.claims.append(claim)
        }
        for (index, name) in claims.enumerated() {
            scene.group("g\(index)", on: [""]) { pod, _ in
                var reference = PodResourceClaim()
                reference.name = "device"
                reference.resourceClaimName = name
                pod.spec.resourceClaims = [reference]
            }
        }
        return scene
    }

    /// A queue's `deviceclass/<class>` counts devices; a claim shared by several pods is charged once.
    @Test func claimsAreChargedOncePerQueue() {
        func bound(_ claims: [String]) -> Int {
            let session = Self.deviceScene(claims).session(plugins: [PluginOption("capacity")])
            session.run(action: "allocate")
            return session.binds.count
        }
        #expect(bound(["a", "b", "c"]) == 2)
        #expect(bound(["a", "b", "a", "b"]) == 4)
    }

    @Test func aRefusalForWantOfDevicesSaysSo() {
        let session = Self.deviceScene(["a", "b", "c"]).session(plugins: [PluginOption("capacity")])
        session.run(action: "allocate")
        let waiting = session.tasks.first { $0.status == .pending }?.id ?? TaskRef(0)
        let shortage = session.shortage(allocating: waiting, in: session.queue("q"))
        #expect(shortage?.dimension == "deviceclass/gpu.com")
        #expect(shortage?.held == 2000 && shortage?.asked == 1000 && shortage?.limit == 2000)
    }

    /// JobEnqueueable: minMember pods' devices beside those allocated and reserved; JobEnqueued reserves them.
    @Test func jobsLetInReserveTheirDevices() {
        var scene = Self.deviceScene(["a", "b", "c"])
        for index in scene.objects.podGroups.indices { scene.objects.podGroups[index].phase = "Pending" }
        for index in scene.objects.podGroups.indices { scene.objects.podGroups[index].minResources = Self.cores(1) }
        let session = scene.session(plugins: [PluginOption("capacity")])
        session.run(action: "enqueue")
        #expect(session.jobs.map(\.phase) == ["Inqueue", "Inqueue", "Pending"])
    }

    @Test func deviceQuotasCanBeSwitchedOff() {
        let option = PluginOption("capacity", ["capacity.DynamicResourceAllocationEnable": false])
        let session = Self.deviceScene(["a", "b", "c"]).session(plugins: [option])
        session.run(action: "allocate")
        #expect(session.binds.count == 3)
    }
}

extension VolcanoSession {
    fileprivate func compareQueues(_ l: String, _ r: String) -> Int {
        plugins.compactMap { $0 as? CapacityPlugin }.first?.compareQueues(queue(l), queue(r)) ?? 0
    }
}
