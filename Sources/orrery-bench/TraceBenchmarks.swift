import Glibc
import Workloads

/// Reading a trace: a generated file of Orrery's own CSV from the page cache to jobs, on one core.
enum TraceBenchmark {
    static let jobs = 1_100_000

    static var entries: [Benchmark] {
        [
            Benchmark(
                name: "results-trace-mb-per-s", unit: "MB/s", better: .higher,
                work: "a plain CSV of \(jobs) generated jobs (over 100 MB) read from a file into a workload",
                expectedChecksum: 0x45f7_db6d_6dfe_7692, sample: read)
        ]
    }

    private static func read() throws -> Sample {
        let path = try TraceFile.shared.get()
        var workload: Workload?
        let seconds = try cpuSeconds { workload = try Workload.read(path: path, format: .orrery) }
        guard let workload else { throw WrongAnswer(description: "no workload was read") }
        let checksum = workload.jobs.reduce(UInt64(workload.users.count)) { sum, job in
            let name = UInt64(bitPattern: Int64(job.name)) &* 31 &+ UInt64(bitPattern: workload.gpuMilli(of: job))
            let times = UInt64(bitPattern: job.submit.nanoseconds ^ job.duration.nanoseconds)
            return (sum << 1 | sum >> 63) ^ times &+ name
        }
        return Sample(value: Double(try TraceFile.size(of: path)) / 1e6 / seconds, checksum: checksum)
    }
}

/// The generated trace, written once for all repetitions and removed when the process ends.
private enum TraceFile {
    static let path = "/tmp/orrery-bench-\(getpid()).csv"

    static let shared = Result<String, any Error> {
        let mix = TrainingMix(
            seed: 42, jobsPerHour: 600, extent: .jobs(TraceBenchmark.jobs), gpuModels: ["H100", "H200"])
        atexit { unlink(TraceFile.path) }
        try OrreryWriter.write(mix.generate(), to: path)
        return path
    }

    static func size(of path: String) throws -> Int {
        var status = stat()
        guard stat(path, &status) == 0, status.st_size > 100_000_000 else {
            throw WrongAnswer(description: "the trace file is not over 100 MB")
        }
        return Int(status.st_size)
    }
}
