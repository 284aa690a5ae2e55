import Configuration
import KubernetesObjects
import Quantities
import Testing

@testable import Scheduling

/// Section 9.17 of the reference; upstream: `plugins/nodegroup/nodegroup.go`.
@Suite struct NodeGroups {
    private static func scene(_ limits: String?) -> EvictionScene {
        var scene = EvictionScene()
        for (name, group) in [("a", "g1"), ("b", "g2"), ("c", "")] {
            scene.node(name, cpu: 10)
            if !group.isEmpty { scene.adjustNode(name) { $0.metadata.labels["volcano.sh/nodegroup-name"] = group } }
        }
        scene.adjustQueue("q") { queue in
            queue.affinity = QueueAffinity()
            queue.affinity?.requiredGroups = ["g1", "g2"]
            queue.metadata.annotations["volcano.sh/nodegroup-resource-limits"] = limits
        }
        scene.group("new", on: ["", "", ""])
        return scene
    }

    private static func bound(_ limits: String?) -> [String] {
        let session = scene(limits).session(plugins: [PluginOption("gang"), PluginOption("nodegroup")])
        session.run(action: "allocate")
        return session.boundPlaces
    }

    /// Allocation of the queue in the group + request must stay within the limit; other groups are free.
    @Test func aQueueMovesOnWhenItsLimitInAGroupIsReached() {
        let bound = Self.bound
        #expect(bound(nil) == ["new-0@a", "new-1@a", "new-2@a"])
        #expect(bound(#"{"g1":{"cpu":"2"}}"#) == ["new-0@a", "new-1@a", "new-2@b"])
        #expect(bound(#"{"g1":{"cpu":1}, "g2":{"cpu":"1", "memory":"1Gi"}}"#) == ["new-0@a", "new-1@b"])
    }

    /// An unparsable annotation makes every node unfit for the queue.
    @Test(arguments: ["no json", #"{"g1":{"cpu":"many"}}"#, #"{g1: {cpu: 3}}"#, #"{"g1":{"cpu":"1"}"#])
    func aLimitThatCannotBeReadClosesEveryGroup(_ text: String) { #expect(Self.bound(text).isEmpty) }

    /// Preferred anti-affinity overrides everything, required anti-affinity the rest.
    @Test func antiAffinityOverridesAffinity() {
        var scene = Self.scene(nil)
        scene.adjustQueue("q") { queue in
            queue.affinity?.requiredAntiGroups = ["g1", "g2"]
            queue.affinity?.preferredAntiGroups = ["g2"]
        }
        let session = scene.session(plugins: [PluginOption("nodegroup")])
        let task = session.task("new-0")
        #expect(!session.predicate(task, session.node("a")).isEmpty)
        #expect(session.predicate(task, session.node("b")).isEmpty)
        #expect(session.nodeOrder(task, session.node("a")) == 100)
        #expect(session.nodeOrder(task, session.node("b")) == -1)
    }
}

/// Section 9.17; upstream: `plugins/usage/usage.go`, `estimator.go`.
@Suite struct MeasuredUsage {
    private static func scene() -> EvictionScene {
        var scene = EvictionScene()
        scene.node("a", cpu: 10)
        scene.node("b", cpu: 10)
        return scene
    }

    /// Score: what measurement leaves free, less the estimate of pods it does not show yet: 0.7 of their request.
    @Test func podsJustPlacedCountWithAPartOfTheirRequest() {
        var scene = Self.scene()
        scene.group("new", on: ["", ""], cpu: 5)
        let option = PluginOption("usage", ["usage.weight": 1, "memory.weight": 0])
        let session = scene.session(plugins: [option], usage: ["a": (30, 0), "b": (40, 0)])
        #expect(session.nodeOrder(session.task("new-1"), session.node("a")) == 70)
        #expect(session.allocate(session.task("new-0"), on: session.node("a")))
        // 30 % and 0.7 · 5 of 10 cores.
        #expect(abs(session.nodeOrder(session.task("new-1"), session.node("a")) - 35) < 1e-9)
        session.evict(session.task("new-0"))
        #expect(abs(session.nodeOrder(session.task("new-1"), session.node("a")) - 70) < 1e-9)
    }

    /// Risk factor 1.2 from a composite load of 60 % on; pods without requests count 250m.
    @Test func estimatesGrowOnNodesUnderRisk() {
        var scene = Self.scene()
        scene.group("new", on: ["", ""], cpu: 1)
        scene.group("none", on: [""], cpu: 0)
        let option = PluginOption("usage", ["usage.weight": 1, "memory.weight": 0, "thresholds": ["cpu": 100]])
        let session = scene.session(plugins: [option], usage: ["a": (60, 0), "b": (10, 0)])
        session.allocate(session.task("new-0"), on: session.node("a"))
        #expect(abs(session.nodeOrder(session.task("new-1"), session.node("a")) - (40 - 8.4)) < 1e-9)
        session.allocate(session.task("none-0"), on: session.node("b"))
        #expect(abs(session.nodeOrder(session.task("new-1"), session.node("b")) - (90 - 2.5)) < 1e-9)
    }

    /// Running pods are shadows for 30 s; a measurement older than five minutes is ignored, also by the filter.
    @Test func youngPodsAreEstimatedAndOldMeasurementsIgnored() {
        var scene = Self.scene()
        for (name, age) in [("young", Int64(29)), ("old", 30)] {
            scene.group(name, on: ["a"], cpu: 5) { pod, _ in
                pod.status.startTime = Timestamp(nanoseconds: EvictionScene.now.nanoseconds - age * 1_000_000_000)
            }
        }
        scene.group("new", on: [""])
        let option = PluginOption("usage", ["usage.weight": 1, "memory.weight": 0])
        let usage = ["a": (cpu: 90.0, memory: 0.0), "b": (cpu: 0.0, memory: 0.0)]
        let session = scene.session(plugins: [option], usage: ["a": (50, 0)])
        #expect(abs(session.nodeOrder(session.task("new-0"), session.node("a")) - (50 - 35)) < 1e-9)
        #expect(session.nodeOrder(session.task("new-0"), session.node("b")) == 0)
        let fresh = scene.session(plugins: [option], after: 300, usage: usage)
        #expect(fresh.predicate(fresh.task("new-0"), fresh.node("a")).map(\.code) == [.unschedulableAndUnresolvable])
        let stale = scene.session(plugins: [option], after: 301, usage: usage)
        #expect(stale.predicate(stale.task("new-0"), stale.node("a")).isEmpty)
        #expect(stale.nodeOrder(stale.task("new-0"), stale.node("a")) == 0)
    }

    /// Values out of range leave the defaults standing.
    @Test func argumentsOutOfRangeAreIgnored() {
        let arguments = UsageArguments(
            PluginArguments([
                "thresholds": ["cpu": 120, "mem": 70],
                "estimator": ["request_ratio": 2, "risk_factor": 0, "be_cpu": "1", "be_mem": "-1Gi"],
            ]))
        #expect(arguments.cpuThreshold == 80 && arguments.memoryThreshold == 70)
        #expect(arguments.requestRatio == 0.7 && arguments.riskFactor == 1.2)
        #expect(arguments.bestEffortCPU == 1000 && arguments.bestEffortMemory == 209_715_200)
    }
}

/// Section 9.20; upstream: `plugins/extender/extender.go`.
@Suite struct Extenders {
    private struct Answers: SchedulerExtender {
        func predicate(_ task: TaskRef, _ node: NodeRef, _ session: VolcanoSession) throws -> FitStatus? {
            session[node].name == "a" ? FitStatus(.unschedulable, "not a") : nil
        }
        func queueOverused(_ queue: QueueRef, _ session: VolcanoSession) throws -> Bool { throw Failure() }
        private struct Failure: Error {}
    }

    private static func session(_ arguments: [String: JSONValue], answered: Bool = true) -> VolcanoSession {
        var scene = EvictionScene()
        scene.node("a", cpu: 2)
        scene.node("b", cpu: 2)
        scene.group("new", on: [""])
        let option = PluginOption("extender", arguments.merging(["extender.urlPrefix": "http://e"]) { $1 })
        let session = scene.session(plugins: [option], extenders: answered ? ["http://e": Answers()] : [:])
        session.run(action: "allocate")
        return session
    }

    /// Only verbs that are configured are asked.
    @Test func configuredVerbsAreAsked() {
        #expect(Self.session(["extender.predicateVerb": "predicate"]).boundPlaces == ["new-0@b"])
        #expect(Self.session([:]).boundPlaces == ["new-0@a"])
    }

    /// A failed call refuses, unless the extender is ignorable.
    @Test func failuresRefuseUnlessIgnorable() {
        let verbs: [String: JSONValue] = ["extender.queueOverusedVerb": "overused"]
        #expect(Self.session(verbs).boundPlaces.isEmpty)
        #expect(Self.session(verbs.merging(["extender.ignorable": true]) { $1 }).boundPlaces == ["new-0@a"])
        let predicate: [String: JSONValue] = ["extender.predicateVerb": "predicate"]
        #expect(Self.session(predicate, answered: false).boundPlaces.isEmpty)
        let ignorable = predicate.merging(["extender.ignorable": true]) { $1 }
        #expect(Self.session(ignorable, answered: false).boundPlaces == ["new-0@a"])
    }
}
