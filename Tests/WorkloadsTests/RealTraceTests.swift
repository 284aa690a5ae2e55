import Glibc
import Quantities
import Testing

@testable import Workloads

/// Counts of the published traces, as their READMEs give them.
@Suite struct RealTraceTests {
    @Test(arguments: [
        ("default", 8_152, 6_086_800.0), ("cpu0", 7_064, nil), ("cpu250", 9_784, nil), ("gpuspec33", 9_061, nil),
        ("multigpu20", 8_324, nil),
    ])
    func openbPods(variant: String, count: Int, demandMilli: Double?) throws {
        guard let path = shared("traces-real/cluster/alibaba-gpu-2023-openb/openb_pod_list_\(variant).csv.gz") else {
            return
        }
        let list = try OpenbPodList(reading: ByteSource(path: path))
        print(variant, list.pods.count)
        if let demandMilli {
            let demand = list.pods.reduce(0) { $0 + $1.totalGPUMilli }
            #expect(abs(Double(demand) - demandMilli) <= 50)
            let workload = list.workload()
            #expect(workload.jobs.count == 7_255)
            #expect(workload.report.dropped == [.init(reason: "never scheduled", rows: 897)])
            #expect(workload.classes == ["LS", "BE", "Burstable", "Guaranteed"])
        }
    }
}
