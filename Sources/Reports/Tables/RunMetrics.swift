import Results

/// One number of a run, under a name that stays.
public struct RunMetric: Sendable, Equatable, Codable {
    /// For example `wait_p95_s`, or `wait_p95_s[prod]` of a queue.
    public var name: String
    /// s, share, GPU-hours, jobs, index or dollars.
    public var unit: String
    /// Nil where a run has no such number, such as the wait of no jobs.
    public var value: Double?

    init(_ name: String, _ unit: String, _ value: Double?) {
        self.name = name
        self.unit = unit
        self.value = value
    }

    /// The value in words, for people.
    public var text: String { Self.text(value, unit: unit) }

    /// A value of a unit in words.
    static func text(_ value: Double?, unit: String) -> String {
        guard let value else { return Figures.missing }
        return switch unit {
        case "s": Figures.duration(seconds: value)
        case "share": Figures.percent(value)
        case "dollars": Figures.dollars(micro: value * 1e6)
        case "index": Figures.fixed(value, 3)
        default: Figures.short(value)
        }
    }
}

/// What `check` and `diff` compare of a run: waits, completions, evictions, where the GPU time went, fairness, money.
public enum RunMetrics {
    /// All metrics of a run, in an order that depends on nothing but its queues.
    public static func all(_ reader: RunReader) throws -> [RunMetric] {
        try jobs(reader) + waits(reader) + gpuTime(reader) + sharing(reader)
    }

    private static func jobs(_ reader: RunReader) throws -> [RunMetric] {
        guard
            let row = try reader.rows(
                """
                SELECT end_ns - start_ns AS length_ns, events, (SELECT count(*) FROM failure) AS failures,
                       (SELECT avg(j.end_ns - j.submit_ns) FROM job j JOIN job_status s ON s.code = j.status
                        WHERE s.name = 'completed') AS completion_ns,
                       (SELECT coalesce(sum(preemptions), 0) FROM job) AS evictions,
                       (SELECT coalesce(sum(failures), 0) FROM job) AS restarts
                FROM run
                """
            ).first
        else { return [] }
        return [
            RunMetric("length_s", "s", seconds(row.real("length_ns"))),
            RunMetric("completion_mean_s", "s", seconds(row.real("completion_ns"))),
            RunMetric("evictions", "jobs", row.real("evictions")),
            RunMetric("failures", "failures", row.real("failures")),
            RunMetric("restarts_after_failure", "jobs", row.real("restarts")),
        ]
    }

    private static func waits(_ reader: RunReader) throws -> [RunMetric] {
        var metrics: [RunMetric] = []
        let totals = try reader.rows("SELECT '' AS queue, * FROM wait_summary")
        let queues = try reader.rows("SELECT * FROM queue_wait ORDER BY queue")
        for row in totals + (queues.count > 1 ? queues : []) {
            let queue = row.text("queue") ?? ""
            let mark = queue.isEmpty ? "" : "[\(queue)]"
            metrics += [
                RunMetric("jobs" + mark, "jobs", row.real("jobs")),
                RunMetric("jobs_completed" + mark, "jobs", row.real("completed")),
                RunMetric("jobs_waiting" + mark, "jobs", row.real("waiting")),
                RunMetric("wait_mean_s" + mark, "s", seconds(row.real("mean_wait_ns"))),
                RunMetric("wait_p50_s" + mark, "s", seconds(row.real("p50_wait_ns"))),
                RunMetric("wait_p95_s" + mark, "s", seconds(row.real("p95_wait_ns"))),
                RunMetric("wait_max_s" + mark, "s", seconds(row.real("max_wait_ns"))),
            ]
        }
        return metrics
    }

    /// GPU-hours of every cause of the ledger.
    private static func gpuTime(_ reader: RunReader) throws -> [RunMetric] {
        try reader.rows("SELECT cause, gpu_ns FROM gpu_time_total ORDER BY position").map {
            RunMetric("gpu_hours[\($0.string("cause"))]", "GPU-hours", $0.number("gpu_ns") / 3.6e12)
        }
    }

    private static func sharing(_ reader: RunReader) throws -> [RunMetric] {
        let share = try reader.rows("SELECT allocated_share, productive_share FROM goodput").first
        let fairness = try reader.rows("SELECT jain_index FROM fairness").first
        let cost = try reader.rows(
            "SELECT coalesce(sum(microdollars) FILTER (WHERE team IS NOT NULL), 0) / 1e6 AS held FROM cost"
        ).first
        return [
            RunMetric("allocated_share", "share", share?.real("allocated_share")),
            RunMetric("productive_share", "share", share?.real("productive_share")),
            RunMetric("jain_index_of_teams", "index", fairness?.real("jain_index")),
            RunMetric("cost_of_held_gpu_time", "dollars", cost?.real("held")),
        ]
    }

    private static func seconds(_ nanoseconds: Double?) -> Double? { nanoseconds.map { $0 / 1e9 } }
}
