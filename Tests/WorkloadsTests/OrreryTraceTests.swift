import ClusterModel
import Quantities
import SimulationKernel
import Testing

@testable import Workloads

@Suite struct OrreryTraceTests {
    private func read(_ text: String) throws -> Workload { try Workload.read(source(text), format: .orrery) }

    @Test func smallestFile() throws {
        let workload = try read("job,submit_s,duration_s\na,0,60\n")
        #expect(
            contents(workload) == [
                "a default default default default 0 0 60000000000 nil nil nil 2147483647 true "
                    + "[\"1/1 \(ResourceRequest()) []\"]"
            ])
        #expect(workload.report.rowsRead == 1)
        #expect(workload.epochUnixSeconds == nil)
    }

    @Test func everyColumn() throws {
        let workload = try read(
            """
            # made by hand
            # epoch_unix_s: 1700000000
            job,group,team,queue,class,user,priority,submit_s,duration_s,requested_s,pods,min_pods,cpu_per_pod,\
            memory_gib_per_pod,gpus_per_pod,gpu_milli,mig_profile,gpu_model,nics_per_pod,storage_gib_per_pod,\
            preemptible,checkpoint_s,max_restarts,abort_s
            a,0,t,q,c,u,-5,1.5,3600,7200,4,3,12.5,0.5,8,,,H100|H200,8,100,false,600,3,5000
            a,1,,,,,,,,,1,,1,1,1,250,,,,,,,,
            b,,,,,,,2,1,,,,,,,,1g.10gb,,,,,,,

            """)
        #expect(workload.epochUnixSeconds == 1_700_000_000)
        #expect(workload.jobs.count == 2)
        let job = workload.jobs[0]
        #expect(workload.pods(of: job) == 5)
        #expect(workload.gpuMilli(of: job) == 32_250)
        #expect(job.submit.nanoseconds == 1_500_000_000)
        #expect(job.requestedDuration == .seconds(7200))
        #expect(job.abortAt == .zero + .seconds(5000))
        #expect(job.checkpointInterval == .seconds(600))
        #expect(job.maxRestarts == 3)
        #expect(!job.preemptible && job.priority == -5)
        let group = try #require(workload.groups(of: job).first)
        #expect(group.minMember == 3)
        #expect(
            group.request
                == ResourceRequest(
                    cpuMilli: 12_500, memoryBytes: 1 << 29, gpuCount: 8, rdmaNICs: 8, ephemeralBytes: 100 << 30))
        #expect(workload.gpuModelSets[Int(group.gpuModels)] == ["H100", "H200"])
        let slice = try #require(workload.groups(of: workload.jobs[1]).first).request
        #expect(slice.isMIG && slice.gpuCount == 1 && slice.gpuMilli == 142 && slice.isWellFormed)
        #expect(workload.report.gpuHours == 32.25 + 0.142 / 3600)
    }

    @Test func laterRowsMayComeEarlier() throws {
        let workload = try read("job,submit_s,duration_s\nc,5,1\na,3,1\nb,3,1\nd,5,1\n")
        #expect(workload.jobs.map { workload.name(of: $0) } == ["a", "b", "c", "d"])
        #expect(workload.jobs.map(\.id) == [0, 1, 2, 3])
        #expect(workload.report.notes.count == 1)
        #expect(workload.report.notes.first?.hasPrefix("1 jobs stand behind") == true)
    }

    @Test func secondsAreReadExactly() throws {
        let rows = ["0.000000001", "1e3", "1.5E-3", "00012.5", "3155760000", ".25", "7."]
        let text = rows.enumerated().map { "j\($0.offset),0,\($0.element)\n" }.joined()
        let workload = try read("job,submit_s,duration_s\n" + text)
        #expect(
            workload.jobs.map(\.duration.nanoseconds) == [
                1, 1_000_000_000_000, 1_500_000, 12_500_000_000, 3_155_760_000_000_000_000, 250_000_000, 7_000_000_000,
            ])
    }

    @Test(arguments: 0..<20)
    func roundTripOfRandomWorkloads(seed: UInt64) throws {
        let workload = randomWorkload(seed: seed)
        let written = OrreryWriter.bytes(of: workload, comments: ["seed \(seed)", "two\nlines"])
        let read = try Workload.read(ByteSource(bytes: written, name: "w"), format: .orrery)
        #expect(contents(read) == contents(workload))
        #expect(read.epochUnixSeconds == workload.epochUnixSeconds)
        #expect(read.report.gpuHours == workload.report.gpuHours)
        #expect(OrreryWriter.bytes(of: read, comments: ["seed \(seed)", "two\nlines"]) == written)
        let stored = try withFile([], suffix: ".csv.gz") { path in
            try OrreryWriter.write(workload, to: path)
            return try Workload.read(path: path)
        }
        #expect(contents(stored) == contents(workload))
    }

    private func randomWorkload(seed: UInt64) -> Workload {
        var random = RandomStream(seed: seed, name: "workload")
        let names = ["default", "a,b", "say \"x\"", " blank ", "日本", "#1", "plain", "'"]
        func name() -> String { names[random.below(names.count)] }
        func maybe<Value>(_ value: @autoclosure () -> Value) -> Value? { random.below(2) == 0 ? nil : value() }
        func time(_ limit: Int) -> Int64 { Int64(random.below(limit)) * (random.below(2) == 0 ? 1 : 1_000_000_000) }
        func group(_ builder: inout WorkloadBuilder) -> PodGroupSpec {
            let pods = Int32(1 + random.below(9))
            let kind = random.below(4)
            let request =
                switch kind {
                case 0: ResourceRequest(cpuMilli: Int64(random.below(100_000)))
                case 1: ResourceRequest(memoryBytes: Int64(random.below(1 << 44)), gpuCount: 1, gpuMilli: 250)
                case 2: ResourceRequest(gpuCount: 1, gpuMilli: 142, migProfile: 0)
                default:
                    ResourceRequest(
                        cpuMilli: 1, memoryBytes: 3 << 30, gpuCount: Int32(1 + random.below(8)),
                        rdmaNICs: Int32(random.below(9)), ephemeralBytes: Int64(random.below(1 << 46)))
                }
            let models = [[], ["H100"], ["A100", "V100M32"]][random.below(3)]
            return PodGroupSpec(
                pods: pods, minMember: Int32(1 + random.below(Int(pods))), request: request,
                gpuModels: builder.gpuModels(models))
        }
        var builder = WorkloadBuilder(source: "random")
        builder.epochUnixSeconds = maybe(Int64(random.below(2_000_000_000)))
        var submit = SimTime.zero
        for number in 0..<random.below(60) {
            submit = submit + SimDuration(nanoseconds: time(1000))
            let groups = (0...random.below(3)).map { _ in group(&builder) }
            builder.add(
                name: "\(name())-\(number)", team: name(), queue: name(), jobClass: name(), user: name(),
                priority: Int32(random.below(7)) - 3, submit: submit, duration: SimDuration(nanoseconds: time(100_000)),
                requestedDuration: maybe(SimDuration(nanoseconds: 1 + time(1000))),
                abortAt: maybe(submit + SimDuration(nanoseconds: time(1000))),
                checkpointInterval: maybe(SimDuration(nanoseconds: 1 + time(1000))),
                maxRestarts: maybe(Int32(random.below(9))) ?? Job.unlimitedRestarts, preemptible: random.below(2) == 0,
                groups: groups)
        }
        return builder.build()
    }
}
