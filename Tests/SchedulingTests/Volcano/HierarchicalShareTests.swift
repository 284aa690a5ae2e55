import KubernetesObjects
import Quantities
import SimulationKernel
import Testing

@testable import Scheduling

/// drf with `enableHierarchy`: section 9.5 of the reference.
@Suite struct HierarchicalShareTrees {
    private static let drf = [PluginOption(name: "drf", flags: ["enableHierarchy": true])]

    /// 100 cores, 200 GiB; pods are no bottleneck.
    private static func cluster() -> FairScene {
        var scene = FairScene()
        scene.node("n1", .cpu(100).and("memory", 200 << 30).and("pods", 100_000))
        return scene
    }

    /// The order of two queues: negative if the first is served first.
    private static func order(_ scene: FairScene, _ l: String, _ r: String) -> Int {
        let session = scene.session(drf)
        for tier in session.hooks[.queueOrder] {
            for plugin in tier { return plugin.compareQueues(session.queue(l), session.queue(r)) }
        }
        return 0
    }

    /// "unsaturated before saturated": a job that has all the cpu it asks for has done with its queue.
    @Test func anUnsaturatedQueueGoesFirstThoughItHoldsMore() {
        var scene = Self.cluster()
        scene.queue("a", path: "root/a", weights: "1/1")
        scene.queue("b", path: "root/b", weights: "1/1")
        scene.job("satisfied", queue: "a", running: 1, each: .cpu(10))
        scene.job("hungry", queue: "b", running: 4, pending: 1, each: .cpu(10))
        #expect(Self.order(scene, "a", "b") > 0)
        #expect(Self.order(scene, "b", "a") < 0)
    }

    /// "smaller share / weight first": 0.4/40 comes before 0.2/10.
    @Test func sharesAreDividedByWeights() {
        var scene = Self.cluster()
        scene.queue("heavy", path: "root/heavy", weights: "100/40")
        scene.queue("light", path: "root/light", weights: "100/10")
        scene.job("a", queue: "heavy", running: 4, pending: 1, each: .cpu(10))
        scene.job("b", queue: "light", running: 2, pending: 1, each: .cpu(10))
        #expect(Self.order(scene, "heavy", "light") < 0)
    }

    /// "weight < 1 becomes 1", and so does a text that is no number, or one that is missing.
    @Test(arguments: ["100/0.25", "100/none", "100", ""])
    func weightsBelowOneCountAsOne(weights: String) {
        var scene = Self.cluster()
        scene.queue("odd", path: "root/odd", weights: weights)
        scene.queue("one", path: "root/one", weights: "100/1")
        scene.job("a", queue: "odd", running: 2, pending: 1, each: .cpu(10))
        scene.job("b", queue: "one", running: 2, pending: 1, each: .cpu(10))
        #expect(Self.order(scene, "odd", "one") == 0)
    }

    /// "the first creation of a node fixes its weight": jobs are added in ascending UIDs.
    @Test func theFirstJobOfAPathFixesItsWeights() {
        var scene = Self.cluster()
        scene.queue("eng-dev", path: "root/eng/dev", weights: "100/10/1")
        scene.queue("eng-prod", path: "root/eng/prod", weights: "100/80/1")
        scene.queue("sci", path: "root/sci", weights: "100/20")
        scene.job("a", queue: "eng-dev", running: 1, pending: 1, each: .cpu(10))
        scene.job("b", queue: "eng-prod", pending: 1, each: .cpu(10))
        scene.job("c", queue: "sci", running: 1, pending: 1, each: .cpu(10))
        // eng weighs 10, not 80: 0.1/10 is more than sci's 0.1/20.
        #expect(Self.order(scene, "eng-dev", "sci") > 0)
    }

    /// "unsaturated children scaled by mdr / share(child)": 30 cores and 0.3/0.4 of (10 cores, 80 GiB) are 37.5 cores.
    @Test(arguments: [(37, 1), (38, -1)])
    func anInnerQueueCountsItsChildrenAtThePoorestOnesLevel(sciCores: Int, order: Int) {
        var scene = Self.cluster()
        scene.queue("dev", path: "root/eng/dev", weights: "1/1/1")
        scene.queue("prod", path: "root/eng/prod", weights: "1/1/1")
        scene.queue("sci", path: "root/sci", weights: "1/1")
        scene.job("a", queue: "dev", running: 1, pending: 1, each: .cpu(30).and("memory", 10 << 30))
        scene.job("b", queue: "prod", running: 1, pending: 1, each: .cpu(10).and("memory", 80 << 30))
        scene.job("c", queue: "sci", running: sciCores, pending: 1, each: .cpu(1))
        #expect(Self.order(scene, "dev", "sci") == order)
    }

    /// "saturated children as they are": 30 + 10 cores, but 10 + 80 GiB of 200 dominate with 0.45.
    @Test(arguments: [(44, 1), (46, -1)])
    func aSaturatedChildIsNotScaled(sciCores: Int, order: Int) {
        var scene = Self.cluster()
        scene.queue("dev", path: "root/eng/dev", weights: "1/1/1")
        scene.queue("prod", path: "root/eng/prod", weights: "1/1/1")
        scene.queue("sci", path: "root/sci", weights: "1/1")
        scene.job("a", queue: "dev", running: 1, pending: 1, each: .cpu(30).and("memory", 10 << 30))
        scene.job("b", queue: "prod", running: 1, each: .cpu(10).and("memory", 80 << 30))
        scene.job("c", queue: "sci", running: sciCores, pending: 1, each: .cpu(1))
        #expect(Self.order(scene, "dev", "sci") == order)
    }

    /// "resource not demanding": what has run out saturates whoever holds some of it and wants more; "a leaf with nothing
    /// allocated is never saturated".
    @Test func aResourceThatHasRunOutSaturatesItsHolders() {
        var scene = Self.cluster()
        scene.queue("holder", path: "root/holder", weights: "1/1")
        scene.queue("waiting", path: "root/waiting", weights: "1/1")
        scene.queue("elsewhere", path: "root/elsewhere", weights: "1/1")
        scene.job("a", queue: "holder", running: 10, pending: 5, each: .cpu(10))
        scene.job("b", queue: "waiting", pending: 5, each: .cpu(10))
        scene.job("c", queue: "elsewhere", running: 19, pending: 1, each: .memory(gib: 10))
        #expect(Self.order(scene, "waiting", "holder") < 0)
        // 0.95 of the memory, but memory is still to be had.
        #expect(Self.order(scene, "elsewhere", "holder") < 0)
        #expect(Self.order(scene, "waiting", "elsewhere") < 0)
    }

    /// "as many levels as the shorter path has … levels exhausted → 0".
    @Test func aQueueAndOneBelowItAreEqual() {
        var scene = Self.cluster()
        scene.queue("eng", path: "root/eng", weights: "1/1")
        scene.queue("dev", path: "root/eng/dev", weights: "1/1/1")
        scene.job("a", queue: "eng", running: 5, pending: 1, each: .cpu(10))
        scene.job("b", queue: "dev", running: 1, pending: 1, each: .cpu(10))
        #expect(Self.order(scene, "eng", "dev") == 0)
    }

    /// A path's first name stands for the root; a queue without path or without jobs is compared only where it is.
    @Test func queuesOutsideTheTreeAreEqualToAll() {
        var scene = Self.cluster()
        scene.queue("plain")
        scene.queue("idle", path: "root/idle", weights: "1/1")
        scene.queue("eng", path: "top/eng", weights: "1/1")
        scene.job("a", queue: "plain", running: 1, each: .cpu(10))
        scene.job("b", queue: "eng", running: 1, pending: 1, each: .cpu(10))
        #expect(Self.order(scene, "plain", "eng") == 0)
        #expect(Self.order(scene, "idle", "eng") == 0)
    }

    /// `pods` is a name of the cluster total like any other: ten pods of twenty are half the cluster.
    @Test func thePodsOfANodeCanDominate() {
        var scene = FairScene()
        scene.node("n1", .cpu(100).and("pods", 20))
        scene.queue("many", path: "root/many", weights: "1/1")
        scene.queue("few", path: "root/few", weights: "1/1")
        scene.job("a", queue: "many", running: 10, pending: 1, each: .cpu(1))
        scene.job("b", queue: "few", running: 4, pending: 1, each: .cpu(10))
        #expect(Self.order(scene, "few", "many") < 0)
    }

    /// "each candidate is judged on its own (not cumulative)": 3 pods, of which any one could go, are all victims; with 2
    /// the queues would be level, and none is.
    @Test(arguments: [(3, 3), (2, 0)])
    func reclaimJudgesEachCandidateAlone(running: Int, victims: Int) {
        var scene = Self.cluster()
        scene.queue("rich", path: "root/rich", weights: "1/1")
        scene.queue("poor", path: "root/poor", weights: "1/1")
        scene.job("a", queue: "rich", running: running, pending: 1, each: .cpu(10))
        scene.job("b", queue: "poor", pending: 2, each: .cpu(10))
        let session = scene.session(Self.drf)
        let candidates = (0..<running).map { session.task("a-\($0)") }
        #expect(session.reclaimable(session.task("b-0"), candidates).count == victims)
        // Asking leaves no trace.
        #expect(session.reclaimable(session.task("b-0"), candidates).count == victims)
        #expect(session.queueLess(session.queue("poor"), session.queue("rich")))
    }

    /// The tree is computed only where something changed, and only when asked; its answers are those of a new tree.
    @Test(arguments: 0..<40)
    func answersAfterChangesAreThoseOfANewTree(seed: UInt64) {
        var stream = RandomStream(seed: seed, name: "hierarchical-shares")
        var scene = FairScene()
        scene.node("n1", .cpu(40).and("memory", 80 << 30).and("pods", 60))
        let paths = ["root/a", "root/a/x", "root/a/y", "root/b", "root/b/x", "root/c/x/deep", "root/c/y"]
        for path in paths { scene.queue(path, path: path, weights: "9/\(1 + stream.below(4))/3/\(stream.below(3))") }
        for index in 0..<12 {
            let request = ResourceList.cpu(1 + stream.below(3)).and("memory", stream.below(8) << 30)
            scene.job(
                "j\(index)", queue: paths[stream.below(paths.count)], running: stream.below(3),
                pending: stream.below(3), each: request)
        }
        let session = scene.session([])
        let total = DominantShare(of: session.totalResource)
        func tree(_ allocated: [Resource]) -> HierarchicalShares {
            var tree = HierarchicalShares(total: total)
            for job in session.jobs {
                var copy = job
                copy.allocated = allocated[Int(job.id.index)]
                tree.add(copy, of: session[job.queue])
            }
            tree.finish(queues: session.queues) { _ in }
            return tree
        }
        var allocated = session.jobs.map(\.allocated)
        var kept = tree(allocated)
        for _ in 0..<30 {
            for _ in 0..<(1 + stream.below(3)) {
                let job = session.jobs[stream.below(session.jobs.count)]
                guard let task = job.tasks.first else { continue }
                allocated[Int(job.id.index)] = Resource()
                for _ in 0..<stream.below(7) { allocated[Int(job.id.index)].add(session[task].request) }
                kept.set(allocated[Int(job.id.index)], of: job.id)
            }
            var fresh = tree(allocated)
            for l in session.queues {
                for r in session.queues { #expect(kept.compare(l.id, r.id) == fresh.compare(l.id, r.id)) }
            }
        }
    }
}
