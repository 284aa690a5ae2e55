import KubernetesObjects
import Quantities

/// How one claim of a pod will get its volume.
enum ClaimBinding: Sendable {
    /// Bound to this volume; nil where the volume does not exist.
    case bound(PersistentVolume?)
    /// Waits for the pod's node.
    case delayed(PersistentVolumeClaim, StorageClass)
}

/// VolumeBinding (plugins/volumebinding): bound volumes must be reachable from the node; claims that wait for their
/// first consumer need a volume or a provisioner there.
///
/// Storage capacity objects are not looked at.
enum VolumeBinding {
    static func preFilter(_ pod: PodInfo, _ volumes: VolumeCatalog) -> Result<[ClaimBinding], PreFilterRefusal> {
        var bindings: [ClaimBinding] = []
        var unboundImmediate = false
        for key in pod.claims {
            guard let claim = volumes.claims[key] else {
                let name = String(key.drop { $0 != "/" }.dropFirst())
                return .failure(PreFilterRefusal(status: .unresolvable(.missingClaim(name), .volumeBinding)))
            }
            if !claim.volumeName.isEmpty {
                bindings.append(.bound(volumes.volumes[claim.volumeName]))
            } else if let storageClass = volumes.storageClass(of: claim),
                storageClass.volumeBindingMode == "WaitForFirstConsumer"
            {
                bindings.append(.delayed(claim, storageClass))
            } else {
                unboundImmediate = true
            }
        }
        if unboundImmediate {
            return .failure(PreFilterRefusal(status: .unresolvable(.unboundImmediateClaim, .volumeBinding)))
        }
        return .success(bindings)
    }

    static func filter(_ bindings: [ClaimBinding], _ node: NodeState, _ volumes: VolumeCatalog) -> FilterStatus {
        var reasons: [UnfitReason] = []
        func refuse(_ reason: UnfitReason) { if !reasons.contains(reason) { reasons.append(reason) } }
        var taken: Set<String> = []
        for binding in bindings {
            switch binding {
            case .bound(nil): refuse(.missingVolume)
            case .bound(let volume?): if !volume.isReachable(from: node.node) { refuse(.volumeNodeAffinity) }
            case .delayed(let claim, let storageClass):
                if let volume = smallestFree(for: claim, on: node.node, volumes, except: taken) {
                    taken.insert(volume.metadata.name)
                } else if !storageClass.canProvision(on: node.node) {
                    refuse(.noVolumeToBind)
                }
            }
        }
        if reasons.isEmpty { return .success }
        return FilterStatus(
            code: .unschedulableAndUnresolvable, reasons: reasons, plugin: NodeFilter.volumeBinding.name)
    }

    /// The smallest volume that nobody has and that is large enough, of the claim's class and access modes, reachable.
    private static func smallestFree(
        for claim: PersistentVolumeClaim, on node: Node, _ volumes: VolumeCatalog, except taken: Set<String>
    ) -> PersistentVolume? {
        let wanted = claim.requests["storage"] ?? KubernetesQuantity(0)
        var best: PersistentVolume?
        for volume in volumes.inOrder {
            guard volume.claim.isEmpty, !taken.contains(volume.metadata.name),
                volume.phase.isEmpty || volume.phase == "Available",
                volume.storageClassName == claim.storageClassName ?? "",
                claim.accessModes.allSatisfy(volume.accessModes.contains),
                let capacity = volume.capacity["storage"], capacity >= wanted, volume.isReachable(from: node)
            else { continue }
            if let chosen = best?.capacity["storage"], chosen <= capacity { continue }
            best = volume
        }
        return best
    }
}

extension PersistentVolume {
    /// Whether the volume's node affinity admits the node.
    func isReachable(from node: Node) -> Bool { requiredNodeTerms?.contains { $0.matches(node) } ?? true }
}

extension StorageClass {
    /// Whether a new volume of the class can be made for the node.
    fileprivate func canProvision(on node: Node) -> Bool {
        guard !provisioner.isEmpty, provisioner != "kubernetes.io/no-provisioner" else { return false }
        return allowedTopologies.isEmpty || allowedTopologies.contains { $0.matches(node) }
    }
}
