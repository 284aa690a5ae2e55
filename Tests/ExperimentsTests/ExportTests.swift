import Configuration
import Experiments
import Foundation
import Reports
import Results
import Scenarios
import Testing

@Suite("Exports")
struct ExportTests {
    private func run(_ files: RunFiles, _ policy: String = "priority") throws -> RunReader {
        try files.play(Played.lab(policy, seed: 3), "run")
    }

    /// A slice a GPU and placement, none on top of another, arrows from evicted jobs to those that took their place.
    @Test(arguments: ["priority", "las", "kube-default", "volcano"])
    func perfettoShowsEveryPlacement(_ policy: String) throws {
        let files = try RunFiles()
        let run = try run(files, policy)
        try PerfettoExport.write(run, to: files.file("trace.json"))
        let data = try Data(contentsOf: URL(filePath: files.file("trace.json")))
        let trace = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let events = try #require(trace["traceEvents"] as? [[String: Any]])
        func of(_ phase: String) -> [[String: Any]] { events.filter { $0["ph"] as? String == phase } }
        let slices = of("X").filter { !["starting", "preempted"].contains($0["name"] as? String ?? "") }
        var gpus = 0
        try run.forEachRawRow("SELECT gpu_mask FROM placement") { gpus += $0.integer(0).nonzeroBitCount }
        #expect(slices.count == gpus && gpus > 100)
        var tracks: [String: [(start: Double, end: Double)]] = [:]
        for slice in slices {
            let (start, length) = (slice["ts"] as? Double ?? -1, slice["dur"] as? Double ?? -1)
            #expect(start >= 0 && length >= 0)
            tracks["\(slice["pid"] ?? "") \(slice["tid"] ?? "")", default: []].append((start, start + length))
        }
        for (track, slices) in tracks {
            let sorted = slices.sorted { $0.start < $1.start }
            for (a, b) in zip(sorted, sorted.dropFirst()) { #expect(a.end <= b.start + 0.0005, "\(track)") }
        }
        let evictions =
            try run.rows(
                "SELECT count(*) AS n FROM decision d JOIN action a ON a.code = d.action WHERE a.name = 'preempt' AND d.other IS NOT NULL"
            ).first?.integer("n") ?? 0
        #expect(of("s").count == of("f").count)
        if policy == "priority" || policy == "las" { #expect(of("s").count > 0 && of("s").count <= evictions) }
        // Perfetto ties an arrow to the slice that its track began last: the end of the evicted job, and the other job itself.
        var begun: [String: (name: String, at: Double)] = [:]
        var causes: [Int: String] = [:]
        let timed = events.enumerated().compactMap { event in (event.element["ts"] as? Double).map { ($0, event) } }
        for (time, (_, event)) in timed.sorted(by: { ($0.0, $0.1.offset) < ($1.0, $1.1.offset) }) {
            let track = "\(event["pid"] ?? "") \(event["tid"] ?? "")"
            let id = event["id"] as? Int ?? -1
            switch event["ph"] as? String {
            case "X":
                begun[track] = (event["name"] as? String ?? "", time)
                if let by = (event["args"] as? [String: Any])?["by"] as? String { causes[-1] = by }
            case "s":
                #expect(begun[track]?.name == "preempted" && begun[track]?.at == time)
                causes[id] = causes[-1]
            case "f": #expect(begun[track]?.name == causes[id] && begun[track]?.at == time)
            default: break
            }
        }
        #expect(of("i").count > 10 && of("C").count > 10)
        #expect(!FileManager.default.fileExists(atPath: files.file("trace.json.partial")))
    }

    /// Families in one piece each, instants that ascend within a series, the end marked.
    @Test func openMetricsIsWellFormed() throws {
        let files = try RunFiles()
        try OpenMetricsExport.write(run(files), to: files.file("metrics.txt"), pods: true)
        let text = try String(contentsOfFile: files.file("metrics.txt"), encoding: .utf8)
        #expect(text.hasSuffix("# EOF\n"))
        var families: [String] = []
        var last: (series: String, instant: Double) = ("", 0)
        var seen: Set<String> = []
        let sample = /([a-zA-Z_:][a-zA-Z0-9_:]*)(\{[a-zA-Z_][^}]*\}) (-?[0-9.e+-]+) ([0-9]+\.[0-9]{3})/
        for line in text.split(separator: "\n") where !line.hasPrefix("# HELP") && line != "# EOF" {
            if line.hasPrefix("# TYPE ") {
                families.append(String(line.split(separator: " ")[2]))
                continue
            }
            let match = try #require(line.wholeMatch(of: sample), "\(line)")
            #expect(String(match.1) == families.last)
            let series = String(match.1 + match.2)
            let instant = try #require(Double(match.4))
            if series == last.series {
                #expect(instant > last.instant, "\(line)")
            } else {
                #expect(seen.insert(series).inserted, "\(line)")
            }
            last = (series, instant)
        }
        #expect(families.count == Set(families).count && families.first == "DCGM_FI_DEV_GPU_UTIL")
        #expect(families.contains("volcano_queue_share") && families.contains("kube_pod_status_phase"))
    }

    /// The mean of the GPUs' utilization is the time they worked.
    @Test func utilizationIsTimeAtWork() throws {
        let files = try RunFiles()
        let run = try run(files)
        try OpenMetricsExport.write(run, to: files.file("metrics.txt"), pods: false)
        let text = try String(contentsOfFile: files.file("metrics.txt"), encoding: .utf8)
        var (sum, count) = (0.0, 0.0)
        for line in text.split(separator: "\n") where line.hasPrefix("DCGM_FI_DEV_GPU_UTIL{") {
            sum += Double(line.split(separator: " ").dropLast().last ?? "") ?? .nan
            count += 1
        }
        var worked = 0.0
        try run.forEachRawRow("SELECT gpu_mask, gpu_milli, work_ns, end_ns FROM placement WHERE work_ns IS NOT NULL") {
            worked +=
                Double($0.integer(0).nonzeroBitCount) * Double($0.integer(1)) / 1000
                * Double($0.integer(3) - $0.integer(2))
        }
        #expect(count == 48 * 72)
        #expect(abs(sum / count / 100 - worked / (48.0 * 12 * 3600e9)) < 1e-9)
    }

    @Test func csvIsReadBack() throws {
        let files = try RunFiles()
        let run = try run(files)
        try CSVExport.write("job", of: run, to: files.file("job.csv"))
        let lines = try String(contentsOfFile: files.file("job.csv"), encoding: .utf8).split(separator: "\r\n")
        let rows = try run.rows("SELECT * FROM job")
        #expect(lines.count == rows.count + 1 && String(lines[0]) == rows[0].columns.joined(separator: ","))
        for (line, row) in zip(lines.dropFirst(), rows) {
            #expect(String(line) == row.values.map(\.description).joined(separator: ","))
        }
        try CSVExport.write("pathology", of: run, to: files.file("pathology.csv"))
        #expect(throws: ExportError.self) { try CSVExport.write("jobs", of: run, to: files.file("x.csv")) }
        #expect(throws: ExportError.self) { try CSVExport.write("job", of: run, to: files.path) }
        #expect(throws: ExportError.self) { try CSVExport.write("job", of: run, to: files.file("no/x.csv")) }
        #expect(!FileManager.default.fileExists(atPath: files.file("x.csv.partial")))
    }

    /// Magic numbers, the length of the footer, and plain values where the format says that they are.
    @Test func parquetHoldsPlainValues() throws {
        let files = try RunFiles()
        let run = try run(files)
        for name in RunReader.relationNames {
            try ParquetExport.write(name, of: run, to: files.file("\(name).parquet"))
        }
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: files.file("team.parquet"))))
        #expect(bytes.prefix(4) == [0x50, 0x41, 0x52, 0x31] && bytes.suffix(4) == [0x50, 0x41, 0x52, 0x31])
        let length = bytes.suffix(8).prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
        #expect(length > 0 && length < bytes.count - 12)
        // Two teams: the page of the first column ends with 0 and 1 as 64-bit integers, that of names with their lengths.
        let ids: [UInt8] = Array(repeating: 0, count: 8) + [1] + Array(repeating: 0, count: 7)
        #expect(bytes.contains(ids))
        #expect(bytes.contains([4, 0, 0, 0] + Array("blue".utf8)) || bytes.contains([3, 0, 0, 0] + Array("red".utf8)))
    }
}
