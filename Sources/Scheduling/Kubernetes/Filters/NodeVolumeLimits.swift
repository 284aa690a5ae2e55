import KubernetesObjects

/// NodeVolumeLimits (plugins/nodevolumelimits/csi.go): volumes of one CSI driver a node can attach.
///
/// A volume that several pods of a node use counts once. Nodes without CSINode object, and drivers without limit, take
/// any number.
enum NodeVolumeLimits {
    static func filter(_ pod: PodInfo, _ node: NodeState, _ volumes: VolumeCatalog) -> FilterStatus {
        guard let csiNode = volumes.csiNodes[node.name], !csiNode.attachLimits.isEmpty else { return .success }
        var wanted = attachments(pod, volumes)
        if wanted.isEmpty { return .success }
        var attached: Set<Attachment> = []
        for other in node.pods { attached.formUnion(attachments(other, volumes)) }
        wanted.subtract(attached)
        let isOverLimit = csiNode.attachLimits.contains { driver, limit in
            guard let limit else { return false }
            let new = wanted.count { $0.driver == driver }
            return new > 0 && attached.count { $0.driver == driver } + new > Int(limit)
        }
        return isOverLimit ? .unschedulable(.volumeCount, .nodeVolumeLimits) : .success
    }

    private struct Attachment: Hashable {
        var driver: String
        /// The volume's handle; `namespace/name` of the claim where no volume is bound yet.
        var handle: String
    }

    private static func attachments(_ pod: PodInfo, _ volumes: VolumeCatalog) -> Set<Attachment> {
        var result: Set<Attachment> = []
        for key in pod.claims {
            guard let claim = volumes.claims[key] else { continue }
            if let volume = volumes.volumes[claim.volumeName] {
                if !volume.csiDriver.isEmpty {
                    result.insert(Attachment(driver: volume.csiDriver, handle: volume.csiVolumeHandle))
                }
            } else if let driver = volumes.storageClass(of: claim)?.provisioner, !driver.isEmpty {
                result.insert(Attachment(driver: driver, handle: key))
            }
        }
        return result
    }
}
