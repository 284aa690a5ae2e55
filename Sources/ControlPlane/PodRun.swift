import Controllers
import KubernetesObjects
import Quantities

/// What a pod does once it is bound: the kubelet's side of a story.
public struct PodRun: Sendable, Equatable {
    /// From bound to Running.
    public var startAfter: SimDuration = .zero
    /// From Running to the end; nil for a pod that runs until it is deleted.
    public var duration: SimDuration?
    /// 0 means Succeeded, other codes Failed.
    public var exitCode: Int32 = 0
    /// From the request of deletion until the pod is gone; it holds its node's resources so long.
    public var terminateAfter: SimDuration = .zero

    /// Starts at once, runs until it is deleted, and goes at once.
    public init() {}
}

/// Which pods run how.
public struct PodRunRule: Sendable, Equatable {
    /// What a rule is about.
    public enum Subject: Sendable, Equatable {
        /// Pods of a task (of every task, where it is empty) of a Job.
        case job(String, task: String)
        /// Pods of a task of the Jobs that JobFlows make from a JobTemplate.
        case jobTemplate(String, task: String)
        case pod(String)
        /// Every pod.
        case any
    }
    public var subject: Subject
    public var run: PodRun

    /// A rule about `subject`.
    public init(_ subject: Subject, _ run: PodRun) {
        self.subject = subject
        self.run = run
    }
}

extension [PodRunRule] {
    /// How a pod runs: the first rule about it, or the default.
    func run(of pod: Pod, in store: ObjectStore) -> PodRun {
        let job = pod.metadata.annotations["volcano.sh/job-name"] ?? ""
        let task = pod.metadata.annotations["volcano.sh/task-spec"] ?? ""
        for rule in self {
            switch rule.subject {
            case .any: return rule.run
            case .pod(let name) where name == pod.metadata.name: return rule.run
            case .job(let name, let role) where name == job && (role.isEmpty || role == task): return rule.run
            case .jobTemplate(let name, let role) where role.isEmpty || role == task:
                guard let object = store.jobs[pod.metadata.namespace + "/" + job],
                    let flow = object.metadata.ownerReferences.first(where: { $0.kind == "JobFlow" }),
                    object.metadata.name == flow.name + "-" + name
                else { continue }
                return rule.run
            default: continue
            }
        }
        return PodRun()
    }
}
