import Controllers
import KubernetesObjects
import Quantities
import Testing

private let prefix = "admission webhook 'validatequeue.volcano.sh' denied the request: "

private func make(_ name: String, _ body: (inout Queue) -> Void) -> Queue {
    var queue = Queue()
    queue.metadata.name = name
    body(&queue)
    return queue
}

extension Scene {
    /// What the webhook says to a new queue; nil if it lets it pass.
    fileprivate mutating func refusal(_ name: String = "q", _ body: (inout Queue) -> Void) -> String? {
        var refusal: Refusal?
        change { store, now in
            if case .failure(let failure) = store.submit(make(name, body), now: now) { refusal = failure }
        }
        return refusal.map { String($0.message.trimmingPrefix(prefix)) }
    }

    /// What the webhook says to a change of a queue; nil if it lets it pass.
    fileprivate mutating func refusalOfChange(_ name: String, _ body: (inout Queue) -> Void) -> String? {
        guard var queue = store.queues[name] else { return "not found" }
        body(&queue)
        var refusal: Refusal?
        change { store, _ in refusal = store.resubmit(queue) }
        return refusal.map { String($0.message.trimmingPrefix(prefix)) }
    }

    fileprivate mutating func refusalOfDeletion(_ name: String) -> String? {
        var refusal: Refusal?
        change { store, _ in refusal = store.withdraw(queue: name) }
        return refusal.map { String($0.message.trimmingPrefix(prefix)) }
    }
}

private func amounts(cpu: Int64, gi: Int64? = nil) -> ResourceList {
    var list: ResourceList = ["cpu": KubernetesQuantity(cpu)]
    if let gi { list["memory"] = KubernetesQuantity(gi << 30, format: .binarySI) }
    return list
}

@Test func guaranteeDeservedAndCapabilityAreInOrder() throws {
    var scene = try Scene()
    #expect(
        scene.refusal {
            $0.deserved = amounts(cpu: 4)
            $0.capability = amounts(cpu: 2)
        } == "requestBody.spec.deserved.cpu: Invalid value: \"4\": deserved[cpu]=4 must be <= capability[cpu]=2")
    #expect(
        scene.refusal { $0.guarantee = amounts(cpu: 2) }
            == "requestBody.spec.deserved.cpu: Invalid value: \"<nil>\": deserved[cpu] must be >= guarantee[cpu]=2")
    #expect(
        scene.refusal {
            $0.guarantee = amounts(cpu: 2, gi: 4)
            $0.deserved = amounts(cpu: 1, gi: 2)
        }
            == "[requestBody.spec.deserved.cpu: Invalid value: \"1\": deserved[cpu]=1 must be >= guarantee[cpu]=2, "
            + "requestBody.spec.deserved.memory: Invalid value: \"2Gi\": deserved[memory]=2Gi must be >= "
            + "guarantee[memory]=4Gi]")
    // What the capability does not name is not bounded.
    #expect(
        scene.refusal {
            $0.guarantee = amounts(cpu: 1)
            $0.deserved = amounts(cpu: 2, gi: 8)
            $0.capability = amounts(cpu: 2)
        } == nil)
}

@Test func amountsAreWholeAndNotNegative() throws {
    var scene = try Scene()
    #expect(
        scene.refusal { $0.capability = amounts(cpu: -10) }
            == "requestBody.spec.capability.cpu: Invalid value: \"-10\": must be greater than or equal to 0")
    #expect(
        scene.refusal { $0.deserved = ["nvidia.com/gpu": KubernetesQuantity(milli: 500)] }
            == "requestBody.spec.deserved.nvidia.com/gpu: Invalid value: \"500m\": must be an integer")
    #expect(
        scene.refusal { $0.weight = -1 }
            == "Queue.scheduling.volcano.sh \"q\" is invalid: spec.weight: Invalid value: -1: spec.weight in body should "
            + "be greater than or equal to 1")
}

@Test func aNewQueueIsOpenOrClosed() throws {
    var scene = try Scene()
    let fault = "requestBody.spec.state: Invalid value: \"Closing\": queue state must be in [Open Closed]"
    #expect(scene.refusal { $0.state = "Closing" } == fault)
    #expect(scene.refusal { $0.state = "Closed" } == nil)
    // Nor is the specification of one that is closing changed.
    try scene.createQueue("b")
    try scene.createJob("a", "{name: w, replicas: 1}", "queue: b")
    try scene.command("CloseQueue", "b", kind: "Queue")
    #expect(scene.refusalOfChange("b") { $0.weight = 2 } == fault)
}

@Test func aQueueIsAChildOfAnotherAtMostFiveDeep() throws {
    var scene = try Scene()
    #expect(scene.refusal("q") { $0.parent = "q" } == "queue q cannot use itself as parent")
    #expect(
        scene.refusal("q") { $0.parent = "org" }
            == "failed to get parent queue org of queue q: queue.scheduling.volcano.sh \"org\" not found")
    for depth in 1...5 {
        #expect(scene.refusal("q\(depth)") { $0.parent = depth == 1 ? "" : "q\(depth - 1)" } == nil)
    }
    #expect(scene.refusal("q6") { $0.parent = "q5" } == "queue q6 exceeds the maximum allowed depth of 5")
    #expect(scene.refusalOfChange("q1") { $0.parent = "q5" } == "queue q1 exceeds the maximum allowed depth of 5")
}

@Test func aQueueWithRunningPodsIsNoParent() throws {
    var scene = try Scene()
    try scene.createQueue("org")
    try scene.createJob("a", "{name: w, replicas: 2}", "queue: org")
    scene.start("a")
    #expect(
        scene.refusal("k") { $0.parent = "org" }
            == "queue org cannot be the parent queue of queue k because it has allocated Pods: 2")
    scene.end("a-w-0")
    scene.end("a-w-1")
    // PodGroups that only wait do not matter.
    try scene.createJob("b", "{name: w, replicas: 2}", "queue: org")
    #expect(scene.refusal("k") { $0.parent = "org" } == nil)
}

@Test func aChildHasNoMoreThanItsAncestors() throws {
    var scene = try Scene()
    #expect(scene.refusal("org") { $0.capability = amounts(cpu: 10) } == nil)
    #expect(scene.refusal("team") { $0.parent = "org" } == nil)
    #expect(
        scene.refusal("k") {
            $0.parent = "team"
            $0.capability = amounts(cpu: 20)
        } == "queue k capability[cpu]=20 exceeds its ancestor's capability=10")
    #expect(
        scene.refusal("k") {
            $0.parent = "team"
            $0.capability = amounts(cpu: 8, gi: 64)
        } == nil)
    #expect(
        scene.refusalOfChange("org") { $0.capability = amounts(cpu: 4) }
            == "queue org capability[cpu]=4 is smaller than its descendants' max capability=8")
    #expect(
        scene.refusalOfChange("org") { $0.capability = amounts(cpu: 10, gi: 32) }
            == "queue org capability[memory]=32Gi is smaller than its descendants' max capability=64Gi")
    #expect(scene.refusalOfChange("org") { $0.capability = amounts(cpu: 8) } == nil)
}

@Test func childrenTogetherHaveNoMoreThanTheirParent() throws {
    var scene = try Scene()
    func take(_ queue: inout Queue, _ list: ResourceList) {
        queue.deserved = list
        queue.guarantee = list
    }
    #expect(scene.refusal("org") { take(&$0, amounts(cpu: 8, gi: 16)) } == nil)
    func child(_ list: ResourceList) -> (inout Queue) -> Void {
        { queue in
            queue.parent = "org"
            take(&queue, list)
        }
    }
    #expect(scene.refusal("a", child(amounts(cpu: 5, gi: 10))) == nil)
    #expect(
        scene.refusal("b", child(amounts(cpu: 4, gi: 8)))
            == "parent queue org validation failed: sum of children's guarantee (cpu 9000.00, memory 19327352832.00) "
            + "exceeds parent's guarantee limit (cpu 8000.00, memory 17179869184.00)")
    #expect(scene.refusal("b", child(amounts(cpu: 3, gi: 6))) == nil)
    #expect(
        scene.refusalOfChange("b") { $0.deserved = amounts(cpu: 4, gi: 6) }
            == "parent queue org validation failed: sum of children's deserved (cpu 9000.00, memory 17179869184.00) "
            + "exceeds parent's deserved limit (cpu 8000.00, memory 17179869184.00)")
    #expect(
        scene.refusalOfChange("org") { take(&$0, amounts(cpu: 7, gi: 16)) }
            == "queue org validation failed: sum of children's guarantee (cpu 8000.00, memory 17179869184.00) exceeds "
            + "parent's guarantee limit (cpu 7000.00, memory 17179869184.00)")
    // What the parent does not name is none.
    #expect(
        scene.refusal("c") {
            $0.parent = "org"
            $0.deserved = ["nvidia.com/gpu": KubernetesQuantity(2)]
        }
            == "parent queue org validation failed: sum of children's deserved (cpu 8000.00, memory 17179869184.00, "
            + "nvidia.com/gpu 2000.00) exceeds parent's deserved limit (cpu 8000.00, memory 17179869184.00)")
    // Below the root nothing is summed up.
    #expect(scene.refusal("other") { $0.deserved = amounts(cpu: 1_000) } == nil)
}

@Test func onlyALimitThatChangesIsLookedAtAgain() throws {
    var scene = try Scene()
    scene.change { store, now in
        store.create(make("org") { $0.parent = "root" }, now: now)
        store.create(
            make("k") {
                $0.parent = "org"
                $0.deserved = amounts(cpu: 2)
            }, now: now)
    }
    #expect(scene.refusalOfChange("k") { $0.weight = 5 } == nil)
    #expect(scene.store.queues["k"]?.weight == 5)
    #expect(scene.refusalOfChange("k") { $0.deserved = amounts(cpu: 1) }?.hasPrefix("parent queue org") == true)
    #expect(scene.store.queues["k"]?.deserved == amounts(cpu: 2))
}

@Test func theRootKeepsItsLimits() throws {
    var scene = try Scene()
    #expect(
        scene.refusalOfChange("root") { $0.capability = amounts(cpu: 1) }
            == "root queue's resource attributes (capability, deserved, guarantee) cannot be modified")
    #expect(scene.refusalOfChange("root") { $0.weight = 2 } == nil)
}

@Test func queuesThatAreNeededAreNotDeleted() throws {
    var scene = try Scene()
    try scene.createQueue("org")
    try scene.createQueue("a", "{parent: org}")
    try scene.createQueue("b", "{parent: org}")
    #expect(scene.refusalOfDeletion("default") == "`default` queue can not be deleted")
    #expect(scene.refusalOfDeletion("root") == "`root` queue can not be deleted")
    #expect(scene.refusalOfDeletion("org") == "queue org can not be deleted because it has 2 child queues: a, b")
    #expect(scene.refusalOfDeletion("a") == nil && scene.refusalOfDeletion("b") == nil)
    #expect(scene.refusalOfDeletion("org") == nil && scene.store.queues.map(\.metadata.name) == ["root", "default"])
}

@Test func pathsHaveAWeightForEveryPart() throws {
    var scene = try Scene()
    func path(_ path: String, _ weights: String) -> (inout Queue) -> Void {
        { queue in
            queue.metadata.annotations["volcano.sh/hierarchy"] = path
            queue.metadata.annotations["volcano.sh/hierarchy-weights"] = weights
        }
    }
    let place = "requestBody.metadata.annotations: Invalid value: "
    #expect(
        scene.refusal("q", path("root/sci", "1"))
            == place + "\"root/sci\": volcano.sh/hierarchy must have the same length with volcano.sh/hierarchy-weights")
    #expect(
        scene.refusal("q", path("root/sci", "1/x"))
            == place + "\"1/x\": x in the 1/x is invalid number: strconv.ParseFloat: parsing \"x\": invalid syntax")
    #expect(
        scene.refusal("q", path("root/sci", "1/0")) == place + "\"1/0\": 0 in the 1/0 must be larger than 0")
    // The root is put before a path that lacks it.
    #expect(scene.refusal("dev", path("sci/dev", "2/3")) == nil)
    #expect(scene.store.queues["dev"]?.metadata.annotations["volcano.sh/hierarchy"] == "root/sci/dev")
    #expect(scene.store.queues["dev"]?.metadata.annotations["volcano.sh/hierarchy-weights"] == "1/2/3")
    #expect(
        scene.refusal("sci", path("root/sci", "1/2"))
            == place + "\"root/sci\": root/sci is not allowed to be in the sub path of root/sci/dev of queue dev")
    #expect(scene.refusal("scid", path("root/sc", "1/2")) == nil)
}
