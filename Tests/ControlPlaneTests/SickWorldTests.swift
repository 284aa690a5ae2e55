import KubernetesObjects
import Quantities
import Scheduling
import Testing

@testable import ControlPlane

/// One sick world for every kind of pathology, played by the whole control plane: it is found, alone, with its objects, the
/// cycle it began, and the line that causes it. The same worlds without that line are healthy.
///
/// Cycles start at whole seconds. A Job submitted at 5.5 s is let in by cycle 6 and bound, at the earliest, by cycle 7.
struct SickWorld: CustomTestStringConvertible, Sendable {
    var kind: Pathology.Kind
    var story: Story
    var seconds = 120.0
    var objects: [String]
    /// The cycle it began.
    var cycle: Int
    /// Where the line stands, and the line.
    var place: String
    var line: String
    /// What makes the world healthy.
    var cure: @Sendable (inout Story) -> Void

    var testDescription: String { "\(kind.rawValue): \(line)" }
}

@Suite struct SickWorldTests {
    @Test(arguments: SickWorld.all)
    func isFound(_ world: SickWorld) {
        let found = world.story.history(until: world.seconds).pathologies()
        #expect(found.map(\.kind) == [world.kind], "\(found.map(\.text))")
        guard let first = found.first else { return }
        #expect(first.objects == world.objects)
        #expect(first.from.cycle == world.cycle)
        #expect(first.cause?.place == world.place)
        #expect(first.cause?.line == world.line)
        #expect(first.cause?.remedy.isEmpty == false)
    }

    @Test(arguments: SickWorld.all)
    func isHealthyWithoutTheCause(_ world: SickWorld) {
        var story = world.story
        world.cure(&story)
        let found = story.history(until: world.seconds).pathologies()
        #expect(found.isEmpty, "\(found.map { "\($0.kind.rawValue): \($0.text)" })")
    }

    /// There is one of every kind.
    @Test func everyKindIsThere() {
        #expect(Set(SickWorld.all.map(\.kind)) == Set(Pathology.Kind.allCases))
    }
}

// MARK: - Worlds

extension Story {
    fileprivate init(nodes: Int, _ actions: String, _ tiers: [String]...) {
        self.init(nodes: nodes)
        self.actions = actions.split(separator: " ").map(String.init)
        self.tiers = tiers.map { $0.map { PluginOption(name: $0) } }
        for (name, value) in [("mid", 50), ("high", 100)] {
            var priority = PriorityClass()
            priority.metadata.name = name
            priority.value = Int32(value)
            objects.priorityClasses.append(priority)
        }
    }

    /// Submits a Job of equal pods; it runs until the end of the world unless `lasts` says how long.
    fileprivate mutating func add(
        _ name: String, _ pods: Int32, of cpu: Int64, at seconds: Double, lasts: Double? = nil, min: Int32? = nil,
        queue: String = "default", priority: String = "", _ change: (inout VCJob) -> Void = { _ in }
    ) {
        var job = Story.job(name, pods: pods, cpu: cpu, min: min)
        job.spec.queue = queue
        job.spec.priorityClassName = priority
        job.spec.tasks[0].template.spec.priorityClassName = priority
        change(&job)
        submit(job, at: seconds, duration: lasts)
    }

    fileprivate mutating func addQueues(_ change: (inout Queue) -> Void = { _ in }) {
        objects.queues = [Story.queue("p", cpu: 8), Story.queue("q", cpu: 8)]
        change(&objects.queues[0])
    }

    /// The gang plugin gives whole gangs to preempt, as the chart has it.
    fileprivate mutating func openGangs() {
        for tier in tiers.indices {
            for place in tiers[tier].indices where tiers[tier][place].name == "gang" {
                tiers[tier][place].flags = ["enablePreemptable": false]
            }
        }
    }
}

extension SickWorld {
    static var all: [SickWorld] {
        gangs + evictions + admission + capacity + shares
    }

    private static let first = ["priority", "gang", "conformance"]

    private static var gangs: [SickWorld] {
        var deadlock = Story(nodes: 4, "allocate backfill", ["priority"], ["predicates", "nodeorder"])
        deadlock.add("first", 2, of: 8, at: 0.5, lasts: 100)
        deadlock.add("left", 4, of: 8, at: 5.5)
        deadlock.add("right", 4, of: 8, at: 20.5, priority: "high")
        var half = Story(nodes: 2, "allocate backfill", ["priority"], ["predicates", "nodeorder"])
        half.add("first", 1, of: 8, at: 0.5, lasts: 50)
        half.add("half", 2, of: 8, at: 5.5)
        let addGang: @Sendable (inout Story) -> Void = { $0.tiers[0].append(PluginOption(name: "gang")) }
        return [
            SickWorld(
                kind: .gangDeadlock, story: deadlock, objects: ["default/left", "default/right"], cycle: 103,
                place: "tiers", line: "no plugin gang", cure: addGang),
            SickWorld(
                kind: .incompleteGang, story: half, objects: ["default/half"], cycle: 7, place: "tiers",
                line: "no plugin gang", cure: addGang),
        ]
    }

    private static var evictions: [SickWorld] {
        var loop = Story(
            nodes: 2, "enqueue allocate backfill gangreclaim", first, ["predicates", "capacity", "nodeorder"])
        loop.addQueues()
        loop.openGangs()
        loop.add("a", 2, of: 8, at: 0.5, queue: "p")
        loop.runs[0].run.terminateAfter = .seconds(2)
        loop.add("b", 1, of: 8, at: 10.5, queue: "q")
        var cascade = Story(nodes: 1, "enqueue allocate preempt backfill", first, ["predicates", "nodeorder"])
        cascade.openGangs()
        cascade.add("low", 1, of: 8, at: 0.5)
        cascade.add("mid", 1, of: 8, at: 10.5, priority: "mid")
        cascade.add("high", 1, of: 8, at: 30.5, priority: "high")
        return [
            SickWorld(
                kind: .evictionLoop, story: loop, objects: ["default/a", "default/b"], cycle: 12,
                place: "tiers[0].plugins[1]", line: "- {name: gang, enablePreemptable: false}",
                cure: { $0.actions.removeLast() }),
            SickWorld(
                kind: .evictionCascade, story: cascade, objects: ["default/low", "default/mid", "default/high"],
                cycle: 12, place: "actions", line: "actions: \"enqueue, allocate, preempt, backfill\"",
                cure: { $0.actions.remove(at: 2) }),
        ]
    }

    private static var admission: [SickWorld] {
        var pod = Story(nodes: 2, "enqueue allocate backfill", first, ["predicates", "nodeorder"])
        pod.add("wide", 1, of: 9, at: 5.5)
        var gang = Story(nodes: 2, "enqueue allocate backfill", first, ["predicates", "nodeorder"])
        gang.add("many", 3, of: 8, at: 5.5)
        var chain = Story(nodes: 2, "enqueue allocate backfill", first, ["predicates", "nodeorder"])
        chain.add("chain", 1, of: 1, at: 5.5) { job in
            var worker = job.spec.tasks[0]
            worker.name = "x"
            worker.dependsOn = TaskDependency()
            worker.dependsOn?.tasks = ["w"]
            job.spec.tasks.append(worker)
            job.spec.minAvailable = nil
        }
        var shut = Story(
            nodes: 1, "enqueue allocate preempt backfill", first, ["overcommit", "predicates", "nodeorder"])
        shut.openGangs()
        shut.add("low", 1, of: 8, at: 0.5)
        shut.add("high", 1, of: 8, at: 5.5, priority: "high")
        var limited = shut
        limited.tiers[1][0] = PluginOption(name: "proportion")
        @Sendable func enlarge(_ story: inout Story) {
            for index in story.objects.nodes.indices {
                story.objects.nodes[index].allocatable["cpu"] = KubernetesQuantity(16)
            }
        }
        @Sendable func startWithOne(_ story: inout Story) {
            guard case .create(var set) = story.operations[0].operation else { return }
            set.jobs[0].spec.minAvailable = 1
            story.operations[0].operation = .create(set)
        }
        return [
            SickWorld(
                kind: .neverFits, story: pod, objects: ["default/wide"], cycle: 7, place: "PodGroup default/wide",
                line: "resources.requests: {cpu: 9}", cure: enlarge),
            SickWorld(
                kind: .neverFits, story: gang, objects: ["default/many"], cycle: 6, place: "PodGroup default/many",
                line: "spec.minMember: 3", cure: enlarge),
            SickWorld(
                kind: .neverAdmitted, story: chain, objects: ["default/chain"], cycle: 7,
                place: "PodGroup default/chain", line: "spec.minMember: 2", cure: startWithOne),
            SickWorld(
                kind: .preemptorShutOut, story: shut, objects: ["default/high"], cycle: 6,
                place: "tiers[1].plugins[0]", line: "- {name: overcommit}", cure: { $0.tiers[1].removeFirst() }),
            SickWorld(
                kind: .preemptorShutOut, story: limited, objects: ["default/high"], cycle: 6,
                place: "tiers[1].plugins[0]", line: "- {name: proportion}", cure: { $0.tiers[1].removeFirst() }),
        ]
    }

    private static var capacity: [SickWorld] {
        var kept = Story(nodes: 2, "enqueue allocate backfill", first, ["overcommit", "predicates", "nodeorder"])
        kept.add("small", 1, of: 1, at: 0.5, lasts: 60)
        kept.add("wide", 2, of: 8, at: 5.5, lasts: 20)
        kept.add("later", 1, of: 4, at: 10.5, lasts: 20)
        var reserved = Story(nodes: 1, "enqueue preempt allocate backfill", first, ["predicates", "nodeorder"])
        reserved.openGangs()
        reserved.add("first", 1, of: 4, at: 5.5)
        var passed = Story(nodes: 2, "enqueue allocate backfill", first, ["predicates", "nodeorder"])
        for k in 0..<4 { passed.add("small\(k)", 1, of: 8, at: 0.5 + 40 * Double(k), lasts: 60) }
        passed.add("wide", 2, of: 8, at: 5.5, lasts: 20)
        @Sendable func inTurn(_ story: inout Story) {
            story.operations.removeAll { (1...170).contains($0.at) && $0.at != 5.5 }
        }
        return [
            SickWorld(
                kind: .idleCapacity, story: kept, objects: ["default/later", "queue default"], cycle: 11,
                place: "tiers[1].plugins[0]", line: "- {name: overcommit}", cure: { $0.tiers[1].removeFirst() }),
            SickWorld(
                kind: .reservationLoop, story: reserved, objects: ["default/first"], cycle: 7, place: "actions",
                line: "actions: \"enqueue, preempt, allocate, backfill\"", cure: { $0.actions.swapAt(1, 2) }),
            SickWorld(
                kind: .starvation, story: passed, seconds: 170,
                objects: ["default/wide", "default/small1", "default/small2", "default/small3"], cycle: 6,
                place: "actions", line: "actions: \"enqueue, allocate, backfill\"", cure: inTurn),
            SickWorld(
                kind: .overtaken, story: passed, seconds: 220,
                objects: ["default/wide", "default/small1", "default/small2", "default/small3"], cycle: 6,
                place: "actions", line: "actions: \"enqueue, allocate, backfill\"", cure: inTurn),
        ]
    }

    private static var shares: [SickWorld] {
        /// Jobs of queue p hold both nodes, of which it deserves one; a job of queue q wants the other.
        func world(_ tiers: [[String]]) -> Story {
            var story = Story(nodes: 2, "enqueue allocate reclaim backfill")
            story.tiers = tiers.map { $0.map { PluginOption(name: $0) } }
            story.addQueues()
            for name in ["a", "c"] { story.add(name, 1, of: 8, at: 0.5, queue: "p") }
            story.add("b", 1, of: 8, at: 10.5, queue: "q")
            return story
        }
        let usual = [first, ["predicates", "capacity", "nodeorder"]]
        var kept = world(usual)
        kept.objects.queues[0].reclaimable = false
        var fixed = world(usual)
        for name in ["a", "c"] { fixed.change(name) { $0.metadata.annotations["volcano.sh/preemptable"] = "false" } }
        let oneTier = world([first + ["predicates", "capacity", "nodeorder"]])
        var elastic = world(usual)
        elastic.operations = []
        elastic.runs = []
        elastic.add("a", 2, of: 8, at: 0.5, min: 1, queue: "p")
        elastic.add("b", 2, of: 4, at: 10.5, min: 1, queue: "q")
        elastic.objects.nodes[1].allocatable["cpu"] = KubernetesQuantity(12)
        let objects = ["queue q", "queue p"]
        return [
            SickWorld(
                kind: .sharesNotRestored, story: kept, objects: objects, cycle: 11, place: "Queue p",
                line: "spec.reclaimable: false", cure: { $0.objects.queues[0].reclaimable = true }),
            SickWorld(
                kind: .sharesNotRestored, story: fixed, objects: objects, cycle: 11, place: "jobs of queue p",
                line: "volcano.sh/preemptable: \"false\"",
                cure: { $0.change("a") { $0.metadata.annotations = [:] } }),
            SickWorld(
                kind: .sharesNotRestored, story: oneTier, objects: objects, cycle: 11, place: "tiers[0].plugins[1]",
                line: "- {name: gang}", cure: { $0.tiers[0][1].flags = ["enableReclaimable": false] }),
            SickWorld(
                kind: .sharesNotRestored, story: elastic, objects: objects, cycle: 11,
                place: "PodGroup of queue q", line: "spec.minMember",
                cure: { $0.change("b") { $0.spec.minAvailable = 2 } }),
        ]
    }
}

extension Story {
    /// Changes a Job before it is submitted.
    fileprivate mutating func change(_ name: String, _ body: (inout VCJob) -> Void) {
        for index in operations.indices {
            guard case .create(var set) = operations[index].operation,
                let place = set.jobs.firstIndex(where: { $0.metadata.name == name })
            else { continue }
            body(&set.jobs[place])
            operations[index].operation = .create(set)
        }
    }
}
