import Controllers
import KubernetesObjects
import Testing

private let restartOnFailure = "policies: [{event: PodFailed, action: RestartJob}]"

@Test func aRestartedJobHasNewPodsAndANewPodGroup() throws {
    var scene = try Scene()
    try scene.createJob("a", "{name: w, replicas: 2}", restartOnFailure)
    scene.start("a")
    let first = scene.group("a")?.metadata.uid
    scene.end("a-w-0", exitCode: 1)
    #expect(scene.phase("a") == .restarting && scene.pods == ["a-w-1"])
    scene.vanish()
    #expect(scene.phase("a") == .pending && scene.pods.isEmpty)
    #expect(scene.group("a") != nil && scene.group("a")?.metadata.uid != first)
    scene.start("a")
    #expect(scene.phase("a") == .running && scene.job("a")?.status.retryCount == 1)
    #expect(scene.pod("a-w-0")?.metadata.annotations["volcano.sh/job-retry-count"] == "1")
}

@Test func threeFailuresAreAllThatAJobGets() throws {
    var scene = try Scene()
    try scene.createJob("a", "{name: w, replicas: 2}", restartOnFailure)
    for _ in 0..<3 {
        scene.start("a")
        scene.end("a-w-0", exitCode: 1)
        scene.vanish()
    }
    #expect(scene.phase("a") == .failed && scene.job("a")?.status.retryCount == 3)
    let runs = ["Pending", "Running", "Restarting"]
    #expect(scene.phases["a"] == runs + runs + runs + ["Failed"])
    // Of the last run the pod that failed is retained.
    #expect(scene.pods == ["a-w-0"] && scene.store.podGroups.isEmpty)
}

@Test func twoFailuresAtOnceAreOneRestart() throws {
    var scene = try Scene()
    try scene.createJob("a", "{name: w, replicas: 2}", restartOnFailure)
    scene.start("a")
    scene.change { store, _ in
        for name in ["a-w-0", "a-w-1"] { store.modify(Pod.self, "default/" + name) { $0.status.phase = "Failed" } }
    }
    #expect(scene.job("a")?.status.retryCount == 1)
}

@Test func restartPodReplacesOnePodAndKeepsThePodGroup() throws {
    var scene = try Scene()
    try scene.createJob("a", "{name: w, replicas: 3}", "policies: [{event: PodFailed, action: RestartPod}]")
    scene.start("a")
    let kept = scene.pod("a-w-1")?.metadata.uid
    scene.end("a-w-0", exitCode: 1)
    #expect(scene.phase("a") == .pending && scene.pods.count == 3 && scene.groupsCreated == 1)
    #expect(scene.pod("a-w-1")?.metadata.uid == kept && scene.pod("a-w-0")?.status.phase == "Pending")
    scene.runAll(of: "a")
    #expect(scene.phases["a"] == ["Pending", "Running", "Restarting", "Pending", "Running"])
    #expect(scene.job("a")?.status.retryCount == 1)
}

@Test func restartTaskReplacesTheTaskAndLeavesTheOthers() throws {
    var scene = try Scene()
    try scene.createJob(
        "a", "{name: m, replicas: 1}, {name: w, replicas: 2}", "policies: [{event: PodFailed, action: RestartTask}]")
    scene.start("a")
    let master = scene.pod("a-m-0")?.metadata.uid
    scene.end("a-w-0", exitCode: 1)
    #expect(scene.phase("a") == .restarting && scene.pod("a-w-1")?.metadata.deletionTimestamp != nil)
    scene.vanish()
    #expect(scene.phase("a") == .pending && scene.pod("a-m-0")?.metadata.uid == master)
    scene.runAll(of: "a")
    #expect(scene.phase("a") == .running && scene.groupsCreated == 1)
}

@Test func restartPartitionReplacesOnePartition() throws {
    var scene = try Scene()
    try scene.createJob(
        "a", "{name: w, replicas: 4, partitionPolicy: {totalPartitions: 2, partitionSize: 2}}",
        "policies: [{event: PodFailed, action: RestartPartition}]")
    scene.start("a")
    #expect(scene.group("a")?.subGroupPolicy.first?.subGroupSize == 2)
    let kept = scene.pod("a-w-0")?.metadata.uid
    scene.end("a-w-2", exitCode: 1)
    scene.vanish()
    #expect(scene.pod("a-w-0")?.metadata.uid == kept)
    #expect(scene.pod("a-w-2")?.status.phase == "Pending" && scene.pod("a-w-3")?.status.phase == "Pending")
}

@Test func policiesOfATaskComeFirst() throws {
    var scene = try Scene()
    try scene.createJob(
        "a", "{name: m, replicas: 1, policies: [{event: PodFailed, action: AbortJob}]}, {name: w, replicas: 1}",
        restartOnFailure)
    scene.start("a")
    scene.end("a-m-0", exitCode: 1)
    #expect(scene.phase("a") == .aborting)
}

@Test func exitCodesChooseTheirPolicy() throws {
    var scene = try Scene()
    let policies = "policies: [{exitCode: 3, action: AbortJob}, {event: PodFailed, action: TerminateJob}]"
    try scene.createJob("a", "{name: w, replicas: 1}", policies)
    try scene.createJob("b", "{name: w, replicas: 1}", policies)
    scene.start("a")
    scene.start("b")
    scene.end("a-w-0", exitCode: 3)
    scene.end("b-w-0", exitCode: 4)
    #expect(scene.phase("a") == .aborted && scene.phase("b") == .terminated)
}

@Test func aCompletedTaskCompletesTheJobAndItsOtherPodsGo() throws {
    var scene = try Scene()
    try scene.createJob(
        "a",
        "{name: launcher, replicas: 1, policies: [{event: TaskCompleted, action: CompleteJob}]}, {name: w, replicas: 2}"
    )
    scene.start("a")
    scene.end("a-launcher-0")
    #expect(scene.phase("a") == .completing && scene.group("a") == nil)
    scene.vanish()
    #expect(scene.phase("a") == .completed && scene.pods == ["a-launcher-0"])
}

@Test func anEvictionIsAnEventAsSoonAsItIsAskedFor() throws {
    var scene = try Scene()
    try scene.createJob("a", "{name: w, replicas: 2}", "policies: [{event: PodEvicted, action: RestartJob}]")
    scene.start("a")
    scene.delete("a-w-0")
    #expect(scene.phase("a") == .restarting && scene.pod("a-w-1")?.metadata.deletionTimestamp != nil)
    scene.vanish()
    #expect(scene.phases["a"] == ["Pending", "Running", "Restarting", "Pending"])
    #expect(scene.job("a")?.status.retryCount == 1)
}

@Test func anEvictedPodIsRestartedOnce() throws {
    var scene = try Scene()
    try scene.createJob("a", "{name: w, replicas: 2}", "policies: [{event: PodEvicted, action: RestartPod}]")
    scene.start("a")
    scene.delete("a-w-0")
    scene.vanish()
    scene.runAll(of: "a")
    #expect(scene.phase("a") == .running && scene.job("a")?.status.retryCount == 1 && scene.groupsCreated == 1)
}

@Test func starStandsForEveryEvent() throws {
    var scene = try Scene()
    try scene.createJob("a", "{name: w, replicas: 1}", "policies: [{event: '*', action: TerminateJob}]")
    scene.start("a")
    #expect(scene.phase("a") == .running)
    scene.end("a-w-0", exitCode: 9)
    #expect(scene.phase("a") == .terminated)
}

@Test func anUnknownPodGroupIsAnEvent() throws {
    var scene = try Scene()
    try scene.createJob("a", "{name: w, replicas: 2}", "policies: [{event: Unknown, action: AbortJob}]")
    scene.start("a")
    scene.setGroupPhase("a", "Unknown")
    #expect(scene.phase("a") == .aborting)
}

@Test func aPolicyWithATimeoutWaits() throws {
    var scene = try Scene()
    try scene.createJob(
        "a", "{name: w, replicas: 2}", "policies: [{event: PodFailed, action: RestartJob, timeout: 8s}]")
    scene.start("a")
    scene.end("a-w-0", exitCode: 1)
    scene.wait(7)
    #expect(scene.phase("a") == .running)
    scene.wait(1)
    #expect(scene.phase("a") == .restarting && scene.job("a")?.status.retryCount == 1)
}

@Test func aPodThatWaitsTooLongIsAnEventUnlessItRuns() throws {
    var scene = try Scene()
    let policies = "policies: [{event: PodPending, action: TerminateJob, timeout: 10s}]"
    try scene.createJob("a", "{name: w, replicas: 1}", policies)
    try scene.createJob("b", "{name: w, replicas: 1}", policies)
    scene.enqueue("a")
    scene.start("b")
    scene.wait(10)
    #expect(scene.phase("a") == .terminated && scene.phase("b") == .running)
}

@Test func commandsAbortResumeAndTerminate() throws {
    var scene = try Scene()
    try scene.createJob("a")
    scene.start("a")
    try scene.command("AbortJob", "a")
    #expect(scene.phase("a") == .aborting && scene.store.commands.isEmpty)
    scene.vanish()
    #expect(scene.phase("a") == .aborted && scene.group("a") == nil)
    try scene.command("ResumeJob", "a")
    #expect(scene.phase("a") == .pending && scene.job("a")?.status.retryCount == 1 && scene.group("a") != nil)
    scene.start("a")
    try scene.command("TerminateJob", "a")
    scene.vanish()
    #expect(scene.phase("a") == .terminated)
    try scene.command("ResumeJob", "a")
    #expect(scene.phase("a") == .terminated)
    #expect(
        scene.phases["a"] == [
            "Pending", "Running", "Aborting", "Aborted", "Restarting", "Pending", "Running", "Terminating",
            "Terminated",
        ])
}

@Test func commandsCompleteAndRestart() throws {
    var scene = try Scene()
    for name in ["a", "b"] {
        try scene.createJob(name)
        scene.start(name)
    }
    try scene.command("CompleteJob", "a")
    #expect(scene.phase("a") == .completing && scene.group("a") == nil)
    let pod = scene.pod("b-w-0")?.metadata.uid
    let group = scene.group("b")?.metadata.uid
    try scene.command("RestartJob", "b")
    #expect(scene.phase("b") == .restarting)
    scene.vanish()
    #expect(scene.phase("a") == .completed && scene.pods.allSatisfy { !$0.hasPrefix("a-") })
    #expect(scene.phase("b") == .pending && scene.job("b")?.status.retryCount == 1)
    #expect(scene.group("b") != nil && scene.group("b")?.metadata.uid != group)
    scene.start("b")
    #expect(scene.phase("b") == .running && scene.pod("b-w-0")?.metadata.uid != pod)
    // What is over stays over, and an order that nobody knows is none.
    try scene.command("RestartJob", "a")
    try scene.command("Dance", "b")
    #expect(scene.phase("a") == .completed && scene.phase("b") == .running && scene.store.commands.isEmpty)
}

@Test func aTaskStartsWhenThoseItDependsOnAreUp() throws {
    var scene = try Scene()
    try scene.createJob(
        "a",
        "{name: a, replicas: 2, minAvailable: 1}, {name: b, replicas: 1, dependsOn: {name: [a]}}, "
            + "{name: c, replicas: 1, dependsOn: {name: [a, b], iteration: any}}", "minAvailable: 1")
    scene.enqueue("a")
    #expect(scene.pods == ["a-a-0", "a-a-1"])
    scene.run("a-a-1")
    #expect(scene.pods == ["a-a-0", "a-a-1", "a-b-0", "a-c-0"])
}

@Test func dependenciesOnAllWaitForAll() throws {
    var scene = try Scene()
    try scene.createJob(
        "a", "{name: a, replicas: 1}, {name: b, replicas: 1}, {name: c, replicas: 1, dependsOn: {name: [a, b]}}",
        "minAvailable: 2")
    scene.enqueue("a")
    scene.run("a-a-0")
    #expect(scene.pods == ["a-a-0", "a-b-0"])
    scene.end("a-a-0")
    scene.run("a-b-0")
    #expect(scene.pods == ["a-a-0", "a-b-0", "a-c-0"])
}
