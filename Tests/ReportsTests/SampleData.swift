@testable import Reports

/// Runs made by hand or drawn at random, for tests of the page.
enum SampleData {
    static let causeNames = [
        "productive", "recomputed", "checkpoint_restore", "starting", "incomplete_gang", "slowed", "fragmented",
        "blocked", "idle", "down",
    ]

    /// Two nodes for two hours, one queue, two jobs: small enough to be read as a whole.
    static var tiny: RunData {
        let hour: Int64 = 3_600_000_000_000
        var data = RunData()
        data.header = RunData.Header(
            scenario: "tiny", scenarioHash: "cafe", version: "0.1.0", seed: "7", fingerprint: "0123456789abcdef",
            command: "orrery run tiny.yaml --seed 7", policy: "fifo-gang", placement: "best-fit", tieBreak: "seeded",
            outcome: "drained", start: 0, end: 2 * hour, events: 12, cycles: 4, sampleInterval: hour)
        data.summary = RunData.Summary(
            gpus: 16, jobs: 2, started: 2, completed: 2, meanWait: 900e9, p50Wait: 0, p95Wait: 1800e9, p99Wait: 1800e9,
            meanCompletion: 4500e9, meanSlowdown: 1.25, allocatedShare: 0.75, productiveShare: 0.7,
            goodputShare: 0.7 / 0.75)
        data.causes = causes([22.4, 0, 0.8, 0.8, 0, 0, 0, 0, 8, 0])
        data.causeBuckets = RunData.CauseBuckets(
            starts: [0, hour], end: 2 * hour, gpus: data.causes.map { [$0.hours * 0.75, $0.hours * 0.25] })
        data.pools = [
            RunData.Pool(
                name: "h100", bucketTimes: [0, hour], allocatedShare: [1, 0.5], sampleTimes: [0, hour],
                freeGPUs: [0, 8], unusableGPUs: [0, 0])
        ]
        data.queues = [holder("prod", share: [1, 0.5], pending: [1, 0], running: [1, 1], hour: hour)]
        data.teams = [holder("vision", share: [1, 0.5], pending: [1, 0], running: [1, 1], hour: hour)]
        data.teams[0].hours = 24
        data.teams[0].productiveHours = 22.4
        data.jobs = [
            RunData.Job(
                queue: "prod", team: "vision", submit: 0, wait: 0, slowdown: 1, reason: "no reason recorded",
                neverFits: false),
            RunData.Job(
                queue: "prod", team: "vision", submit: 0, wait: hour / 2, slowdown: 1.5, reason: "not enough free GPUs",
                neverFits: false),
        ]
        let waits = RunData.WaitSummary(
            name: "prod", jobs: 2, started: 2, waiting: 0, neverFit: 0, mean: 900e9, p50: 0, p95: 1800e9, p99: 1800e9,
            max: 1800e9)
        data.queueWaits = [waits]
        data.teamWaits = [waits]
        data.totalWait = waits
        data.delayed = [
            RunData.JobStory(
                id: 1, name: "train-b", team: "vision", queue: "prod", user: "ada", status: "completed", gpus: 8,
                pods: 1,
                submit: 0, firstStart: hour / 2, end: 2 * hour, wait: hour / 2, lost: 0, preemptions: 0, failures: 0,
                sentence: "train-b waits: it needs 8 GPUs; free in the pools it may use: 0 GPUs",
                reasonLabel: "not enough free GPUs",
                decisions: [
                    RunData.Decision(time: 0, sentence: "train-b was submitted"),
                    RunData.Decision(time: hour / 2, sentence: "train-b started: placed as a whole on 8 GPUs"),
                ])
        ]
        data.gantt = GanttData(
            start: 0, end: 2 * hour, epochUnixSeconds: nil,
            nodes: [
                GanttData.Node(name: "h100-0", pool: "h100", rack: 0, gpus: 8),
                GanttData.Node(name: "h100-1", pool: "h100", rack: 0, gpus: 8),
            ],
            teams: [GanttData.Team(name: "vision", paint: .series(0))],
            spans: [
                GanttData.Span(node: 0, team: 0, gpuMask: 255, start: 0, work: hour / 10, end: hour),
                GanttData.Span(node: 1, team: 0, gpuMask: 15, start: hour / 2, work: nil, end: 2 * hour),
            ],
            outages: [GanttData.Outage(node: 1, gpu: 7, start: hour, end: 2 * hour)])
        return data
    }

    /// A run of any size with hostile names, everything drawn from `seed`.
    static func random(
        _ seed: UInt64, nodes: Int, days: Int64, jobs: Int, teams: Int, samples: Int, nodesPerRack: Int = 32
    ) -> RunData {
        var dice = Dice(seed)
        let end = days * 86_400_000_000_000
        let names = (0..<teams).map { "team <\($0)> & \"co\" 'x'" }
        var data = tiny
        data.header.scenario = "a <b> & \"c\" 'd'"
        data.header.end = end
        data.header.epochUnixSeconds = seed % 2 == 0 ? 1_704_067_200 : nil
        data.notes = [
            RunData.Note(isWarning: true, text: "1 job <can> never fit & waits"),
            RunData.Note(isWarning: false, text: "start-up takes \"30 s\""),
        ]
        data.causes = causes(causeNames.map { _ in dice.double(0...1e5) })
        let times = (0..<samples).map { Int64($0) * end / Int64(samples) }
        data.causeBuckets = RunData.CauseBuckets(
            starts: times, end: end, gpus: causeNames.map { _ in times.map { _ in dice.double(0...50) } })
        data.summary.gpus = nodes * 8
        data.summary.jobs = jobs
        data.pools = ["big", "small"].map { name in
            RunData.Pool(
                name: name, bucketTimes: times, allocatedShare: times.map { _ in dice.double(0...1) },
                sampleTimes: times,
                freeGPUs: times.map { _ in dice.double(0...90) }, unusableGPUs: times.map { _ in dice.double(0...30) })
        }
        data.teams = names.map { name in
            RunData.Holder(
                name: name, entitled: 1 / Double(teams), times: times, share: times.map { _ in dice.double(0...0.9) },
                pendingJobs: times.map { _ in Double(dice.int(0...90)) },
                runningJobs: times.map { _ in Double(dice.int(0...90)) }, meanShare: 0.2,
                meanShortfall: dice.double(0...0.1), shortTime: dice.double(0...1), hours: dice.double(0...1000))
        }
        data.queues = data.teams
        data.jobs = (0..<jobs).map { _ in
            RunData.Job(
                queue: names[dice.int(0...teams - 1)], team: names[dice.int(0...teams - 1)],
                submit: Int64(dice.double(0...Double(end))),
                wait: dice.int(0...2) == 0 ? 0 : Int64(dice.double(0...1e14)), slowdown: dice.double(1...1000),
                reason: "reason <\(dice.int(0...5))>", neverFits: false)
        }
        data.queueWaits = names.map {
            RunData.WaitSummary(
                name: $0, jobs: jobs / teams, started: 1, waiting: 0, neverFit: 0, mean: 1e12, p50: 1e11,
                p95: dice.double(1e11...1e14), p99: 1e14, max: 1e14)
        }
        data.teamWaits = data.queueWaits
        data.preemptions = [
            RunData.Preemption(victim: names[0], preemptor: names[teams - 1], count: 3, jobs: 2, gpus: 16)
        ]
        data.failures = [RunData.FailureSummary(pool: "big", kind: "node", count: 2, jobsHit: 1, meanRepair: 1e13)]
        data.links = [
            RunData.Link(
                name: "leaf-<0>/spine", from: "leaf", to: "spine", tier: "spine", samples: samples, capacity: 1.6e12,
                meanShare: 0.7, maxShare: 1.3, saturatedShare: 0.1)
        ]
        data.gantt = gantt(&dice, nodes: nodes, spans: jobs * 3 / 2, end: end, teams: names, perRack: nodesPerRack)
        data.training = training(&dice, links: data.links, samples: samples, end: end, team: names[0])
        return data
    }

    /// Random steps of training jobs over some leaves, with the load of two tiers.
    static func training(
        _ dice: inout Dice, links: [RunData.Link], samples: Int, end: Int64, team: String
    ) -> RunData.Training {
        var training = RunData.Training()
        training.jobs = (0..<40).map { index in
            let slowdown = 1 + dice.double(0...2) * Double(index % 3)
            return RunData.TrainedJob(
                name: "train-<\(index)>", team: team, gpus: 16, nodes: 2, leafGroups: 1 + index % 3, steps: 100,
                step: 2 * slowdown, undisturbedStep: 2, slowdown: slowdown, slowedHours: slowdown - 1)
        }
        let times = (0..<Int64(samples)).map { $0 * (end / Int64(samples)) }
        training.paces = times.map {
            RunData.Pace(time: $0, mean: dice.double(1...1.5), worst: dice.double(1.5...3), worstJob: "train-<1>")
        }
        training.tiers = ["leaf", "spine"].map {
            RunData.Tier(
                name: $0, links: 64, capacity: 3.2e12, meanShare: 0.4, busiestMean: 0.7,
                busiestPeak: $0 == "spine" ? 1 : nil, everFull: $0 == "spine" ? 0.5 : nil)
        }
        training.tiers[1].times = times
        training.tiers[1].mean = times.map { _ in dice.double(0...0.5) }
        training.tiers[1].fullest = times.map { _ in dice.double(0.5...1) }
        training.busiest = links
        training.meanSlowdown = 1.3
        training.slowedHours = 12
        return training
    }

    /// Random pods (they may overlap, as shared GPUs do) and outages.
    static func gantt(
        _ dice: inout Dice, nodes: Int, spans: Int, end: Int64, teams: [String], perRack: Int
    ) -> GanttData {
        let palette = Palette(names: teams) { _ in 1 }
        return GanttData(
            start: 0, end: end, epochUnixSeconds: nil,
            nodes: (0..<nodes).map {
                GanttData.Node(name: "node-\($0)", pool: "p", rack: $0 / perRack, gpus: $0 % 7 == 6 ? 4 : 8)
            },
            teams: teams.map { GanttData.Team(name: $0, paint: palette.paint($0)) },
            spans: (0..<spans).map { _ in
                let start = Int64(dice.double(0...Double(end)))
                let stop = min(end, start + Int64(dice.double(0...Double(end) / 8)))
                return GanttData.Span(
                    node: Int32(dice.int(0...nodes - 1)), team: Int32(dice.int(0...teams.count - 1)),
                    gpuMask: UInt32(dice.int(1...255)), start: start,
                    work: dice.int(0...4) == 0 ? nil : start + (stop - start) / 10, end: stop)
            },
            outages: (0..<nodes / 4).map { _ in
                let start = Int64(dice.double(0...Double(end)))
                return GanttData.Outage(
                    node: Int32(dice.int(0...nodes - 1)), gpu: dice.int(0...1) == 0 ? nil : dice.int(0...7),
                    start: start,
                    end: min(end, start + end / 50))
            })
    }

    static func causes(_ hours: [Double]) -> [RunData.Cause] {
        zip(causeNames, hours).enumerated().map { index, cause in
            RunData.Cause(
                name: cause.0, label: cause.0 == "fragmented" ? "fragmented: free, but nothing fits" : cause.0,
                isAllocated: index < 6, hours: cause.1)
        }
    }

    private static func holder(
        _ name: String, share: [Double], pending: [Double], running: [Double], hour: Int64
    ) -> RunData.Holder {
        RunData.Holder(
            name: name, entitled: 1, times: [0, hour], share: share, pendingJobs: pending, runningJobs: running,
            meanShare: 0.75, meanShortfall: 0, shortTime: 0)
    }
}
