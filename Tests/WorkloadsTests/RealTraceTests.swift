import Quantities
import Testing

@testable import Workloads

/// Counts of the published traces, as their READMEs give them or as counted from the files with other tools.
@Suite struct RealTraceTests {
    private let openb = "traces-real/cluster/alibaba-gpu-2023-openb/"
    private let swf = "traces-real/cluster/swf-samples/"

    @Test(arguments: [
        ("default", 8_152), ("cpu0", 7_064), ("cpu250", 9_420), ("gpuspec33", 8_152), ("multigpu20", 8_324),
    ])
    func openbPods(variant: String, count: Int) throws {
        guard let path = shared(openb + "openb_pod_list_\(variant).csv.gz") else { return }
        let list = try OpenbPodList(reading: ByteSource(path: path))
        #expect(list.pods.count == count)
        #expect((list.gpuModelSets.count > 1) == (variant == "gpuspec33"))
    }

    @Test func openbDefaultInNumbers() throws {
        guard let path = shared(openb + "openb_pod_list_default.csv.gz") else { return }
        let list = try OpenbPodList(reading: ByteSource(path: path))
        let sizes = [0: 1_088, 1: 6_989, 2: 16, 4: 15, 8: 44]
        for (gpus, count) in sizes { #expect(list.pods.count { $0.gpus == Int32(gpus) } == count) }
        #expect(list.pods.count { $0.gpus == 1 && $0.gpuMilli < 1000 } == 3_078)
        let demand = list.pods.reduce(0) { $0 + $1.totalGPUMilli }
        #expect(abs(Double(demand) / 1000 - 6_086.8) < 0.05)
        for (qos, count) in [("LS", 4_647), ("BE", 3_398), ("Burstable", 100), ("Guaranteed", 7)] {
            #expect(list.pods.count { $0.qos == qos } == count)
        }
        let workload = list.workload()
        #expect(workload.jobs.count == 7_255)
        #expect(workload.report.dropped.map { "\($0.rows) \($0.reason)" } == ["897 never scheduled"])
        let run = try #require(TraceDescription(workload).duration)
        #expect(run.p10 == 73 && run.median == 616 && run.p90.rounded() == 7_764 && run.p99.rounded() == 114_348)
        #expect(list.workload(unscheduled: .lifetime).jobs.count == 8_152)
    }

    @Test func openbNodes() throws {
        guard let path = shared(openb + "openb_node_list_all_node.csv.gz"),
            let gpuPath = shared(openb + "openb_node_list_gpu_node.csv.gz")
        else { return }
        let nodes = try OpenbNode.list(reading: ByteSource(path: path))
        #expect(nodes.count == 1_523)
        #expect(nodes.reduce(0) { $0 + $1.gpus } == 6_212)
        let gpuNodes = try OpenbNode.list(reading: ByteSource(path: gpuPath))
        #expect(gpuNodes.count == 1_213)
        let models = [
            ("G2", 549, 4_392), ("T4", 404, 842), ("G3", 39, 312), ("P100", 134, 265), ("V100M32", 30, 204),
            ("V100M16", 55, 195), ("A10", 2, 2),
        ]
        for (model, count, gpus) in models {
            let of = gpuNodes.filter { $0.model == model }
            #expect(of.count == count)
            #expect(of.reduce(0) { $0 + $1.gpus } == Int32(gpus))
        }
    }

    @Test(arguments: [
        ("NASA-iPSC-1993-3.1-cln", 18_239, 18_066), ("alea-hpc2n-sample", 3_170, 3_145),
        ("lublin_256-synthetic", 10_000, 10_000), ("metacentrum-wagap-2013", 17_900, 17_898),
    ])
    func swfLogs(name: String, lines: Int, jobs: Int) throws {
        guard let path = shared(swf + name + ".swf.gz") else { return }
        let trace = try SWFTrace(reading: ByteSource(path: path))
        #expect(trace.jobs.count == lines)
        let workload = try trace.workload()
        #expect(workload.jobs.count == jobs)
        #expect(workload.report.rowsDropped == lines - jobs)
        if let declared = trace.header.maxJobs, name != "alea-hpc2n-sample" { #expect(declared == Int64(lines)) }
    }

    @Test func theLargestLog() throws {
        guard let path = shared(swf + "LCG-2005-1.swf.gz") else { return }
        let trace = try SWFTrace(reading: ByteSource(path: path))
        #expect(trace.jobs.count == 188_041)
        #expect(trace.jobs.count { $0.run == .zero } == 521)
        #expect(trace.jobs.allSatisfy { $0.requestedProcessors == nil && $0.allocatedProcessors == 1 })
        #expect(trace.header.names("Partition").count == 170)
    }

    @Test func hpc2nInNumbers() throws {
        guard let path = shared(swf + "alea-hpc2n-sample.swf.gz") else { return }
        let trace = try SWFTrace(reading: ByteSource(path: path))
        #expect(trace.header.maxProcessors == 240)
        #expect(trace.header.unixStartTime == 1_027_839_845)
        #expect(trace.jobs.count { ($0.run ?? .zero) > ($0.requestedRun ?? .zero) && $0.requestedRun != nil } == 320)
        #expect(trace.jobs.count { $0.run == nil } == 25)
    }

    @Test func metacentrumCountsFromItsFirstJob() throws {
        guard let path = shared(swf + "metacentrum-wagap-2013.swf.gz") else { return }
        let workload = try Workload.read(path: path)
        #expect(workload.jobs.first?.submit == .zero)
        #expect(workload.epochUnixSeconds == 1_356_996_147)
        #expect(workload.report.notes.contains("17900 lines have more than 18 fields: the further fields are not read"))
    }

    @Test func importAndExportGiveTheSameJobs() throws {
        guard let path = shared(openb + "openb_pod_list_gpuspec33.csv.gz") else { return }
        let workload = try Workload.read(path: path)
        let again = try Workload.read(ByteSource(bytes: OrreryWriter.bytes(of: workload), name: "w"), format: .orrery)
        #expect(contents(again) == contents(workload))
    }
}
