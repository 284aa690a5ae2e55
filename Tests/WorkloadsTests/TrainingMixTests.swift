import Quantities
import SimulationKernel
import Testing

@testable import Workloads

@Suite struct TrainingMixTests {
    /// One number for everything in a workload.
    private func fingerprint(_ workload: Workload) -> UInt64 {
        var fingerprint = Fingerprint()
        for byte in OrreryWriter.bytes(of: workload) { fingerprint.fold(UInt64(byte)) }
        return fingerprint.value
    }

    @Test func equalSeedsGiveEqualWorkloads() throws {
        let mix = TrainingMix(seed: 7, extent: .jobs(500))
        #expect(try contents(mix.generate()) == contents(mix.generate()))
        #expect(try contents(TrainingMix(seed: 8, extent: .jobs(500)).generate()) != contents(mix.generate()))
    }

    /// A change of this number changes every run on a generated workload: it must be meant, and told.
    @Test func pinnedWorkload() throws {
        let value = try fingerprint(TrainingMix(seed: 1, extent: .jobs(300)).generate())
        #expect(value == 6_084_653_132_658_436_339)
    }

    /// Between the extremes of the published clusters; see `TrainingClass.standard`.
    @Test func looksLikeThePublishedClusters() throws {
        let workload = try TrainingMix(seed: 3, jobsPerHour: 120, extent: .jobs(10_000)).generate()
        let described = TraceDescription(workload)
        let gpus = try #require(described.gpusPerJob)
        let duration = try #require(described.duration)
        #expect(gpus.median == 1 && 1.9...26.8 ~= gpus.mean && gpus.max >= 256)
        #expect(122...874 ~= duration.median && 1_414...18_006 ~= duration.mean)
        let single = try #require(described.sizes.first { $0.name == "1 GPU" })
        #expect(single.jobShare > 0.5 && single.gpuHourShare < 0.1)
        let pretrain = try #require(described.classes.first { $0.name == "pretrain" })
        #expect(0.01...0.06 ~= pretrain.jobShare && pretrain.gpuHourShare > 0.6)
        for size in workload.groups.map({ Int($0.pods) * Int($0.request.gpuCount) }) {
            #expect(size.nonzeroBitCount == 1)
        }
        // Share of GPU time that goes to jobs whose users cancel them: 39 % in Helios, 61 to 66 % in Acme.
        let cancelled = workload.jobs.filter { $0.undisturbedRun < $0.duration }
        func time(_ jobs: [Job]) -> Double {
            jobs.reduce(0) { $0 + Double(workload.gpuMilli(of: $1)) * $1.undisturbedRun.seconds }
        }
        #expect(0.1...0.66 ~= time(cancelled) / time(workload.jobs))
        #expect(0.05...0.25 ~= Double(cancelled.count) / Double(workload.jobs.count))
    }

    @Test func arrivalsFollowTheCycleAndTheRate() throws {
        let weeks: Int64 = 2
        let mix = TrainingMix(seed: 2, jobsPerHour: 60, extent: .horizon(.seconds(weeks * 7 * 86_400)))
        let described = TraceDescription(try mix.generate())
        let expected = 60.0 * 24 * 7 * Double(weeks)
        // Bursts of six make the count more scattered than Poisson: three standard deviations are about 6 %.
        #expect(abs(Double(described.jobs) / expected - 1) < 0.06)
        #expect(described.arrivalsByHour[15] > 3 * described.arrivalsByHour[4])
        #expect(described.arrivalsByWeekday[2] * 10 > 15 * described.arrivalsByWeekday[6])
        let flat = TrainingMix(seed: 2, jobsPerHour: 60, extent: .jobs(10_000), cycle: .flat)
        let hours = TraceDescription(try flat.generate()).arrivalsByHour
        #expect(Double(hours.min() ?? 0) > 0.6 * Double(hours.max() ?? 0))
    }

    @Test func teamsSkewAndLimits() throws {
        let teams = [
            TrainingMix.Team(name: "big", share: 3, queue: "q", users: 2),
            TrainingMix.Team(name: "small", share: 1, users: 1, classFactors: ["debug": 0], largestJob: 4),
        ]
        let workload = try TrainingMix(seed: 4, extent: .jobs(4_000), teams: teams, largestJob: 64).generate()
        #expect(workload.teams == ["big", "small"] && workload.queues == ["q", "small"])
        let small = workload.jobs.filter { $0.team == 1 }
        #expect(0.25...0.36 ~= Double(small.count) / 4_000)
        #expect(small.allSatisfy { workload.gpuMilli(of: $0) <= 4_000 })
        #expect(
            small.allSatisfy {
                workload.classes[Int($0.jobClass)] == "eval" || workload.classes[Int($0.jobClass)] == "finetune"
            })
        #expect(workload.jobs.allSatisfy { workload.gpuMilli(of: $0) <= 64_000 })
        #expect(Set(workload.users) == ["big-1", "big-2", "small-1"])
    }

    @Test(arguments: [0.3, 0.8, 1.5])
    func durationsAreScaledToTheLoad(share: Double) throws {
        let horizon = SimDuration.seconds(14 * 86_400)
        let mix = TrainingMix(seed: 6, extent: .horizon(horizon), load: .init(share: share, gpus: 256), largestJob: 128)
        let workload = try mix.generate()
        let work = workload.jobs.reduce(0) { $0 + Double(workload.gpuMilli(of: $1)) / 1000 * $1.undisturbedRun.seconds }
        // Whole seconds are what is left of the error.
        #expect(abs(work / (256 * horizon.seconds) / share - 1) < 1e-3)
    }

    @Test func theRateMayMeetTheLoadToo() throws {
        let load = TrainingMix.Load(share: 0.7, gpus: 512, means: .rate)
        let classes = TrainingClass.standard.filter { $0.name != "pretrain" }
        let mix = TrainingMix(seed: 6, extent: .horizon(.seconds(14 * 86_400)), classes: classes, load: load)
        let teams = TrainingMix.threeTeams.map { TrainingMix.Team(name: $0.name, share: $0.share) }
        var plain = mix
        plain.teams = teams
        let offered = try #require(TraceDescription(plain.generate(), gpus: 512).load)
        #expect(abs(offered.share / 0.7 - 1) < 0.1)
        #expect(throws: GeneratorError.self) { try mix.generate() }
    }

    @Test func virtualClustersForBenchmarks() throws {
        #expect(TrainingMix.VirtualCluster.philly.reduce(0) { $0 + $1.nodes } == 352)
        #expect(TrainingMix.VirtualCluster.philly328.reduce(0) { $0 + $1.nodes } == 328)
        let workload = try TrainingMix.virtualClusters(jobs: 5_000, seed: 3).generate()
        #expect(workload.jobs.count == 5_000 && workload.queues.count == 11)
        for job in workload.jobs {
            let nodes = TrainingMix.VirtualCluster.philly328[Int(job.queue)].nodes
            #expect(workload.gpuMilli(of: job) <= Int64(nodes) * 8_000)
        }
    }

    @Test func jobsWiderThanAPodAreGangsOfFullPods() throws {
        let workload = try TrainingMix(seed: 9, extent: .jobs(2_000), gpusPerPod: 6).generate()
        for job in workload.jobs {
            let groups = workload.groups(of: job)
            #expect(groups.dropLast().allSatisfy { $0.request.gpuCount == 6 })
            #expect(groups.allSatisfy { $0.minMember == $0.pods && $0.request.gpuCount <= 6 })
        }
    }

    @Test(arguments: [
        ("rate", TrainingMix(jobsPerHour: 0)), ("rate", TrainingMix(jobsPerHour: .nan)),
        ("rate", TrainingMix(jobsPerHour: .infinity)), ("horizon", TrainingMix(extent: .horizon(.zero))),
        ("horizon", TrainingMix(jobsPerHour: 1e6, extent: .horizon(.seconds(3_000_000_000)))),
        ("jobs", TrainingMix(extent: .jobs(0))), ("teams", TrainingMix(teams: [])),
        ("teams", TrainingMix(teams: [.init(name: "a", share: 0)])),
        ("teams", TrainingMix(teams: [.init(name: "a", share: 1), .init(name: "a", share: 1)])),
        ("team a", TrainingMix(teams: [.init(name: "a", share: -1)])),
        ("team a", TrainingMix(teams: [.init(name: "a", share: 1, users: 0)])),
        ("team a", TrainingMix(teams: [.init(name: "a", share: 1, classFactors: ["none": 1])])),
        ("team a", TrainingMix(teams: [.init(name: "a", share: 1, largestJob: 0)])),
        ("classes", TrainingMix(classes: [])), ("load", TrainingMix(load: .init(share: 0, gpus: 8))),
        ("load", TrainingMix(load: .init(share: 1, gpus: 0))), ("gpus-per-pod", TrainingMix(gpusPerPod: 0)),
        ("patience", TrainingMix(patience: .seconds(-1))),
    ])
    func senselessParametersAreRefused(parameter: String, mix: TrainingMix) {
        let error = #expect(throws: GeneratorError.self) { try mix.generate() }
        #expect(error?.parameter == parameter)
    }
}
