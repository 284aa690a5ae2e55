import Configuration
import Glibc
import Testing
import Workloads

@testable import Scenarios

/// Scenarios whose jobs come from trace files, written to a folder of their own.
@Suite("Traces in scenarios")
final class TraceScenarioTests {
    private let folder: String

    init() throws {
        var template = Array("/tmp/orrery-scenario-XXXXXX".utf8CString)
        folder = try #require(mkdtemp(&template).map { String(cString: $0) })
    }

    deinit {
        for name in ["jobs.csv", "log.swf"] { unlink("\(folder)/\(name)") }
        rmdir(folder)
    }

    private func write(_ text: String, to name: String) throws {
        let file = try #require(fopen("\(folder)/\(name)", "w"))
        fputs(text, file)
        fclose(file)
    }

    private func resolved(_ entry: String, queues: String = "") throws -> ResolvedScenario {
        let text = """
            apiVersion: orrery.dev/v1alpha1
            kind: Scenario
            metadata: {name: t}
            spec:
              clusters:
                - name: c
                  nodePools:
                    - {name: p, count: 2, machine: dgx-h100}
                    - {name: q, count: 1, machine: t4-4}
                  queues: [\(queues)]
              workload:
                - {\(entry)}
                - jobs: [{name: a, gpus: 1, duration: 1m\(queues.isEmpty ? "" : ", queue: prod")}]
            """
        return try ScenarioFile(SourceText(name: "\(folder)/s.yaml", text: text)).scenario
    }

    private static let jobs = """
        job,team,queue,submit_s,duration_s,pods,gpus_per_pod,gpu_model
        late,x,one,50,10,1,1,
        early,y,two,10,10,2,8,h100
        large,y,two,20,10,3,8,
        cheap,x,one,30,10,1,1,T4

        """

    @Test func jobsAreMergedWithTheirPools() throws {
        try write(Self.jobs, to: "jobs.csv")
        let world = try resolved("trace: jobs.csv, format: orrery, oversized: drop").world()
        let names = world.workload.jobs.map { world.workload.name(of: $0) }
        #expect(names == ["a", "early", "cheap", "late"])
        let masks = world.workload.jobs.map { job in job.groupIndices.map { world.poolMasks[$0] } }
        #expect(masks == [[0b11], [0b01], [0b10], [0b11]])
        #expect(world.queues.map(\.name) == ["two", "one", "default"])
        #expect(world.workload.report.dropped.map(\.reason) == ["larger than the cluster"])
    }

    @Test func oversizedJobsAreAnErrorUnlessDropped() throws {
        try write(Self.jobs, to: "jobs.csv")
        let error = #expect(throws: InvalidInput.self) { try resolved("trace: jobs.csv, format: orrery").world() }
        #expect(
            error?.description.hasSuffix(
                "s.yaml:12:15: spec.workload[0].trace: 1 of 4 jobs can never start; the first, \"large\": it needs 3 pods "
                    + "with 8 GPUs each at once; the empty nodes of the allowed pools (p, q) hold 2; add \"oversized: drop\""
            )
                == true)
    }

    @Test func queuesAreMappedAndChecked() throws {
        try write(Self.jobs, to: "jobs.csv")
        let fixed = try resolved(
            "trace: jobs.csv, format: orrery, oversized: drop, queue: prod", queues: "{name: prod, team: z}"
        ).world()
        #expect(fixed.workload.queues == ["prod"])
        #expect(Set(fixed.workload.teams) == ["x", "y", "z"])
        let byTeam = try resolved(
            "trace: jobs.csv, format: orrery, limit: 1, queue: {byColumn: team}", queues: "{name: prod}, {name: y}"
        ).world()
        #expect(byTeam.workload.jobs.map { byTeam.workload.queues[Int($0.queue)] } == ["prod", "y"])
        let error = #expect(throws: InvalidInput.self) {
            try resolved("trace: jobs.csv, format: orrery, oversized: drop", queues: "{name: prod}, {name: one}")
                .world()
        }
        #expect(error?.description.contains("no queue is called \"two\", which 2 jobs wait in") == true)
    }

    @Test func faultsOfTracesStandInTheTrace() throws {
        try write("job,submit_s,duration_s,gpus_per_pod\na,0,10,-3\n", to: "jobs.csv")
        let error = #expect(throws: InvalidInput.self) { try resolved("trace: jobs.csv, format: orrery").world() }
        #expect(
            error?.description.hasPrefix("\(folder)/jobs.csv:2:8: found '-3'") == true, "\(String(describing: error))")
    }

    @Test func processorsOfALogBecomeGPUs() throws {
        try write("; MaxProcs: 24\n1 0 5 100 12 -1 -1 12 200 -1 1 3 4 -1 1 -1 -1 -1\n", to: "log.swf")
        let world = try resolved("trace: log.swf, format: swf, swf: {processor: gpu}").world()
        let job = try #require(world.workload.jobs.first { world.workload.name(of: $0) == "1" })
        #expect(world.workload.groups(of: job).map(\.request.gpuCount) == [8, 4])
        #expect(world.workload.gpuMilli(of: job) == 12_000)
    }

    @Test func theHashCoversTheTrace() throws {
        try write(Self.jobs, to: "jobs.csv")
        let scenario = try resolved("trace: jobs.csv, format: orrery, oversized: drop")
        let before = try scenario.hash()
        #expect(try scenario.hash() == before)
        try write(Self.jobs + "# a comment\n", to: "jobs.csv")
        #expect(try scenario.hash() != before)
    }
}
