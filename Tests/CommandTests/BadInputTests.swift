import Foundation
import Glibc
import Testing

/// Files that cannot be read, make no sense, or cannot be written: exit code 2, one line per finding that starts with
/// the place, nothing on standard output, nothing written.
@Suite struct BadInputTests {
    struct Case: CustomTestStringConvertible {
        var line: String
        /// The beginning of each line of standard error, and a part of its rest.
        var findings: [(place: String, says: String)]
        var testDescription: String { line }

        init(_ line: String, _ findings: (place: String, says: String)...) {
            self.line = line
            self.findings = findings
        }
    }

    /// What the folder of every case holds.
    private static func folder() throws -> WorkFolder {
        let folder = try WorkFolder([
            "small.yaml": Scenarios.small,
            "empty.yaml": "",
            "comment.yaml": "# nothing but a comment\n",
            "two.yaml": Scenarios.small.replacing("seed: 5", with: "sed: 5").replacing("12h", with: "12"),
            "syntax.yaml": "spec:\n  seed: [1, 2\n  horizon: 7d\n",
            "tab.yaml": "spec:\n\tseed: 1\n",
            "kind.yaml": Scenarios.small.replacing("kind: Scenario", with: "kind: Deployment"),
            "gang.yaml": Scenarios.small.replacing(
                "generate: training-mix", with: "jobs: [{name: huge, pods: 9, gpus: 8, duration: 1h}]"
            ).replacing("      rate: 10/h\n      load: 0.9\n      largestJob: 16\n", with: ""),
            "cut.yaml": withTrace("cut.csv.gz"),
            "missing.yaml": withTrace("nowhere.csv"),
            "bad-row.yaml": withTrace("bad-row.csv"),
            "baseline.yaml": Scenarios.small + "  compare: [{name: baseline, set: {spec.seed: 6}}]\n",
            "jobs.csv": "job,submit_s,duration_s,gpus_per_pod\na,0,60,1\n",
            "bad-row.csv": "job,submit_s,duration_s,gpus_per_pod\na,0,60,1\nb,5,-60,1\n",
            "short.swf": "; Version: 2.2\n1 0 0 10 1\n",
            "text.txt": "this is no run and no trace\n",
            "file": "in the way\n",
        ])
        try folder.makeFolder("folder")
        try folder.makeFolder("taken/run.sqlite")
        try folder.write(Data([0x50, 0x4B, 0x03, 0x04, 0x00, 0x00, 0x0A]), to: "binary")
        try folder.write(Data([0xC3, 0x28, 0x0A]), to: "latin.yaml")
        try folder.write(compressed.prefix(40), to: "cut.csv.gz")
        try folder.write(Data([0x1F, 0x8B, 0x08, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x03, 0xFF, 0xFF]), to: "junk.gz")
        try folder.write(Data("SQLite format 3\0".utf8) + Data(count: 84), to: "cut.sqlite")
        try folder.write(Data("SQLite format 3\0 and no more".utf8), to: "run.sqlite.partial")
        return folder
    }

    /// A scenario with jobs of a trace, named in line 17.
    private static func withTrace(_ path: String) -> String {
        Scenarios.small.replacing("generate: training-mix", with: "trace: \(path)\n      format: orrery").replacing(
            "      rate: 10/h\n      load: 0.9\n      largestJob: 16\n", with: "")
    }

    /// A trace as gzip, stored without compression, so that any beginning of it is a truncated file.
    private static let compressed: Data = {
        let text = Data(("job,submit_s,duration_s,gpus_per_pod\n" + String(repeating: "a,0,60,1\n", count: 20)).utf8)
        let size = UInt16(text.count)
        let stored = [0x01, UInt8(size & 0xFF), UInt8(size >> 8), UInt8(~size & 0xFF), UInt8(~size >> 8)]
        return Data([0x1F, 0x8B, 0x08, 0, 0, 0, 0, 0, 0, 0x03] + stored) + text
    }()

    static let scenarios = [
        Case("run nowhere.yaml", ("nowhere.yaml:1:1: ", "No such file or directory")),
        Case("run folder", ("folder:1:1: ", "is a directory")),
        Case("run empty.yaml", ("empty.yaml:1:1: ", "is empty")),
        Case("run comment.yaml", ("comment.yaml:1:1: ", "is empty")),
        Case("run binary", ("binary:1:", "")),
        Case("run latin.yaml", ("latin.yaml:1:1: ", "UTF-8")),
        Case("run text.txt", ("text.txt:1:1: ", "expected a scenario")),
        Case("run syntax.yaml", ("syntax.yaml:3:", "")),
        Case("run tab.yaml", ("tab.yaml:2:1: ", "")),
        Case("run kind.yaml", ("kind.yaml:2:7: ", "\"Scenario\" is expected")),
        Case(
            "run two.yaml", ("two.yaml:6:3: ", "unknown key \"sed\" in the spec; did you mean \"seed\"?"),
            ("two.yaml:7:12: ", "has no unit; expected a duration")),
        Case("run gang.yaml", ("gang.yaml:17:14: ", "huge")),
        Case(
            "run cut.yaml",
            ("cut.yaml:17:14: ", "cut.csv.gz: byte 40: found the end of the file inside compressed data")),
        Case("run missing.yaml", ("missing.yaml:17:14: ", "nowhere.csv cannot be opened: No such file or directory")),
        Case("run bad-row.yaml", ("bad-row.csv:3:5: ", "-60")),
        Case("run small.yaml --set seed", ("--set:1:1: ", "expected path=value")),
        Case("run small.yaml --set spec.seeed=3", ("--set:1:6: ", "did you mean \"seed\"?")),
        Case("run small.yaml --set spec.seed=many", ("--set:1:11: ", "expected a whole number")),
        Case("run small.yaml --set spec.clusters[1].name=b", ("--set:1:15: ", "none with index 1")),
        Case("run small.yaml --set spec.clusters[lba].name=b", ("--set:1:15: ", "did you mean \"lab\"?")),
        Case(
            "run small.yaml --set spec.seed=x --set spec.horizon=7", ("--set:1:11: ", "spec.seed"),
            ("--set:2:14: ", "\"7\" has no unit")),
        Case("scenario check small.yaml folder empty.yaml", ("folder:1:1: ", ""), ("empty.yaml:1:1: ", "")),
        Case("scenario explain two.yaml", ("two.yaml:6:3: ", ""), ("two.yaml:7:12: ", "")),
        Case("diagram topology nowhere.yaml --out d.svg", ("nowhere.yaml:1:1: ", "")),
        Case("diagram queues two.yaml", ("two.yaml:6:3: ", ""), ("two.yaml:7:12: ", "")),
        Case("compare nowhere.yaml --policies las,drf", ("nowhere.yaml:1:1: ", "")),
        Case("compare small.yaml", ("small.yaml: ", "nothing to compare")),
        Case("compare small.yaml --policies las", ("small.yaml: ", "nothing to compare")),
        Case("compare small.yaml --variant more", ("--variant:1:1: ", "expected name:path=value")),
        Case("compare small.yaml --variant More:spec.seed=1", ("--variant:1:1: ", "\"More\" is not a valid name")),
        Case("compare small.yaml --variant baseline:spec.seed=1", ("small.yaml: ", "a variant is called baseline")),
        Case("compare small.yaml --variant more:spec.seed", ("--variant:1:6: ", "expected path=value")),
        Case(
            "compare small.yaml --variant a:spec.seed=7 --variant b:spec.clusters[0].nodePools[b100].count=2",
            ("--variant:2:", "b100")),
        Case("compare small.yaml --variant a:spec.horizon=7", ("--variant:1:16: ", "\"7\" has no unit")),
        Case("compare small.yaml small.yaml", ("small.yaml: ", "is called small, as small.yaml is")),
        Case("compare small.yaml nowhere.yaml", ("nowhere.yaml:1:1: ", "")),
        Case("compare baseline.yaml", ("baseline.yaml: ", "a variant is called baseline")),
    ]

    static let traces = [
        Case("trace describe nowhere.csv", ("nowhere.csv: ", "No such file or directory")),
        Case("trace describe folder", ("folder: ", "a directory")),
        Case("trace describe empty.yaml", ("empty.yaml:1:1: ", "orrery, openb, swf")),
        Case("trace describe binary", ("binary:1:5: ", "zero byte")),
        Case("trace describe text.txt", ("text.txt:1:1: ", "no known format")),
        Case("trace describe text.txt --format swf", ("text.txt:1:1: ", "18 numbers")),
        Case("trace describe short.swf", ("short.swf:2:", "18 numbers")),
        Case("trace describe bad-row.csv", ("bad-row.csv:3:5: ", "-60")),
        Case("trace describe cut.csv.gz", ("cut.csv.gz: byte 40: ", "the end of the file inside compressed data")),
        Case("trace describe junk.gz", ("junk.gz: byte ", "expected a whole gzip file")),
        Case("trace import cut.csv.gz --out o.csv", ("cut.csv.gz: byte 40: ", "")),
        Case("trace import bad-row.csv --out o.csv.gz", ("bad-row.csv:3:5: ", "")),
        Case("trace import jobs.csv --out folder", ("folder: ", "directory")),
        Case("trace import jobs.csv --out nowhere/o.csv", ("nowhere/o.csv: ", "No such file or directory")),
        Case("trace generate --jobs 5 --out folder", ("folder: ", "directory")),
        Case("trace generate --jobs 5 --out file/o.csv", ("file/o.csv: ", "Not a directory")),
        Case("trace generate --jobs 5 --out /dev/full", ("/dev/full: ", "No space left")),
        Case("trace generate --rate 0/h --out o.csv", ("rate: ", "more than 0")),
        Case("trace generate --jobs 5 --gpus 8 --load 1000 --out o.csv", ("load: ", "at most 100")),
    ]

    static let runs = [
        Case("report nowhere.sqlite", ("nowhere.sqlite: ", "No such file or directory")),
        Case("explain nowhere.sqlite job/a", ("nowhere.sqlite: ", "No such file or directory")),
        Case("explain text.txt job/a", ("text.txt: ", "is not a run file")),
        Case("report folder", ("folder: ", "is a directory; name the run file in it")),
        Case("report text.txt", ("text.txt: ", "is not a run file")),
        Case("report empty.yaml", ("empty.yaml: ", "is not a run file")),
        Case("report cut.sqlite", ("cut.sqlite: ", "")),
        Case("report run.sqlite.partial", ("run.sqlite.partial: ", "has not finished")),
        Case("facts text.txt", ("text.txt: ", "is not a run file")),
        Case("facts folder", ("folder: ", "is a directory")),
        Case("validate scheduling folder", ("folder: ", "no folders")),
        Case("validate scheduling nowhere", ("nowhere: ", "No such file or directory")),
        Case("validate scheduling file", ("file: ", "Not a directory")),
    ]

    static let outputs = [
        Case("run small.yaml --out file", ("file: ", "choose another with --out")),
        Case("run small.yaml --out file/deeper", ("file/deeper: ", "choose another with --out")),
        Case("run small.yaml --out taken", ("taken/run.sqlite: ", "is a directory")),
        Case("run small.yaml --out /proc/orrery", ("/proc/orrery: ", "choose another with --out")),
        Case("compare small.yaml --policies las,drf --out file", ("file: ", "choose another with --out")),
        Case("diagram topology small.yaml --out folder --format svg", ("folder: ", "cannot be written")),
        Case("diagram queues small.yaml --out nowhere/q.svg", ("nowhere/q.svg: ", "cannot be written")),
    ]

    @Test(arguments: scenarios + traces + runs + outputs)
    func isRefused(_ wrong: Case) throws {
        try check(wrong, in: Self.folder())
    }

    @Test(.enabled(if: geteuid() != 0, "root may write everywhere"))
    func aReadOnlyFolderIsRefused() throws {
        let folder = try Self.folder()
        #expect(chmod(folder.path("folder"), 0o555) == 0)
        try check(Case("run small.yaml --out folder", ("folder: ", "is not writable")), in: folder)
        try check(Case("run small.yaml --out folder/out", ("folder/out: ", "choose another")), in: folder)
        try check(Case("trace generate --jobs 5 --out folder/o.csv", ("folder/o.csv: ", "ermission")), in: folder)
    }

    /// A run file that was cut somewhere or has lost a stretch is damaged, wherever it happened.
    @Test func aDamagedRunIsRefused() throws {
        let folder = try WorkFolder(["small.yaml": Scenarios.small])
        #expect(try folder.run("run small.yaml --no-report --quiet --out .").code == 0)
        let whole = try folder.data("run.sqlite")
        for share in [0.1, 0.3, 0.5, 0.7, 0.9] {
            let place = Int(Double(whole.count) * share)
            let cut = try WorkFolder()
            try cut.write(whole.prefix(place), to: "run.sqlite")
            try check(Case("report run.sqlite", ("run.sqlite: ", "damaged")), in: cut)
            try check(Case("facts run.sqlite", ("run.sqlite: ", "damaged")), in: cut)
        }
    }

    private func check(_ wrong: Case, in folder: WorkFolder) throws {
        let before = folder.contents()
        let outcome = try folder.run(wrong.line)
        #expect(outcome.code == 2)
        #expect(outcome.output == "")
        #expect(outcome.complaints.count == wrong.findings.count, "\(outcome.complaint)")
        for (line, finding) in zip(outcome.complaints, wrong.findings) {
            #expect(line.hasPrefix(finding.place) && (finding.says.isEmpty || line.contains(finding.says)), "\(line)")
        }
        #expect(folder.contents() == before)
    }
}
