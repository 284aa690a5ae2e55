import Configuration
import KubernetesObjects

/// Plugin `attained-service`: the lowest level of attained GPU-time first (discretised 2D-LAS of Tiresias, NSDI 2019;
/// `Policies/LeastAttainedService.swift`).
///
/// Argument `attained-service.thresholds`: the GPU-seconds that end each level but the last, a list of numbers or a text
/// such as `3250,10000`; default 3250. A waiting job may take the place of running jobs of higher levels. Ties: jobs of
/// one level are left to the next plugin.
final class AttainedServicePlugin: VolcanoPlugin {
    static let name = "attained-service"
    private unowned(unsafe) let session: VolcanoSession
    private let thresholds: [Double]
    private let gpus: [Int]
    /// By job index.
    private var levels: [Int] = []

    init(session: VolcanoSession, option: PluginOption) {
        self.session = session
        thresholds = Self.thresholds(option.arguments).sorted()
        gpus = session.gpuDimensions()
    }

    private static func thresholds(_ arguments: PluginArguments) -> [Double] {
        let numbers: [Double] =
            switch arguments.value("attained-service.thresholds") {
            case .array(let list)?:
                list.compactMap { value in
                    switch value {
                    case .integer(let number): Double(number)
                    case .number(let number): number
                    default: nil
                    }
                }
            case .integer(let number)?: [Double(number)]
            case .number(let number)?: [number]
            case .string(let text)?: text.split(separator: ",").compactMap { Double(String($0.trimmed)) }
            default: [3250]
            }
        return numbers.filter(\.isFinite)
    }

    func open() -> ExtensionPoints {
        levels = session.jobs.map { level(session.attainedGPUSeconds($0.id, gpus: gpus)) }
        return [.jobOrder, .preemptable, .unifiedEvictable]
    }

    private func level(_ attained: Double) -> Int { thresholds.count { attained >= $0 } }

    func compareJobs(_ l: JobRef, _ r: JobRef) -> Int { levels[Int(l.index)] - levels[Int(r.index)] }

    func preemptable(_ preemptor: TaskRef, _ candidates: [TaskRef]) -> (victims: [TaskRef], vote: Vote) {
        guard let job = session[preemptor].job else { return ([], .abstain) }
        return (higher(than: job, candidates), .permit)
    }

    func unifiedEvictable(
        _ preemptor: JobRef, _ candidates: [TaskRef], _ purpose: EvictionPurpose
    ) -> (victims: [TaskRef], vote: Vote) {
        purpose == .preempt ? (higher(than: preemptor, candidates), .permit) : (candidates, .permit)
    }

    private func higher(than job: JobRef, _ candidates: [TaskRef]) -> [TaskRef] {
        candidates.filter { candidate in session[candidate].job.map { compareJobs(job, $0) < 0 } ?? false }
    }

    /// When the next running job crosses a threshold.
    func nextWake(after now: Timestamp) -> Timestamp? {
        session.jobs.compactMap { job -> Timestamp? in
            let rate = session.heldGPUs(job.id, gpus)
            guard rate > 0 else { return nil }
            let attained = session.attainedGPUSeconds(job.id, gpus: gpus)
            guard let next = thresholds.first(where: { $0 > attained }) else { return nil }
            let wait = ((next - attained) / rate * 1e9).rounded(.up)
            // A year is beyond what a cycle plans.
            return wait < 3.2e16 ? Timestamp(nanoseconds: now.nanoseconds + Int64(wait) + 1) : nil
        }.min()
    }
}
