import Configuration
import KubernetesObjects
import Quantities
import Testing

@testable import Scheduling

/// Plugin deviceshare with the older GPU share and with Ascend cards: section 12 of the reference.
@Suite struct GPUSharing {
    /// A node of `cards` cards of 8000 each.
    private static func scene(cards: Int, unhealthy: String? = nil) -> DeviceScene {
        var scene = DeviceScene()
        let amounts: ResourceList = [
            "volcano.sh/gpu-memory": KubernetesQuantity(Int64(8000 * cards)),
            "volcano.sh/gpu-number": KubernetesQuantity(Int64(cards)),
        ]
        scene.node("n1", amounts, annotations: unhealthy.map { ["volcano.sh/gpu-unhealthy-ids": $0] } ?? [:])
        return scene
    }

    /// Card indexes that the pods get.
    private static func cards(_ scene: DeviceScene, _ argument: String) -> [String: String] {
        let session = scene.session("deviceshare", [argument: true])
        session.runActions()
        session.close()
        return session.memory.deviceAnnotations.compactMapValues { $0["volcano.sh/gpu-index"] }
    }

    private static func memory(_ amount: Int64) -> ResourceList {
        ["volcano.sh/gpu-memory": KubernetesQuantity(amount)]
    }
    private static func number(_ amount: Int64) -> ResourceList {
        ["volcano.sh/gpu-number": KubernetesQuantity(amount)]
    }

    /// "card chosen first-fit by index".
    @Test func memoryGoesToTheFirstCardThatHasIt() {
        var scene = Self.scene(cards: 2)
        for (name, amount) in [("a", 5000), ("b", 4000), ("c", 3000), ("d", 5000)] as [(String, Int64)] {
            scene.pod(name, Self.memory(amount))
        }
        #expect(Self.cards(scene, "deviceshare.GPUSharingEnable") == ["a": "0", "b": "1", "c": "0"])
    }

    /// `share.go`, getUnhealthyGPUs: such cards are left out.
    @Test func unhealthyCardsAreLeftOut() {
        var scene = Self.scene(cards: 2, unhealthy: "0")
        for name in ["a", "b"] { scene.pod(name, Self.memory(5000)) }
        #expect(Self.cards(scene, "deviceshare.GPUSharingEnable") == ["a": "1"])
    }

    /// "number wants wholly free cards".
    @Test func numbersWantFreeCards() {
        var scene = Self.scene(cards: 3)
        scene.pod("old", on: "n1", Self.number(1), annotations: ["volcano.sh/gpu-index": "0"])
        scene.pod("a", Self.number(2))
        #expect(Self.cards(scene, "deviceshare.GPUNumberEnable") == ["a": "1,2"])
        scene.pod("old2", on: "n1", Self.number(1), annotations: ["volcano.sh/gpu-index": "2"])
        let session = scene.session("deviceshare", ["deviceshare.GPUNumberEnable": true])
        #expect(session.refusals("a", on: "n1") == ["GpuNumber no enough gpu number on node n1"])
    }

    /// Without its argument a kind of device is not looked at.
    @Test func withoutItsArgumentNothingIsShared() {
        var scene = Self.scene(cards: 1)
        scene.pod("old", on: "n1", Self.memory(8000), annotations: ["volcano.sh/gpu-index": "0"])
        scene.pod("a", Self.memory(100))
        let off = scene.session("deviceshare", others: [])
        #expect(off.refusals("a", on: "n1").isEmpty)
        #expect(off.plugins.allSatisfy { $0.isClassKeyed(off.task("a")) })
        let on = scene.session("deviceshare", ["deviceshare.GPUSharingEnable": true], others: [])
        #expect(on.refusals("a", on: "n1") == ["GpuShare no enough gpu memory on node n1"])
        #expect(!on.plugins.allSatisfy { $0.isClassKeyed(on.task("a")) })
    }

    /// "Ascend / HAMi devices: template-sized slices": 4000 becomes vir02 of 6144, three of which fill a card of 21527.
    @Test func ascendCardsAreCutByTemplates() {
        var scene = DeviceScene()
        let card = #"[{"id": "npu-0", "count": 7, "devmem": 21527, "devcore": 8, "health": true}]"#
        scene.node(
            "n1", ["huawei.com/Ascend310P": KubernetesQuantity(7)],
            annotations: ["hami.io/node-register-Ascend310P": card])
        let limits: ResourceList = [
            "huawei.com/Ascend310P": KubernetesQuantity(1), "huawei.com/Ascend310P-memory": KubernetesQuantity(4000),
        ]
        for name in ["a", "b", "c", "d"] {
            scene.pod(name, limits, requests: ["huawei.com/Ascend310P": KubernetesQuantity(1)])
        }
        let session = scene.session("deviceshare", ["deviceshare.AscendHAMiVNPUEnable": true])
        session.runActions()
        #expect(session.boundPlaces == ["a@n1", "b@n1", "c@n1"])
        #expect(session.refusals("d", on: "n1") == ["no ascend device available"])
    }

    /// `hami/device_info.go`, selectDevicesWithTopology: cards of one network where most of the fitting ones are.
    @Test func ascend910CardsComeFromOneNetwork() throws {
        var node = Node()
        let cards = [(0, 1), (1, 2), (2, 1), (3, 2), (4, 2)].map { id, network in
            #"{"id": "npu-\#(id)", "count": 1, "devmem": 32768, "devcore": 30, "custominfo": {"NetworkID": \#(network)}}"#
        }
        node.metadata.annotations["hami.io/node-register-Ascend910"] = "[" + cards.joined(separator: ",") + "]"
        var model = NPUModel.ascend310P
        (model.name, model.resourceName, model.memoryName) = ("Ascend910", "huawei.com/Ascend910", "m")
        var devices = try #require(AscendDevices(node, model))
        var pod = Pod()
        var container = Container()
        container.resources.limits = ["huawei.com/Ascend910": KubernetesQuantity(3), "m": KubernetesQuantity(1000)]
        pod.spec.containers = [container]
        let written = devices.reserve(for: DevicePod(uid: "a", pod: pod), policy: .unspecified)
        #expect(
            written?["hami.io/Ascend910-devices-allocated"]
                == "npu-1,Ascend910,3072,0:npu-3,Ascend910,3072,0:npu-4,Ascend910,3072,0:")
    }
}
