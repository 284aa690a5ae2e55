import ClusterModel
import Quantities
import Testing

@testable import Workloads

@Suite struct SWFTests {
    private func trace(_ text: String) throws -> SWFTrace { try SWFTrace(reading: source(text, name: "log.swf")) }

    @Test func allFieldsAndTheHeader() throws {
        let trace = try trace(
            """
            ; Version: 2.2
            ;  UnixStartTime: 1000
            ; MaxProcs: 128
            ; Queue:  0  interactive
            ; Queue: 1 batch jobs
            ; Note: a note: with a colon
            ; not a key because of blanks: x
            ;
             7  12.5 3 4.25 16 1.5 2048.6 32 60 -1 1 4 5 6 1 2 6 30
            8 13 -1 -1 -1 -1 -1 -1 -1 -1 5 -1 -1 -1 -1 -1 -1 -1 {1,2} q_1d 1:ppn=1
             \u{20}
            """)
        #expect(trace.header.unixStartTime == 1000)
        #expect(trace.header.maxProcessors == 128)
        #expect(trace.header.value("Note") == "a note: with a colon")
        #expect(trace.header.fields.count == 6)
        #expect(trace.header.names("Queue") == [0: "interactive", 1: "batch jobs"])
        #expect(trace.jobs.count == 2)
        #expect(trace.widerLines == 1)
        let job = trace.jobs[0]
        #expect(job.line == 9 && job.number == 7)
        #expect(job.submit == SimTime(nanoseconds: 12_500_000_000))
        #expect(job.wait == .seconds(3))
        #expect(job.run == SimDuration(nanoseconds: 4_250_000_000))
        #expect(job.allocatedProcessors == 16 && job.requestedProcessors == 32)
        #expect(job.cpuTime == SimDuration(nanoseconds: 1_500_000_000))
        #expect(job.usedMemory == 2049 && job.requestedMemory == nil)
        #expect(job.requestedRun == .seconds(60))
        #expect(job.status == 1 && job.user == 4 && job.group == 5 && job.executable == 6)
        #expect(job.queue == 1 && job.partition == 2 && job.precedingJob == 6 && job.thinkTime == .seconds(30))
        let unknown = trace.jobs[1]
        #expect(unknown.wait == nil && unknown.run == nil && unknown.allocatedProcessors == nil)
        #expect(unknown.requestedRun == nil && unknown.thinkTime == nil && unknown.status == 5)
    }

    private let log = """
        ; UnixStartTime: 1000
        ; Queue: 2 fast
        1 0 -1 100 4 -1 -1 8 60 1024 1 1 1 -1 2 -1 -1 -1
        2 5 -1 0 4 -1 -1 -1 60 -1 1 2 1 -1 -1 -1 1 10
        3 6 -1 -1 4 -1 -1 4 60 -1 5 -1 -1 -1 9 -1 -1 -1
        4 7 -1 10 -1 -1 -1 0 60 -1 1 1 1 -1 2 -1 -1 -1
        5 -1 -1 10 4 -1 -1 4 60 -1 1 1 1 -1 2 -1 -1 -1
        6 8 -1 10 4 -1 -1 4 -1 -1 2 1 1 -1 2 -1 -1 -1
        7 9 -1 10 20 -1 -1 20 -1 -1 1 1 1 -1 2 -1 -1 -1

        """

    @Test func conversionCountsWhatItLeavesOut() throws {
        let workload = try trace(log).workload()
        #expect(workload.jobs.map { workload.name(of: $0) } == ["1", "7"])
        #expect(workload.report.rowsRead == 7 && workload.report.rowsKept == 2)
        #expect(
            workload.report.dropped.map { "\($0.rows) \($0.reason)" } == [
                "1 zero run time", "1 no run time", "1 no processor count", "1 no submit time",
                "1 part of a checkpointed job",
            ])
        #expect(workload.report.notes == ["1 jobs ran longer than requested: kept as logged"])
        #expect(workload.epochUnixSeconds == 1000)
        #expect(workload.queues == ["fast"] && workload.teams == ["group-1"] && workload.users == ["user-1"])
        let first = workload.jobs[0]
        #expect(first.duration == .seconds(100) && first.requestedDuration == .seconds(60))
        let pods: [PodGroupSpec] = [PodGroupSpec(pods: 8, request: ResourceRequest(cpuMilli: 1000))]
        #expect(Array(workload.groups(of: first)) == pods)
        #expect(abs(workload.report.coreHours - 1000.0 / 3600) < 1e-12)
    }

    @Test func optionsDecideWhatTheFormatLeavesOpen() throws {
        let trace = try trace(log)
        let kept = try trace.workload(SWFOptions(count: .allocated, zeroRun: .keep, overrun: .clip))
        #expect(kept.jobs.map { kept.name(of: $0) } == ["1", "2", "7"])
        #expect(kept.jobs[0].duration == .seconds(60))
        #expect(kept.pods(of: kept.jobs[0]) == 4)
        #expect(kept.jobs[1].duration == .zero)
        #expect(kept.report.notes.contains("1 jobs name a preceding job: submit times kept as logged"))
        let raised = try trace.workload(SWFOptions(overrun: .raiseRequest, memory: .kibibytes))
        #expect(raised.jobs[0].requestedDuration == .seconds(100))
        #expect(raised.groups(of: raised.jobs[0]).first?.request.memoryBytes == 1 << 20)
        let gpus = try trace.workload(SWFOptions(processor: .gpu, memory: .bytes))
        let pods: [PodGroupSpec] = [
            PodGroupSpec(pods: 2, request: ResourceRequest(gpuCount: 8)),
            PodGroupSpec(pods: 1, request: ResourceRequest(gpuCount: 4)),
        ]
        #expect(Array(gpus.groups(of: gpus.jobs[1])) == pods)
        #expect(gpus.gpuMilli(of: gpus.jobs[1]) == 20_000)
    }

    @Test func timeZeroMayMove() throws {
        let absolute =
            "1 1356996147 0 5 1 1 1 1 1 1 1 1 1 1 1 1 -1 -1\n2 1356996150 0 5 1 1 1 1 1 1 1 1 1 1 1 1 -1 -1\n"
        let moved = try trace(absolute).workload()
        #expect(moved.jobs.map(\.submit.nanoseconds) == [0, 3_000_000_000])
        #expect(moved.epochUnixSeconds == 1_356_996_147)
        #expect(moved.report.notes.first?.contains("Unix seconds") == true)
        let logged = try trace(absolute).workload(SWFOptions(epoch: .asLogged))
        #expect(logged.jobs[0].submit == SimTime.zero + SimDuration.seconds(1_356_996_147))
        let shifted = try trace("; UnixStartTime: 1000\n1 50 0 5 1 1 1 1 1 1 1 1 1 1 1 1 -1 -1\n")
            .workload(SWFOptions(epoch: .firstSubmit))
        #expect(shifted.jobs[0].submit == .zero && shifted.epochUnixSeconds == 1050)
    }
}
