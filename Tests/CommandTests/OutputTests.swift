import Foundation
import Testing

/// What goes where: results to standard output, notes to standard error, documented exit codes.
@Suite struct OutputTests {
    let folder: WorkFolder

    init() throws {
        folder = try WorkFolder([
            "small.yaml": Scenarios.small, "deadlock.yaml": Scenarios.deadlock,
            "jobs.csv": "job,submit_s,duration_s,gpus_per_pod\na,0,60,1\nb,5,600,8\n",
        ])
    }

    @Test func aRunWritesWhatItSays() throws {
        let outcome = try folder.run("run small.yaml --out out --quiet")
        #expect(outcome.code == 0)
        #expect(outcome.complaint == "")
        let paths = outcome.output.split(separator: "\n").map(String.init)
        #expect(paths.first == "out/run.sqlite")
        #expect(paths.contains("out/report.html"))
        #expect(paths.allSatisfy(folder.exists))
        let left = folder.contents().filter { $0.hasPrefix("out/") }
        #expect(left.count == paths.count + 2, "beside those only the dark diagrams: \(left)")
        #expect(!left.contains { $0.contains("partial") })
    }

    @Test func theDefaultFolderIsNamedLikeTheScenario() throws {
        #expect(try folder.run("run small.yaml --no-report --quiet").output == "reports/small/run.sqlite\n")
        #expect(folder.contents().filter { $0.hasPrefix("reports/small/") }.count == 1)
    }

    @Test func warningsGoToStandardError() throws {
        let outcome = try folder.run("run deadlock.yaml --no-report --out out")
        #expect(outcome.code == 0)
        #expect(!outcome.complaints.isEmpty)
        #expect(outcome.complaints.allSatisfy { $0.hasPrefix("warning: ") }, "\(outcome.complaint)")
        #expect(!outcome.output.contains("warning: "))
    }

    /// More nodes by `--set` bring more generated work where its load is a share of the cluster.
    @Test func aLoadThatFollowsTheClusterIsTold() throws {
        let more = "run small.yaml --no-report --quiet --out out --set spec.clusters[0].nodePools[a100].count=5"
        let outcome = try folder.run(more)
        #expect(outcome.code == 0)
        #expect(
            outcome.complaints.contains {
                $0.hasPrefix("warning: spec.workload[0]: load 0.9 is now a share of 40 GPUs")
            })
        #expect(try folder.run(more + " --set spec.workload[0].loadOf=32").complaints.isEmpty)
    }

    @Test(arguments: [
        "run small.yaml --no-report --out out --json", "run deadlock.yaml --out out --json",
        "compare small.yaml --policies las,drf --out out --json", "trace describe jobs.csv --json",
        "trace import jobs.csv --out o.csv --json", "catalog --json", "catalog hardware --json",
        "catalog storage --json", "catalog policies --json", "scenario schema",
    ])
    func jsonIsNothingButJSON(_ line: String) throws {
        let outcome = try folder.run(line)
        #expect(outcome.code == 0)
        #expect((try? JSONSerialization.jsonObject(with: Data(outcome.output.utf8))) != nil, "\(outcome.output)")
        #expect(!outcome.complaint.contains("Error"))
    }

    @Test func runsAreReportedAgain() throws {
        let first = try folder.run("run small.yaml --out out --json")
        let again = try folder.run("report out/run.sqlite --json")
        #expect(again.code == 0)
        #expect(again.complaint == "")
        #expect(again.output == first.output)
    }

    @Test func scenariosAreComparedSideBySide() throws {
        let changed = Scenarios.small.replacing("name: small", with: "name: changed")
        try folder.write(Data(changed.replacing("policy: backfill", with: "policy: las").utf8), to: "las.yaml")
        let same = try folder.run("compare small.yaml las.yaml --out out")
        #expect(same.code == 0)
        #expect(same.complaint == "")
        #expect(same.output.split(separator: "\n")[1].split(separator: " ") == ["measure", "small", "changed"])
        let runs = folder.contents().filter { $0.hasPrefix("out/") }.map { $0.split(separator: " ")[0] }
        #expect(runs == ["out/changed.sqlite", "out/report.html", "out/small.sqlite"])
        #expect(same.output.contains("\nreport   out/report.html\n"))
        let page = String(decoding: try folder.data("out/report.html"), as: UTF8.self)
        #expect(page.contains("orrery compare small.yaml las.yaml --replications 10") && page.hasSuffix("</html>\n"))
        #expect(try folder.run("compare small.yaml las.yaml --out out --jobs 2").code == 0)
        #expect(String(decoding: try folder.data("out/report.html"), as: UTF8.self) == page, "equal bytes")
        try folder.write(Data(changed.replacing("rate: 10/h", with: "rate: 11/h").utf8), to: "more.yaml")
        let other = try folder.run("compare small.yaml more.yaml --out out")
        #expect(other.code == 0)
        #expect(other.complaint.hasPrefix("warning: more.yaml: its jobs are not those of small.yaml;"))
    }

    /// Changes of one name make one variant, and it runs as the scenario does with the same changes.
    @Test func variantsOfTheCommandLine() throws {
        let set = ["spec.clusters[0].scheduler.policy=las", "spec.checkpoint.interval=20m"]
        let compared = try folder.run(
            ["compare", "small.yaml", "--replications", "2", "--out", "out", "--variant", "las20:" + set[0]]
                + ["--variant", "six:spec.clusters[0].nodePools[a100].count=6", "--variant", "las20:" + set[1]])
        #expect(compared.code == 0 && compared.complaint == "")
        let heading = compared.output.split(separator: "\n")[1].split(separator: " ")
        #expect(heading == ["measure", "baseline", "las20", "six"])
        #expect(compared.output.contains("six, against baseline:"))
        let run = ["run", "small.yaml", "--set", set[0], "--set", set[1], "--no-report", "--quiet", "--out", "same"]
        #expect(try folder.run(run).code == 0)
        let diff = try folder.run("diff out/las20.sqlite same/run.sqlite --exit-code")
        #expect(diff.code == 0, "\(diff.output)")
    }

    @Test func aJobsStoryIsTold() throws {
        #expect(try folder.run("run deadlock.yaml --no-report --quiet --out out").code == 0)
        let story = try folder.run("explain out/run.sqlite job/pretrain")
        #expect(story.code == 0)
        #expect(story.output.hasPrefix("pretrain (team "))
        #expect(story.output.contains("gang deadlock"))
        #expect(story.output.contains("What would have let it start earlier:"))
        let several = try folder.run("explain out/run.sqlite job/pretrian")
        #expect(several.code == 2)
        #expect(several.complaint.contains("did you mean \"pretrain\"?"))
    }

    @Test func aDumpIsPlayedOn() throws {
        let dump = Orrery.repository.appending(path: "scenarios/snapshots/two-teams").path
        let line = "schedule \(dump)/cluster.yaml --config \(dump)/volcano-scheduler.conf --cycles 60 --samples 2"
        let outcome = try folder.run(line)
        #expect(outcome.code == 0)
        #expect(outcome.output.contains("\nWhat goes wrong\n  can never be admitted, from cycle 0: batch/nightly"))
        let json = try folder.run(line + " --json")
        #expect((try? JSONSerialization.jsonObject(with: Data(json.output.utf8))) != nil)
        #expect(try folder.run("schedule \(dump)/cluster.yaml --run-length 2h").code == 2)
    }

    @Test func theShippedHourIsReplayedAsItWas() throws {
        let dump = Orrery.repository.appending(path: "scenarios/snapshots/replayed-hour/cluster.yaml").path
        let outcome = try folder.run("replay-check \(dump) --config helm")
        #expect(outcome.code == 0)
        #expect(outcome.output.contains("on the same node: 8 (100 %)"))
    }

    @Test func differingRunsExitWithOne() throws {
        #expect(try folder.run("run small.yaml --no-report --quiet --out a").code == 0)
        #expect(try folder.run("run small.yaml --no-report --quiet --out b --seed 6").code == 0)
        let outcome = try folder.run("facts a/run.sqlite b/run.sqlite")
        #expect(outcome.code == 1)
        #expect(outcome.output.contains("differ"))
        #expect(outcome.complaints.count == 1)
        #expect(outcome.complaint.hasPrefix("the runs differ in fingerprint, job, "))
    }

    @Test func nothingReplayedExitsWithOne() throws {
        try folder.makeFolder("cases/unknown-kind")
        let outcome = try folder.run("validate scheduling cases")
        #expect(outcome.code == 1)
        #expect(outcome.output.hasSuffix("0 of 0 cases agree, 1 not covered\n"))
        #expect(outcome.complaint == "")
    }

    @Test func drawingsGoToStandardOutput() throws {
        let dot = try folder.run("diagram topology small.yaml")
        #expect(dot.output.contains("graph"))
        let svg = try folder.run("diagram queues small.yaml --format svg --dark")
        #expect(svg.output.contains("</svg>"))
        #expect(dot.complaint + svg.complaint == "")
        #expect(try folder.run("diagram queues small.yaml --out q.svg").output == "")
        #expect(try folder.data("q.svg").count > 200)
    }

    @Test func generatedTracesReadBack() throws {
        #expect(try folder.run("trace generate --jobs 50 --gpus 64 --load 0.8 --out mix.csv.gz").code == 0)
        let described = try folder.run("trace describe mix.csv.gz --gpus 64 --json")
        #expect(described.code == 0)
        #expect(try folder.run("trace import mix.csv.gz --out plain.csv").code == 0)
        #expect(try folder.run("trace describe plain.csv --gpus 64").code == 0)
    }

    /// A full disk in the middle of a run: exit code 3, no file that looks whole.
    @Test func aFullDiskFailsTheRun() throws {
        let outcome = try folder.run(
            "run small.yaml --no-report --out out", by: #"trap '' XFSZ; ulimit -f 256; exec "$0" "$@""#)
        #expect(outcome.code == 3)
        #expect(outcome.output == "")
        #expect(outcome.complaints.count == 1)
        #expect(outcome.complaint.hasPrefix("out/run.sqlite: "))
        #expect(!folder.exists("out/run.sqlite") && !folder.exists("out/run.sqlite.partial"))
    }

    @Test(arguments: ["catalog policies", "scenario schema", "diagram topology small.yaml", "--help"])
    func outputThatCannotBeWrittenIsToldOf(_ line: String) throws {
        let outcome = try folder.run(line, by: #"exec "$0" "$@" >/dev/full"#)
        #expect(outcome.code == 3)
        #expect(outcome.complaint.contains("No space left on device"), "\(outcome.complaint)")
    }

    /// Nobody is left to tell, but the run goes on.
    @Test func aClosedStandardErrorIsNoFault() throws {
        #expect(try folder.run("run deadlock.yaml --no-report --out out", by: #"exec "$0" "$@" 2>&-"#).code == 0)
        #expect(folder.exists("out/run.sqlite"))
    }
}
