import ClusterModel
import Glibc
import Quantities
import SimulationKernel
import Testing

@testable import Workloads

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

func source(_ text: String, name: String = "t.csv") throws -> ByteSource {
    try ByteSource(bytes: bytes(text), name: name)
}

/// Runs `body` with the path of a file that holds `content` and is removed afterwards.
func withFile<Result>(_ content: [UInt8], suffix: String = "", _ body: (String) throws -> Result) throws -> Result {
    var template = Array("/tmp/orrery-test-XXXXXX\(suffix)".utf8CString)
    let descriptor = mkstemps(&template, Int32(suffix.utf8.count))
    try #require(descriptor >= 0)
    close(descriptor)
    let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer { unlink(path) }
    let file = try #require(fopen(path, "w"))
    fwrite(content, 1, content.count, file)
    fclose(file)
    return try body(path)
}

/// `content` as one gzip member.
func gzip(_ content: [UInt8]) throws -> [UInt8] {
    try withFile([], suffix: ".gz") { path in
        let sink = try ByteSink(path: path)
        try sink.write(content)
        try sink.close()
        return try allBytes(path)
    }
}

/// The file as stored.
func allBytes(_ path: String) throws -> [UInt8] {
    let file = try #require(fopen(path, "r"))
    defer { fclose(file) }
    var content: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while true {
        let count = fread(&chunk, 1, chunk.count, file)
        if count == 0 { return content }
        content += chunk[..<count]
    }
}

/// Everything a reader keeps of a workload, in a form that compares and prints.
func contents(_ workload: Workload) -> [String] {
    workload.jobs.map { job in
        let groups = workload.groups(of: job).map { group in
            "\(group.pods)/\(group.minMember) \(group.request) \(workload.gpuModelSets[Int(group.gpuModels)])"
        }
        return """
            \(workload.name(of: job)) \(workload.teams[Int(job.team)]) \(workload.queues[Int(job.queue)]) \
            \(workload.classes[Int(job.jobClass)]) \(workload.users[Int(job.user)]) \(job.priority) \
            \(job.submit.nanoseconds) \(job.duration.nanoseconds) \(job.requestedDuration as Any) \
            \(job.abortAt as Any) \(job.checkpointInterval as Any) \(job.maxRestarts) \(job.preemptible) \(groups)
            """
    }
}
