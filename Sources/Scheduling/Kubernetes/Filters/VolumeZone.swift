import KubernetesObjects

/// VolumeZone (plugins/volumezone): a bound volume labelled with a zone or region wants a node of it.
enum VolumeZone {
    /// Label of the volume, and the label by which a node may answer to it instead.
    private static let labels = [
        ("failure-domain.beta.kubernetes.io/zone", "topology.kubernetes.io/zone"),
        ("failure-domain.beta.kubernetes.io/region", "topology.kubernetes.io/region"),
        ("topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone"),
        ("topology.kubernetes.io/region", "failure-domain.beta.kubernetes.io/region"),
    ]

    /// A node without any zone or region label takes every volume.
    static func filter(_ pod: PodInfo, _ node: NodeState, _ volumes: VolumeCatalog) -> FilterStatus {
        guard labels.contains(where: { node.labels[$0.0] != nil }) else { return .success }
        for key in pod.claims {
            guard let claim = volumes.claims[key], let volume = volumes.volumes[claim.volumeName] else { continue }
            for (label, alternative) in labels {
                guard let wanted = volume.metadata.labels[label] else { continue }
                let place = node.labels[label] ?? node.labels[alternative]
                // Several zones are written a__b (k8s.io/component-helpers/storage/volume, LabelZonesToSet).
                guard let place, wanted.components(separatedBy: "__").contains(place) else {
                    return .unresolvable(.volumeZone, .volumeZone)
                }
            }
        }
        return .success
    }
}

extension String {
    /// The parts between occurrences of `separator`.
    fileprivate func components(separatedBy separator: String) -> [String] {
        var parts: [String] = []
        var part = ""
        var rest = self[...]
        while !rest.isEmpty {
            if rest.hasPrefix(separator) {
                parts.append(part)
                part = ""
                rest = rest.dropFirst(separator.count)
            } else {
                part.append(rest.removeFirst())
            }
        }
        return parts + [part]
    }
}
