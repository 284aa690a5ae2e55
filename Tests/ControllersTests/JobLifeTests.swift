import Controllers
import KubernetesObjects
import Testing

@Test func aJobHasAPodGroupAtOnceAndPodsOnceItIsLetIn() throws {
    var scene = try Scene()
    try scene.createJob("a")
    #expect(scene.phase("a") == .pending)
    #expect(scene.group("a")?.minMember == 2 && scene.group("a")?.minTaskMember == ["w": 2])
    #expect(scene.pods.isEmpty)
    scene.enqueue("a")
    #expect(scene.pods == ["a-w-0", "a-w-1"])
    #expect(scene.job("a")?.status.pending == 2)
}

@Test func podsCarryTheMarksOfTheirJob() throws {
    var scene = try Scene()
    try scene.createJob("a", "{name: w, replicas: 1, topologyPolicy: restricted}")
    scene.enqueue("a")
    let pod = try #require(scene.pod("a-w-0"))
    #expect(pod.metadata.annotations["scheduling.k8s.io/group-name"] == scene.group("a")?.metadata.name)
    #expect(
        pod.metadata.annotations["volcano.sh/task-spec"] == "w" && pod.metadata.labels["volcano.sh/task-index"] == "0")
    #expect(pod.metadata.annotations["volcano.sh/numa-topology-policy"] == "restricted")
    #expect(pod.metadata.ownerReferences.first?.name == "a" && pod.spec.schedulerName == "volcano")
    #expect(pod.status.phase == "Pending" && pod.spec.priority == 0)
}

@Test func aJobRunsWhenItsMinimumRunsAndCompletesWhenAllSucceed() throws {
    var scene = try Scene()
    try scene.createJob("a")
    scene.enqueue("a")
    scene.run("a-w-0")
    #expect(scene.phase("a") == .pending)
    scene.run("a-w-1")
    #expect(scene.phase("a") == .running)
    scene.end("a-w-0")
    #expect(scene.phase("a") == .running)
    scene.end("a-w-1")
    #expect(scene.phase("a") == .completed)
    // A finished Job has no PodGroup, its pods stay, and its counts know nothing of them.
    #expect(scene.group("a") == nil && scene.pods.count == 2 && scene.job("a")?.status.succeeded == 0)
    #expect(scene.phases["a"] == ["Pending", "Running", "Completed"])
}

@Test func aJobWithoutPoliciesFailsOnlyWhenAllPodsHaveEnded() throws {
    var scene = try Scene()
    try scene.createJob("a")
    scene.start("a")
    scene.end("a-w-0", exitCode: 1)
    #expect(scene.phase("a") == .running)
    scene.end("a-w-1")
    #expect(scene.phase("a") == .failed)
}

@Test func minSuccessEndsAJobBeforeItsOtherPods() throws {
    var scene = try Scene()
    try scene.createJob("a", "{name: w, replicas: 3}", "minSuccess: 1, minAvailable: 1")
    scene.start("a")
    scene.end("a-w-1")
    #expect(scene.phase("a") == .completed)
    #expect(scene.pod("a-w-0")?.metadata.deletionTimestamp != nil)
    scene.vanish()
    #expect(scene.pods == ["a-w-1"])
}

@Test func tooFewSuccessesAreAFailure() throws {
    var scene = try Scene()
    try scene.createJob("a", "{name: w, replicas: 2, minAvailable: 1}", "minSuccess: 2")
    scene.start("a")
    scene.end("a-w-0")
    scene.end("a-w-1", exitCode: 3)
    #expect(scene.phase("a") == .failed)
}

@Test func aTaskBelowItsMinimumOfSuccessesFailsTheJob() throws {
    var scene = try Scene()
    try scene.createJob("a", "{name: m, replicas: 1}, {name: w, replicas: 2, minAvailable: 1}")
    scene.start("a")
    scene.end("a-m-0", exitCode: 1)
    scene.end("a-w-0")
    scene.end("a-w-1")
    #expect(scene.phase("a") == .failed)
}

@Test func anElasticJobCompletesWithItsMinimum() throws {
    var scene = try Scene()
    try scene.createJob("a", "{name: w, replicas: 3}", "minAvailable: 1")
    scene.enqueue("a")
    scene.run("a-w-0")
    #expect(scene.phase("a") == .running)
    scene.runAll(of: "a")
    scene.end("a-w-0")
    scene.end("a-w-1", exitCode: 1)
    scene.end("a-w-2", exitCode: 1)
    #expect(scene.phase("a") == .completed)
}

@Test func aDeletedPodIsMadeAgainAndTheJobWaitsForIt() throws {
    var scene = try Scene()
    try scene.createJob("a")
    scene.start("a")
    scene.delete("a-w-0")
    #expect(scene.job("a")?.status.terminating == 1 && scene.phase("a") == .running)
    let old = scene.pod("a-w-0")?.metadata.uid
    scene.vanish()
    #expect(scene.pod("a-w-0") != nil && scene.pod("a-w-0")?.metadata.uid != old)
    #expect(scene.phase("a") == .pending && scene.job("a")?.status.retryCount == 0)
    scene.run("a-w-0")
    #expect(scene.phase("a") == .running && scene.groupsCreated == 1)
}

@Test func scalingMakesAndDeletesPodsAndChangesThePodGroup() throws {
    var scene = try Scene()
    try scene.createJob("a", "{name: w, replicas: 2, minAvailable: 1}", "minAvailable: 1")
    scene.start("a")
    func scale(_ scene: inout Scene, _ replicas: Int32) throws {
        var job = try #require(scene.job("a"))
        job.spec.tasks[0].replicas = replicas
        scene.change { store, _ in #expect(store.resubmit(job) == nil) }
    }
    try scale(&scene, 4)
    #expect(scene.pods == ["a-w-0", "a-w-1", "a-w-2", "a-w-3"])
    try scale(&scene, 1)
    #expect(scene.pods == ["a-w-0", "a-w-1"])
    scene.vanish()
    #expect(scene.pods == ["a-w-0"] && scene.phase("a") == .running)
    #expect(scene.group("a")?.minTaskMember == ["w": 1])
}

@Test func aJobOfAnUnknownQueueIsRefused() throws {
    var scene = try Scene()
    let refusal = try scene.create(
        "{apiVersion: batch.volcano.sh/v1alpha1, kind: Job, metadata: {name: a}, "
            + "spec: {queue: q, tasks: [{name: w, replicas: 1}]}}")
    #expect(refusal?.contains("unable to find job queue") == true && scene.job("a") == nil)
}

@Test func aDeletedJobTakesItsPodsAndPodGroupAlong() throws {
    var scene = try Scene()
    try scene.createJob("a")
    scene.enqueue("a")
    scene.run("a-w-0")
    scene.change { store, _ in store.remove(VCJob.self, "default/a") }
    #expect(scene.pods == ["a-w-0"] && scene.store.podGroups.isEmpty)
    #expect(scene.pod("a-w-0")?.metadata.deletionTimestamp != nil)
    scene.vanish()
    #expect(scene.pods.isEmpty)
}

@Test func aJobOfTheSameNameIsAnother() throws {
    var scene = try Scene()
    try scene.createJob("a")
    scene.start("a")
    let first = scene.group("a")?.metadata.name
    scene.change { store, _ in store.remove(VCJob.self, "default/a") }
    try scene.createJob("a")
    #expect(scene.group("a")?.metadata.name != first)
    // Pods of the first are still ending: the second has to wait for their names.
    scene.enqueue("a")
    #expect(scene.pod("a-w-0")?.metadata.deletionTimestamp != nil)
    scene.vanish()
    #expect(scene.job("a")?.status.pending == 0 || scene.pods.count == 2)
}

@Test func aFinishedJobGoesWithItsPodsWhenItsTimeIsOver() throws {
    var scene = try Scene()
    try scene.createJob("a", "{name: w, replicas: 1}", "ttlSecondsAfterFinished: 10")
    scene.start("a")
    scene.wait(5)
    scene.end("a-w-0")
    scene.wait(9)
    #expect(scene.phase("a") == .completed)
    scene.wait(1)
    #expect(scene.job("a") == nil && scene.pods.isEmpty)
}

@Test func withoutTimeToLiveAJobStays() throws {
    var scene = try Scene()
    try scene.createJob("a", "{name: w, replicas: 1}")
    scene.start("a")
    scene.end("a-w-0")
    scene.wait(100_000)
    #expect(scene.phase("a") == .completed)
}
