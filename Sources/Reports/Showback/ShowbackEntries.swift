import Results

/// GPU time of a run by team, queue, class, pool and use, in whole nanoseconds.
struct ShowbackEntries {
    struct Row {
        var team = ""
        var queue = ""
        var jobClass = ""
        var pool: String
        var cluster: String
        /// Micro-dollars for a GPU-hour.
        var price: Int64
        var use: ShowbackStatement.Use
        var gpuNs: Int128

        func name(_ dimension: ShowbackStatement.Dimension) -> String {
            switch dimension {
            case .team: team
            case .queue: queue
            case .jobClass: jobClass
            case .pool: pool
            case .cluster: cluster
            }
        }
    }

    struct Pool {
        var name: String
        var price: Int64
    }

    /// What stops jobs, and how much GPU time their stopped runs had worked, by account.
    private typealias Account = [Int64]
    private typealias Stops = (preempted: Double, failed: Double, reclaimed: Double)

    var rows: [Row] = []
    var pools: [Pool] = []
    /// GPU-nanoseconds of the ledger.
    var capacity: Int128 = 0

    init(_ reader: RunReader) throws {
        for row in try reader.rows("SELECT name, price_microdollars_per_gpu_hour AS price FROM pool ORDER BY id") {
            pools.append(Pool(name: row.string("name"), price: row.integer("price") ?? 0))
        }
        try reader.forEachRawRow("SELECT gpu_ns FROM gpu_time") { capacity += Int128($0.integer(0)) }
        let stops = try Self.stops(reader)
        try reader.forEachRawRow(
            """
            SELECT t.name, q.name, c.name, p.name, k.name, p.price_microdollars_per_gpu_hour, u.name, a.gpu_ns,
                   a.team, a.queue, a.job_class, a.pool
            FROM team_time a JOIN team t ON t.id = a.team JOIN queue q ON q.id = a.queue
            JOIN job_class c ON c.id = a.job_class JOIN pool p ON p.id = a.pool JOIN cluster k ON k.id = p.cluster
            JOIN cause u ON u.code = a.cause
            """
        ) { row in
            let account = [row.integer(8), row.integer(9), row.integer(10), row.integer(11)]
            var entry = Row(
                team: row.text(0), queue: row.text(1), jobClass: row.text(2), pool: row.text(3), cluster: row.text(4),
                price: row.integer(5), use: .useful, gpuNs: Int128(row.integer(7)))
            for (use, part) in Self.uses(row.text(6), entry.gpuNs, stops[account]) where part > 0 {
                entry.use = use
                entry.gpuNs = part
                rows.append(entry)
            }
        }
        try reader.forEachRawRow(
            """
            SELECT p.name, k.name, p.price_microdollars_per_gpu_hour, u.name, b.gpu_ns
            FROM pool_time b JOIN pool p ON p.id = b.pool JOIN cluster k ON k.id = p.cluster
            JOIN cause u ON u.code = b.cause WHERE NOT u.is_allocated
            """
        ) { row in
            let use = ShowbackStatement.Use(rawValue: row.text(3)) ?? .idle
            if let last = rows.indices.last, rows[last].team.isEmpty, rows[last].pool == row.text(0),
                rows[last].use == use
            {
                rows[last].gpuNs += Int128(row.integer(4))
            } else {
                rows.append(
                    Row(
                        pool: row.text(0), cluster: row.text(1), price: row.integer(2), use: use,
                        gpuNs: Int128(row.integer(4))))
            }
        }
    }

    /// GPU time that stopped runs of each account had worked, by what stopped them: the measure by which lost work is
    /// attributed. A run that was stopped loses at most what it had worked.
    private static func stops(_ reader: RunReader) throws -> [Account: Stops] {
        var stops: [Account: Stops] = [:]
        try reader.forEachRawRow(
            """
            SELECT j.team, j.queue, j.job_class, n.pool, e.name, p.end_ns - p.work_ns, p.gpu_mask, p.gpu_milli
            FROM placement p JOIN job j ON j.id = p.job JOIN node n ON n.id = p.node
            JOIN placement_end e ON e.code = p.reason
            WHERE p.work_ns IS NOT NULL AND e.name NOT IN ('completed', 'run_ended', 'aborted')
            """
        ) { row in
            let account = [row.integer(0), row.integer(1), row.integer(2), row.integer(3)]
            let worked = Double(row.integer(5)) * Double(row.integer(6).nonzeroBitCount) * Double(row.integer(7))
            var known = stops[account] ?? (0, 0, 0)
            switch row.text(4) {
            case "preempted", "gang_released": known.preempted += worked
            case "reclaimed": known.reclaimed += worked
            default: known.failed += worked
            }
            stops[account] = known
        }
        return stops
    }

    /// The uses that time under a cause of the ledger divides into; they sum to it exactly.
    private static func uses(
        _ cause: String, _ gpuNs: Int128, _ stops: Stops?
    ) -> [(ShowbackStatement.Use, Int128)] {
        switch cause {
        case "productive": return [(.useful, gpuNs)]
        case "incomplete_gang": return [(.gangWaiting, gpuNs)]
        case "recomputed":
            // Work that was lost without a stop of the pods themselves: a part of the job that hung or was replaced.
            guard let stops, stops.preempted + stops.failed + stops.reclaimed > 0 else {
                return [(.lostToFailure, gpuNs)]
            }
            let all = stops.preempted + stops.failed + stops.reclaimed
            let preempted = Int128(Double(gpuNs) * (stops.preempted / all))
            let reclaimed = min(gpuNs - preempted, Int128(Double(gpuNs) * (stops.reclaimed / all)))
            // What rounding leaves goes to the kind that is there.
            let rest = gpuNs - preempted - reclaimed
            if stops.failed > 0 {
                return [(.lostToPreemption, preempted), (.lostToReclaim, reclaimed), (.lostToFailure, rest)]
            }
            return stops.preempted > 0
                ? [(.lostToPreemption, preempted + rest), (.lostToReclaim, reclaimed)]
                : [(.lostToReclaim, reclaimed + rest)]
        default: return [(ShowbackStatement.Use(rawValue: cause) ?? .slowed, gpuNs)]
        }
    }
}
