import Configuration
import Experiments
import Reports
import Results
import Scenarios
import Testing

@Suite("Differences of two runs")
struct RunDiffTests {
    @Test func equalRunsDoNotDiffer() throws {
        let files = try RunFiles()
        let first = try files.play(Played.lab("backfill"), "a")
        let second = try files.play(Played.lab("backfill"), "b")
        let diff = try RunDiff(first, second)
        #expect(diff.isEmpty && diff.parting == nil && diff.metrics.isEmpty)
        #expect(diff.counts.same > 50)
        #expect(diff.text.contains("agree in every decision"))
    }

    /// The position found with numbers is the one that lines of text show, which know names only.
    @Test(arguments: [
        ("fifo-gang", "backfill", 5), ("las", "sjf", 6), ("priority", "srtf", 7), ("backfill", "kube-default", 8),
        ("drf", "fifo-gang", 9), ("volcano", "backfill", 10),
    ])
    func theFirstDifferenceIsThatOfTheWords(_ one: String, _ other: String, _ seed: Int) throws {
        let files = try RunFiles()
        let first = try files.play(Played.lab(one, seed: seed), "a")
        let second = try files.play(Played.lab(other, seed: seed), "b")
        let lines = (try Observation([first]).lines, try Observation([second]).lines)
        let common = min(lines.0.count, lines.1.count)
        let reference = (0..<common).first { lines.0[$0] != lines.1[$0] } ?? common
        let diff = try RunDiff(first, second)
        let parting = try #require(diff.parting)
        #expect(parting.agreeing == reference)
        #expect(parting.first?.number == reference && parting.second?.number == reference)
        #expect(diff.counts.onlyInFirst == 0 && diff.counts.onlyInSecond == 0)
        let jobs = try first.rows("SELECT count(*) AS n FROM job").first?.integer("n") ?? 0
        #expect(Int64(diff.counts.changed + diff.counts.same) == jobs)
        #expect(!diff.metrics.isEmpty && diff.jobs.count == 10)
        let shifts = diff.jobs.map(\.endShift_ns.magnitude)
        #expect(shifts == shifts.sorted(by: >))
    }

    /// Jobs, nodes and queues are known by their names: other numbers are no difference.
    @Test func objectsAreMatchedByName() throws {
        let files = try RunFiles()
        let text = { (jobs: String) in
            """
            apiVersion: orrery.dev/v1alpha1
            kind: Scenario
            metadata: {name: two}
            spec:
              until: drained
              clusters: [{name: c, nodePools: [{name: n, count: 2, machine: dgx-a100}], scheduler: fifo-gang}]
              workload:
                - jobs: [\(jobs)]

            """
        }
        let a = "{name: a, gpus: 8, duration: 1h}"
        let b = "{name: b, gpus: 8, submit: 1m, duration: 1h}"
        let late = "{name: late, gpus: 8, submit: 5h, duration: 1h}"
        func play(_ jobs: [String], _ name: String) throws -> RunReader {
            let source = try SourceText(name: "two.yaml", text: text(jobs.joined(separator: ", ")))
            return try files.play(ScenarioFile(source).scenario, name)
        }
        let diff = try RunDiff(play([a, b], "one"), play([late, a, b], "three"))
        #expect(diff.counts.same == 2 && diff.counts.onlyInSecond == 1 && diff.counts.changed == 0)
        let parting = try #require(diff.parting)
        #expect(parting.first == nil && parting.second?.subject == "late" && parting.second?.action == "start")
        #expect(parting.agreeing == diff.first.decisions)
    }

    /// Another node is a difference although the log of decisions is the same.
    @Test func placesCount() throws {
        let files = try RunFiles()
        let first = try files.play(Played.lab("fifo-gang"), "a") { $0.scheduler.placement = .firstFit }
        let second = try files.play(Played.lab("fifo-gang"), "b") { $0.scheduler.placement = .spread }
        let parting = try #require(try RunDiff(first, second).parting)
        #expect(parting.first?.sentence == parting.second?.sentence)
        #expect(parting.first?.places != parting.second?.places && parting.first?.places.isEmpty == false)
    }

    @Test func aJobsStoriesPart() throws {
        let files = try RunFiles()
        let first = try files.play(Played.lab("fifo-gang"), "a")
        let second = try files.play(Played.lab("las"), "b")
        let diff = try RunDiff(first, second)
        let job = try #require(diff.jobs.first?.job)
        let pair = try StoryPair(JobStory(of: job, in: first), in: first, against: second)
        #expect(pair.firstTurn != nil || pair.secondTurn != nil)
        #expect(pair.text().contains("The first decision about \(job) that differs"))
        let same = try StoryPair(JobStory(of: job, in: first), in: first, against: first)
        #expect(same.firstTurn == nil && same.secondTurn == nil)
    }
}
