import KubernetesObjects
import Quantities

/// Annotations of PodGroups by which the policies of `PolicyConfigurations` know how long a job runs.
public enum RunAnnotations {
    /// Run length that the user asked for, as Go writes durations (`1h30m`).
    public static let runLength = "orrery.dev/run-length"
    /// What was left of it when the present run began, or is left now for a job that waits.
    public static let remaining = "orrery.dev/remaining"
    /// GPU-seconds attained before the present run; a number.
    public static let attained = "orrery.dev/attained-gpu-seconds"
}

extension VolcanoSession {
    /// Requested run length in nanoseconds; nil where it is missing or no positive duration.
    func requestedRunLength(_ job: JobRef) -> Int64? { duration(RunAnnotations.runLength, job) }

    /// Run length left at this instant in nanoseconds, 0 for a job that has outlived its request; nil where neither
    /// annotation is given.
    func remainingRunLength(_ job: JobRef) -> Int64? {
        guard let whole = duration(RunAnnotations.remaining, job) ?? requestedRunLength(job) else { return nil }
        guard let start = runStart(job) else { return whole }
        return max(0, whole.subtractingWithinRange(now.nanoseconds.subtractingWithinRange(start.nanoseconds)))
    }

    /// When a job that has pods on nodes began to run: the earliest start of a pod, at most now. Pods that were placed in
    /// this cycle begin now. nil for jobs without placed pods.
    func runStart(_ job: JobRef) -> Timestamp? {
        var earliest: Timestamp?
        for task in self[job].tasks where self[task].status.isAllocated {
            let start = min(pod(task).status.startTime ?? now, now)
            earliest = min(earliest ?? start, start)
        }
        return earliest
    }

    /// When a job ends by its request if it runs from now on or runs already, in nanoseconds since the epoch; the end of
    /// time if nothing is known.
    func expectedEnd(_ job: JobRef) -> Int64 {
        guard let remaining = remainingRunLength(job) else { return .max }
        let (end, overflow) = now.nanoseconds.addingReportingOverflow(remaining)
        return overflow ? .max : end
    }

    /// GPU-seconds attained up to now, the present run included.
    func attainedGPUSeconds(_ job: JobRef, gpus: [Int]) -> Double {
        let text = podGroup(job).metadata.annotations[RunAnnotations.attained] ?? ""
        let earlier = Double(text).flatMap { $0.isFinite && $0 > 0 ? $0 : nil } ?? 0
        guard let start = runStart(job) else { return earlier }
        return earlier + heldGPUs(job, gpus) * Double(now.nanoseconds - start.nanoseconds) / 1e9
    }

    /// GPUs that a job's pods hold.
    func heldGPUs(_ job: JobRef, _ gpus: [Int]) -> Double {
        gpus.reduce(0) { $0 + self[job].allocated[$1] / 1000 }
    }

    /// Dimensions that count whole GPUs: resource names that end in `/gpu`.
    func gpuDimensions() -> [Int] {
        names.scalars.filter { $0.hasSuffix("/gpu") }.compactMap { names.dimension(of: $0) }
    }

    private func duration(_ annotation: String, _ job: JobRef) -> Int64? {
        guard let text = podGroup(job).metadata.annotations[annotation],
            let length = GoDuration.nanoseconds(text), length > 0
        else { return nil }
        return length
    }
}

extension Int64 {
    /// The difference, cut off at the ends of the range.
    fileprivate func subtractingWithinRange(_ other: Int64) -> Int64 {
        let (difference, overflow) = subtractingReportingOverflow(other)
        return overflow ? (other < 0 ? .max : .min) : difference
    }
}
