import KubernetesObjects

/// Equal pods of one gang.
struct JobRole {
    /// Name of the task; empty where there is none.
    var name: String
    var pods: Int
    /// Pods of it that must run together, at least.
    var minimum: Int
    var request: PodRequest
    var rules: PodRules
    /// A pod of the role, or the template of one.
    var pod: Pod
    /// Whether nothing but the PodGroup's minimum is known: its pods are not made yet.
    var isGuessed = false

    private init(_ name: String, _ pod: Pod, count: Int) {
        (self.name, self.pod, pods, minimum) = (name, pod, count, 0)
        request = PodRequest(pod)
        rules = PodRules(pod)
    }

    /// The roles of a gang, those with most GPUs first; none where neither pods nor anything that would make them is known.
    static func roles(of source: JobSource) -> [JobRole] {
        var roles: [JobRole] = []
        var minimums: [String: Int] = [:]
        if let job = source.job {
            for (index, task) in job.spec.tasks.enumerated() where task.replicas > 0 {
                var pod = Pod()
                pod.metadata = task.template.metadata
                pod.spec = task.template.spec
                let name = task.name.isEmpty ? "default\(index)" : task.name
                merge(JobRole(name, pod, count: Int(task.replicas)), into: &roles)
                // Without a number of its own a task takes part in the Job's.
                if let least = task.minAvailable { minimums[name] = Int(least) }
            }
        } else {
            for pod in members(of: source) {
                let name =
                    pod.metadata.annotations["volcano.sh/task-spec"] ?? pod.metadata.labels["volcano.sh/task-spec"]
                    ?? ""
                merge(JobRole(name, pod, count: 1), into: &roles)
            }
        }
        for (name, least) in source.group?.minTaskMember ?? [:] { minimums[name] = Int(least) }
        if roles.isEmpty, let group = source.group, let resources = group.minResources, isBeforeItsPods(group) {
            var role = JobRole("", Pod(), count: Int(max(1, group.minMember)))
            role.request = PodRequest(share: resources, of: Int64(max(1, group.minMember)))
            role.rules.tolerations = [.everything]
            role.isGuessed = true
            roles = [role]
        }
        roles.sort { ($0.request.gpus, $0.request.cpuMilli, $1.name) > ($1.request.gpus, $1.request.cpuMilli, $0.name) }
        spread(gangSize(of: source, pods: roles.reduce(0) { $0 + $1.pods }), minimums, over: &roles)
        return roles
    }

    /// Pods of a gang that must run together.
    static func gangSize(of source: JobSource, pods: Int) -> Int {
        let least = source.group.map { Int($0.minMember) } ?? source.job?.spec.minAvailable.map { Int($0) }
        return max(1, least ?? (source.job == nil ? 1 : pods))
    }

    /// Groups that nobody has let in yet have no pods.
    private static func isBeforeItsPods(_ group: PodGroup) -> Bool {
        ["", "Pending", "Inqueue"].contains(group.phase)
    }

    /// The pods of a gang without those that failed and were replaced.
    private static func members(of source: JobSource) -> [Pod] {
        let sound = source.pods.filter { $0.status.phase != "Failed" }
        return sound.count >= gangSize(of: source, pods: source.pods.count) ? sound : source.pods
    }

    private static func merge(_ role: JobRole, into roles: inout [JobRole]) {
        if let equal = roles.firstIndex(where: {
            $0.name == role.name && $0.request == role.request && $0.rules == role.rules
        }) {
            roles[equal].pods += role.pods
        } else {
            roles.append(role)
        }
    }

    /// Each role has its own minimum; what is left of the gang's falls to the roles in order.
    private static func spread(_ gang: Int, _ minimums: [String: Int], over roles: inout [JobRole]) {
        guard !roles.isEmpty else { return }
        // Pods that have gone still belong to the gang.
        let missing = gang - roles.reduce(0) { $0 + $1.pods }
        if missing > 0 { roles[0].pods += missing }
        var given: Set<String> = []
        for index in roles.indices where given.insert(roles[index].name).inserted {
            roles[index].minimum = min(max(0, minimums[roles[index].name] ?? 0), roles[index].pods)
        }
        var rest = gang - roles.reduce(0) { $0 + $1.minimum }
        for index in roles.indices where rest > 0 {
            let more = min(rest, roles[index].pods - roles[index].minimum)
            roles[index].minimum += more
            rest -= more
        }
        // Roles that differ in nothing else are one group of the scenario.
        var merged: [JobRole] = []
        for role in roles {
            if let equal = merged.firstIndex(where: { $0.request == role.request && $0.rules == role.rules }) {
                merged[equal].pods += role.pods
                merged[equal].minimum += role.minimum
            } else {
                merged.append(role)
            }
        }
        roles = merged
    }
}
