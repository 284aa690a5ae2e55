import Configuration
import SimulationKernel

/// Which cases to judge, and how.
public struct ConformanceOptions: Sendable {
    /// Seeds under which a case without tie rule must hold.
    public var seeds = 5
    /// Globs of folders or cases that count; nil for all.
    public var only: [String]?
    /// Globs of folders or cases that do not count.
    public var skip: [String] = []
    /// Threads; the report does not depend on it.
    public var jobs = 1
    /// Whether our reasons are compared with the recorded ones.
    public var comparesReasons = false

    /// All cases under five seeds, on one thread.
    public init() {}
}

/// Judges folders of cases: recorded decisions of real schedulers against ours.
public enum ConformanceRun {
    /// Judges the cases in `directories`; each file once, even if directories overlap.
    ///
    /// - Throws: when a directory cannot be read or no case is left to judge. A case that cannot be read is a failed one.
    public static func report(
        on directories: [String], options: ConformanceOptions = ConformanceOptions()
    ) throws(InvalidInput) -> ConformanceReport {
        var seen: Set<String> = []
        var files: [CaseFile] = []
        for directory in directories {
            for file in try CaseFile.find(in: directory) where seen.insert(file.path).inserted {
                if options.skip.contains(where: file.matches) { continue }
                if let only = options.only, !only.contains(where: file.matches) { continue }
                files.append(file)
            }
        }
        if files.isEmpty {
            let place = SourcePosition(file: directories.first ?? ".", line: 1, column: 1)
            throw InvalidInput([Diagnostic(position: place, message: "no case is left by --only and --skip")])
        }
        let judged = files
        let results = parallelMap(files.count, width: options.jobs) { judge(judged[$0], options: options) }
        return ConformanceReport(results: results)
    }

    /// Judges one case.
    static func judge(_ file: CaseFile, options: ConformanceOptions) -> CaseResult {
        do throws(InvalidInput) {
            let document = try YAMLReader.document(in: SourceText(path: file.path))
            return judge(document, of: file, options: options)
        } catch {
            return CaseResult(file: file, outcome: .failed([error.description]))
        }
    }

    /// Judges the case written in `document`.
    static func judge(_ document: YAMLNode, of file: CaseFile, options: ConformanceOptions) -> CaseResult {
        do throws(CaseProblem) {
            let fields = try CaseFields(document, path: "")
            fields.ignore("case", "title", "source", "notes", "note", "droppedEntries")
            switch try fields.string("kind") {
            case "" where fields.has("cycleOutcomes"):
                let trajectory = try TrajectoryCase(fields)
                try fields.finish()
                return try trajectory.judge(file, options: options)
            case "" where fields.has("runs"):
                let live = try LiveCase(fields)
                try fields.finish()
                return try live.judge(file, options: options)
            case "" where fields.has("scheduler"):
                let session = try SessionCase(fields)
                try fields.finish()
                return try session.judge(file, options: options)
            case "unit":
                return CaseResult(file: file, outcome: try UnitTable.judge(fields))
            case "kube-schedule":
                let input = try fields.required("input")
                let expect = try fields.required("expect")
                let observed = fields.optional("observed")
                try fields.finish()
                return CaseResult(
                    file: file, outcome: runKubeSchedule(input: input, expect: expect, observed: observed))
            case let kind: throw .unsupported(kind.isEmpty ? "a case without kind and scheduler" : "kind \(kind)")
            }
        } catch {
            return CaseResult(file: file, outcome: error.outcome)
        }
    }
}
