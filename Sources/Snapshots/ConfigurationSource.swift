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

    /// The configuration that `name` means: `default`, `helm`, a policy of docs/schedulers.md, or a file, which may be a
    /// ConfigMap.
    ///
    /// - Throws: everything wrong with the file.
    public init(named name: String) throws(InvalidInput) {
        switch name {
        case "default": self.init(.inBinaryDefault, "the in-binary default")
        case "helm": self.init(.helmDefault, "the Helm chart's default")
        case _ where PolicyConfigurations.names.contains(name):
            self.init(PolicyConfigurations.configuration(named: name) ?? .helmDefault, "the policy \(name)")
        default:
            let text = try SnapshotFiles.text(name, limit: SourceText.sizeLimit)
            self.init(try VolcanoConfiguration(reading: text), text.name)
        }
    }

    /// The configuration in the scheduler's ConfigMap of a dump; the Helm chart's where there is none.
    public init(in objects: ObjectSet) {
        let maps = objects.schedulerConfigurations.filter { $0.metadata.namespace == "volcano-system" }
        if let map = maps.min(by: { $0.metadata.name < $1.metadata.name }) {
            self.init(map.configuration, "ConfigMap \(map.metadata.key)")
        } else {
            self.init(.helmDefault, "the Helm chart's default")
            isAssumed = true
        }
    }

    private init(_ configuration: VolcanoConfiguration, _ source: String) {
        self.configuration = configuration
        self.source = source
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
