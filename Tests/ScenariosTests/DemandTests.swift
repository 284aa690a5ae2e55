import Configuration
import Quantities
import Testing
import Workloads

@testable import Scenarios

@Suite("Streams, demand and objectives")
struct DemandTests {
    private func text(_ workload: String, _ more: String = "") -> String {
        """
        apiVersion: orrery.dev/v1alpha1
        kind: Scenario
        metadata: {name: demand}
        spec:
          horizon: 100d
          clusters:
            - {name: c, nodePools: [{name: p, count: 4, machine: dgx-h100}]}
          workload: [\(workload)]
        \(more)
        """
    }

    private let stream = "{stream: s, rate: 40/d, duration: 2h, law: exponential, gpus: 8}"

    /// 4,000 arrivals with gaps and lengths of an exponential law: mean and variation within four standard errors.
    @Test func aStreamIsPoissonWithItsLaw() throws {
        let jobs = try scenario(text(stream)).scenario.world().workload.jobs
        #expect(abs(jobs.count - 4000) < 4 * 63)
        func check(_ values: [Double], mean: Double, variation: Double) {
            let found = values.reduce(0, +) / Double(values.count)
            let spread = (values.reduce(0) { $0 + ($1 - found) * ($1 - found) } / Double(values.count)).squareRoot()
            #expect(abs(found / mean - 1) < 4 * variation / Double(values.count).squareRoot())
            #expect(abs(spread / found - variation) < 0.1 * max(0.1, variation), "\(spread / found)")
        }
        let times = jobs.map(\.submit.nanoseconds)
        check(zip(times.dropFirst(), times).map { Double($0 - $1) }, mean: 86_400e9 / 40, variation: 1)
        check(jobs.map { Double($0.duration.nanoseconds) }, mean: 7200e9, variation: 1)
        let skewed = stream.replacing("law: exponential", with: "law: lognormal, variation: 0.5")
        let others = try scenario(text(skewed)).scenario.world().workload.jobs
        check(others.map { Double($0.duration.nanoseconds) }, mean: 7200e9, variation: 0.5)
        #expect(others.map(\.submit) == jobs.map(\.submit), "a law moves no arrival")
        let equal = try scenario(text(stream.replacing("exponential", with: "constant"))).scenario.world().workload.jobs
        #expect(equal.allSatisfy { $0.duration == .seconds(7200) })
    }

    /// A larger demand has all jobs of a smaller one, with their times; sizes follow the scale.
    @Test func demandScalesByJobs() throws {
        func jobs(_ scale: Double) throws -> [String: SimTime] {
            let world = try scenario(text(stream, "  demand: {scale: \(scale)}")).scenario.world()
            #expect(world.poolMasks.count == world.workload.groups.count)
            #expect(world.workload.jobs.map(\.submit) == world.workload.jobs.map(\.submit).sorted())
            return Dictionary(
                uniqueKeysWithValues: world.workload.jobs.map { (world.workload.name(of: $0), $0.submit) })
        }
        let whole = try jobs(1), part = try jobs(0.4), more = try jobs(2.5)
        #expect(abs(Double(part.count) / Double(whole.count) - 0.4) < 0.04)
        #expect(abs(Double(more.count) / Double(whole.count) - 2.5) < 0.04)
        #expect(part.allSatisfy { whole[$0.key] == $0.value })
        #expect(whole.allSatisfy { more[$0.key] == $0.value })
        // A copy comes at the same time of another day.
        for (name, submit) in more where name.hasSuffix("~2") {
            let original = try #require(whole[String(name.dropLast(2))])
            let distance = (submit.nanoseconds - original.nanoseconds) % 86_400_000_000_000
            #expect(distance == 0 && submit != original)
        }
    }

    @Test func aLoadOfGivenGPUsDoesNotGrowWithTheCluster() throws {
        let mix = "{generate: training-mix, rate: 10/h, span: 3d, load: 0.9, loadOf: 32, largestJob: 16}"
        let small = try scenario(text(mix)).scenario.world()
        let large = try scenario(text(mix), set: ["spec.clusters[0].nodePools[p].count=8"]).scenario.world()
        #expect(small.workload.jobs == large.workload.jobs)
        #expect(
            faults(text(mix.replacing("load: 0.9, ", with: ""))) == [
                "s.yaml:8:69: spec.workload[0].loadOf: there is no load that it could belong to; add \"load: 0.9\""
            ])
    }

    @Test func growthAndDaysAreCalendarTime() throws {
        let spec = try scenario(text(stream, "  demand: {growth: 8%/month, from: 2026-01-31}")).scenario.content.spec
        let demand = try #require(spec.demand)
        let growth = try #require(demand.growth)
        #expect(abs(growth.days(toGrowBy: 1.08) - 365.25 / 12) < 1e-6)
        #expect(growth.days(toGrowBy: 0.9) == 0)
        let day = try #require(demand.from)
        #expect(day.adding(days: 29).text == "2026-03-01" && day.adding(days: 800).text == "2028-04-10")
        for (written, part) in [("8%", "names no period"), ("8%/moon", "month"), ("0%/month", "above 0")] {
            let found = faults(text(stream, "  demand: {growth: \(written)}"))
            #expect(found.count == 1 && found[0].contains(part), "\(found)")
        }
    }

    @Test func objectivesAreRead() throws {
        let list = "p95(wait) of queue a < 30min, utilization > 0.7, cost < $500, N+2, survives loss of any rack"
        let objectives = try scenario(text(stream, "  objectives: [\(list)]")).scenario.content.spec.objectives
        #expect(objectives.map(\.demand).suffix(2) == [.survives(.nodes(2)), .survives(.rack)])
        guard case .bound(let first) = objectives[0].demand, case .bound(let cost) = objectives[2].demand else {
            Issue.record("bounds are bounds")
            return
        }
        #expect(first.statistic == .percentile(95) && first.limit == 1800 && first.scopeName == "a")
        #expect(cost.statistic == .total && cost.limit == 500 && !cost.isLowerLimit)
        let wrong = [
            ("p99(ttft) of chat < 800ms", "\"ttft\" is a measure of services, and this version simulates none"),
            ("p95(utilization) > 0.5", "a run has one utilization"), ("wait < 1h", "every job has its own wait"),
            ("mean(wait) of pool p < 1h", "there is no wait of a pool"), ("N+0", "no number of nodes"),
            ("survives loss of any cluster", "this version simulates one cluster"),
            ("survives loss of any nodes", "did you mean \"survives loss of any node\"?"),
        ]
        for (objective, message) in wrong {
            let found = faults(text(stream, "  objectives: [\(objective)]"))
            #expect(found.count == 1 && found[0].contains(message), "\(objective): \(found)")
        }
    }

    /// A load without a number of GPUs follows the cluster; that is told, and what would keep the jobs.
    @Test func aLoadThatFollowsTheClusterIsTold() throws {
        let mix = "{generate: training-mix, rate: 10/h, span: 3d, load: 0.9, largestJob: 16}"
        let written = try scenario(text(mix)).scenario
        let change = "spec.clusters[0].nodePools[0].count=8"
        let larger = try scenario(text(mix), set: [change]).scenario
        #expect(
            try larger.rescaledLoads(since: written) == [
                "spec.workload[0]: load 0.9 is now a share of 64 GPUs, not of 32, so the work changes with the cluster; for the same jobs set spec.workload[0].loadOf=32"
            ])
        #expect(try written.rescaledLoads(since: written).isEmpty)
        #expect(try scenario(text(mix), set: ["spec.seed=9"]).scenario.rescaledLoads(since: written).isEmpty)
        for more in ["spec.workload[0].loadOf=32", "spec.workload[0].load=0.8"] {
            #expect(try scenario(text(mix), set: [change, more]).scenario.rescaledLoads(since: written).isEmpty)
        }
    }
}
