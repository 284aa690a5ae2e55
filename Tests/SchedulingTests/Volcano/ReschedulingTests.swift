import Configuration
import KubernetesObjects
import Quantities
import Testing

@testable import Scheduling

/// Section 9.13 of the reference; upstream: `plugins/rescheduling`.
@Suite struct Rescheduling {
    private static func option(
        _ thresholds: (Int64, Int64) = (20, 20), _ targets: (Int64, Int64) = (50, 50),
        _ others: [String: JSONValue] = [:]
    ) -> PluginOption {
        func percent(_ pair: (Int64, Int64)) -> JSONValue { ["cpu": .integer(pair.0), "memory": .integer(pair.1)] }
        let strategy: JSONValue = [
            "name": "lowNodeUtilization",
            "params": ["thresholds": percent(thresholds), "targetThresholds": percent(targets)],
        ]
        let arguments: [String: JSONValue] = ["strategies": .array([strategy])]
        return PluginOption("rescheduling", arguments.merging(others) { $1 })
    }

    /// The scheduler ran for a long time already.
    private static var memory: SchedulerMemory {
        var memory = SchedulerMemory()
        memory.lastRescheduling = Timestamp(nanoseconds: 0)
        return memory
    }

    /// Ten cores each, four pods of one core on `busy`.
    private static func scene() -> EvictionScene {
        var scene = EvictionScene()
        scene.node("busy", cpu: 10)
        scene.node("calm", cpu: 10)
        scene.group("a", on: ["busy", "busy"])
        scene.group("b", priority: "mid", on: ["busy", "busy"])
        return scene
    }

    private static func evicted(
        _ scene: EvictionScene, _ option: PluginOption, busy: (cpu: Double, memory: Double) = (70, 10),
        calm: (cpu: Double, memory: Double) = (10, 10)
    ) -> [String] {
        let session = scene.session(plugins: [option], memory: memory, usage: ["busy": busy, "calm": calm])
        session.run(action: "shuffle")
        return session.evictedNames
    }

    /// evictPodsFromSourceNodes: pods leave in ascending priority while the node is at or above a target threshold; one
    /// core of ten takes ten percent off.
    @Test func leastImportantPodsLeaveUntilTheNodeIsBelowItsTarget() {
        #expect(Self.evicted(Self.scene(), Self.option()) == ["a-0", "a-1", "b-0"])
        #expect(Self.evicted(Self.scene(), Self.option(), busy: (55, 10)) == ["a-0"])
    }

    /// highThresholdFilter: above a target in one dimension is enough; at the target is not above.
    @Test func oneDimensionAboveItsTargetMakesANodeCrowded() {
        // 64 GiB of memory, and pods that ask for none: all of them leave.
        #expect(Self.evicted(Self.scene(), Self.option(), busy: (10, 60)).count == 4)
        #expect(Self.evicted(Self.scene(), Self.option(), busy: (50, 50)).isEmpty)
    }

    /// lowThresholdFilter: below every threshold, and schedulable.
    @Test func withoutACalmNodeNobodyMoves() {
        #expect(Self.evicted(Self.scene(), Self.option(), calm: (20, 10)).isEmpty)
        var scene = Self.scene()
        scene.adjustNode("calm") { $0.unschedulable = true }
        #expect(Self.evicted(scene, Self.option()).isEmpty)
    }

    /// Thresholds are 100 where none are given, so that every node is low.
    @Test func byDefaultNothingMoves() {
        #expect(Self.evicted(Self.scene(), PluginOption("rescheduling"), busy: (99, 99)).isEmpty)
        #expect(Self.evicted(Self.scene(), PluginOption("rescheduling", ["strategies": []]), busy: (99, 99)).isEmpty)
    }

    /// Of the strategies only lowNodeUtilization is registered.
    @Test func unknownStrategiesDoNothing() {
        let option = PluginOption("rescheduling", ["strategies": [["name": "offlineOnly"]]])
        #expect(Self.evicted(Self.scene(), option, busy: (99, 99)).isEmpty)
    }

    /// LowNodeUtilizationConf.parse gives up at thresholds that are no mapping: targets keep their default of 100.
    @Test func thresholdsThatAreNoMappingEndTheReading() {
        let strategy: JSONValue = [
            "name": "lowNodeUtilization", "params": ["thresholds": 20, "targetThresholds": ["cpu": 50]],
        ]
        let option = PluginOption("rescheduling", ["strategies": .array([strategy])])
        #expect(Self.evicted(Self.scene(), option).isEmpty)
    }

    /// The usage of a period that nobody measures is 0.
    @Test func thePeriodMustBeMeasured() {
        let option = Self.option((20, 20), (50, 50), ["metricsPeriod": "7m"])
        #expect(Self.evicted(Self.scene(), option).isEmpty)
        #expect(!Self.evicted(Self.scene(), Self.option((20, 20), (50, 50), ["metricsPeriod": "10m"])).isEmpty)
    }

    /// timeToRun: more than `interval` (5m) after the last time; the process start counts as one.
    @Test func strategiesRunOncePerInterval() {
        let usage = ["busy": (cpu: 70.0, memory: 10.0), "calm": (cpu: 10.0, memory: 10.0)]
        var memory = SchedulerMemory()
        var counts: [Int] = []
        for seconds: Int64 in [0, 300, 301, 601, 602] {
            let session = Self.scene().session(
                plugins: [Self.option()], after: seconds, memory: memory, usage: usage)
            session.run(action: "shuffle")
            counts.append(session.evictedNames.count)
            memory = session.memory
        }
        #expect(counts == [0, 0, 3, 0, 3])
    }

    /// sortPods: no priority first, then lower priority, BestEffort before Burstable before Guaranteed, younger first.
    @Test func podsOfANodeLeaveInTheOrderOfTheirImportance() {
        var scene = EvictionScene()
        scene.node("busy", cpu: 20)
        scene.node("calm", cpu: 20)
        scene.group("p", on: ["busy", "busy", "busy", "busy", "busy"], cpu: 0) { pod, index in
            pod.spec.priority = [10, nil, 10, 10, 10][index]
            let (cpu, memory) = (KubernetesQuantity(1), KubernetesQuantity(1 << 30))
            if index == 0 {
                let all: ResourceList = ["cpu": cpu, "memory": memory]
                pod.spec.containers[0].resources.requests = all
                pod.spec.containers[0].resources.limits = all
            }
            if index == 2 || index == 4 { pod.spec.containers[0].resources.requests = ["cpu": cpu] }
            pod.metadata.creationTimestamp = Timestamp(nanoseconds: Int64(index))
        }
        // p-1 has no priority; p-3 asks for nothing; p-4 is younger than p-2; p-0 is guaranteed.
        #expect(Self.evicted(scene, Self.option(), busy: (99, 10)) == ["p-1", "p-3", "p-4", "p-2", "p-0"])
    }

    /// The most crowded node, by cpu plus memory, gives up pods first; the low nodes' room ends it when used up exactly.
    @Test func theMostCrowdedNodeComesFirstAndRoomEndsIt() {
        var scene = EvictionScene()
        for name in ["busy", "crowded", "calm"] { scene.node(name, cpu: 10) }
        scene.group("a", on: ["busy", "busy"])
        scene.group("c", on: ["crowded", "crowded", "crowded", "crowded"])
        let session = scene.session(
            plugins: [Self.option()], memory: Self.memory,
            usage: ["busy": (60, 10), "crowded": (90, 10), "calm": (10, 10)])
        session.run(action: "shuffle")
        // Room of calm: 50 − 10 percent of ten cores.
        #expect(session.evictedNames == ["c-0", "c-1", "c-2", "c-3"])
    }
}
