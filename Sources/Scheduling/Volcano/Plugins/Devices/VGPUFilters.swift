import KubernetesObjects

/// What keeps a pod off a card besides room (upstream: `api/devices/nvidia/vgpu/utils.go`).
package enum VGPUFilters {
    /// Type, UUID, and no pod of the group that is to be spread.
    static func admits(_ pod: DevicePod, _ card: VGPUCard, spreadGroup: String) -> Bool {
        if !spreadGroup.isEmpty {
            let isTaken = card.pods.contains { uid, usage in
                uid != pod.uid && usage.podGroup == spreadGroup && (usage.memory > 0 || usage.cores > 0)
            }
            if isTaken { return false }
        }
        return card.model.contains("NVIDIA") && typeMatches(pod.annotations, model: card.model)
            && uuidMatches(pod.annotations, uuid: card.uuid)
    }

    /// `nvidia.com/use-gputype` if it is there, else `nvidia.com/nouse-gputype`: parts of model names, without regard to
    /// case.
    package static func typeMatches(_ annotations: [String: String], model: String) -> Bool {
        let model = model.uppercased()
        func names(_ list: String) -> Bool {
            list.uppercased().split(separator: ",", omittingEmptySubsequences: false).contains {
                $0.isEmpty || model.contains($0)
            }
        }
        if let wanted = annotations["nvidia.com/use-gputype"] { return names(wanted) }
        if let unwanted = annotations["nvidia.com/nouse-gputype"] { return !names(unwanted) }
        return true
    }

    /// `volcano.sh/vgpu-nouse-gpuuuid` forbids, `volcano.sh/vgpu-use-gpuuuid` allows; lists without an entry are ignored,
    /// and a card without UUID fails against any other.
    package static func uuidMatches(_ annotations: [String: String], uuid: String) -> Bool {
        func list(_ key: String) -> [String] {
            (annotations[key] ?? "").split(separator: ",").map(\.trimmed).filter { !$0.isEmpty }
        }
        let (forbidden, allowed) = (list("volcano.sh/vgpu-nouse-gpuuuid"), list("volcano.sh/vgpu-use-gpuuuid"))
        if forbidden.isEmpty, allowed.isEmpty { return true }
        if uuid.isEmpty || forbidden.contains(uuid) { return false }
        return allowed.isEmpty || allowed.contains(uuid)
    }

    /// `namespace/group` of a pod's PodGroup; empty for none.
    package static func podGroupKey(_ pod: Pod) -> String {
        let annotations = pod.metadata.annotations
        for key in ["scheduling.k8s.io/group-name", "scheduling.volcano.sh/group-name"] {
            if let name = annotations[key], !name.isEmpty { return pod.metadata.namespace + "/" + name }
        }
        return ""
    }
}
