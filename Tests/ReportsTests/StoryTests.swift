import ClusterModel
import Foundation
import Quantities
import Results
import Scheduling
import Simulation
import Testing
import Workloads

@testable import Reports

/// Stories of the jobs of real runs, in which jobs are evicted and nodes and GPUs fail.
@Suite("Stories of jobs")
struct StoryTests {
    private func world(_ policy: SchedulingPolicy) throws -> World {
        var cluster = ClusterBuilder(name: "small")
        let shape = NodeShape(
            name: "eight", cpuMilli: 96_000, memoryBytes: 1 << 40, gpuModel: GPUModelID(index: 0), gpuCount: 8,
            nvlinkDomainGPUs: 8)
        cluster.add(NodePool(name: "eight", count: 4, shape: shape))
        var workload = WorkloadBuilder()
        for index in 0..<80 {
            let request = ResourceRequest(
                cpuMilli: 1000, memoryBytes: 1 << 30, gpuCount: [1, 2, 8, 8][index % 4], gpuMilli: 1000)
            workload.add(
                name: "job-\(index)", team: "red", queue: ["prod", "batch"][index % 2], priority: Int32(index % 3),
                submit: SimTime(nanoseconds: Int64(index) * 120_000_000_000),
                duration: .seconds(Int64(600 + index * 97 % 3000)),
                groups: [PodGroupSpec(pods: index % 5 == 0 ? 2 : 1, request: request)])
        }
        let jobs = workload.build()
        return World(
            name: "stories", cluster: try cluster.build(), workload: jobs,
            poolMasks: Array(repeating: .max, count: jobs.groups.count), scheduler: .init(policy: policy),
            queues: jobs.queues.map { QueueSpec(name: $0) },
            failures: FailureModel(
                nodeMTBF: .seconds(20_000), nodeRepair: .seconds(1800), gpuMTBF: .seconds(200_000),
                gpuRepair: .seconds(3600)),
            lifecycle: LifecycleModel(startup: .seconds(30), checkpointInterval: .seconds(900)), seed: 5,
            horizon: .zero + .seconds(20_000))
    }

    /// The stories of all jobs that were submitted, of a run that is written and read.
    private func stories(_ policy: SchedulingPolicy) throws -> [JobStory] {
        let folder = FileManager.default.temporaryDirectory.appending(path: "orrery-story-\(policy.rawValue)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "run.sqlite").path
        let world = try world(policy)
        let writer = try RunWriter(
            path: path, world: world,
            info: RunInfo(orreryVersion: "0.1.0", scenarioHash: "cafe", commandLine: "orrery run stories.yaml"))
        var simulation = Simulation(world)
        try writer.finish(try simulation.run(into: writer))
        let reader = try RunReader(path: path)
        return try (0..<80).map { try JobStory(of: "job-\($0)", in: reader) }
    }

    /// No time of a job's life is left out, and none is told twice.
    @Test(arguments: [SchedulingPolicy.fifoGang, .priority, .las, .srtf, .volcano])
    func chaptersFollowOneAnother(policy: SchedulingPolicy) throws {
        let stories = try stories(policy)
        #expect(stories.contains { $0.failures > 0 })
        for story in stories {
            let end = story.end_ns ?? 20_000_000_000_000
            #expect(story.chapters.first?.from_ns ?? story.submit_ns == story.submit_ns, "\(story.text(inFull: true))")
            #expect(story.chapters.last?.to_ns ?? end == end, "\(story.text(inFull: true))")
            for (chapter, next) in zip(story.chapters, story.chapters.dropFirst()) {
                #expect(chapter.to_ns == next.from_ns, "\(story.text(inFull: true))")
            }
            #expect(story.waits.reduce(0) { $0 + $1.waited_ns } == story.waited_ns, "\(story.text(inFull: true))")
            let interrupted = story.chapters.count { !$0.interruption.isEmpty }
            #expect(interrupted == Int(story.preemptions + story.failures), "\(story.text(inFull: true))")
        }
    }

    private func story(_ chapters: [JobStory.Chapter]) -> JobStory {
        JobStory(
            job: "a", id: 0, queue: "q", team: "t", pods: 1, gpus: 8, status: "running", submit_ns: 0,
            first_start_ns: 0, end_ns: nil, waited_ns: 0, preemptions: 0, failures: 0, chapters: chapters, waits: [],
            advice: [])
    }

    private func chapter(
        _ kind: JobStory.Chapter.Kind, _ from: Int64, _ to: Int64, _ reason: String, _ interruption: String = ""
    ) -> JobStory.Chapter {
        JobStory.Chapter(
            kind: kind, from_ns: from * 1_000_000_000, to_ns: to * 1_000_000_000, reason: reason, text: "on n-0",
            other: "", interruption: interruption)
    }

    @Test func manyEvictionsAreOneLine() {
        var chapters: [JobStory.Chapter] = []
        for index in 0..<Int64(6) {
            chapters.append(chapter(.waited, index * 100, index * 100 + 40, "queue_cap"))
            let taker = index == 3 ? "evicted for c" : "evicted for b of queue p"
            chapters.append(chapter(.ran, index * 100 + 40, index * 100 + 100, "preempted", taker))
        }
        chapters.append(chapter(.waited, 600, 602, "none"))
        chapters.append(chapter(.ran, 602, 1000, "run_ended"))
        let lines = story(chapters).text().split(separator: "\n").filter { $0.hasPrefix("  day") }
        #expect(lines.count == 4, "\(lines)")
        #expect(
            lines[1].hasSuffix(
                "was evicted 6 times in a row: ran 6 min in all, at most 1 min at a time, and waited 3 min 20 s; "
                    + "evicted for b of queue p (5 times), for c"))
        #expect(story(chapters).text(inFull: true).split(separator: "\n").filter { $0.hasPrefix("  day") }.count == 15)
    }

    @Test func aPredictionIsAnInterval() {
        var story = story([chapter(.waited, 0, 86_400, "queue_cap")])
        let day: Int64 = 86_400_000_000_000
        story.prediction = StartPrediction(
            expected_ns: 2 * day, from_ns: day, to_ns: 3 * day, samples: 20, started: 20, limit_ns: 9 * day)
        #expect(
            story.text().contains(
                "if nothing new arrives: day 2 00:00:00 with the run lengths of the scenario; between day 1 00:00:00 and "
                    + "day 3 00:00:00 in 80 % of 20 samples"))
        story.prediction = StartPrediction(
            expected_ns: nil, from_ns: nil, to_ns: nil, samples: 20, started: 1, limit_ns: 9 * day)
        #expect(story.text().contains("not by day 9 00:00:00 with the run lengths"))
        #expect(story.text().contains("(19 without a start)"))
    }
}
