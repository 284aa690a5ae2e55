import Controllers
import KubernetesObjects
import Quantities
import Scheduling
import SimulationKernel

/// Plays on from the objects of a live cluster, with run lengths that are given or estimated.
///
/// Jobs that the dump does not hold are not played: their PodGroups and pods stand for themselves. Nothing new arrives.
public struct PlayOn: Sendable {
    /// How long pods run.
    public enum RunLength: Sendable, Equatable {
        /// Every pod so long from its start; one that has run longer ends at once.
        case given(SimDuration)
        /// As `RunLengthEstimate` has it.
        case estimated
    }

    public var objects: ObjectSet
    public var configuration: VolcanoConfiguration
    /// What the clocks show in the beginning.
    public var epoch: Timestamp
    public var runLength: RunLength

    /// Plays on from these objects.
    public init(
        _ objects: ObjectSet, configuration: VolcanoConfiguration, epoch: Timestamp, runLength: RunLength = .estimated
    ) {
        self.objects = Self.withoutMissingOwners(objects)
        self.configuration = configuration
        self.epoch = epoch
        self.runLength = runLength
    }

    /// What is seen when `cycles` of Volcano's default period are played: run lengths at their medians, ties to the
    /// lowest name; or both drawn from a seed.
    public func history(cycles: Int, seed: UInt64? = nil) -> ClusterHistory {
        var plane = plane(seed: seed)
        return plane.record(until: .zero + .seconds(Int64(max(cycles, 1)) - 1))
    }

    func plane(seed: UInt64? = nil) -> ControlPlane {
        ControlPlane(
            objects, scheduler: configuration, epoch: epoch, tieRule: seed.map { .seeded($0) } ?? .lowestName,
            runs: rules(seed: seed))
    }

    // MARK: - Run lengths

    /// What remains for each running pod, and how long the others run. Pods that are nobody's job run on.
    func rules(seed: UInt64?) -> [PodRunRule] {
        var remaining: [String: SimDuration] = [:]
        var ages: [SimDuration] = []
        for pod in objects.pods where pod.status.phase == "Running" && pod.isOfAJob {
            guard let start = pod.status.startTime else { continue }
            let age = RunLengthEstimate.age(since: start, at: epoch)
            ages.append(age)
            switch runLength {
            case .given(let length):
                remaining[pod.metadata.name] = SimDuration(nanoseconds: max(length.nanoseconds - age.nanoseconds, 1))
            case .estimated: remaining[pod.metadata.name] = Self.remaining(age, of: pod, seed: seed)
            }
        }
        var rules = remaining.sorted { $0.key < $1.key }.map { Self.rule(.pod($0.key), $0.value) }
        switch runLength {
        case .given(let length): rules.append(Self.rule(.any, length))
        case .estimated:
            guard let length = RunLengthEstimate(agesOfRunning: ages).ofStarting else { return [] }
            rules.append(Self.rule(.any, length))
        }
        let others = objects.pods.filter { !$0.isOfAJob }.map(\.metadata.name).sorted()
        return others.map { PodRunRule(.pod($0), PodRun()) } + rules
    }

    private static func rule(_ subject: PodRunRule.Subject, _ duration: SimDuration) -> PodRunRule {
        var run = PodRun()
        run.duration = duration
        return PodRunRule(subject, run)
    }

    /// Members of one PodGroup end together: they draw the same.
    private static func remaining(_ age: SimDuration, of pod: Pod, seed: UInt64?) -> SimDuration {
        guard let seed else { return RunLengthEstimate.remaining(afterAge: age) }
        let group = pod.metadata.annotations["scheduling.k8s.io/group-name"] ?? pod.metadata.name
        var stream = RandomStream(seed: seed, name: "play-on." + pod.metadata.namespace + "/" + group)
        return RunLengthEstimate.remaining(
            afterAge: age, chance: 0.1 + 0.8 * Double(stream.below(1_000_000)) / 1_000_000)
    }

    /// Jobs that are not in the dump cannot collect what they own.
    private static func withoutMissingOwners(_ objects: ObjectSet) -> ObjectSet {
        var objects = objects
        let jobs = Set(objects.jobs.map { $0.metadata.namespace + "/" + $0.metadata.name })
        func isThere(_ owner: OwnerReference, _ namespace: String) -> Bool {
            owner.kind != "Job" || jobs.contains(namespace + "/" + owner.name)
        }
        for index in objects.podGroups.indices {
            let namespace = objects.podGroups[index].metadata.namespace
            objects.podGroups[index].metadata.ownerReferences.removeAll { !isThere($0, namespace) }
        }
        for index in objects.pods.indices {
            let namespace = objects.pods[index].metadata.namespace
            objects.pods[index].metadata.ownerReferences.removeAll { !isThere($0, namespace) }
        }
        return objects
    }
}

extension Pod {
    /// Whether the pod is part of a job, as imports of clusters see it: of a PodGroup; or else not made for its node
    /// (by a DaemonSet or the kubelet), and scheduled by Volcano or with an accelerator.
    fileprivate var isOfAJob: Bool {
        if metadata.annotations["scheduling.k8s.io/group-name"]?.isEmpty == false { return true }
        if metadata.ownerReferences.contains(where: { $0.kind == "DaemonSet" || $0.kind == "Node" }) { return false }
        return spec.schedulerName == "volcano"
            || effectiveRequests().entries.contains { entry in
                entry.quantity.value > 0
                    && (entry.name.hasPrefix("nvidia.com/") || entry.name.contains("gpu") || entry.name.contains("npu"))
            }
    }
}
