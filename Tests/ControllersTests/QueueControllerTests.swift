import Controllers
import KubernetesObjects
import Testing

extension Scene {
    fileprivate func state(_ queue: String) -> String? { store.queues[queue]?.state }
}

@Test func aQueueIsClosingUntilItsLastPodGroupIsGone() throws {
    var scene = try Scene()
    try scene.createQueue("qc")
    try scene.createJob("a", "{name: w, replicas: 1}", "queue: qc")
    scene.start("a")
    try scene.command("CloseQueue", "qc", kind: "Queue")
    #expect(scene.store.queues["qc"]?.state == "Closing")
    let refusal = try scene.create(
        "{apiVersion: batch.volcano.sh/v1alpha1, kind: Job, metadata: {name: b}, "
            + "spec: {queue: qc, tasks: [{name: w, replicas: 1}]}}")
    #expect(
        refusal == "admission webhook 'validatejob.volcano.sh' denied the request: can only submit job to queue with "
            + "state `Open`, queue `qc` status is `Closing`;")
    scene.end("a-w-0")
    #expect(scene.store.queues["qc"]?.state == "Closed")
    try scene.command("OpenQueue", "qc", kind: "Queue")
    #expect(scene.store.queues["qc"]?.state == "Open")
}

@Test func childrenCloseAndOpenWithTheirParent() throws {
    var scene = try Scene()
    try scene.createQueue("org")
    try scene.createQueue("k", "{parent: org}")
    try scene.command("CloseQueue", "org", kind: "Queue")
    #expect(scene.store.queues["k"]?.state == "Closed")
    try scene.command("OpenQueue", "k", kind: "Queue")
    #expect(scene.store.queues["k"]?.state == "Closed")
    try scene.command("OpenQueue", "org", kind: "Queue")
    #expect(scene.store.queues["k"]?.state == "Open")
}

/// The state of a parent may change without the controller: a child follows when it is next looked at.
@Test func aQueueFollowsItsParentWheneverItIsSynchronised() throws {
    var scene = try Scene()
    try scene.createQueue("org")
    try scene.createQueue("k", "{parent: org}")
    try scene.createJob("a", "{name: w, replicas: 1}", "queue: k")
    scene.change { store, _ in store.modify(Queue.self, "org") { $0.state = "Closed" } }
    #expect(scene.state("k") == "Open")
    scene.enqueue("a")
    #expect(scene.state("k") == "Closing")
    #expect(scene.store.queues["k"]?.metadata.annotations["volcano.sh/closed-by-parent"] == "true")
    scene.change { store, _ in store.modify(Queue.self, "org") { $0.state = "Open" } }
    #expect(scene.state("k") == "Closing")
    scene.setGroupPhase("a", "Running")
    #expect(scene.state("k") == "Open")
    #expect(scene.store.queues["k"]?.metadata.annotations["volcano.sh/closed-by-parent"] == "false")
}

@Test func aQueueUnderAClosedParentIsClosedAtOnce() throws {
    var scene = try Scene()
    try scene.createQueue("org")
    try scene.command("CloseQueue", "org", kind: "Queue")
    try scene.createQueue("k", "{parent: org}")
    #expect(scene.state("k") == "Closed")
    scene.change { store, _ in store.modify(Queue.self, "k") { $0.parent = "root" } }
    #expect(scene.state("k") == "Open")
}

@Test func openingAQueueUnderAClosedParentIsTriedAgain() throws {
    var scene = try Scene()
    try scene.createQueue("org")
    try scene.createQueue("k", "{parent: org}")
    try scene.command("CloseQueue", "k", kind: "Queue")
    try scene.command("CloseQueue", "org", kind: "Queue")
    try scene.command("OpenQueue", "k", kind: "Queue")
    scene.wait(5)
    #expect(scene.state("k") == "Closed")
    try scene.command("OpenQueue", "org", kind: "Queue")
    // It was closed by itself: the parent does not open it.
    #expect(scene.state("org") == "Open" && scene.state("k") == "Closed")
    scene.wait(30)
    #expect(scene.state("k") == "Open")
}

@Test func openingAQueueIsGivenUpAfterFifteenTries() throws {
    var scene = try Scene()
    try scene.createQueue("org")
    try scene.createQueue("k", "{parent: org}")
    try scene.command("CloseQueue", "k", kind: "Queue")
    try scene.command("CloseQueue", "org", kind: "Queue")
    try scene.command("OpenQueue", "k", kind: "Queue")
    // 5 ms · (2¹⁵ − 1) in all, and up to a second each for the whole seconds of this scene's clock.
    scene.wait(180)
    try scene.command("OpenQueue", "org", kind: "Queue")
    scene.wait(1_000)
    #expect(scene.state("org") == "Open" && scene.state("k") == "Closed")
}

@Test func theRootIsNeverClosed() throws {
    var scene = try Scene()
    try scene.command("CloseQueue", "root", kind: "Queue")
    #expect(scene.state("root") == "Open" && scene.state("default") == "Open")
}
