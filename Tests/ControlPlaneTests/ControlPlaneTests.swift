import KubernetesObjects
import Quantities
import Scheduling
import Testing

@testable import ControlPlane

/// Stories whose times can be told by hand.
@Suite struct ControlPlaneTests {
    @Test func aJobNeedsTwoCyclesToStart() {
        var story = Story()
        story.timing.firstCycle = Story.time(0.5)
        story.submit(Story.job("a", pods: 2, cpu: 4), at: 0, duration: 5)
        let plane = story.play(until: 20)
        #expect(plane.phases(of: "a") == ["Pending 0.0", "Running 1.5", "Completed 6.5"])
        #expect(plane.runs(of: "a") == ["1.5–6.5 succeeded", "1.5–6.5 succeeded"])
        #expect(plane.log.podGroups.first?.states.states.map(\.state) == ["Inqueue", "Running", "gone"])
    }

    @Test func anEndAtTheStartOfACycleIsSeenByTheNext() {
        var story = Story()
        story.submit(Story.job("a", pods: 1, cpu: 8), at: 0.5, duration: 3)
        story.submit(Story.job("b", pods: 1, cpu: 8), at: 0.5, duration: 3)
        let plane = story.play(until: 20)
        #expect(plane.runs(of: "a") == ["2.0–5.0 succeeded"])
        #expect(plane.runs(of: "b") == ["6.0–9.0 succeeded"])
    }

    @Test func aCycleTakesEffectAtItsEndAndTheNextStartsAPeriodLater() {
        var story = Story()
        story.timing.cycle = SimDuration(nanoseconds: 500_000_000)
        story.submit(Story.job("a", pods: 1, cpu: 8), at: 0.25)
        let plane = story.play(until: 20)
        #expect(plane.runs(of: "a") == ["3.5–"])
    }

    @Test func theKubeletKeepsStartAndGrace() {
        var story = Story()
        story.submit(Story.job("a", pods: 1, cpu: 8), at: 0, grace: 3)
        story.runs[0].run.startAfter = .seconds(2)
        story.operations.append((5, .delete(ObjectReference(kind: "Job", name: "a"), force: false)))
        story.submit(Story.job("b", pods: 1, cpu: 8), at: 5)
        let plane = story.play(until: 20)
        // The cycle at 0 came before the Job; bound at 2.
        #expect(plane.runs(of: "a") == ["4.0–5.0 deleted"])
        #expect(plane.log.pods.first?.gone == Story.time(8))
        #expect(plane.runs(of: "b") == ["9.0–"])
        #expect(plane.phases(of: "a").last == "gone 5.0")
    }

    @Test func podsOfALostNodeGoWithTheGarbageCollector() {
        var story = Story(nodes: 2)
        story.submit(Story.job("a", pods: 2, cpu: 8, min: 1), at: 0, duration: 10)
        story.operations.append((5, .delete(ObjectReference(kind: "Node", namespace: "", name: "n1"), force: false)))
        let plane = story.play(until: 60)
        #expect(Set(plane.runs(of: "a")) == ["2.0–12.0 succeeded", "2.0–45.0 deleted", "46.0–56.0 succeeded"])
    }

    @Test func reportsAndReactionsTakeTheirTime() {
        var story = Story()
        story.timing.kubelet = SimDuration(nanoseconds: 100_000_000)
        story.timing.controllers = SimDuration(nanoseconds: 50_000_000)
        story.submit(Story.job("a", pods: 2, cpu: 4), at: 0, duration: 5)
        let plane = story.play(until: 20)
        // Seen by the controller at 0.05; Inqueue at 1, pods at 1.05, bound at 2, reported one after the other.
        #expect(plane.runs(of: "a") == ["2.1–7.2 succeeded", "2.2–7.3 succeeded"])
        #expect(plane.phases(of: "a") == ["Pending 0.05", "Running 2.25", "Completed 7.35"])
    }

    @Test func whatPassesTheWebhooksTakesTime() {
        var story = Story()
        story.timing.admission = SimDuration(nanoseconds: 20_000_000)
        story.submit(Story.job("a", pods: 1, cpu: 4), at: 0.99, duration: 5)
        let plane = story.play(until: 20)
        // The PodGroup is there at 1.01, after the cycle at 1; its pod is made at once when that of 2 lets it in.
        #expect(plane.runs(of: "a") == ["3.0–8.0 succeeded"])
        #expect(plane.log.podGroups.first?.states.states.first?.since == Story.time(2))
    }

    @Test func theWebhookRefusesAJobWithoutTasks() {
        var story = Story()
        var job = Story.job("a", pods: 1, cpu: 1)
        job.spec.tasks = []
        story.submit(job, at: 1)
        let plane = story.play(until: 3)
        #expect(plane.log.refusals.map(\.object) == ["Job a"])
        #expect(plane.log.jobs.isEmpty)
    }

    @Test func theWebhooksRefuseWhatMakesNoSense() {
        var story = Story()
        story.objects.queues = [Story.queue("org"), Story.queue("k")]
        story.objects.queues[1].parent = "org"
        var refused = ObjectSet()
        var queue = Story.queue("q", cpu: 4)
        queue.capability = ["cpu": KubernetesQuantity(2)]
        refused.queues = [queue]
        var cron = VCCronJob()
        cron.metadata = ObjectMeta(name: "c", namespace: "default")
        cron.schedule = "whenever"
        refused.cronJobs = [cron]
        var flow = JobFlow()
        flow.metadata = ObjectMeta(name: "f", namespace: "default")
        flow.flows = [JobFlowStep()]
        flow.flows[0].name = "a"
        flow.flows[0].targets = ["a"]
        refused.jobFlows = [flow]
        var change = ObjectSet()
        change.queues = [Story.queue("k", cpu: 4)]
        change.queues[0].parent = "org"
        story.operations += [
            (1, .create(refused)), (2, .replace(change)),
            (3, .delete(ObjectReference(kind: "Queue", namespace: "", name: "org"), force: false)),
        ]
        let plane = story.play(until: 5)
        #expect(
            plane.log.refusals.map(\.object) == ["Queue q", "JobFlow f", "CronJob c", "Queue k", "Queue org"])
        #expect(plane.store.queues.map(\.metadata.name) == ["root", "default", "org", "k"])
        #expect(plane.store.cronJobs.isEmpty && plane.store.jobFlows.isEmpty)
        #expect(plane.store.queues["k"]?.deserved.isEmpty == true)
    }

    /// Nothing of it changes an object: the cycles that are left out show nowhere.
    @Test func aBarePodStartsWhenItsQueueOpens() {
        var story = Story()
        story.objects.queues = [Story.queue("q")]
        var pod = Pod()
        pod.metadata = ObjectMeta(name: "solo", namespace: "default")
        pod.metadata.annotations["scheduling.volcano.sh/queue-name"] = "q"
        pod.spec.schedulerName = "volcano"
        pod.spec.containers = Story.job("", pods: 1, cpu: 4).spec.tasks[0].template.spec.containers
        var set = ObjectSet()
        set.pods = [pod]
        let queue = ObjectReference(kind: "Queue", namespace: "", name: "q")
        story.operations = [
            (1, .command(action: "CloseQueue", target: queue)), (2, .create(set)),
            (10, .command(action: "OpenQueue", target: queue)),
        ]
        for skips in [true, false] {
            let plane = story.play(until: 60, skipsIdleCycles: skips)
            // Tried after 5 ms, 10 ms, …: 5.115 s after the first time, and 10.235 s after it.
            #expect(plane.log.pods.map(\.bound) == [Story.time(13)])
        }
    }

    @Test func anythingMayBeAskedForInVain() {
        var story = Story()
        story.submit(Story.job("a", pods: 1, cpu: 1), at: 0)
        var set = ObjectSet()
        set.jobs = [Story.job("a", pods: 2, cpu: 1), Story.job("z", pods: 2, cpu: 1)]
        story.operations += [
            (1, .create(set)), (2, .delete(ObjectReference(kind: "Pod", name: "x"), force: true)),
            (2, .delete(ObjectReference(kind: "Castle", name: "x"), force: false)),
            (3, .scale(job: "default/a", task: 7, replicas: -3)), (3, .scale(job: "default/q", task: 0, replicas: 1)),
            (4, .command(action: "Dance", target: ObjectReference(kind: "Job", name: "a"))),
            (5, .podStatus(pod: "default/x", phase: "Failed", exitCode: 1)), (6, .replace(set)),
        ]
        let plane = story.play(until: 10)
        // Only the new specification of Job a made a difference.
        #expect(plane.runs(of: "a") == ["2.0–", "7.0–"])
    }
}
