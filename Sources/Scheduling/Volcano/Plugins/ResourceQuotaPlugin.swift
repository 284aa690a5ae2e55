import KubernetesObjects
import Quantities

/// Plugin `resourcequota`: lets a job in only if its minResources fit the namespace's quotas
/// (upstream: `plugins/resourcequota/resourcequota.go`; reference section 9.10). No ties.
///
/// Compares names as they are written (`cpu`, `requests.cpu`, `count/pods`, …), exactly, with the quota's status; scopes
/// are not looked at.
final class ResourceQuotaPlugin: VolcanoPlugin {
    static let name = "resourcequota"
    private unowned(unsafe) let session: VolcanoSession
    private var quotas: [String: [ResourceQuota]] = [:]
    /// Minimums of the jobs let in by this session, by namespace.
    private var accepted: [String: ResourceList] = [:]

    init(session: VolcanoSession, option: PluginOption) { self.session = session }

    func open() -> ExtensionPoints {
        quotas = Dictionary(grouping: session.snapshot.objects.resourceQuotas) { $0.metadata.namespace }
        return [.jobEnqueueable, .jobEnqueued]
    }

    func jobEnqueueable(_ job: JobRef) -> Vote {
        firstExceeded(by: job) == nil ? .permit : .reject
    }

    func shortage(enqueuing job: JobRef) -> QuotaShortage? {
        guard let (quota, limit, held, asked) = firstExceeded(by: job) else { return nil }
        func amount(_ quantity: KubernetesQuantity) -> Double {
            ["memory", "requests.memory", "limits.memory", "pods"].contains(limit.name)
                ? Double(quantity.value) : Double(quantity.milliValue)
        }
        return QuotaShortage(
            plugin: Self.name, holder: "ResourceQuota \(quota.metadata.key)", limitName: "hard", dimension: limit.name,
            asked: amount(asked), held: amount(held), limit: amount(limit.quantity))
    }

    /// The first limit of the namespace's quotas that the job's minimum would exceed.
    private func firstExceeded(
        by job: JobRef
    ) -> (quota: ResourceQuota, limit: ResourceList.Entry, held: KubernetesQuantity, asked: KubernetesQuantity)? {
        guard let minimum = session.podGroup(job).minResources else { return nil }
        let namespace = session[job].namespace
        for quota in quotas[namespace] ?? [] {
            for limit in quota.hard.entries {
                guard let asked = minimum[limit.name] else { continue }
                let used = quota.used[limit.name] ?? KubernetesQuantity(0)
                let held = used + (accepted[namespace]?[limit.name] ?? KubernetesQuantity(0))
                if held + asked > limit.quantity { return (quota, limit, held, asked) }
            }
        }
        return nil
    }

    func jobEnqueued(_ job: JobRef) {
        guard let minimum = session.podGroup(job).minResources else { return }
        var sum = accepted[session[job].namespace] ?? ResourceList()
        for entry in minimum.entries { sum[entry.name] = (sum[entry.name] ?? KubernetesQuantity(0)) + entry.quantity }
        accepted[session[job].namespace] = sum
    }
}
