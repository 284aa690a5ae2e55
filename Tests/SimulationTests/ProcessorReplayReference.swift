import Quantities
import Simulation

/// The definitions of the policies, word for word and slow: every list is searched, every plan made from scratch.
struct ReferenceReplay {
    let jobs: [RigidJob]
    let processors: Int32
    let policy: ProcessorReplay.Policy
    private var now: Int64 = 0
    private var free: Int32
    private var waiting: [Int] = []
    private var running: [Int] = []
    private var starts: [Int64?]

    init(jobs: [RigidJob], processors: Int, policy: ProcessorReplay.Policy) {
        self.jobs = jobs
        self.processors = Int32(processors)
        self.policy = policy
        free = Int32(processors)
        starts = Array(repeating: nil, count: jobs.count)
    }

    mutating func startTimes() -> [SimTime] {
        var arriving = Set(jobs.indices)
        while true {
            let completions = running.map(end)
            let arrivals = arriving.map { jobs[$0].submit.nanoseconds }
            guard let next = (completions + arrivals).min() else { break }
            now = next
            let ending = running.filter { end($0) == now }
            for job in ending { free += jobs[job].processors }
            running.removeAll(where: ending.contains)
            waiting += arriving.filter { jobs[$0].submit.nanoseconds == now }
            arriving = arriving.filter { jobs[$0].submit.nanoseconds > now }
            waiting.sort { (jobs[$0].submit, $0) < (jobs[$1].submit, $1) }
            switch policy {
            case .fifo: startHeads()
            case .sjf:
                waiting.sort { (jobs[$0].requested, jobs[$0].submit, $0) < (jobs[$1].requested, jobs[$1].submit, $1) }
                startHeads()
            case .easy: easyPass()
            case .conservative: conservativePass()
            }
        }
        return starts.map { SimTime(nanoseconds: $0 ?? .max) }
    }

    private func end(_ job: Int) -> Int64 { (starts[job] ?? 0) + jobs[job].run.nanoseconds }
    private func expectedEnd(_ job: Int) -> Int64 { (starts[job] ?? 0) + jobs[job].requested.nanoseconds }

    private mutating func start(_ job: Int) {
        waiting.removeAll { $0 == job }
        running.append(job)
        starts[job] = now
        free -= jobs[job].processors
    }

    private mutating func startHeads() {
        while let head = waiting.first, jobs[head].processors <= free { start(head) }
    }

    private mutating func easyPass() {
        startHeads()
        guard let head = waiting.first else { return }
        let need = jobs[head].processors
        func freeAt(_ time: Int64) -> Int32 {
            free + running.filter { expectedEnd($0) <= time }.reduce(0) { $0 + jobs[$1].processors }
        }
        guard let reservation = running.map(expectedEnd).sorted().first(where: { freeAt($0) >= need }) else { return }
        var extra = freeAt(reservation) - need
        for job in waiting.dropFirst() where jobs[job].processors <= free {
            if now + jobs[job].requested.nanoseconds <= reservation {
                start(job)
            } else if jobs[job].processors <= extra {
                extra -= jobs[job].processors
                start(job)
            }
        }
    }

    private mutating func conservativePass() {
        /// Holdings of running and of planned jobs: processors in [from, to).
        var holdings = running.map { (from: now, to: expectedEnd($0), processors: jobs[$0].processors) }
        for job in waiting {
            let candidates = ([now] + holdings.map(\.to)).filter { $0 >= now }.sorted()
            for begin in candidates {
                let finish = begin + jobs[job].requested.nanoseconds
                let changes = [begin] + holdings.map(\.from).filter { $0 > begin && $0 < finish }
                let fits = changes.allSatisfy { time in
                    let held = holdings.filter { $0.from <= time && time < $0.to }.reduce(0) { $0 + $1.processors }
                    return held + jobs[job].processors <= processors
                }
                if fits {
                    holdings.append((begin, finish, jobs[job].processors))
                    if begin == now { start(job) }
                    break
                }
            }
        }
    }
}
