import KubernetesObjects
import Testing

@testable import Scheduling

/// Section 9.13 of the reference; upstream: `plugins/cdp/cdp.go`.
@Suite struct CooldownProtection {
    /// A pod scheduled `age` seconds ago.
    private static func scene(age: Int64, _ adjust: (inout Pod) -> Void) -> EvictionScene {
        var scene = EvictionScene(queues: ["q", "other"])
        scene.node("n1", cpu: 4)
        scene.group("v", on: ["n1"]) { pod, _ in
            var condition = PodCondition()
            condition.type = "PodScheduled"
            condition.status = "True"
            condition.lastTransitionTime = Timestamp(
                nanoseconds: EvictionScene.now.nanoseconds - age * 1_000_000_000)
            pod.status.conditions = [condition]
            adjust(&pod)
        }
        scene.group("asker", queue: "other", priority: "high", on: [""])
        return scene
    }

    private static func isVictim(_ scene: EvictionScene) -> Bool {
        let session = scene.session(plugins: [PluginOption("cdp")])
        let victims = session.preemptable(session.task("asker-0"), [session.task("v-0")])
        #expect(victims == session.reclaimable(session.task("asker-0"), [session.task("v-0")]))
        return !victims.isEmpty
    }

    @Test func aPodIsSafeUntilItsCooldownEnds() {
        #expect(!Self.isVictim(Self.scene(age: 599) { $0.metadata.labels["volcano.sh/cooldown-time"] = "10m" }))
        #expect(Self.isVictim(Self.scene(age: 600) { $0.metadata.labels["volcano.sh/cooldown-time"] = "10m" }))
        #expect(Self.isVictim(Self.scene(age: 0) { _ in }))
    }

    /// podCooldownTime looks at the label first.
    @Test func theLabelCountsBeforeTheAnnotation() {
        let short = Self.scene(age: 60) { pod in
            pod.metadata.labels["volcano.sh/cooldown-time"] = "30s"
            pod.metadata.annotations["volcano.sh/cooldown-time"] = "1h"
        }
        #expect(Self.isVictim(short))
        #expect(!Self.isVictim(Self.scene(age: 60) { $0.metadata.annotations["volcano.sh/cooldown-time"] = "1h" }))
    }

    @Test(arguments: ["", "soon", "10", "1d"])
    func aCooldownThatIsNoDurationProtectsNothing(_ text: String) {
        #expect(Self.isVictim(Self.scene(age: 0) { $0.metadata.labels["volcano.sh/cooldown-time"] = text }))
    }

    /// Only Running pods whose PodScheduled condition is True are protected.
    @Test func podsThatDoNotRunAreNotProtected() {
        let bound = Self.scene(age: 0) { pod in
            pod.metadata.labels["volcano.sh/cooldown-time"] = "10m"
            pod.status.phase = "Pending"
        }
        #expect(Self.isVictim(bound))
        let unscheduled = Self.scene(age: 0) { pod in
            pod.metadata.labels["volcano.sh/cooldown-time"] = "10m"
            pod.status.conditions[0].status = "False"
        }
        #expect(Self.isVictim(unscheduled))
    }

    @Test func preemptionPassesOverAPodThatCoolsDown() {
        var scene = EvictionScene()
        scene.node("n1", cpu: 1)
        scene.node("n2", cpu: 1)
        scene.group("v", on: ["n1", "n2"]) { pod, index in
            guard index == 0 else { return }
            pod.metadata.labels["volcano.sh/cooldown-time"] = "10m"
            var condition = PodCondition()
            condition.type = "PodScheduled"
            condition.status = "True"
            condition.lastTransitionTime = EvictionScene.now
            pod.status.conditions = [condition]
        }
        scene.group("asker", priority: "high", on: [""])
        let session = scene.session([["priority", "cdp"]])
        session.run(action: "preempt")
        #expect(session.evictedNames == ["v-1"])
    }
}

/// Section 9.13; upstream: `plugins/pdb/pdb.go`.
@Suite struct DisruptionBudgets {
    private static func scene(
        _ allowed: Int32, _ adjust: (inout PodDisruptionBudget) -> Void = { _ in }
    ) -> EvictionScene {
        var scene = EvictionScene()
        scene.node("n1", cpu: 8)
        scene.group("v", on: ["n1", "n1", "n1"]) { pod, _ in pod.metadata.labels["app"] = "v" }
        scene.group("bare", on: ["n1"])
        scene.group("asker", priority: "high", on: [""])
        var budget = PodDisruptionBudget()
        budget.metadata = ObjectMeta(name: "budget", namespace: "ns")
        budget.selector = LabelSelector()
        budget.selector?.matchLabels = ["app": "v"]
        budget.disruptionsAllowed = allowed
        adjust(&budget)
        scene.objects.disruptionBudgets = [budget]
        return scene
    }

    private static func victims(_ scene: EvictionScene) -> [String] {
        let session = scene.session(plugins: [PluginOption("pdb")])
        let candidates = ["v-0", "v-1", "v-2", "bare-0"].map(session.task)
        return session.names(session.preemptable(session.task("asker-0"), candidates))
    }

    /// Budgets are consumed in candidate order; a pod without any label is dropped.
    @Test func asManyPodsGoAsTheBudgetAllows() {
        #expect(Self.victims(Self.scene(2)) == ["v-0", "v-1"])
        #expect(Self.victims(Self.scene(0)) == [])
    }

    @Test func budgetsOfOtherNamespacesAndWithoutSelectorCountForNothing() {
        #expect(Self.victims(Self.scene(0) { $0.metadata.namespace = "elsewhere" }) == ["v-0", "v-1", "v-2"])
        #expect(Self.victims(Self.scene(0) { $0.selector = nil }) == ["v-0", "v-1", "v-2"])
        #expect(Self.victims(Self.scene(0) { $0.selector = LabelSelector() }) == ["v-0", "v-1", "v-2"])
    }

    @Test func podsThatAreBeingDisruptedAlreadyAreFree() {
        #expect(Self.victims(Self.scene(1) { $0.disruptedPods = ["v-0"] }) == ["v-0", "v-1"])
    }

    /// A refused candidate consumes the budgets that would have allowed it.
    @Test func refusedCandidatesConsumeTheirOtherBudgets() {
        var scene = Self.scene(2)
        var none = scene.objects.disruptionBudgets[0]
        none.metadata.name = "none"
        none.selector?.matchLabels = ["pick": "first"]
        none.disruptionsAllowed = 0
        scene.objects.disruptionBudgets.append(none)
        for index in scene.objects.pods.indices where scene.objects.pods[index].metadata.name == "v-0" {
            scene.objects.pods[index].metadata.labels["pick"] = "first"
        }
        #expect(Self.victims(scene) == ["v-1"])
    }
}
