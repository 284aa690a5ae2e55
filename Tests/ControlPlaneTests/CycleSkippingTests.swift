import KubernetesObjects
import Quantities
import Scheduling
import SimulationKernel
import Testing

@testable import ControlPlane

/// Cycles that are left out would have changed nothing: the outcome is that of playing every one.
@Suite struct CycleSkippingTests {
    @Test(arguments: 0..<24)
    func randomStoriesEndTheSame(_ seed: Int) {
        let story = Self.story(seed: UInt64(seed))
        let skipping = story.play(until: 60)
        let playing = story.play(until: 60, skipsIdleCycles: false)
        #expect(skipping.log.jobs == playing.log.jobs)
        #expect(skipping.log.podGroups == playing.log.podGroups)
        #expect(skipping.log.pods == playing.log.pods)
        #expect(skipping.log.cycles == playing.log.cycles)
        #expect(skipping.store.objects == playing.store.objects)
        #expect(skipping.log.playedCycles < playing.log.playedCycles)
    }

    @Test func timeAloneWakesTheScheduler() {
        var story = Story()
        story.tiers = Story.tiers(["priority", "gang"], ["sla"], ["overcommit", "predicates", "nodeorder"])
        story.tiers[1][0].arguments = PluginArguments(["sla-waiting-time": .string("15s")])
        story.submit(Story.job("a", pods: 1, cpu: 8), at: 0)
        story.submit(Story.job("b", pods: 1, cpu: 8), at: 2)
        let skipping = story.play(until: 40)
        let entered = skipping.log.podGroups.last?.states.states.map { "\($0.state) \(($0.since - .zero).seconds)" }
        // Created at 2.0 of a clock that stood at 0.25: the PodGroup is 15 s old at 16.75.
        #expect(entered == ["Pending 3.0", "Inqueue 17.0"])
        #expect(skipping.log.playedCycles < 12)
        let playing = story.play(until: 40, skipsIdleCycles: false)
        #expect(skipping.store.objects == playing.store.objects)
    }

    /// A few jobs in one or two queues, some of which restart, are scaled, or deleted.
    private static func story(seed: UInt64) -> Story {
        var dice = RandomStream(seed: seed, name: "story")
        var story = Story(nodes: 1 + dice.below(2))
        story.tieRule = seed % 2 == 0 ? .lowestName : .seeded(seed)
        story.timing.cycle = SimDuration(nanoseconds: [0, 11_000_000, 350_000_000][dice.below(3)])
        story.timing.firstCycle = SimTime(nanoseconds: Int64(dice.below(1_000_000_000)))
        if dice.below(3) == 0 {
            story.timing.controllers = SimDuration(nanoseconds: 15_000_000)
            story.timing.kubelet = SimDuration(nanoseconds: 10_000_000)
        }
        configure(&story, dice.below(4))
        for index in 0..<(3 + dice.below(5)) {
            let pods = Int32(1 + dice.below(3))
            var job = Story.job(
                "j\(index)", pods: pods, cpu: Int64(1 + dice.below(8)), min: Int32(1 + dice.below(Int(pods))))
            job.spec.queue = ["default", "q"][dice.below(2)]
            job.spec.priorityClassName = ["", "low", "high"][dice.below(3)]
            job.spec.tasks[0].template.spec.priorityClassName = job.spec.priorityClassName
            job.spec.ttlSecondsAfterFinished = dice.below(4) == 0 ? Int32(dice.below(9)) : nil
            if dice.below(2) == 0 {
                var policy = LifecyclePolicy()
                policy.event = ["PodFailed", "PodEvicted", "*"][dice.below(3)]
                policy.action = ["RestartJob", "RestartPod", "TerminateJob"][dice.below(3)]
                job.spec.policies = [policy]
            }
            let at = Double(dice.below(40)) / 2
            story.submit(
                job, at: at, duration: dice.below(4) == 0 ? nil : Double(1 + dice.below(12)),
                exitCode: Int32(dice.below(4) / 3), grace: Double(dice.below(3)))
            let victim = ObjectReference(kind: dice.below(2) == 0 ? "Pod" : "Job", name: "j\(index)-w-0")
            if dice.below(3) == 0 { story.operations.append((at + 6, .delete(victim, force: dice.below(2) == 0))) }
            if dice.below(4) == 0 {
                let replicas = Int32(pods + Int32(dice.below(3)))
                story.operations.append((at + 4, .scale(job: "default/j\(index)", task: 0, replicas: replicas)))
            }
        }
        return story
    }

    private static func configure(_ story: inout Story, _ kind: Int) {
        story.objects.queues = [Story.queue("q", cpu: 4)]
        for (name, value) in [("low", 1), ("high", 100)] {
            var priority = PriorityClass()
            priority.metadata.name = name
            priority.value = Int32(value)
            story.objects.priorityClasses.append(priority)
        }
        switch kind {
        case 0:
            story.tiers = Story.tiers(
                ["priority", "gang"], ["overcommit", "drf", "predicates", "proportion", "nodeorder"])
        case 1: story.actions = ["enqueue", "allocate", "preempt", "backfill"]
        case 2:
            story.actions = ["enqueue", "allocate", "backfill", "reclaim"]
            story.tiers = Story.tiers(
                ["priority", "gang", "conformance"], ["drf", "predicates", "capacity", "nodeorder"])
        default:
            story.tiers = Story.tiers(["priority", "gang"], ["sla"], ["overcommit", "predicates", "nodeorder"])
            story.tiers[1][0].arguments = PluginArguments(["sla-waiting-time": .string("7s")])
        }
    }
}
