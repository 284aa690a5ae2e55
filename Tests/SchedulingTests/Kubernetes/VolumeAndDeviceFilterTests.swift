import Testing

@testable import Scheduling

private typealias Scene = KubernetesScene

@Suite struct VolumeAndDeviceFilterTests {
    private static let objects = """
        ---
        apiVersion: v1
        kind: List
        items:
        - {apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: late}, provisioner: csi.x, volumeBindingMode: WaitForFirstConsumer}
        - {apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: local}, provisioner: kubernetes.io/no-provisioner, volumeBindingMode: WaitForFirstConsumer}
        - {apiVersion: v1, kind: PersistentVolume, metadata: {name: pv1, labels: {topology.kubernetes.io/zone: a}}, spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], csi: {driver: csi.x, volumeHandle: h1}}}
        - {apiVersion: v1, kind: PersistentVolume, metadata: {name: pv2}, spec: {capacity: {storage: 2Gi}, accessModes: [ReadWriteOnce], storageClassName: local, nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [n2]}]}]}}}, status: {phase: Available}}
        - {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: bound, namespace: ns}, spec: {volumeName: pv1, accessModes: [ReadWriteOnce]}}
        - {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: once, namespace: ns}, spec: {volumeName: pv1, accessModes: [ReadWriteOncePod]}}
        - {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: late, namespace: ns}, spec: {storageClassName: late, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}
        - {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: local, namespace: ns}, spec: {storageClassName: local, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}
        - {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: stuck, namespace: ns}, spec: {accessModes: [ReadWriteOnce]}}
        - {apiVersion: storage.k8s.io/v1, kind: CSINode, metadata: {name: n1}, spec: {drivers: [{name: csi.x, nodeID: n1, allocatable: {count: 1}}]}}

        """

    private static func claim(_ name: String, node: String = "") -> String {
        "\(node.isEmpty ? "" : "nodeName: \(node), ")containers: [{name: c}], "
            + "volumes: [{name: v, persistentVolumeClaim: {claimName: \(name)}}]"
    }

    @Test func boundVolumeWantsItsZone() throws {
        let scene = try Scene(
            Self.objects + Scene.nodes(1, labels: "topology.kubernetes.io/zone: b")
                + Scene.pod("p", Self.claim("bound")))
        #expect(try scene.refusals(of: "p")["n1"] == "node(s) had no available volume zone")
    }

    @Test func claimThatWaitsNeedsAVolumeOrAProvisionerOnTheNode() throws {
        let scene = try Scene(
            Self.objects + Scene.nodes(2) + Scene.pod("local", Self.claim("local"))
                + Scene.pod("late", Self.claim("late"))
                + Scene.pod("stuck", Self.claim("stuck")) + Scene.pod("lost", Self.claim("nothing")))
        #expect(try scene.fits("local") == ["n2"])
        #expect(try scene.fits("late") == ["n1", "n2"])
        #expect(try scene.refusals(of: "stuck")["n1"] == "pod has unbound immediate PersistentVolumeClaims")
        #expect(try scene.refusals(of: "lost")["n1"] == "persistentvolumeclaim \"nothing\" not found")
    }

    @Test func attachLimitCountsAVolumeOnce() throws {
        let scene = try Scene(
            Self.objects + Scene.nodes(2) + Scene.pod("r", Self.claim("bound", node: "n1"))
                + Scene.pod("same", Self.claim("bound")) + Scene.pod("other", Self.claim("late")))
        #expect(try scene.fits("same") == ["n1", "n2"])
        #expect(try scene.refusals(of: "other")["n1"] == "node(s) exceed max volume count")
        #expect(try scene.fits("other") == ["n2"])
    }

    @Test func exclusiveClaimServesOnePodInTheCluster() throws {
        let scene = try Scene(
            Self.objects + Scene.nodes(2) + Scene.pod("r", Self.claim("once", node: "n1"))
                + Scene.pod("p", Self.claim("once")))
        #expect(try scene.fits("p") == [])
    }

    @Test func deviceClaimsTakeFreeDevicesOfOneNode() throws {
        let devices = """
            ---
            apiVersion: v1
            kind: List
            items:
            - {apiVersion: resource.k8s.io/v1, kind: DeviceClass, metadata: {name: gpu}, spec: {selectors: [{cel: {expression: 'device.driver == "gpu.x"'}}]}}
            - {apiVersion: resource.k8s.io/v1, kind: ResourceSlice, metadata: {name: s1}, spec: {driver: gpu.x, nodeName: n1, pool: {name: n1}, devices: [{name: d0}, {name: d1}]}}
            - {apiVersion: resource.k8s.io/v1, kind: ResourceSlice, metadata: {name: s2}, spec: {driver: nic.x, nodeName: n2, pool: {name: n2}, devices: [{name: d0}, {name: d1}]}}
            - {apiVersion: resource.k8s.io/v1, kind: ResourceClaimTemplate, metadata: {name: one, namespace: ns}, spec: {spec: {devices: {requests: [{name: r, exactly: {deviceClassName: gpu, count: 1}}]}}}}
            - {apiVersion: resource.k8s.io/v1, kind: ResourceClaimTemplate, metadata: {name: three, namespace: ns}, spec: {spec: {devices: {requests: [{name: r, exactly: {deviceClassName: gpu, count: 3}}]}}}}

            """
        func asking(_ template: String) -> String {
            "containers: [{name: c}], resourceClaims: [{name: x, resourceClaimTemplateName: \(template)}]"
        }
        let scene = try Scene(
            devices + Scene.nodes(2) + Scene.pod("p", asking("one")) + Scene.pod("big", asking("three")))
        #expect(try scene.fits("p") == ["n1"])
        #expect(try scene.refusals(of: "big")["n1"] == "cannot allocate all claims")
        var cluster = scene.cluster
        let cycle = CycleState(try scene.pod("p"), in: cluster)
        let reserved = cluster.reserveDevices(cycle, on: "n1")
        let first = try #require(reserved)
        let second = cluster.reserveDevices(cycle, on: "n1")
        #expect(second != nil)
        let third = cluster.reserveDevices(cycle, on: "n1")
        #expect(third == nil)
        cluster.release(first)
        let again = cluster.reserveDevices(cycle, on: "n1")
        #expect(again != nil)
    }
}
