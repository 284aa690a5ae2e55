import Quantities
import Simulation
import SimulationKernel
import Testing

@Suite("Replay on processor counts")
struct ProcessorReplayTests {
    private static func job(_ submit: Int64, _ run: Int64, _ requested: Int64, _ processors: Int32) -> RigidJob {
        RigidJob(
            submit: SimTime(nanoseconds: submit), run: SimDuration(nanoseconds: run),
            requested: SimDuration(nanoseconds: requested), processors: processors)
    }

    /// Small machines, times that coincide often, run times of zero, requests from exact to far too long, in some
    /// worlds mostly even sizes on an odd machine.
    private static func world(_ seed: UInt64) -> (jobs: [RigidJob], processors: Int) {
        var random = RandomStream(seed: seed, name: "processor replay")
        let processors = 1 + random.below(12)
        let span = [6, 40, 300][random.below(3)]
        let overestimate = random.below(4)
        let mostlyEven = random.below(2) == 0
        let jobs = (0..<(2 + random.below(40))).map { _ -> RigidJob in
            let run = random.below(12)
            let requested = run + (overestimate == 0 ? 0 : random.below(1 + 8 * overestimate))
            let wide = random.below(4) == 0
            var width = 1 + random.below(wide ? processors : (processors + 2) / 3)
            if mostlyEven, width % 2 == 1, random.below(8) > 0 { width = min(width + 1, processors) }
            return job(Int64(random.below(span)), Int64(run), Int64(requested), Int32(width))
        }
        return (jobs, processors)
    }

    @Test("Every start equals that of the definition on random worlds", arguments: ProcessorReplay.Policy.allCases)
    func matchesDefinition(policy: ProcessorReplay.Policy) throws {
        for seed in 0..<400 as Range<UInt64> {
            let world = Self.world(seed)
            var reference = ReferenceReplay(jobs: world.jobs, processors: world.processors, policy: policy)
            let starts = try ProcessorReplay.startTimes(of: world.jobs, processors: world.processors, policy: policy)
            #expect(starts == reference.startTimes(), "world \(seed)")
        }
    }

    @Test("No job starts before it arrives, no processor is used twice", arguments: ProcessorReplay.Policy.allCases)
    func conservation(policy: ProcessorReplay.Policy) throws {
        for seed in 1000..<1100 as Range<UInt64> {
            let world = Self.world(seed)
            let starts = try ProcessorReplay.startTimes(of: world.jobs, processors: world.processors, policy: policy)
            var changes: [(time: Int64, processors: Int)] = []
            for (job, start) in zip(world.jobs, starts) {
                #expect(start >= job.submit)
                #expect(start < .distantFuture)
                changes.append((start.nanoseconds, Int(job.processors)))
                changes.append(((start + job.run).nanoseconds, -Int(job.processors)))
            }
            // At one instant what ends gives back before what starts takes.
            changes.sort { ($0.time, $0.processors) < ($1.time, $1.processors) }
            var used = 0
            var instants: [Int64: Int] = [:]
            for change in changes {
                used += change.processors
                instants[change.time] = used
            }
            #expect(used == 0)
            for level in instants.values { #expect(level >= 0 && level <= world.processors) }
        }
    }

    /// On 4 processors: a job on 3 that asks for 20 and ends after 10, one that needs all 4, then small ones.
    static let blocked = [job(0, 10, 20, 3), job(1, 5, 12, 4), job(2, 30, 30, 1), job(3, 8, 8, 1), job(4, 4, 16, 1)]

    @Test(
        "A blocked head, told by hand",
        arguments: [
            // Nobody passes the head, which waits for the first job to end.
            (ProcessorReplay.Policy.fifo, [0, 10, 15, 15, 15] as [Int64]),
            // The request of 8 becomes the head when it comes at 3, and the wide job waits for it too.
            (.sjf, [0, 11, 16, 3, 16]),
            // The head has a reservation at 20, nothing extra: the request of 30 may not pass, that of 8 may. At 10 the
            // reservation moves to 11, and no request is short enough any more.
            (.easy, [0, 11, 16, 3, 16]),
            (.conservative, [0, 11, 16, 3, 16]),
        ])
    func blockedHead(policy: ProcessorReplay.Policy, expected: [Int64]) throws {
        let starts = try ProcessorReplay.startTimes(of: Self.blocked, processors: 4, policy: policy)
        #expect(starts.map(\.nanoseconds) == expected)
    }

    @Test("Jobs may be passed in any order of submission; ties go to the first passed")
    func unsorted() throws {
        let jobs = [Self.job(5, 3, 3, 2), Self.job(0, 9, 9, 2), Self.job(5, 3, 3, 2)]
        for policy in ProcessorReplay.Policy.allCases {
            let starts = try ProcessorReplay.startTimes(of: jobs, processors: 2, policy: policy)
            #expect(starts.map(\.nanoseconds) == [9, 0, 12])
        }
    }

    @Test("What cannot be replayed is refused")
    func refusals() {
        func refusal(_ jobs: [RigidJob], _ processors: Int) -> ReplayError? {
            let errors = ProcessorReplay.Policy.allCases.map { policy -> ReplayError? in
                do throws(ReplayError) {
                    _ = try ProcessorReplay.startTimes(of: jobs, processors: processors, policy: policy)
                    return nil
                } catch {
                    return error
                }
            }
            #expect(Set(errors).count == 1)
            return errors[0]
        }
        #expect(refusal([], 0) == .noProcessors(0))
        #expect(refusal([], 1 << 40) == .noProcessors(1 << 40))
        #expect(
            refusal([Self.job(0, 1, 1, 1), Self.job(0, 1, 1, 5)], 4)
                == .processorsOutOfRange(job: 1, processors: 5, machine: 4))
        #expect(
            refusal([Self.job(0, 1, 1, 0)], 4) == .processorsOutOfRange(job: 0, processors: 0, machine: 4))
        #expect(refusal([Self.job(-1, 1, 1, 1)], 4) == .negativeTime(job: 0))
        #expect(refusal([Self.job(0, -1, 1, 1)], 4) == .negativeTime(job: 0))
        #expect(refusal([Self.job(0, .max - 9, 1, 3), Self.job(0, 20, 1, 3)], 4) == .endOfTime)
        #expect(refusal([Self.job(.max, 1, 1, 1)], 4) == .endOfTime)
        // A plan may reach beyond the end of time if what happens does not.
        #expect(refusal([Self.job(0, 5, .max, 3), Self.job(0, 5, .max, 3), Self.job(0, 5, .max, 3)], 4) == nil)
        #expect(refusal([], 4) == nil)
    }

    @Test("Summary figures, told by hand")
    func summary() {
        let jobs = [
            RigidJob(submit: .zero, run: .seconds(100), requested: .seconds(100), processors: 1),
            RigidJob(
                submit: SimTime.zero + SimDuration.seconds(50), run: .seconds(1), requested: .seconds(1), processors: 1),
        ]
        let summary = ReplaySummary(jobs: jobs, starts: [.zero, SimTime.zero + SimDuration.seconds(100)])
        #expect(summary.jobs == 2)
        #expect(summary.meanWait == 25)
        #expect(summary.p95Wait == 50)
        #expect(summary.maxWait == 50)
        #expect(summary.meanTurnaround == 75.5)
        // 1 for the first; (50 + 1) / 10 for the second, whose run counts as ten seconds.
        #expect(abs(summary.meanBoundedSlowdown - (1 + 5.1) / 2) < 1e-12)
        #expect(summary.makespan == 101)
        #expect(ReplaySummary(jobs: [], starts: []).maxWait == 0)
    }
}
