/// `kube-default`: pods one by one, priority first, then arrival; knows nothing of gangs.
///
/// Mirrors the default kube-scheduler queue sort (PrioritySort: higher priority, then older timestamp) and its per-pod
/// cycle; nodes are chosen as its default profile does (`KubernetesPlacement`) unless the scenario names another
/// placement. A pod that fits nowhere waits without holding anything; pods of its gang that were bound keep their GPUs,
/// which is how two gangs deadlock. Left out here: back-off timers (pods are tried again whenever something was
/// released), preemption.
struct KubeDefaultRules: SchedulingRules {
    func order(_ job: JobEntry) -> Int64 { -Int64(job.priority) }
    var blocksQueue: Bool { false }
}
