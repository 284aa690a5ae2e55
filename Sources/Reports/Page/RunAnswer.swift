// What the page of a run says first.

extension Answer {
    /// The answer of a run: how it ended if not as planned, who waits and why, and where the GPU time went.
    init(_ data: RunData) {
        self.init()
        if data.header.outcome == "stuck" { sayStuck(data) }
        guard data.summary.jobs > 0 else {
            say("No job was submitted in this run; there is nothing to wait for.")
            return
        }
        sayWait(data)
        sayWaste(data)
    }

    private mutating func sayStuck(_ data: RunData) {
        say("The run ")
        stress("got stuck at \(Figures.instant(nanoseconds: data.header.end))")
        say(
            ": \(Figures.count(data.summary.waiting + data.summary.neverFit)) jobs wait for something that cannot happen. "
        )
    }

    /// The queue (or, with a single queue, the team) whose tail waits longest, among those with enough jobs to speak
    /// of a tail.
    private mutating func sayWait(_ data: RunData) {
        let byQueue = data.queueWaits.count > 1 || data.teamWaits.count <= 1
        let groups = byQueue ? data.queueWaits : data.teamWaits
        let enough = groups.filter { $0.jobs >= min(20, data.summary.jobs) && $0.p95 != nil }
        guard
            let worst = enough.max(by: {
                ($0.p95 ?? 0) != ($1.p95 ?? 0) ? ($0.p95 ?? 0) < ($1.p95 ?? 0) : $0.name > $1.name
            }),
            let wait = worst.p95
        else {
            say("\(Figures.count(data.summary.jobs)) jobs were submitted, too few to speak of typical waits. ")
            return
        }
        let kind = byQueue ? "queue" : "team"
        guard wait >= 60e9 else {
            say(groups.count > 1 ? "No \(kind) waits longer than " : "Jobs wait no longer than ")
            stress("\(Figures.duration(nanoseconds: wait)) at p95")
            say(". ")
            return
        }
        if groups.count > 1 {
            say(byQueue ? "Queue " : "Team ")
            stress(worst.name)
            say(" waits longest: ")
        } else {
            say("Jobs wait ")
        }
        stress("\(Figures.duration(nanoseconds: wait)) at p95")
        let members = data.jobs.filter { !$0.neverFits && (byQueue ? $0.queue : $0.team) == worst.name }
        if let reason = WaitReason.ranked(members).first {
            say("; main reason, for ")
            stress(Figures.percent(reason.share, decimals: 0))
            say(" of that waiting: \(reason.label)")
        }
        say(". ")
    }

    private mutating func sayWaste(_ data: RunData) {
        guard let productive = data.printedShare({ $0.name == "productive" }) else { return }
        stress(productive)
        say(" of the GPU time did useful work")
        let wasted = data.causes.filter { $0.name != "productive" }
        if let worst = wasted.max(by: { $0.hours < $1.hours }), worst.hours > 0 {
            say("; the largest loss is ")
            stress(worst.label.split(separator: ":").first.map(String.init) ?? worst.label)
            let share = data.printedShare { $0.name == worst.name } ?? Figures.missing
            say(", \(share) (\(Figures.short(worst.hours)) GPU-hours)")
        }
        say(".")
    }
}

/// How much of some jobs' waiting had one main reason.
struct WaitReason: Equatable, Sendable {
    let label: String
    /// Job-nanoseconds of waiting.
    let wait: Double
    let share: Double
    let jobs: Int

    /// Reasons by the waiting they explain, most first. Jobs that did not wait do not count.
    static func ranked(_ jobs: [RunData.Job]) -> [WaitReason] {
        var sums: [String: (wait: Double, jobs: Int)] = [:]
        for job in jobs where job.wait > 0 {
            sums[job.reason, default: (0, 0)].wait += Double(job.wait)
            sums[job.reason, default: (0, 0)].jobs += 1
        }
        // Summed in sorted order, so that the last digit does not depend on how a dictionary is laid out.
        let labels = sums.keys.sorted()
        let total = labels.reduce(0.0) { $0 + (sums[$1]?.wait ?? 0) }
        guard total > 0 else { return [] }
        return labels.compactMap { label in
            sums[label].map { WaitReason(label: label, wait: $0.wait, share: $0.wait / total, jobs: $0.jobs) }
        }.sorted { $0.wait != $1.wait ? $0.wait > $1.wait : $0.label < $1.label }
    }
}
