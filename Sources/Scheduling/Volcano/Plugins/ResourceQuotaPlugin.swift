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
        guard let minimum = session.podGroup(job).minResources else { return .permit }
        let namespace = session[job].namespace
        let fits = (quotas[namespace] ?? []).allSatisfy { quota in
            quota.hard.entries.allSatisfy { limit in
                guard let requested = minimum[limit.name] else { return true }
                let used = quota.used[limit.name] ?? KubernetesQuantity(0)
                return used + (accepted[namespace]?[limit.name] ?? KubernetesQuantity(0)) + requested <= limit.quantity
            }
        }
        return fits ? .permit : .reject
    }

    func jobEnqueued(_ job: JobRef) {
        guard let minimum = session.podGroup(job).minResources else { return }
        var sum = accepted[session[job].namespace] ?? ResourceList()
        for entry in minimum.entries { sum[entry.name] = (sum[entry.name] ?? KubernetesQuantity(0)) + entry.quantity }
        accepted[session[job].namespace] = sum
    }
}
