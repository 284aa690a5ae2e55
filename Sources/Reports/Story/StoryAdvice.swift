import Results

/// What would have let a job start earlier, read from what the run recorded.
struct StoryAdvice {
    private let run: RunReader

    init(_ run: RunReader) { self.run = run }

    /// About the two reasons that cost most, if they cost at least a tenth of its wait.
    func sentences(for story: JobStory) throws -> [String] {
        let total = story.waits.reduce(0) { $0 + $1.waited_ns }
        return try story.waits.prefix(2).filter { $0.waited_ns > 0 && $0.waited_ns >= total / 10 }.compactMap { share in
            let chapters = story.chapters.filter { $0.kind == .waited && $0.reason == share.reason }
            return try sentence(share.reason, chapters, story)
        }
    }

    private func sentence(_ reason: String, _ chapters: [JobStory.Chapter], _ story: JobStory) throws -> String? {
        let least = chapters.compactMap(\.least_missing_milli_gpus).min()
        switch reason {
        case "insufficient_gpus":
            let missing = least.map { "\(Self.gpus($0)) more in the pools it may use would have done" } ?? ""
            return [missing, try holders(chapters, story)].filter { !$0.isEmpty }.joined(separator: "; ")
        case "fragmented_gpus":
            let packing =
                run.run.schedulerPolicy == "volcano"
                ? "plugin binpack with nvidia.com/gpu among its resources" : "best-fit"
            return "enough GPUs were free in all: a placement that keeps nodes whole (\(packing)), or smaller pods, "
                + "would have let it start"
        case "insufficient_other":
            return "GPUs were free: asking for less CPU, memory, network or local storage per pod would have done"
        case "behind_head":
            return "without the strict order of its queue (policy backfill) it could have passed "
                + Self.list(chapters.map(\.other))
        case "would_delay_reservation":
            return "a shorter requested run time would have let it pass \(Self.list(chapters.map(\.other))), "
                + "whose reserved start it must not delay"
        case "queue_cap":
            let queue = chapters.last?.other ?? story.queue
            return "a cap of queue \(queue) higher by \(least.map(Self.gpus) ?? "its size") would have done"
        case "not_admitted":
            return
                "queue \(chapters.last?.other ?? story.queue) lets in no more than its capability, whether it runs or not: "
                + "a higher one, or fewer jobs let in before it" + (try admitted(chapters, story))
        case "overcommitted":
            return "a higher overcommit-factor: what is let in counts whether it runs or not"
                + (try admitted(chapters, story))
        case "queue_overused":
            let queue = chapters.last?.other ?? story.queue
            return ["a larger share for queue \(queue) (weight, deserved)", try holders(chapters, story)]
                .filter { !$0.isEmpty }.joined(separator: "; ")
        case "never_fits": return "no free node helps: it does not fit even the empty cluster"
        case "gang_deadlock":
            return
                "gang scheduling would have kept \(Self.list(chapters.map(\.other))) from holding half of what it needs"
        default: return nil
        }
    }

    /// Gangs that had been let in and waited for room in the middle of the longest wait.
    private func admitted(_ chapters: [JobStory.Chapter], _ story: JobStory) throws -> String {
        guard let longest = chapters.max(by: { $0.length < $1.length }) else { return "" }
        let rows = try run.rows(
            """
            SELECT j.name, j.gpu_milli_total AS gpus FROM decision d
            JOIN (SELECT max(rowid) AS last FROM decision WHERE time_ns <= ?1 GROUP BY job) l ON l.last = d.rowid
            JOIN job j ON j.id = d.job JOIN action a ON a.code = d.action JOIN reason r ON r.code = d.reason
            WHERE a.name = 'reject' AND r.name NOT IN ('not_admitted', 'overcommitted') AND j.id <> ?2
              AND coalesce(j.end_ns, ?1 + 1) > ?1
            ORDER BY j.gpu_milli_total DESC, j.id
            """, [.integer((longest.from_ns + longest.to_ns) / 2), .integer(story.id)])
        guard !rows.isEmpty else { return "" }
        let named = rows.prefix(3).map { "\($0.text("name") ?? "") (\(Self.gpus($0.integer("gpus") ?? 0)))" }
        let more = rows.count > 3 ? " and \(rows.count - 3) more" : ""
        return "; let in and waiting meanwhile: " + named.joined(separator: ", ") + more
    }

    /// Who held the GPUs meanwhile: the queues with most GPU time.
    private func holders(_ chapters: [JobStory.Chapter], _ story: JobStory) throws -> String {
        guard let longest = chapters.max(by: { $0.length < $1.length }) else { return "" }
        let rows = try run.rows(
            """
            SELECT q.name AS queue, sum((min(p.end_ns, ?2) - max(p.start_ns, ?1)) / 1e9 * j.gpu_milli_total / j.pods) AS held
            FROM placement p JOIN job j ON j.id = p.job JOIN queue q ON q.id = j.queue
            WHERE p.start_ns < ?2 AND p.end_ns > ?1 AND j.id <> ?3
            GROUP BY q.id HAVING held > 0 ORDER BY held DESC, q.id
            """, [.integer(longest.from_ns), .integer(longest.to_ns), .integer(story.id)])
        let total = rows.reduce(0) { $0 + ($1.real("held") ?? 0) }
        guard total > 0 else { return "" }
        let parts = rows.prefix(3).map { row in
            "\(row.text("queue") ?? "") \(Figures.percent((row.real("held") ?? 0) / total, decimals: 0))"
        }
        return "what was held meanwhile, by queue: " + parts.joined(separator: ", ")
    }

    private static func gpus(_ milli: Int64) -> String {
        Figures.short(Double(milli) / 1000) + (milli == 1000 ? " GPU" : " GPUs")
    }

    private static func list(_ names: [String]) -> String {
        var unique: [String] = []
        for name in names where !name.isEmpty && !unique.contains(name) { unique.append(name) }
        if unique.isEmpty { return "the jobs before it" }
        return unique.prefix(3).joined(separator: ", ") + (unique.count > 3 ? " and \(unique.count - 3) more" : "")
    }
}

/// When a waiting job may start, from the work that is left at the end of the run.
struct StoryForecast {
    private let run: RunReader

    init(_ run: RunReader) { self.run = run }

    func start(of story: JobStory) throws -> StartForecast {
        let end = run.run.endNs
        let total = try run.rows("SELECT coalesce(sum(gpus), 0) AS gpus FROM cluster").first?.real("gpus") ?? 0
        let running = try run.rows(
            """
            SELECT gpu_milli_total / 1000.0 AS gpus, max(work_ns - productive_ns, 0) AS left_ns FROM job
            WHERE status = (SELECT code FROM job_status WHERE name = 'running') ORDER BY 2, id
            """)
        var free = total - running.reduce(0) { $0 + ($1.real("gpus") ?? 0) }
        var earliest: Int64? = free >= story.gpus ? 0 : nil
        var work = 0.0
        for row in running {
            let left = row.real("left_ns") ?? 0
            work += left * (row.real("gpus") ?? 0)
            free += row.real("gpus") ?? 0
            if earliest == nil, free >= story.gpus { earliest = end + Int64(left) }
        }
        let before = try run.rows(
            """
            SELECT count(*) AS jobs, total(gpu_milli_total / 1000.0 * max(work_ns - productive_ns, 0)) AS work FROM job
            WHERE status = (SELECT code FROM job_status WHERE name = 'pending') AND id < ? AND reason <> 15
            """, [.integer(story.id)]
        ).first
        work += before?.real("work") ?? 0
        let fits = story.gpus <= total && total > 0
        let later = fits ? end + Int64(min(work / total, 9e17)) : nil
        return StartForecast(
            earliest_ns: fits ? earliest.flatMap { $0 > end ? $0 : nil } : nil,
            after_all_before_ns: later.map { max($0, earliest ?? $0) }, jobs_before: Int(before?.integer("jobs") ?? 0))
    }
}
