import Controllers
import KubernetesObjects
import Testing

/// A small generator: the tests of a seed are always the same.
private struct Dice {
    var state: UInt64

    mutating func roll(_ sides: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(sides))
    }

    mutating func pick<Element>(_ list: [Element]) -> Element? { list.isEmpty ? nil : list[roll(list.count)] }
}

/// Whatever happens to Jobs, in whatever order: the controllers come to rest, and these things hold.
private func expectSound(_ scene: Scene, _ seed: Int) {
    for job in scene.store.jobs {
        let pods = scene.store.objects(of: Pod.self, ownedBy: job.metadata.uid)
        let live = pods.filter { $0.metadata.deletionTimestamp == nil }
        let replicas = job.spec.tasks.reduce(0) { $0 + Int($1.replicas) }
        #expect(live.count <= replicas, "seed \(seed): \(job.metadata.name) has too many pods")
        #expect(job.status.retryCount <= 3, "seed \(seed): \(job.metadata.name) has too many retries")
        let isOver = job.status.phase?.isFinished == true
        #expect(!isOver || scene.store.podGroups[job.podGroupKey] == nil, "seed \(seed): PodGroup of a finished Job")
        #expect(!isOver || !live.contains { $0.status.phase == "Running" }, "seed \(seed): pods of a finished Job")
        let group = scene.store.podGroups[job.podGroupKey]
        #expect(isOver || group != nil || job.status.terminating > 0, "seed \(seed): no PodGroup")
    }
    for pod in scene.store.pods where pod.metadata.deletionTimestamp == nil {
        let owner = pod.metadata.ownerReferences.first?.uid
        #expect(scene.store.jobs.contains { $0.metadata.uid == owner }, "seed \(seed): orphan \(pod.metadata.name)")
    }
}

@Test(arguments: 0..<40) func jobsLiveSoundLives(seed: Int) throws {
    var dice = Dice(state: UInt64(seed) &* 977 &+ 11)
    var scene = try Scene()
    let events = ["PodFailed", "PodEvicted", "TaskCompleted", "Unknown", "'*'"]
    let actions = ["RestartJob", "RestartTask", "RestartPod", "AbortJob", "CompleteJob", "TerminateJob"]
    for index in 0..<4 {
        let policy =
            "{event: \(dice.pick(events) ?? ""), action: \(dice.pick(actions) ?? "")"
            + "\(dice.roll(3) == 0 ? ", timeout: 3s" : "")}"
        try scene.createJob(
            "j\(index)", "{name: m, replicas: 1}, {name: w, replicas: \(1 + dice.roll(3)), minAvailable: 1}",
            dice.roll(4) == 0 ? "" : "policies: [\(policy)]")
    }
    for _ in 0..<120 {
        let job = "j\(dice.roll(4))"
        switch dice.roll(9) {
        case 0, 1: scene.enqueue(job)
        case 2: scene.setGroupPhase(job, dice.pick(["Pending", "Unknown", "Running"]) ?? "")
        case 3, 4: scene.runAll(of: job)
        case 5:
            if let pod = dice.pick(scene.store.pods.filter { $0.status.phase == "Running" }) {
                scene.end(pod.metadata.name, exitCode: Int32(dice.roll(2)))
            }
        case 6: if let pod = dice.pick(scene.pods) { scene.delete(pod) }
        case 7: scene.vanish()
        default:
            if dice.roll(3) == 0 {
                try scene.command(dice.pick(["AbortJob", "ResumeJob", "RestartJob", "CompleteJob"]) ?? "", job)
            }
            scene.wait(Int64(dice.roll(3)))
        }
        expectSound(scene, seed)
    }
}
