import Quantities
import SimulationKernel

/// Replays rigid jobs on a machine where only the number of free processors matters.
///
/// The definitions are exact: every start time follows from them. At one instant first all completions happen, then
/// all arrivals, then one scheduling pass; ties are broken by the order of the jobs as passed ("job id").
public enum ProcessorReplay {
    /// How the queue is served.
    public enum Policy: String, CaseIterable, Sendable {
        /// In order of submission; the head blocks the rest.
        case fifo
        /// In order of requested time, then submission; the head blocks the rest.
        case sjf
        /// FIFO, and others start when they cannot delay the reservation of the blocked head (EASY backfilling; Lifka,
        /// "The ANL/IBM SP scheduling system", 1995).
        case easy
        /// Every queued job has a reservation, planned again in queue order at every event (Mu'alem, Feitelson,
        /// "Utilization, predictability, workloads, and user runtime estimates", 2001).
        case conservative
    }

    /// When each job starts, in the order of `jobs`.
    ///
    /// - Parameters:
    ///   - jobs: In id order, which breaks ties; submit times need not be sorted.
    ///   - processors: Size of the machine.
    public static func startTimes(
        of jobs: [RigidJob], processors: Int, policy: Policy
    ) throws(ReplayError) -> [SimTime] {
        try check(jobs, processors: processors)
        // Indices are unique, so the sort is a stable one by submit time.
        let order = jobs.indices.sorted { (jobs[$0].submit, $0) < (jobs[$1].submit, $1) }
        let queueOrder = order.map { jobs[$0] }
        let starts =
            switch policy {
            case .fifo: try run(FirstComeFirstServed(), queueOrder, processors)
            case .sjf: try run(ShortestJobFirst(), queueOrder, processors)
            case .easy: try run(EasyBackfill(jobs: queueOrder), queueOrder, processors)
            case .conservative: try run(ConservativeBackfill(jobs: queueOrder), queueOrder, processors)
            }
        var inOrderOfJobs = [SimTime](repeating: .zero, count: jobs.count)
        for (place, job) in order.enumerated() { inOrderOfJobs[job] = starts[place] }
        return inOrderOfJobs
    }

    /// The event loop: the instants at which anything happens, in order.
    private static func run<Discipline: QueueDiscipline>(
        _ initial: Discipline, _ jobs: [RigidJob], _ processors: Int
    ) throws(ReplayError) -> [SimTime] {
        var discipline = initial
        var machine = ReplayMachine(jobs: jobs, processors: processors)
        var arrived = 0
        while let now = machine.nextInstant(afterArrivals: arrived) {
            machine.now = now
            while let job = machine.completeNext() { discipline.completed(job, machine) }
            while arrived < jobs.count, jobs[arrived].submit == now {
                discipline.arrived(arrived, machine)
                arrived += 1
            }
            discipline.pass(&machine)
        }
        if machine.now == .distantFuture { throw .endOfTime }
        return machine.starts
    }

    private static func check(_ jobs: [RigidJob], processors: Int) throws(ReplayError) {
        guard processors > 0, processors <= Int32.max else { throw .noProcessors(processors) }
        for (index, job) in jobs.enumerated() {
            guard job.processors > 0, job.processors <= processors else {
                throw .processorsOutOfRange(job: index, processors: job.processors, machine: processors)
            }
            guard job.submit >= .zero, job.run >= .zero else { throw .negativeTime(job: index) }
        }
    }
}

/// What distinguishes the policies. Jobs are named by their place in queue order: 0, 1, 2, … by submission.
protocol QueueDiscipline {
    mutating func arrived(_ job: Int, _ machine: borrowing ReplayMachine)
    mutating func completed(_ job: Int, _ machine: borrowing ReplayMachine)
    /// Starts what may start now, by calling `machine.start`.
    mutating func pass(_ machine: inout ReplayMachine)
}

/// The machine and the jobs running on it.
struct ReplayMachine {
    let jobs: [RigidJob]
    var now = SimTime.zero
    private(set) var free: Int32
    private(set) var starts: [SimTime]
    private var completions: EventQueue<Int32>

    init(jobs: [RigidJob], processors: Int) {
        self.jobs = jobs
        free = Int32(processors)
        starts = [SimTime](repeating: .distantFuture, count: jobs.count)
        completions = EventQueue()
    }

    /// The next time at which a job ends or, of those not yet in the queue, arrives.
    mutating func nextInstant(afterArrivals arrived: Int) -> SimTime? {
        let completion = completions.peekTime()
        if arrived == jobs.count { return completion }
        return min(jobs[arrived].submit, completion ?? .distantFuture)
    }

    /// Ends the next job that ends now.
    mutating func completeNext() -> Int? {
        guard let next = completions.peek(), next.time == now else { return nil }
        completions.pop()
        let job = Int(next.payload)
        free += jobs[job].processors
        return job
    }

    mutating func start(_ job: Int) {
        precondition(jobs[job].processors <= free, "a job started on more processors than are free")
        precondition(starts[job] == .distantFuture, "a job started twice")
        free -= jobs[job].processors
        starts[job] = now
        completions.schedule(at: now.later(by: jobs[job].run), phase: 0, Int32(truncatingIfNeeded: job))
    }

    /// When a running job ends if it uses all of its requested time.
    func expectedEnd(_ job: Int) -> SimTime { starts[job].later(by: jobs[job].requested) }
}

extension SimTime {
    /// This time plus a duration, but never beyond the last time that can be counted: what happens there is an error
    /// if it comes to pass, but no plan that reaches so far is.
    func later(by duration: SimDuration) -> SimTime {
        let (sum, overflow) = nanoseconds.addingReportingOverflow(duration.nanoseconds)
        return overflow ? .distantFuture : SimTime(nanoseconds: sum)
    }

    /// How long it is until this time; for ever if it never comes.
    func remaining(from now: SimTime) -> SimDuration {
        self == .distantFuture ? SimDuration(nanoseconds: .max) : self - now
    }
}
