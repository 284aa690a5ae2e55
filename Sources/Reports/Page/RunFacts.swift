// The numbers at the top of the page of a run.

extension FactsStrip {
    /// The facts of a run.
    init(_ data: RunData) {
        let summary = data.summary
        let peak = data.allocatedGPUs.max() ?? 0
        var facts = [
            Fact(
                name: "GPUs allocated", value: data.printedShare(\.isAllocated) ?? Figures.missing,
                context: "of \(Figures.count(summary.gpus)) GPUs; at most \(Figures.short(peak.rounded()))",
                course: data.allocatedGPUs),
            Fact(
                name: "Productive time",
                value: data.printedShare { $0.name == "productive" } ?? Figures.missing,
                context: summary.goodputShare.map { "goodput: \(Figures.percent($0)) of what was allocated" }
                    ?? "nothing was allocated",
                course: data.gpus(of: "productive")),
            Fact(
                name: "Wait at p95", value: summary.p95Wait.map(Figures.duration(nanoseconds:)) ?? Figures.missing,
                context: "median \(summary.p50Wait.map(Figures.duration(nanoseconds:)) ?? Figures.missing), "
                    + "\(Figures.count(summary.jobs)) jobs",
                course: data.tailWaits(bins: 40)),
            Fact(
                name: "Jobs waiting", value: Figures.short(data.pendingJobs.max() ?? 0),
                context: "at the worst instant; \(Figures.count(summary.waiting)) at the end", course: data.pendingJobs),
            Fact(
                name: "Work lost", value: data.printedShare { $0.name == "recomputed" } ?? Figures.missing,
                context: "of GPU time, done again after \(Figures.plural(summary.preemptions, "eviction")), "
                    + Figures.plural(summary.failureRestarts, "failure")
                    + (summary.effectiveShare.map { "; effective training time \(Figures.percent($0))" } ?? ""),
                course: data.gpus(of: "recomputed")),
        ]
        if summary.costMicrodollars > 0 {
            let idle = 1 - (summary.productiveShare ?? 0)
            facts.append(
                Fact(
                    name: "Price of the GPU time", value: Figures.dollars(micro: summary.costMicrodollars),
                    context: "\(Figures.dollars(micro: summary.costMicrodollars * idle)) of it not productive",
                    course: []))
        } else {
            facts.append(
                Fact(
                    name: "Jobs completed", value: Figures.count(summary.completed),
                    context:
                        "mean slowdown \(summary.meanSlowdown.map { Figures.short($0) + " ×" } ?? Figures.missing)",
                    course: data.runningJobs))
        }
        self.init(facts: facts)
    }
}

extension Figures {
    /// "1 eviction", "37 evictions".
    static func plural(_ count: Int, _ noun: String) -> String {
        "\(Self.count(count)) \(noun)\(count == 1 ? "" : "s")"
    }
}

extension RunData {
    /// GPUs at a cause over the buckets.
    func gpus(of cause: String) -> [Double] {
        causes.firstIndex { $0.name == cause }.map { causeBuckets.gpus[$0] } ?? []
    }

    /// GPUs held by jobs over the buckets.
    var allocatedGPUs: [Double] {
        causeBuckets.starts.indices.map { bucket in
            causes.indices.reduce(0) { causes[$1].isAllocated ? $0 + causeBuckets.gpus[$1][bucket] : $0 }
        }
    }

    /// Jobs waiting in all queues at each sample.
    var pendingJobs: [Double] { Self.sum(queues.map(\.pendingJobs)) }
    /// Jobs running in all queues at each sample.
    var runningJobs: [Double] { Self.sum(queues.map(\.runningJobs)) }

    /// The wait that one job in twenty exceeds, by time of submission.
    func tailWaits(bins: Int) -> [Double] {
        var members = [[Int64]](repeating: [], count: bins)
        let length = max(header.end - header.start, 1)
        for job in jobs where !job.neverFits {
            let bin = Int(Double(job.submit - header.start) / Double(length) * Double(bins))
            members[min(max(bin, 0), bins - 1)].append(job.wait)
        }
        return members.map { waits in
            waits.isEmpty ? 0 : Double(waits.sorted()[min(waits.count - 1, waits.count * 95 / 100)])
        }
    }

    private static func sum(_ series: [[Double]]) -> [Double] {
        let count = series.map(\.count).max() ?? 0
        return (0..<count).map { index in series.reduce(0) { index < $1.count ? $0 + $1[index] : $0 } }
    }
}
