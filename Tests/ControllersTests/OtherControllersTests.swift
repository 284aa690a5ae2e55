import Controllers
import KubernetesObjects
import Quantities
import Testing

private let gpuPod =
    "{schedulerName: volcano, containers: [{name: m, resources: {limits: {cpu: '1', nvidia.com/gpu: '2'}}}]}"

@Test func aBarePodGetsAPodGroupThatStays() throws {
    var scene = try Scene()
    try scene.create("{apiVersion: v1, kind: Pod, metadata: {name: solo}, spec: \(gpuPod)}")
    let group = try #require(scene.store.podGroups.first { _ in true })
    #expect(group.minMember == 1 && group.phase == "Pending" && group.metadata.ownerReferences.first?.name == "solo")
    #expect(group.minResources?["nvidia.com/gpu"] == KubernetesQuantity(2))
    #expect(scene.pod("solo")?.metadata.annotations["scheduling.k8s.io/group-name"] == group.metadata.name)
    scene.run("solo")
    scene.end("solo")
    #expect(scene.store.podGroups.count == 1)
    scene.delete("solo")
    #expect(scene.store.podGroups.isEmpty)
}

@Test func aBarePodWaitsForItsQueueToOpen() throws {
    var scene = try Scene()
    try scene.createQueue("qc")
    try scene.command("CloseQueue", "qc", kind: "Queue")
    try scene.create(
        "{apiVersion: v1, kind: Pod, metadata: {name: solo, annotations: {scheduling.volcano.sh/queue-name: qc}}, "
            + "spec: \(gpuPod)}")
    scene.wait(60)
    #expect(scene.store.podGroups.isEmpty)
    #expect(scene.pod("solo")?.metadata.annotations["scheduling.k8s.io/group-name"] == nil)
    try scene.command("OpenQueue", "qc", kind: "Queue")
    #expect(scene.store.podGroups.isEmpty)
    // The tries are ever farther apart.
    scene.wait(120)
    #expect(scene.store.podGroups.map(\.queue) == ["qc"])
    #expect(scene.pod("solo")?.metadata.annotations["scheduling.k8s.io/group-name"]?.isEmpty == false)
}

@Test func aBarePodThatNamesNoQueueIsInTheDefaultQueue() throws {
    var scene = try Scene()
    try scene.command("CloseQueue", "default", kind: "Queue")
    try scene.create("{apiVersion: v1, kind: Pod, metadata: {name: solo}, spec: \(gpuPod)}")
    #expect(scene.store.podGroups.isEmpty)
    scene.delete("solo")
    try scene.command("OpenQueue", "default", kind: "Queue")
    scene.wait(10)
    #expect(scene.store.podGroups.isEmpty && scene.pods.isEmpty)
}

@Test func podsOfOtherSchedulersGetNone() throws {
    var scene = try Scene()
    try scene.create("{apiVersion: v1, kind: Pod, metadata: {name: solo}, spec: {containers: [{name: m}]}}")
    #expect(scene.store.podGroups.isEmpty && scene.pod("solo")?.spec.schedulerName == "default-scheduler")
}

@Test func minResourcesIsAVectorOfQuotas() throws {
    var scene = try Scene()
    try scene.createJob(
        "a",
        "{name: w, replicas: 3, template: {spec: {containers: [{name: m, resources: "
            + "{requests: {cpu: 500m, memory: 1Gi, nvidia.com/gpu: '1'}, limits: {nvidia.com/gpu: '1'}}}]}}}",
        "minAvailable: 2")
    let resources = try #require(scene.group("a")?.minResources)
    #expect(
        resources.entries.map(\.name) == [
            "count/pods", "cpu", "memory", "nvidia.com/gpu", "pods", "requests.cpu", "requests.memory",
            "requests.nvidia.com/gpu",
        ])
    #expect(resources["cpu"] == KubernetesQuantity(1) && resources["pods"] == KubernetesQuantity(2))
}

@Test func minResourcesTakesTasksOfHighPriorityFirst() throws {
    var scene = try Scene()
    try scene.create("{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: high}, value: 10}")
    func task(_ name: String, _ cpu: Int, _ more: String = "") -> String {
        "{name: \(name), replicas: 2, template: {spec: {\(more)containers: [{name: m, resources: {requests: {cpu: \(cpu)}}}]}}}"
    }
    try scene.createJob("a", task("low", 1) + ", " + task("hi", 4, "priorityClassName: high, "), "minAvailable: 3")
    #expect(scene.group("a")?.minResources?["cpu"] == KubernetesQuantity(9))
}

@Test func priorityIsResolvedWhenAPodIsCreated() throws {
    var scene = try Scene()
    try scene.create(
        "{apiVersion: v1, kind: List, items: ["
            + "{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: high}, value: 10}, "
            + "{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: usual}, value: 5, globalDefault: true}]}"
    )
    try scene.createJob("a", "{name: w, replicas: 1}", "priorityClassName: high")
    try scene.createJob("b", "{name: w, replicas: 1}")
    scene.enqueue("a")
    scene.enqueue("b")
    #expect(scene.pod("a-w-0")?.spec.priority == 10 && scene.pod("b-w-0")?.spec.priority == 5)
}

@Test func aFlowCreatesJobsAsTheirDependenciesComplete() throws {
    var scene = try Scene()
    for name in ["a", "b", "c"] {
        try scene.create(
            "{apiVersion: flow.volcano.sh/v1alpha1, kind: JobTemplate, metadata: {name: \(name)}, "
                + "spec: {tasks: [{name: w, replicas: 1}]}}")
    }
    try scene.create(
        "{apiVersion: flow.volcano.sh/v1alpha1, kind: JobFlow, metadata: {name: f}, spec: {flows: "
            + "[{name: a}, {name: b, dependsOn: {targets: [a]}}, {name: c, dependsOn: {targets: [a, b]}}]}}")
    #expect(scene.store.jobs.map(\.metadata.name) == ["f-a"] && scene.store.jobFlows["default/f"]?.phase == "Pending")
    for name in ["f-a", "f-b", "f-c"] {
        scene.start(name)
        #expect(scene.store.jobFlows["default/f"]?.phase == "Running")
        scene.end(name + "-w-0")
    }
    #expect(scene.store.jobFlows["default/f"]?.phase == "Succeed" && scene.store.jobs.count == 3)
    scene.change { store, _ in store.remove(JobFlow.self, "default/f") }
    #expect(scene.store.jobs.isEmpty && scene.pods.isEmpty)
}

@Test func aFlowWaitsForAMissingTemplate() throws {
    var scene = try Scene()
    func template(_ name: String) -> String {
        "{apiVersion: flow.volcano.sh/v1alpha1, kind: JobTemplate, metadata: {name: \(name)}, spec: {tasks: [{name: w, replicas: 1}]}}"
    }
    try scene.create(template("b"))
    try scene.create(
        "{apiVersion: flow.volcano.sh/v1alpha1, kind: JobFlow, metadata: {name: f}, spec: {flows: [{name: a}, {name: b}]}}"
    )
    // The look ends at the first step that cannot be made.
    #expect(scene.store.jobs.isEmpty && scene.store.jobFlows["default/f"]?.phase.isEmpty == true)
    try scene.create(template("a"))
    #expect(scene.store.jobs.isEmpty)
    scene.wait(1)
    #expect(scene.store.jobs.map(\.metadata.name) == ["f-a", "f-b"])
}

@Test func aDeletedJobOfAFlowComesBackWithTheNextChange() throws {
    var scene = try Scene()
    for name in ["a", "b"] {
        try scene.create(
            "{apiVersion: flow.volcano.sh/v1alpha1, kind: JobTemplate, metadata: {name: \(name)}, spec: {tasks: [{name: w, replicas: 1}]}}"
        )
    }
    try scene.create(
        "{apiVersion: flow.volcano.sh/v1alpha1, kind: JobFlow, metadata: {name: f}, spec: {flows: [{name: a}, {name: b}]}}"
    )
    scene.change { store, _ in store.remove(VCJob.self, "default/f-a") }
    #expect(scene.store.jobs.map(\.metadata.name) == ["f-b"])
    scene.start("f-b")
    #expect(scene.store.jobs.map(\.metadata.name) == ["f-b", "f-a"])
}

@Test func aPatchChangesTheTemplateOfAFlow() throws {
    var scene = try Scene()
    try scene.create(
        "{apiVersion: flow.volcano.sh/v1alpha1, kind: JobTemplate, metadata: {name: a}, spec: {minAvailable: 2, maxRetry: 5, "
            + "priorityClassName: low, tasks: [{name: w, replicas: 2, template: {spec: {containers: "
            + "[{name: c, resources: {requests: {cpu: 1, memory: 1Gi}}}]}}}]}}")
    try scene.create(
        "{apiVersion: flow.volcano.sh/v1alpha1, kind: JobFlow, metadata: {name: f}, spec: {flows: [{name: a, patch: "
            + "{jobSpec: {tasks: [{name: w, replicas: 4, template: {spec: {containers: "
            + "[{name: c, resources: {requests: {cpu: 3}}}]}}}, {name: x, replicas: 1}]}}}]}}")
    let spec = try #require(scene.job("f-a")?.spec)
    // The webhook fills in what the patch does not name.
    #expect(spec.minAvailable == 5 && spec.maxRetry == 3 && spec.priorityClassName == "low")
    #expect(spec.tasks.map(\.name) == ["w", "x"] && spec.tasks[0].replicas == 4)
    let requests = spec.tasks[0].template.spec.containers.map(\.resources.requests)
    #expect(requests.first?["cpu"] == KubernetesQuantity(3) && requests.first?["memory"] != nil && requests.count == 1)
}

@Test func aFlowThatRetainsNothingDeletesItsJobs() throws {
    var scene = try Scene()
    try scene.create(
        "{apiVersion: flow.volcano.sh/v1alpha1, kind: JobTemplate, metadata: {name: a}, spec: {tasks: [{name: w, replicas: 1}]}}"
    )
    try scene.create(
        "{apiVersion: flow.volcano.sh/v1alpha1, kind: JobFlow, metadata: {name: f}, "
            + "spec: {jobRetainPolicy: delete, flows: [{name: a}]}}")
    scene.start("f-a")
    scene.end("f-a-w-0")
    #expect(scene.store.jobs.isEmpty && scene.store.jobFlows["default/f"]?.phase == "Succeed")
}

@Test func aQuotaCountsPodsThatHaveNotEndedAndRefusesTheRest() throws {
    var scene = try Scene()
    try scene.create(
        "{apiVersion: v1, kind: ResourceQuota, metadata: {name: rq}, spec: {hard: {requests.nvidia.com/gpu: '3'}}}")
    try scene.create("{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: \(gpuPod)}")
    #expect(scene.store.resourceQuotas["default/rq"]?.used["requests.nvidia.com/gpu"] == KubernetesQuantity(2))
    try scene.create("{apiVersion: v1, kind: Pod, metadata: {name: b}, spec: \(gpuPod)}")
    #expect(scene.pods == ["a"])
    scene.run("a")
    scene.end("a")
    #expect(scene.store.resourceQuotas["default/rq"]?.used["requests.nvidia.com/gpu"] == KubernetesQuantity(0))
}

@Test func aCronJobCreatesAJobEveryTime() throws {
    var scene = try Scene()
    try scene.create(
        "{apiVersion: batch.volcano.sh/v1alpha1, kind: CronJob, metadata: {name: c}, spec: {schedule: '*/10 * * * *', "
            + "concurrencyPolicy: Forbid, jobTemplate: {spec: {tasks: [{name: w, replicas: 1}]}}}}")
    scene.wait(600)
    // Looked at 100 ms after the time.
    #expect(scene.store.jobs.isEmpty)
    scene.wait(1)
    #expect(scene.store.jobs.map(\.metadata.name) == ["c-10"])
    scene.wait(600)
    #expect(scene.store.jobs.map(\.metadata.name) == ["c-10"])
    scene.start("c-10")
    scene.end("c-10-w-0")
    // The run that was forbidden is made up for.
    #expect(scene.store.jobs.map(\.metadata.name) == ["c-10", "c-20"])
    #expect(scene.store.cronJobs["default/c"]?.active == ["c-20"])
}

@Test func aRunThatIsTooLateIsLeftOut() throws {
    var scene = try Scene()
    for deadline in [0, 1] {
        try scene.create(
            "{apiVersion: batch.volcano.sh/v1alpha1, kind: CronJob, metadata: {name: c\(deadline)}, spec: {schedule: '* * * * *', "
                + "startingDeadlineSeconds: \(deadline), jobTemplate: {spec: {tasks: [{name: w, replicas: 1}]}}}}")
    }
    scene.wait(61)
    // The clock of this scene has whole seconds: the look comes a second after the time.
    #expect(scene.store.jobs.isEmpty)
}

@Test func aRefusedRunIsTriedAgain() throws {
    var scene = try Scene()
    try scene.create(
        "{apiVersion: batch.volcano.sh/v1alpha1, kind: CronJob, metadata: {name: c}, spec: {schedule: '* * * * *', "
            + "jobTemplate: {spec: {queue: q, tasks: [{name: w, replicas: 1}]}}}}")
    scene.wait(70)
    #expect(scene.store.jobs.isEmpty && scene.store.cronJobs["default/c"]?.lastScheduleTime == nil)
    try scene.create("{apiVersion: scheduling.volcano.sh/v1beta1, kind: Queue, metadata: {name: q}}")
    scene.wait(30)
    #expect(scene.store.jobs.map(\.metadata.name) == ["c-1"])
}

@Test func anAbortedRunStaysActive() throws {
    var scene = try Scene()
    try scene.create(
        "{apiVersion: batch.volcano.sh/v1alpha1, kind: CronJob, metadata: {name: c}, spec: {schedule: '* * * * *', "
            + "concurrencyPolicy: Forbid, jobTemplate: {spec: {tasks: [{name: w, replicas: 1}]}}}}")
    scene.wait(61)
    try scene.command("AbortJob", "c-1")
    #expect(scene.phase("c-1") == .aborted)
    scene.wait(120)
    #expect(scene.store.cronJobs["default/c"]?.active == ["c-1"] && scene.store.jobs.count == 1)
}

@Test func aSuspendedCronJobRunsNothing() throws {
    var scene = try Scene()
    try scene.create(
        "{apiVersion: batch.volcano.sh/v1alpha1, kind: CronJob, metadata: {name: c}, spec: {schedule: '@hourly', "
            + "suspend: true, jobTemplate: {spec: {tasks: [{name: w, replicas: 1}]}}}}")
    scene.wait(100_000)
    #expect(scene.store.jobs.isEmpty)
}
