import ClusterModel
import Quantities

/// Jobs in order of arrival, with the tables that their handles point into.
public struct Workload: Sendable {
    /// Sorted by (submit, order in the file); `jobs[i].id == i`.
    public internal(set) var jobs: [Job] = []
    /// Pod groups; those of one job lie side by side.
    public internal(set) var groups: [PodGroupSpec] = []
    /// Names that jobs point at by index.
    public internal(set) var teams: [String] = []
    public internal(set) var queues: [String] = []
    public internal(set) var classes: [String] = []
    public internal(set) var users: [String] = []
    /// Job names; `Job.name` is an index here.
    public internal(set) var jobNames = NameTable()
    /// Allowed GPU models by `PodGroupSpec.gpuModels`, in the order the user wrote them; entry 0 is empty: any model.
    public internal(set) var gpuModelSets: [[String]] = [[]]
    /// Unix time of simulated time zero; nil when unknown.
    public var epochUnixSeconds: Int64?
    /// How the jobs came to be.
    public internal(set) var report: ImportReport

    /// A workload without jobs.
    public init(report: ImportReport = ImportReport(source: "", format: "generated")) { self.report = report }

    /// Name of `job`.
    public func name(of job: Job) -> String { jobNames[Int(job.name)] }

    /// Pod groups of `job`.
    public func groups(of job: Job) -> ArraySlice<PodGroupSpec> { groups[job.groupIndices] }

    /// Number of pods of `job`.
    public func pods(of job: Job) -> Int64 {
        job.groupIndices.reduce(0) { $0 + Int64(groups[$1].pods) }
    }

    /// GPUs of the whole of `job` in thousandths of a GPU.
    public func gpuMilli(of job: Job) -> Int64 {
        job.groupIndices.reduce(0) { $0 + groups[$1].gpuMilli }
    }

    /// Cores of the whole of `job` in thousandths of a core.
    public func cpuMilli(of job: Job) -> Int64 {
        job.groupIndices.reduce(0) { $0 + Int64(groups[$1].pods) * groups[$1].request.cpuMilli }
    }
}
