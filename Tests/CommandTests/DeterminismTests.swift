import Foundation
import Testing

/// Equal input gives equal facts, however often, with however many threads.
@Suite struct DeterminismTests {
    let folder: WorkFolder

    init() throws { folder = try WorkFolder(["small.yaml": Scenarios.small]) }

    /// Fingerprint and digests of all fact tables.
    private func facts(_ run: String) throws -> [String] {
        struct Contents: Decodable {
            struct Row: Decodable {
                var name: String
                var digest: String
            }
            var rows: [Row]
        }
        let outcome = try folder.run(["facts", run, "--json"])
        #expect(outcome.code == 0, "\(outcome.complaint)")
        let contents = try JSONDecoder().decode([Contents].self, from: Data(outcome.output.utf8))
        return contents.flatMap { $0.rows.map { "\($0.name) \($0.digest)" } }
    }

    @Test(arguments: ["backfill", "kube-default", "las", "drf"])
    func runsRepeat(_ policy: String) throws {
        for (out, jobs) in [("a", "1"), ("b", "1"), ("c", "2")] {
            let arguments = ["run", "small.yaml", "--policy", policy, "--quiet", "--jobs", jobs, "--out", out]
            #expect(try folder.run(arguments).code == 0)
        }
        let first = try facts("a/run.sqlite")
        #expect(first.count == 16, "a fingerprint and 15 fact tables: \(first)")
        #expect(Set(first).count >= 12, "tables with contents differ: \(first)")
        #expect(try facts("b/run.sqlite") == first)
        #expect(try facts("c/run.sqlite") == first)
        #expect(try folder.run("facts a/run.sqlite b/run.sqlite c/run.sqlite").code == 0)
    }

    @Test func comparisonsDoNotDependOnThreads() throws {
        let policies = ["fifo-gang", "backfill", "srtf"]
        for jobs in ["1", "2"] {
            let arguments = ["compare", "small.yaml", "--policies", policies.joined(separator: ","), "--jobs", jobs]
            #expect(try folder.run(arguments + ["--out", jobs]).code == 0)
        }
        for policy in policies { #expect(try facts("1/\(policy).sqlite") == facts("2/\(policy).sqlite")) }
        #expect(try facts("1/fifo-gang.sqlite") != facts("1/srtf.sqlite"))
    }

    /// A comparison runs what `run` runs.
    @Test func comparisonsAgreeWithRuns() throws {
        #expect(try folder.run("run small.yaml --policy srtf --no-report --quiet --out alone").code == 0)
        #expect(try folder.run("compare small.yaml --policies srtf,drf --out both").code == 0)
        #expect(try facts("alone/run.sqlite") == facts("both/srtf.sqlite"))
    }

    @Test func anotherSeedIsAnotherRun() throws {
        #expect(try folder.run("run small.yaml --no-report --quiet --out a").code == 0)
        #expect(try folder.run("run small.yaml --no-report --quiet --out b --seed 5").code == 0)
        #expect(try folder.run("run small.yaml --no-report --quiet --out c --seed 6").code == 0)
        #expect(try facts("a/run.sqlite") == facts("b/run.sqlite"), "5 is the seed of the scenario")
        #expect(try facts("a/run.sqlite").first != facts("c/run.sqlite").first)
    }

    @Test func generatedTracesRepeat() throws {
        #expect(try folder.run("trace generate --jobs 200 --out a.csv.gz").code == 0)
        #expect(try folder.run("trace generate --jobs 200 --out b.csv.gz").code == 0)
        #expect(try folder.data("a.csv.gz") == folder.data("b.csv.gz"))
    }
}
