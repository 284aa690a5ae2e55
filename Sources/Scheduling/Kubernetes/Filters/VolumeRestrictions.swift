import KubernetesObjects

/// VolumeRestrictions (plugins/volumerestrictions): a ReadWriteOncePod claim serves one pod in the cluster.
///
/// Disks attached by name (GCE, AWS, RBD, iSCSI) are not part of the objects read.
enum VolumeRestrictions {
    static func filter(_ conflictingClaims: Int) -> FilterStatus {
        conflictingClaims > 0 ? .unschedulable(.claimInUse, .volumeRestrictions) : .success
    }

    static func hasExclusiveClaims(_ pod: PodInfo, _ volumes: VolumeCatalog) -> Bool {
        pod.claims.contains { isExclusive($0, volumes) }
    }

    /// Exclusive claims of the pod that a pod on some node uses.
    static func conflicts(_ pod: PodInfo, _ cluster: ClusterState) -> Int {
        pod.claims.count { claim in
            isExclusive(claim, cluster.volumes)
                && cluster.nodes.contains { $0.pods.contains { $0.id != pod.id && $0.claims.contains(claim) } }
        }
    }

    /// Exclusive claims that both pods use.
    static func sharedExclusiveClaims(_ pod: PodInfo, _ other: PodInfo, _ volumes: VolumeCatalog) -> Int {
        pod.claims.count { other.claims.contains($0) && isExclusive($0, volumes) }
    }

    private static func isExclusive(_ claim: String, _ volumes: VolumeCatalog) -> Bool {
        volumes.claims[claim]?.accessModes.contains("ReadWriteOncePod") ?? false
    }
}
