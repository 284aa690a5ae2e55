import ClusterModel
import Quantities
import Testing

@testable import Workloads

@Suite struct WorkloadTests {
    private func workload(_ jobs: [(String, Int64, String)], epoch: Int64? = nil, source: String = "s") -> Workload {
        var builder = WorkloadBuilder(source: source)
        builder.epochUnixSeconds = epoch
        for (name, submit, team) in jobs {
            builder.add(
                name: name, team: team, submit: .zero + .seconds(submit), duration: .seconds(3600),
                groups: [
                    PodGroupSpec(pods: 2, request: ResourceRequest(cpuMilli: 1500, gpuCount: 4)),
                    PodGroupSpec(
                        pods: 1, request: ResourceRequest(gpuCount: 1, gpuMilli: 500),
                        gpuModels: builder.gpuModels([team])),
                ])
        }
        return builder.build()
    }

    @Test func jobsAreSmallAndPlain() {
        #expect(MemoryLayout<Job>.stride <= 96)
        #expect(MemoryLayout<PodGroupSpec>.stride <= 56)
    }

    @Test func totalsOfAJob() {
        let workload = workload([("a", 0, "x")])
        let job = workload.jobs[0]
        #expect(workload.pods(of: job) == 3)
        #expect(workload.gpuMilli(of: job) == 8_500)
        #expect(workload.cpuMilli(of: job) == 3_000)
        #expect(workload.report.gpuHours == 8.5 && workload.report.coreHours == 3)
        #expect(workload.groups(of: job).map { workload.gpuModelSets[Int($0.gpuModels)] } == [[], ["x"]])
    }

    @Test func sortingKeepsTheOrderOfAdding() {
        let workload = workload([("c", 5, "x"), ("a", 3, "y"), ("d", 5, "x"), ("b", 3, "x")])
        #expect(workload.jobs.map { workload.name(of: $0) } == ["a", "b", "c", "d"])
        #expect(workload.jobs.map(\.id) == [0, 1, 2, 3])
        #expect(workload.jobs.map { workload.teams[Int($0.team)] } == ["y", "x", "x", "x"])
        #expect(workload.groups(of: workload.jobs[0]).last?.gpuModels == 2)
    }

    @Test func mergingTranslatesEveryHandle() {
        let first = workload([("a", 0, "x"), ("b", 10, "y")], source: "one")
        let second = workload([("a", 0, "y"), ("c", 5, "z"), ("a#2", 6, "x")], epoch: 99, source: "two")
        let merged = Workload.merging([first, second])
        let rows = merged.jobs.map { job in
            let models = merged.groups(of: job).map { merged.gpuModelSets[Int($0.gpuModels)] }
            return "\(merged.name(of: job)) \(merged.teams[Int(job.team)]) \(models)"
        }
        #expect(
            rows == [
                "a x [[], [\"x\"]]", "a#2 y [[], [\"y\"]]", "c z [[], [\"z\"]]", "a#2#2 x [[], [\"x\"]]",
                "b y [[], [\"y\"]]",
            ])
        #expect(merged.epochUnixSeconds == 99)
        #expect(merged.report.jobs == 5)
        #expect(merged.report.source == "one + two")
        #expect(merged.report.notes.contains("2 jobs of two renamed: their names were taken"))
        #expect(contents(Workload.merging([first])) == contents(first))
        #expect(Workload.merging([]).jobs.isEmpty)
    }

    @Test func optionalTimesOfAJob() {
        var job = Job(id: 0, name: 0, submit: .zero + .seconds(5), duration: .seconds(10))
        #expect(job.requestedDuration == nil && job.abortAt == nil && job.checkpointInterval == nil)
        #expect(job.estimatedDuration == .seconds(10) && job.undisturbedRun == .seconds(10))
        job.requestedDuration = .seconds(20)
        job.abortAt = SimTime.zero + .seconds(8)
        job.checkpointInterval = .seconds(1)
        #expect(job.estimatedDuration == .seconds(20) && job.undisturbedRun == .seconds(3))
        #expect(job.checkpointInterval == .seconds(1))
        job.abortAt = nil
        #expect(job.abortAt == nil)
    }
}
