import Configuration
import KubernetesObjects
import Quantities
import Testing

@testable import Scheduling

/// Plugin deviceshare with vGPUs: section 12 of the reference, and the upstream files named.
@Suite struct VGPUSharing {
    private static func session(
        _ scene: DeviceScene, _ arguments: [String: JSONValue] = [:], others: [String] = ["gang", "predicates"],
        memory: SchedulerMemory = SchedulerMemory()
    ) -> VolcanoSession {
        scene.session(
            "deviceshare", arguments.merging(["deviceshare.VGPUEnable": true]) { a, _ in a }, others: others,
            memory: memory)
    }

    private static func bound(_ scene: DeviceScene, _ arguments: [String: JSONValue] = [:]) -> [String] {
        let session = session(scene, arguments)
        session.runActions()
        return session.boundPlaces
    }

    /// "free memory ≥ request": the first pod's memory is gone for the second in the same session.
    @Test func reservationsCountInTheSameSession() {
        var scene = DeviceScene()
        scene.vgpuNode("n1")
        for name in ["a", "b"] { scene.pod(name, .vgpu(memory: 10000)) }
        #expect(Self.bound(scene) == ["a@n1"])
        scene.vgpuNode("n2")
        #expect(Self.bound(scene) == ["a@n1", "b@n2"])
    }

    /// `predicates.go`: it is that plugin's handler that reserves devices.
    @Test func withoutPredicatesNothingIsReserved() {
        var scene = DeviceScene()
        scene.vgpuNode("n1")
        for name in ["a", "b"] { scene.pod(name, .vgpu(memory: 10000)) }
        let session = Self.session(scene, others: ["gang"])
        session.runActions()
        #expect(session.boundPlaces == ["a@n1", "b@n1"])
    }

    /// "A request without memory takes the whole card's memory"; percentages are of the card's memory.
    @Test func memoryInPercentAndWithoutAmount() {
        var scene = DeviceScene()
        scene.vgpuNode("n1")
        for name in ["a", "b", "c"] { scene.pod(name, .vgpu(percent: 40)) }
        #expect(Self.bound(scene) == ["a@n1", "b@n1"])
        var whole = DeviceScene()
        whole.vgpuNode("n1")
        for name in ["a", "b"] { whole.pod(name, .vgpu()) }
        #expect(Self.bound(whole) == ["a@n1"])
    }

    /// "used cores + request ≤ 100 … not already in use when asking cores = 100".
    @Test func coresAreShared() {
        var scene = DeviceScene()
        scene.vgpuNode("n1")
        scene.pod("a", .vgpu(memory: 1000, cores: 60))
        scene.pod("b", .vgpu(memory: 1000, cores: 50))
        scene.pod("c", .vgpu(memory: 1000, cores: 40))
        #expect(Self.bound(scene) == ["a@n1", "c@n1"])
    }

    /// `device_info.go`, AddResource: running pods hold what their annotation says.
    @Test func runningPodsHoldWhatTheirAnnotationSays() {
        var scene = DeviceScene()
        scene.vgpuNode("n1")
        scene.pod(
            "old", on: "n1", .vgpu(memory: 10000),
            annotations: ["volcano.sh/vgpu-ids-new": "GPU-n1-0,NVIDIA,10000,30:"])
        scene.pod("new", .vgpu(memory: 8000))
        let session = Self.session(scene)
        #expect(session.refusals("new", on: "n1") == ["hami-vgpuDeviceSharing error"])
        // An eviction gives the card back, its undoing takes it again (Release in the deallocate handler).
        session.markReleasing(session.task("old"))
        #expect(session.refusals("new", on: "n1").isEmpty)
        session.unmarkReleasing(session.task("old"))
        #expect(!session.refusals("new", on: "n1").isEmpty)
    }

    /// Between sessions upstream's annotation carries the decision.
    @Test func laterSessionsRememberReservations() {
        var scene = DeviceScene()
        scene.vgpuNode("n1")
        scene.pod("a", .vgpu(memory: 10000))
        let first = Self.session(scene)
        first.runActions()
        first.close()
        #expect(
            first.memory.deviceAnnotations["a"]?["volcano.sh/vgpu-ids-new"] == "GPU-n1-0,NVIDIA,10000,0:")
        scene.objects.pods[0].spec.nodeName = "n1"
        scene.objects.pods[0].status.phase = "Running"
        scene.pod("b", .vgpu(memory: 10000))
        let second = Self.session(scene, memory: first.memory)
        #expect(!second.refusals("b", on: "n1").isEmpty)
    }

    /// `deviceshare.go`: a node without cards, or with none to allocate, is left to the ordinary resource check.
    @Test func nodesWithoutCardsAreNotRefusedHere() {
        var scene = DeviceScene()
        scene.node("plain")
        scene.vgpuNode("drained")
        scene.objects.nodes[1].allocatable["volcano.sh/vgpu-cores"] = KubernetesQuantity(0)
        scene.pod("a", .vgpu(memory: 99999))
        let session = Self.session(scene, others: [])
        #expect(session.refusals("a", on: "plain").isEmpty)
        #expect(session.refusals("a", on: "drained").isEmpty)
    }

    /// "type / UUID filters (annotations)"; `utils.go`: a mode asked for must be the node's.
    @Test func annotationsChooseCards() {
        var scene = DeviceScene()
        scene.vgpuNode("n1", cards: 2)
        func refused(_ annotations: [String: String]) -> Bool {
            var scene = scene
            scene.pod("a", .vgpu(memory: 1000), annotations: annotations)
            return !Self.session(scene, others: []).refusals("a", on: "n1").isEmpty
        }
        #expect(!refused(["nvidia.com/use-gputype": "t4,a100"]))
        #expect(refused(["nvidia.com/nouse-gputype": "t4"]))
        #expect(!refused(["volcano.sh/vgpu-use-gpuuuid": "GPU-n1-1"]))
        #expect(refused(["volcano.sh/vgpu-nouse-gpuuuid": "GPU-n1-0,GPU-n1-1"]))
        #expect(refused(["volcano.sh/vgpu-mode": "mig"]))
    }

    /// "Node score (only with ScheduleWeight > 0): … binpack 100 · usedMem / mem … evaluated after the request was
    /// charged": (4096 + 4096) / 16384 is 50, times 10. Rounded to a whole number before the weight.
    @Test func theScoreCountsTheRequest() {
        var scene = DeviceScene()
        scene.vgpuNode("n1")
        scene.pod(
            "old", on: "n1", .vgpu(memory: 4096), annotations: ["volcano.sh/vgpu-ids-new": "GPU-n1-0,NVIDIA,4096,0:"])
        scene.pod("new", .vgpu(memory: 4096))
        func score(_ policy: String, weight: Int64) -> Double {
            let session = Self.session(
                scene,
                ["deviceshare.SchedulePolicy": .string(policy), "deviceshare.ScheduleWeight": .integer(weight)],
                others: [])
            #expect(session.refusals("new", on: "n1").isEmpty)
            return session.nodeOrder(session.task("new"), session.node("n1"))
        }
        #expect(score("binpack", weight: 10) == 500)
        #expect(score("spread", weight: 10) == 0)
        #expect(score("binpack", weight: 0) == 0)
    }

    /// `gpuexclusive.go`: pods of one rule do not share a card; pods of another, or of none, may join.
    @Test func podsOfAnExclusiveRuleDoNotShareACard() {
        var scene = DeviceScene()
        scene.vgpuNode("n1")
        scene.pod("a", .vgpu(memory: 1000), labels: ["app": "training"])
        scene.pod("b", .vgpu(memory: 1000), labels: ["app": "training"])
        scene.pod("c", .vgpu(memory: 1000), labels: ["app": "web"])
        let rules: JSONValue = [["app": "training"]]
        #expect(Self.bound(scene, ["deviceshare.GPUExclusiveRules": rules]) == ["a@n1", "c@n1"])
        #expect(Self.bound(scene) == ["a@n1", "b@n1", "c@n1"])
    }

    /// `utils.go`: containers are served in turn; if one is not, none of the pod's shares stays.
    @Test func aPodGetsAllItsCardsOrNone() {
        var devices = VGPUDevices(cards: [
            VGPUCard(uuid: "GPU-0", limit: 4, memory: 1000, model: "NVIDIA"),
            VGPUCard(uuid: "GPU-1", limit: 4, memory: 1000, model: "NVIDIA"),
        ])
        let pod = DevicePod(uid: "a", pod: Pod())
        let requests = [CardRequest(number: 2, memory: 600), CardRequest(number: 1, memory: 600)]
        #expect(devices.place(requests, pod: pod, policy: .binpack) == nil)
        #expect(devices.cards.allSatisfy { $0.usedMemory == 0 && $0.pods.isEmpty })
        let placed = devices.place([requests[0]], pod: pod, policy: .binpack)
        #expect(placed?.shares.joined().map(\.card) == [0, 1])
    }
}
