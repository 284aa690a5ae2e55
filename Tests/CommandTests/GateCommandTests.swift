import Foundation
import Testing

/// `check`, `diff`, `showback` and `export`: exit codes, and what they print and write.
@Suite struct GateCommandTests {
    let folder: WorkFolder

    init() throws { folder = try WorkFolder(["small.yaml": Scenarios.small, "deadlock.yaml": Scenarios.deadlock]) }

    private func object(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    @Test func aChangedScenarioFailsTheCheck() throws {
        #expect(try folder.run("check").code == 2, "there is no baseline yet")
        #expect(try folder.run("check small.yaml").code == 2)
        #expect(try folder.run("check --update small.yaml deadlock.yaml").code == 0)
        #expect(folder.exists("small.baseline") && folder.exists("deadlock.baseline"))
        let passed = try folder.run("check --keep base")
        #expect(passed.code == 0 && passed.output.hasSuffix("2 passed\n"), "\(passed.output)")
        #expect(folder.exists("base/small.sqlite") && folder.exists("base/deadlock.sqlite"))

        try folder.write(Data(Scenarios.small.replacing("best-fit", with: "spread").utf8), to: "small.yaml")
        let changed = try folder.run(
            "check --base base --junit check.xml --markdown check.md --github --report check.html")
        #expect(changed.code == 1 && changed.complaint == "")
        #expect(changed.output.contains("changed  ./small.yaml") && changed.output.contains("passed  ./deadlock.yaml"))
        #expect(changed.output.contains("is the first that differs") && changed.output.contains("against the base run"))
        #expect(changed.output.contains("\n::error file=./small.baseline,line=1,"))
        let xml = String(decoding: try folder.data("check.xml"), as: UTF8.self)
        #expect(xml.contains("tests=\"2\" failures=\"1\" errors=\"0\""))
        #expect(
            String(decoding: try folder.data("check.md"), as: UTF8.self).hasPrefix(
                "## orrery check: 1 passed, 1 changed"))
        let page = String(decoding: try folder.data("check.html"), as: UTF8.self)
        #expect(page.contains("<b>1 of 2 scenarios moved</b>") && page.contains("Against the run of the base revision"))
        #expect(page.contains("orrery check --base base") && page.hasSuffix("</html>\n"))
        let report = try object(try folder.run("check small.yaml --json").output)
        #expect((report["outcomes"] as? [[String: Any]])?.first?["status"] as? String == "changed")

        #expect(try folder.run("check --update").code == 0)
        #expect(try folder.run("check").code == 0)
    }

    @Test func misuseIsExplained() throws {
        for line in [
            "check --seeds 3", "check --update --base x", "check --github --json", "check nowhere",
            "diff a.sqlite b.sqlite",
            "diff small.yaml small.yaml", "showback small.yaml", "export csv none.sqlite", "check --update --seeds 0",
        ] {
            let outcome = try folder.run(line)
            #expect(
                outcome.code == 2 && outcome.output == "" && !outcome.complaint.isEmpty, "\(line): \(outcome.complaint)"
            )
        }
    }

    @Test func runsAreCompared() throws {
        #expect(try folder.run("run small.yaml --no-report --quiet --out a").code == 0)
        #expect(try folder.run("run small.yaml --no-report --quiet --policy las --out b").code == 0)
        let same = try folder.run("diff a/run.sqlite a/run.sqlite --exit-code")
        #expect(same.code == 0 && same.output.contains("agree in every decision"))
        let other = try folder.run("diff a/run.sqlite b/run.sqlite")
        #expect(other.code == 0 && other.output.contains("the first that differs") && other.complaint == "")
        #expect(try folder.run("diff a/run.sqlite b/run.sqlite --exit-code --json").code == 1)
        let diff = try object(try folder.run("diff a/run.sqlite b/run.sqlite --json --top 3").output)
        #expect((diff["jobs"] as? [Any])?.count == 3 && diff["parting"] != nil)
        let job = try #require((diff["jobs"] as? [[String: Any]])?.first?["job"] as? String)
        let story = try folder.run("explain a/run.sqlite job/\(job) --against b/run.sqlite")
        #expect(story.code == 0 && story.output.contains("The first decision about \(job) that differs"))
    }

    @Test func timeIsShownBack() throws {
        #expect(try folder.run("run small.yaml --no-report --quiet --out a").code == 0)
        let text = try folder.run("showback a/run.sqlite --by queue --pue 1.2 --carbon 380")
        #expect(text.code == 0 && text.output.contains("Closes with the ledger: 384 of 384 GPU-hours of capacity"))
        let statement = try object(
            try folder.run("showback a/run.sqlite --json --spot a100=$2/h --power a100=5kW").output)
        #expect((statement["held"] as? [String: Any])?.keys.sorted() == ["class", "cluster", "pool", "queue", "team"])
        let typo = try folder.run("showback a/run.sqlite --spot a10=$2/h")
        #expect(typo.code == 2 && typo.complaint.contains("did you mean \"a100\"?"))
        #expect(try folder.run("showback a/run.sqlite --reserved a100=2").complaint.contains("dollar"))
        #expect(try folder.run("showback a/run.sqlite --by teams").complaint.contains("did you mean 'team'?"))
    }

    @Test func filesAreExportedWhole() throws {
        #expect(try folder.run("run small.yaml --no-report --quiet --out a").code == 0)
        #expect(try folder.run("export perfetto a/run.sqlite").output == "a/trace.json\n")
        #expect(try folder.run("export openmetrics a/run.sqlite --pods --out m.txt").output == "m.txt\n")
        #expect(
            try folder.run("export csv a/run.sqlite --only job,queue_wait --out t").output
                == "t/job.csv\nt/queue_wait.csv\n")
        let tables = try folder.run("export parquet a/run.sqlite").output.split(separator: "\n")
        #expect(tables.count > 20 && tables.allSatisfy { folder.exists(String($0)) })
        #expect(try folder.run("export csv a/run.sqlite --only jobs").complaint.contains("did you mean \"job\"?"))
        #expect(try folder.run("export perfetto a/run.sqlite --out t").code == 2)
        #expect(try folder.run("export perfetto a/run.sqlite --out no/such/folder.json").code == 2)
        #expect(!folder.contents().contains { $0.contains(".partial") })
    }
}
