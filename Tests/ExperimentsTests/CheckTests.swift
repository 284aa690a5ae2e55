import Experiments
import Foundation
import Results
import Testing

@testable import Reports

@Suite("Baselines")
struct BaselineTests {
    private func observed(_ files: RunFiles, _ policy: String = "backfill", seeds: Int = 1) throws -> Observation {
        try Observation((0..<seeds).map { try files.play(Played.lab(policy, seed: 5 + $0), "\(policy)-\($0)") })
    }

    @Test func whatIsWrittenIsRead() throws {
        let observed = try observed(RunFiles(), seeds: 3)
        var baseline = Baseline(observed)
        baseline.metrics[0].tolerance = .absolute(2.5)
        baseline.metrics[1].tolerance = .relative(0.02)
        baseline.metrics[2].tolerance = .free
        let text = baseline.text(scenario: "lab.yaml")
        let read = try Baseline(parsing: text, path: "lab.baseline")
        #expect(read.text(scenario: "lab.yaml") == text)
        #expect(read.metrics.map(\.tolerance) == baseline.metrics.map(\.tolerance))
        #expect(read.log == baseline.log && read.marks == baseline.marks && read.digest == observed.digest)
        #expect(try CheckOutcome(observed, against: read, scenario: "s", baseline: "b").status == .passed)
        #expect(Baseline(observed, keeping: read).text(scenario: "lab.yaml") == text)
    }

    @Test(arguments: [
        (0, "0"), (1, "1"), (-1, "-1"), (1234.5, "1234.5"), (0.000123456789, "0.000123456789"), (1e15, "1e15"),
        (123456789.4, "123456789"), (0.1 + 0.2, "0.3"), (1.0 / 3, "0.333333333"), (-2.5e-9, "-25e-10"),
        (6.02214076e23, "602214076e15"), (1e-30, "1e-30"),
    ])
    func nineDigitsReadBack(_ value: Double, _ text: String) {
        #expect(Baseline.nineDigits(value) == text)
        #expect(Double(text).map { Baseline.nineDigits($0) } == text)
    }

    @Test(arguments: [
        ("", "b:1: is not a baseline; expected: orrery-baseline 1"),
        ("orrery-baseline 2\n", "b:1: is of another version; this program reads orrery-baseline 1"),
        ("orrery-baseline 1\n", "b:2: the line \"decisions\" is missing"),
        ("orrery-baseline 1\ndecisions 1 x\n", "b:2: expected: decisions COUNT DIGEST exact, or free"),
        (
            "orrery-baseline 1\ndecisions 0 x exact\nmetric a 1\n",
            "b:3: expected: metric NAME, a value, a tolerance"
        ),
        (
            "orrery-baseline 1\ndecisions 0 x exact\nmetric a one exact\n",
            "b:3: \"one\": expected a number, or - for none"
        ),
        (
            "orrery-baseline 1\ndecisions 0 x exact\nmetric a 1 within 5 %\n",
            "b:3: \"within 5 %\": expected exact, within 5, within 2%, statistical 95% or free"
        ),
        ("orrery-baseline 1\nseeds 0\n", "b:2: expected a whole number of at least 1 after \"seeds\""),
        ("orrery-baseline 1\ndecisions 3 x exact\nmarks 1\nabcd\n", "b:5: expected 3 marks of four characters"),
        ("orrery-baseline 1\ndecisions 3 x exact\nlog 9\nabcd\n", "b:3: expected 9 lines of the log"),
        (
            "orrery-baseline 1\nmetrics a\n",
            "b:2: found \"metrics\", expected input, outcome, seeds, decisions, metric, marks or log"
        ),
    ])
    func mistakesAreNamed(_ text: String, _ message: String) {
        #expect { try Baseline(parsing: text, path: "b") } throws: { "\($0)" == message }
    }

    @Test func tolerancesJudge() throws {
        func accepts(_ tolerance: Baseline.Tolerance, _ now: [Double?], _ was: [Double?]) throws -> Bool {
            try tolerance.accepts(now, was)
        }
        #expect(try accepts(.exact, [1], [1 + 1e-12]) && !accepts(.exact, [1], [1.00001]))
        #expect(try accepts(.absolute(2), [7], [5]) && !accepts(.absolute(2), [7.1], [5]))
        #expect(try accepts(.relative(0.1), [-110], [-100]) && !accepts(.relative(0.1), [111], [100]))
        #expect(try !accepts(.exact, [nil], [1]) && accepts(.exact, [nil], [nil]) && accepts(.free, [nil], [1]))
        // Paired differences of 1 ± 2 show nothing, of 1 ± 0.1 do.
        let was: [Double?] = [10, 20, 30, 40, 50]
        #expect(try accepts(.statistical(0.95), [13, 19, 33, 39, 51], was))
        #expect(try !accepts(.statistical(0.95), [11.1, 21, 30.9, 41, 51], was))
        #expect(try accepts(.statistical(0.95), was, was) && !accepts(.statistical(0.95), [11], [10]))
    }

    /// The position is exact while one mark covers one decision, and bracketed by a mark's span beyond.
    @Test(arguments: [50, 200, 201, 1000, 2047, 2048, 3000, 4999])
    func theFirstOtherDecisionIsNamed(_ position: Int) throws {
        var observed = try observed(RunFiles())
        for count in [5000, 2000] where position < count {
            observed.lines = (0..<count).map { "\($0) job-\($0) start" }
            let baseline = try Baseline(parsing: Baseline(observed).text(scenario: "s"), path: "b")
            observed.lines[position] = "other"
            let parting = try #require(
                try CheckOutcome(observed, against: baseline, scenario: "s", baseline: "b").parting)
            #expect(parting.number <= position && position < parting.number + parting.span)
            #expect(parting.span == (position < 200 || count == 2000 ? 1 : 4))
            if position < 200 { #expect(parting.was == "\(position) job-\(position) start") }
            if parting.span == 1 { #expect(parting.now == "other") }
        }
    }

    /// Beyond the listed decisions, one that is only taken later is still known.
    @Test func aLaterDecisionIsRecognized() throws {
        var observed = try observed(RunFiles())
        observed.lines = (0..<1500).map { "\($0) job-\($0) start" }
        let baseline = Baseline(observed)
        observed.lines.insert("new", at: 900)
        let parting = try #require(try CheckOutcome(observed, against: baseline, scenario: "s", baseline: "b").parting)
        #expect(parting.number == 900 && parting.now == "new")
        #expect(parting.was == "900 job-900 start" && parting.recordedComesAt == 901)
        observed.lines = Array(observed.lines.filter { $0 != "new" }.prefix(1400))
        let short = try #require(try CheckOutcome(observed, against: baseline, scenario: "s", baseline: "b").parting)
        #expect(short.number == 1400 && short.now == nil)
    }
}

@Suite("Checking scenarios")
struct CheckTests {
    private static let scenario = """
        apiVersion: orrery.dev/v1alpha1
        kind: Scenario
        metadata: {name: small}
        spec:
          until: drained
          clusters: [{name: c, nodePools: [{name: n, count: 2, machine: dgx-a100}], scheduler: fifo-gang}]
          workload:
            - jobs: [{name: job, count: 12, every: 7m, gpus: 4, duration: 1h}, {name: big, submit: 20m, pods: 2, gpus: 8, duration: 3h}]

        """

    @Test func aChangeIsFoundAndUpdated() throws {
        let files = try RunFiles()
        let path = try files.write(Self.scenario, "small.yaml")
        var check = CheckExperiment(version: "1")
        let missing = try check.check(path)
        #expect(missing.status == .failed && missing.failure?.contains("orrery check --update") == true)
        check.updates = true
        #expect(try check.check(path).status == .updated)
        #expect(try check.check(path).status == .passed)
        check.updates = false
        check.keptRuns = files.file("kept")
        #expect(try CheckExperiment.scenarios(in: [files.path]) == [path])
        #expect(try CheckExperiment.scenarios(in: [files.file("small.baseline")]) == [path])
        #expect(try check.check(path).status == .passed)

        _ = try files.write(Self.scenario.replacing("fifo-gang", with: "sjf"), "small.yaml")
        check.baseRuns = files.file("kept")
        check.keptRuns = nil
        let changed = try check.check(path)
        #expect(changed.status == .changed && changed.parting != nil && changed.metrics.contains(where: \.failed))
        #expect(changed.parting?.number == changed.diff?.parting?.agreeing)
        let report = CheckReport([changed])
        #expect(!report.passes && report.text.contains("is the first that differs"))
        #expect(report.annotations.hasPrefix("::error file="))
        #expect(report.annotations.split(separator: "\n").count == 1)
        #expect(report.markdown.contains("| changed | part at"))
        #expect(report.junit.contains("failures=\"1\""))

        check.updates = true
        #expect(try check.check(path).status == .updated)
        check.updates = false
        #expect(try check.check(path).status == .passed)
    }

    @Test func whatIsWrongIsPartOfTheVerdict() throws {
        let files = try RunFiles()
        let path = try files.write(Self.scenario, "small.yaml")
        _ = try files.write("orrery-baseline 7\n", "small.baseline")
        let outcome = try CheckExperiment(version: "1").check(path)
        #expect(outcome.status == .failed && outcome.failure?.contains("small.baseline:1: ") == true)
        let wrong = try files.write("kind: Nonsense\n", "wrong.yaml")
        _ = try files.write("orrery-baseline 1\ndecisions 0 x exact\n", "wrong.baseline")
        #expect(try CheckExperiment(version: "1").check(wrong).failure?.contains("wrong.yaml:1") == true)
        #expect(throws: CheckError.self) { try CheckExperiment.scenarios(in: [files.file("nowhere")]) }
    }

    @Test func textsOfOthersCannotBreakTheReports() throws {
        var outcome = CheckOutcome(scenario: "a<b>&\"|\u{1}.yaml", baseline: "x,y:z", status: .changed)
        outcome.notes = ["line\nbreak 100% ``` ]]>"]
        let report = CheckReport([outcome])
        #expect(!report.junit.contains("<b>") && !report.junit.contains("\u{1}"))
        #expect(report.annotations.contains("file=x%2Cy%3Az,") && report.annotations.contains("100%25"))
        #expect(report.annotations.filter { $0 == "\n" }.count == 1)
        #expect(report.markdown.contains("\\|"))
    }
}
