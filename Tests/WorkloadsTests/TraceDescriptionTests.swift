import ClusterModel
import Foundation
import Quantities
import Testing

@testable import Workloads

@Suite struct TraceDescriptionTests {
    private func sample() -> Workload {
        var builder = WorkloadBuilder(source: "sample")
        let rows: [(Int64, Int64, Int32, Int32, String)] = [
            (0, 100, 0, 1, "a"), (3600, 200, 1, 1, "a"), (3600, 300, 8, 4, "b"), (90_000, 400, 8, 8, "b"),
        ]
        for (index, row) in rows.enumerated() {
            builder.add(
                name: "j\(index)", team: row.4, user: "u\(index % 3)", submit: .zero + .seconds(row.0),
                duration: .seconds(row.1), requestedDuration: index == 0 ? .seconds(250) : nil,
                abortAt: index == 3 ? .zero + .seconds(90_100) : nil, preemptible: index > 0,
                groups: [PodGroupSpec(pods: row.3, request: ResourceRequest(gpuCount: row.2))])
        }
        return builder.build()
    }

    @Test func countsAndShares() throws {
        let described = TraceDescription(sample(), gpus: 100)
        #expect(described.jobs == 4 && described.pods == 14 && described.users == 3)
        #expect(described.multiPodJobs == 2 && described.preemptibleJobs == 3 && described.cancelledJobs == 1)
        let gpuSeconds = 200.0 + 32 * 300 + 64 * 400
        #expect(abs(described.gpuHours - gpuSeconds / 3600) < 1e-9)
        #expect(described.sizes.map(\.name) == ["no GPU", "1 GPU", "17–32", "33–64"])
        #expect(described.sizes.map(\.jobs) == [1, 1, 1, 1])
        #expect(described.teams.map(\.name) == ["a", "b"])
        #expect(described.teams[1].jobShare == 0.5 && described.teams[1].meanGPUs == 48)
        #expect(abs(described.teams[1].gpuHourShare - (gpuSeconds - 200) / gpuSeconds) < 1e-12)
        #expect(described.teams[0].medianDuration == 150)
        #expect(described.overestimate?.max == 2.5)
        let load = try #require(described.load)
        #expect(abs(load.share - (200 + 9_600 + 6_400) / (100 * 90_000.0)) < 1e-12)
        #expect(abs(load.busiestDay - 9_800 / (100 * 86_400.0)) < 1e-12)
    }

    @Test func quantilesAreInterpolated() throws {
        let quantiles = try #require(TraceDescription.Quantiles([4, 1, 3, 2]))
        #expect(quantiles.mean == 2.5 && quantiles.median == 2.5 && quantiles.p25 == 1.75 && quantiles.max == 4)
        #expect(TraceDescription.Quantiles([7])?.p99 == 7)
        #expect(TraceDescription.Quantiles([]) == nil)
    }

    @Test func hoursCountFromTheEpochWhereItIsKnown() {
        var workload = sample()
        #expect(TraceDescription(workload).arrivalsByHour.prefix(3) == [1, 3, 0])
        #expect(TraceDescription(workload).arrivalsByWeekday == [3, 1, 0, 0, 0, 0, 0])
        // Sunday, 2001-09-09 01:46:40 UTC.
        workload.epochUnixSeconds = 1_000_000_000
        #expect(TraceDescription(workload).arrivalsByHour.prefix(4) == [0, 1, 3, 0])
        #expect(TraceDescription(workload).arrivalsByWeekday == [1, 0, 0, 0, 0, 0, 3])
        workload.epochUnixSeconds = -1
        #expect(TraceDescription(workload).arrivalsByWeekday.reduce(0, +) == 4)
    }

    @Test func textAndJSON() throws {
        let described = TraceDescription(sample(), gpus: 100)
        let text = described.text
        for part in ["sample (generated)", "offered load", "17–32", "Team", "median duration", "busiest day", "█"] {
            #expect(text.contains(part), "\(part)")
        }
        let again = try JSONDecoder().decode(TraceDescription.self, from: JSONEncoder().encode(described))
        #expect(again == described)
    }

    @Test func nothingToDescribe() {
        let described = TraceDescription(Workload(), gpus: 8)
        #expect(described.jobs == 0 && described.duration == nil && described.load == nil)
        #expect(described.text.contains("jobs"))
    }
}
