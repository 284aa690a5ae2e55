import KubernetesObjects
import Quantities
import Testing

@testable import Scheduling

/// Plugin deviceshare on partitioned cards: section 12 of the reference ("geometry list per model; a card takes one
/// geometry while in use") and upstream's `api/devices/nvidia/vgpu/mig.go`.
@Suite struct MIGPartitions {
    /// One A100 of 80 GB whose device plugin partitions it.
    private static func scene(model: String = "NVIDIA-A100-SXM4-80GB") -> DeviceScene {
        var scene = DeviceScene()
        scene.vgpuNode("n1", memory: 81920, limit: 7, model: model, mode: "mig")
        return scene
    }

    /// Ids that pods `a`, `b`, … get one after the other; "-" for a pod that gets none.
    private static func ids(_ memories: [Int], _ scene: DeviceScene = scene()) -> [String] {
        var scene = scene
        let names = memories.indices.map { String(UnicodeScalar(UInt8(97 + $0))) }
        for (name, memory) in zip(names, memories) { scene.pod(name, .vgpu(memory: memory)) }
        let session = scene.session("deviceshare", ["deviceshare.VGPUEnable": true])
        session.runActions()
        session.close()
        return names.map { name in
            session.memory.deviceAnnotations[name]?["volcano.sh/vgpu-ids-new"]?.split(separator: ",").first
                .map(String.init) ?? "-"
        }
    }

    /// findMatch: the first geometry that has a large enough instance.
    @Test func theFirstGeometryThatServesIsTaken() {
        #expect(Self.ids([8000]) == ["GPU-n1-0[group1-0]"])
        #expect(Self.ids([15000]) == ["GPU-n1-0[group2-0]"])
        #expect(Self.ids([40000]) == ["GPU-n1-0[group3-0]"])
        #expect(Self.ids([99999]) == ["-"])
    }

    /// "a card takes one geometry while in use": 2g.20gb leaves no room for 3g.40gb.
    @Test func aCardKeepsItsGeometryWhileInUse() {
        #expect(Self.ids([15000, 40000, 15000]) == ["GPU-n1-0[group2-0]", "-", "GPU-n1-0[group2-1]"])
    }

    /// pickFromGroup: of the geometry in force only profiles in use are looked at, so the free 1g.10gb stays unused.
    @Test func profilesNotInUseAreNotLookedAt() {
        #expect(Self.ids([15000, 5000]) == ["GPU-n1-0[group2-0]", "GPU-n1-0[group2-1]"])
    }

    /// Instances are numbered through the geometry: 1g.10gb of group2 is number 3, after three of 2g.20gb.
    @Test func idsNumberInstancesThroughTheGeometry() {
        var usage = MIGUsage(geometries: MIGGeometry.shipped[2].geometries)
        let slot = usage.slot(named: "GPU-0[group2-3]")
        #expect(slot == MIGSlot(geometry: 1, profile: 1, instance: 0))
        #expect(slot.map { usage.suffix(of: $0) } == "[group2-3]")
        #expect(usage.slot(named: "GPU-0[group2-4]") == nil)
        #expect(usage.slot(named: "GPU-0") == nil)
        guard let slot else { return }
        usage.book(slot)
        #expect(usage.slot(for: 15000) == nil)
        usage.free(slot)
        #expect(usage.slot(for: 40000) == MIGSlot(geometry: 2, profile: 0, instance: 0))
    }

    /// AddPod: the annotation of a running pod books its instance.
    @Test func runningPodsHoldTheirInstance() {
        var scene = Self.scene()
        scene.pod(
            "old", on: "n1", .vgpu(memory: 15000),
            annotations: ["volcano.sh/vgpu-ids-new": "GPU-n1-0[group2-0],NVIDIA,15000,0:"])
        #expect(Self.ids([15000, 40000], scene) == ["GPU-n1-0[group2-1]", "-"])
    }

    /// TryAddPod: the card is charged with the instance's memory, not the request: 20480 of 81920 scores 25.
    @Test func theInstanceIsCharged() {
        var scene = Self.scene()
        scene.pod("a", .vgpu(memory: 15000))
        let session = scene.session(
            "deviceshare",
            [
                "deviceshare.VGPUEnable": true, "deviceshare.SchedulePolicy": "binpack",
                "deviceshare.ScheduleWeight": 1,
            ], others: [])
        #expect(session.refusals("a", on: "n1").isEmpty)
        #expect(session.nodeOrder(session.task("a"), session.node("n1")) == 25)
    }

    /// `config.go`: the ConfigMap of the device plugin replaces the geometries; a model in none of them falls back to
    /// hami-core (decodeNodeDevices).
    @Test func theConfigMapListsGeometries() {
        var scene = Self.scene()
        let text = """
            nvidia:
              knownMigGeometries:
              - models: ["A100-SXM4-80GB"]
                allowedGeometries:
                - group: half
                  geometries:
                  - {name: 3g.40gb, memory: 40960, count: 2}
            """
        var metadata = ObjectMeta(name: "volcano-vgpu-device-config", namespace: "kube-system")
        scene.objects.deviceConfigurations = [DeviceConfigMap(metadata: metadata, text: text)]
        #expect(Self.ids([1000, 1000, 1000], scene) == ["GPU-n1-0[half-0]", "GPU-n1-0[half-1]", "-"])
        metadata.name = "another"
        scene.objects.deviceConfigurations = [DeviceConfigMap(metadata: metadata, text: text)]
        #expect(Self.ids([1000], scene) == ["GPU-n1-0[group1-0]"])
        #expect(Self.ids([1000], Self.scene(model: "NVIDIA-H42")) == ["GPU-n1-0"])
    }

    /// GPUMemoryFactor: requests in larger units are multiplied for the choice of an instance.
    @Test func memoryMayBeCountedInLargerUnits() {
        var scene = DeviceScene()
        scene.vgpuNode("n1", memory: 80, limit: 7, model: "NVIDIA-A100-SXM4-80GB", mode: "mig")
        let text = """
            nvidia:
              gpuMemoryFactor: 1024
              knownMigGeometries:
              - models: ["A100-SXM4-80GB"]
                allowedGeometries:
                - {group: g1, geometries: [{name: 1g.10gb, memory: 10240, count: 7}]}
                - {group: g2, geometries: [{name: 2g.20gb, memory: 20480, count: 3}]}
            """
        let metadata = ObjectMeta(name: "volcano-vgpu-device-config", namespace: "kube-system")
        scene.objects.deviceConfigurations = [DeviceConfigMap(metadata: metadata, text: text)]
        #expect(Self.ids([11, 11], scene) == ["GPU-n1-0[g2-0]", "GPU-n1-0[g2-1]"])
    }
}
