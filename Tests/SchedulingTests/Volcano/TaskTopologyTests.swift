import KubernetesObjects
import Quantities
import Testing

@testable import Scheduling

/// Plugin task-topology: section 9.19 of the reference.
@Suite struct TaskTopology {
    /// A gang of parameter servers and workers of 8 cores each on nodes of 64.
    private static func scene(
        _ annotations: [String: String], ps: Int = 2, workers: Int = 4, nodes: Int = 3, cores: Int64 = 8,
        annotated: Bool = true
    ) -> DeviceScene {
        var scene = DeviceScene()
        for index in 0..<nodes { scene.node("n\(index)") }
        scene.group("job", minMember: Int32(ps + workers), annotations: annotations)
        for (role, count) in [("ps", ps), ("worker", workers)] {
            for index in 0..<count {
                scene.pod(
                    "job-\(role)-\(index)", ["cpu": KubernetesQuantity(cores)],
                    annotations: annotated ? ["volcano.sh/task-spec": role] : [:],
                    labels: ["volcano.sh/task-spec": role],
                    group: "job")
            }
        }
        return scene
    }

    private static func buckets(_ scene: DeviceScene) -> [[String]]? {
        let session = scene.session("task-topology", others: [])
        let job = session[session.job("job")]
        return TaskTopologyWishes(job, session).map { wishes in
            TaskTopologyJob(job, wishes, session).buckets.map { $0.unplaced.map { session[$0].name } }
        }
    }

    /// "bucket with the highest sum (Σ over roles in the bucket of +count if affine, −count if anti-affine)".
    @Test func affineRolesShareABucket() {
        #expect(
            Self.buckets(Self.scene(["volcano.sh/task-topology-affinity": "ps,worker"], ps: 1, workers: 2))
                == [["job-ps-0", "job-worker-0", "job-worker-1"]])
    }

    /// "ties to the lower request score": two servers apart, the workers dealt out evenly.
    @Test func repellingServersGetABucketEach() {
        let annotations = [
            "volcano.sh/task-topology-affinity": "ps,worker", "volcano.sh/task-topology-anti-affinity": "ps",
        ]
        #expect(
            Self.buckets(Self.scene(annotations))
                == [["job-ps-0", "job-worker-0", "job-worker-2"], ["job-ps-1", "job-worker-1", "job-worker-3"]])
    }

    /// "A name that is no role of the job, or twice in a group, disables the plugin for the job".
    @Test func unknownAndRepeatedRolesDisableThePlugin() {
        #expect(Self.buckets(Self.scene(["volcano.sh/task-topology-affinity": "ps,chief"])) == nil)
        #expect(Self.buckets(Self.scene(["volcano.sh/task-topology-affinity": "ps,ps"])) == nil)
        #expect(Self.buckets(Self.scene([:])) == nil)
    }

    /// "The task's role is read here from the pod annotation volcano.sh/task-spec only".
    @Test func rolesInLabelsDoNotCount() {
        #expect(Self.buckets(Self.scene(["volcano.sh/task-topology-affinity": "ps,worker"], annotated: false)) == [])
    }

    /// "order = … user order (earlier in -task-order first), role priority descending, pod name ascending"; tasks in a
    /// bucket before those without.
    @Test func tasksFollowTheUsersOrder() {
        let annotations = [
            "volcano.sh/task-topology-affinity": "ps,worker", "volcano.sh/task-topology-task-order": "worker,ps",
        ]
        let session = Self.scene(annotations, ps: 1, workers: 1).session("task-topology", others: [])
        #expect(session.compareTasks(session.task("job-worker-0"), session.task("job-ps-0")) < 0)
        let reverse = Self.scene(["volcano.sh/task-topology-anti-affinity": "ps;ps,worker"], ps: 1, workers: 1)
            .session("task-topology", others: [])
        #expect(reverse.compareTasks(reverse.task("job-ps-0"), reverse.task("job-worker-0")) < 0)
    }

    /// "number of unplaced tasks of the bucket that fit … · weight · 100 / size of the job's biggest bucket": on an empty
    /// node all three fit, on one with 16 free cores two of them.
    @Test func roomForTheWholeBucketScores() {
        var scene = Self.scene(["volcano.sh/task-topology-affinity": "ps,worker"], ps: 1, workers: 2, nodes: 2)
        scene.pod("other", on: "n1", ["cpu": KubernetesQuantity(48)])
        let session = scene.session("task-topology", ["task-topology.weight": 3], others: [])
        let task = session.task("job-ps-0")
        #expect(session.nodeOrder(task, session.node("n0")) == 300)
        #expect(session.nodeOrder(task, session.node("n1")) == 200)
    }

    /// "0 if idle + releasing lacks the request in some dimension".
    @Test func aNodeWithoutRoomScoresNothing() {
        var scene = Self.scene(["volcano.sh/task-topology-affinity": "ps,worker"], ps: 1, workers: 2, nodes: 2)
        scene.pod("other", on: "n1", ["cpu": KubernetesQuantity(60)])
        let session = scene.session("task-topology", others: [])
        #expect(session.nodeOrder(session.task("job-ps-0"), session.node("n1")) == 0)
    }

    /// "score = tasks of the bucket already on the node, minus the anti-affine tasks of the job placed on the node in this
    /// session": servers repel each other, workers follow their server.
    @Test func bucketsArePlacedTogetherAndApart() {
        let annotations = [
            "volcano.sh/task-topology-affinity": "ps,worker", "volcano.sh/task-topology-anti-affinity": "ps",
        ]
        let session = Self.scene(annotations, nodes: 2, cores: 20).session("task-topology")
        session.runActions()
        let places = Dictionary(
            uniqueKeysWithValues: session.binds.map { (session[$0.task].name, session[$0.node].name) })
        #expect(places.count == 6)
        #expect(places["job-ps-0"] != places["job-ps-1"])
        #expect(places["job-worker-0"] == places["job-ps-0"] && places["job-worker-2"] == places["job-ps-0"])
        #expect(places["job-worker-1"] == places["job-ps-1"] && places["job-worker-3"] == places["job-ps-1"])
    }
}
