import Configuration
import KubernetesObjects
import Scheduling

/// A scheduler configuration, and where it comes from.
public struct ChosenConfiguration: Sendable {
    public var configuration: VolcanoConfiguration
    /// In words: `the Helm chart's default`, a file, `ConfigMap volcano-system/volcano-scheduler-configmap`.
    public var source: String
    /// Whether nobody chose it.
    public var isAssumed: Bool
    /// The file or ConfigMap as it was written; nil for a configuration that has a name instead.
    public var text: String?
    /// `default`, `helm` or a policy; nil for one that was written.
    public var name: String?

    /// The configuration that `name` means: `default`, `helm`, a policy of docs/schedulers.md, or a file, which may be a
    /// ConfigMap.
    ///
    /// - Throws: everything wrong with the file.
    public init(named name: String) throws(InvalidInput) {
        switch name {
        case "default": self.init(.inBinaryDefault, "the in-binary default", name: name)
        case "helm": self.init(.helmDefault, "the Helm chart's default", name: name)
        case _ where PolicyConfigurations.names.contains(name):
            self.init(
                PolicyConfigurations.configuration(named: name) ?? .helmDefault, "the policy \(name)", name: name)
        default:
            let text = try SnapshotFiles.text(name, limit: SourceText.sizeLimit)
            self.init(
                try VolcanoConfiguration(reading: text), text.name, text: String(decoding: text.bytes, as: UTF8.self))
        }
    }

    /// The configuration in the scheduler's ConfigMap of a dump; the Helm chart's where there is none.
    public init(in objects: ObjectSet) {
        let maps = objects.schedulerConfigurations.filter { $0.metadata.namespace == "volcano-system" }
        if let map = maps.min(by: { $0.metadata.name < $1.metadata.name }) {
            self.init(map.configuration, "ConfigMap \(map.metadata.key)", text: map.text)
        } else {
            self.init(.helmDefault, "the Helm chart's default", name: "helm")
            isAssumed = true
        }
    }

    private init(
        _ configuration: VolcanoConfiguration, _ source: String, name: String? = nil, text: String? = nil
    ) {
        (self.configuration, self.source, self.name, self.text) = (configuration, source, name, text)
        isAssumed = false
    }
}

extension ObjectSet {
    /// The latest instant at which anything in the dump is known to have happened; nil if it names none.
    public var latestInstant: Timestamp? {
        var latest: Timestamp?
        func note(_ instant: Timestamp?) {
            if let instant, latest.map({ $0 < instant }) ?? true { latest = instant }
        }
        for pod in pods {
            note(pod.metadata.creationTimestamp)
            note(pod.status.startTime)
            for condition in pod.status.conditions { note(condition.lastTransitionTime) }
            for container in pod.status.containerStatuses { note(container.finishedAt) }
        }
        for group in podGroups {
            note(group.metadata.creationTimestamp)
            for condition in group.conditions { note(condition.lastTransitionTime) }
        }
        for node in nodes { note(node.metadata.creationTimestamp) }
        for queue in queues { note(queue.metadata.creationTimestamp) }
        return latest
    }
}
