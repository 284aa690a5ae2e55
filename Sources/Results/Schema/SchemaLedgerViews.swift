// The views about GPU time and about shares of it: utilization, goodput, money, fairness.

extension Schema {
    static let ledgerViews = [
        gpuTimeTotalView, poolGPUTimeView, teamGPUTimeView, utilizationView, utilizationByCauseView,
        poolUtilizationView, goodputView, fragmentationView, fragmentationMeanView, chargebackView, teamCostView,
        linkHotView, ledgerCheckView,
    ]

    static let shareViews = [
        queueDepthView, share("queue"), share("team"), shareMean("queue"), shareMean("team"), finishTimeFairnessView,
        teamFairnessView, fairnessView, queueFairnessView, fairnessBetweenQueuesView,
    ]

    /// An exact sum of nanoseconds that may leave 63 bits (292 GPU-years, where `sum` itself would fail): seconds and
    /// rests are summed apart, and SQLite turns only an overflowing final product into a real number.
    static func exactSum(_ column: String) -> String {
        "(sum(\(column) / 1000000000) * 1000000000 + sum(\(column) % 1000000000))"
    }

    static let gpuTimeTotalView = Relation(
        view: "gpu_time_total", "Where the cluster's GPU time went: all causes in order; the shares sum to 1.",
        """
        SELECT c.name AS cause, c.position, c.label, c.is_allocated, coalesce(g.gpu_ns, 0) AS gpu_ns,
               coalesce(g.gpu_ns, 0) / 3.6e12 AS gpu_hours,
               coalesce(g.gpu_ns * 1.0 / nullif((SELECT \(exactSum("gpu_ns")) FROM gpu_time), 0), 0.0) AS share
        FROM cause c
        LEFT JOIN (SELECT cause, \(exactSum("gpu_ns")) AS gpu_ns FROM gpu_time GROUP BY cause) g ON g.cause = c.code
        ORDER BY c.position
        """)

    static let poolGPUTimeView = Relation(
        view: "pool_gpu_time", "Where each pool's GPU time went.",
        """
        SELECT p.id AS pool_id, p.name AS pool, c.name AS cause, c.position, c.label, c.is_allocated, t.gpu_ns,
               t.gpu_ns / 3.6e12 AS gpu_hours,
               coalesce(t.gpu_ns * 1.0 / nullif(sum(t.gpu_ns * 1.0) OVER (PARTITION BY p.id), 0), 0.0) AS share
        FROM (SELECT pool, cause, \(exactSum("gpu_ns")) AS gpu_ns FROM pool_time GROUP BY pool, cause) t
        JOIN pool p ON p.id = t.pool
        JOIN cause c ON c.code = t.cause
        ORDER BY p.id, c.position
        """)

    static let teamGPUTimeView = Relation(
        view: "team_gpu_time", "How each team used the GPU time it held.",
        """
        SELECT m.id AS team_id, m.name AS team, c.name AS cause, c.position, c.label, t.gpu_ns,
               t.gpu_ns / 3.6e12 AS gpu_hours,
               coalesce(t.gpu_ns * 1.0 / nullif(sum(t.gpu_ns * 1.0) OVER (PARTITION BY m.id), 0), 0.0) AS share
        FROM (SELECT team, cause, \(exactSum("gpu_ns")) AS gpu_ns FROM team_time GROUP BY team, cause) t
        JOIN team m ON m.id = t.team
        JOIN cause c ON c.code = t.cause
        ORDER BY m.id, c.position
        """)

    /// Shares of capacity from rows of `pool_time b JOIN cause c`.
    private static let shares = """
        total(b.gpu_ns) / 3.6e12 AS capacity_gpu_hours,
               total(b.gpu_ns) / nullif(b.end_ns - b.start_ns, 0) AS capacity_gpus,
               total(b.gpu_ns) FILTER (WHERE c.is_allocated) / nullif(b.end_ns - b.start_ns, 0) AS allocated_gpus,
               total(b.gpu_ns) FILTER (WHERE c.is_allocated) / nullif(total(b.gpu_ns), 0) AS allocated_share,
               total(b.gpu_ns) FILTER (WHERE c.name = 'productive') / nullif(total(b.gpu_ns), 0) AS productive_share,
               total(b.gpu_ns) FILTER (WHERE c.name = 'down') / nullif(total(b.gpu_ns), 0) AS down_share
        """

    static let utilizationView = Relation(
        view: "utilization", "Allocated share of the cluster's GPUs over time buckets.",
        """
        SELECT b.start_ns, b.end_ns,
               \(shares)
        FROM pool_time b JOIN cause c ON c.code = b.cause
        GROUP BY b.start_ns
        ORDER BY b.start_ns
        """)

    static let utilizationByCauseView = Relation(
        view: "utilization_by_cause", "GPUs at each cause over time buckets, on average over the bucket.",
        """
        SELECT b.start_ns, b.end_ns, c.name AS cause, c.position,
               total(b.gpu_ns) / nullif(b.end_ns - b.start_ns, 0) AS gpus
        FROM pool_time b JOIN cause c ON c.code = b.cause
        GROUP BY b.start_ns, c.position
        ORDER BY b.start_ns, c.position
        """)

    static let poolUtilizationView = Relation(
        view: "pool_utilization", "Allocated share of each pool's GPUs over time buckets.",
        """
        SELECT p.id AS pool_id, p.name AS pool, b.start_ns, b.end_ns,
               \(shares)
        FROM pool_time b JOIN cause c ON c.code = b.cause JOIN pool p ON p.id = b.pool
        GROUP BY b.start_ns, b.pool
        ORDER BY b.start_ns, b.pool
        """)

    static let goodputView = Relation(
        view: "goodput", "Useful share of the GPU time: of capacity, of what was up, and of what was allocated.",
        """
        SELECT total(gpu_ns) / 3.6e12 AS capacity_gpu_hours,
               total(gpu_ns) FILTER (WHERE is_allocated) / 3.6e12 AS allocated_gpu_hours,
               total(gpu_ns) FILTER (WHERE cause = 'productive') / 3.6e12 AS productive_gpu_hours,
               total(gpu_ns) FILTER (WHERE is_allocated) / nullif(total(gpu_ns), 0) AS allocated_share,
               total(gpu_ns) FILTER (WHERE cause = 'productive') / nullif(total(gpu_ns), 0) AS productive_share,
               total(gpu_ns) FILTER (WHERE cause = 'productive')
                 / nullif(total(gpu_ns) FILTER (WHERE cause <> 'down'), 0) AS productive_share_of_up,
               total(gpu_ns) FILTER (WHERE cause = 'productive')
                 / nullif(total(gpu_ns) FILTER (WHERE is_allocated), 0) AS goodput_share
        FROM gpu_time_total
        """)

    static let fragmentationView = Relation(
        view: "fragmentation",
        "Free GPUs of each pool at sampling instants, and the share of them that cannot be used.",
        """
        SELECT s.time_ns, p.id AS pool_id, p.name AS pool, s.free_gpu_milli / 1000.0 AS free_gpus, s.free_whole_gpus,
               s.largest_free_node_gpus, s.unusable_gpu_milli / 1000.0 AS unusable_gpus,
               coalesce(s.unusable_gpu_milli * 1.0 / nullif(s.free_gpu_milli, 0), 0.0) AS unusable_share,
               coalesce(1.0 - s.free_whole_gpus * 1000.0 / nullif(s.free_gpu_milli, 0), 0.0) AS partial_share
        FROM pool_sample s JOIN pool p ON p.id = s.pool
        """)

    static let fragmentationMeanView = Relation(
        view: "fragmentation_mean",
        "Fragmentation of each pool over the run: sums of the samples, not means of ratios.",
        """
        SELECT p.id AS pool_id, p.name AS pool, count(*) AS samples, avg(s.free_gpu_milli) / 1000.0 AS free_gpus,
               avg(s.unusable_gpu_milli) / 1000.0 AS unusable_gpus,
               coalesce(total(s.unusable_gpu_milli) / nullif(total(s.free_gpu_milli), 0), 0.0) AS unusable_share,
               coalesce(1.0 - total(s.free_whole_gpus) * 1000.0 / nullif(total(s.free_gpu_milli), 0), 0.0) AS partial_share,
               coalesce(total(s.unusable_gpu_milli) / nullif(p.gpus * 1000.0 * count(*), 0), 0.0)
                 AS unusable_share_of_capacity
        FROM pool_sample s JOIN pool p ON p.id = s.pool
        GROUP BY p.id
        """)

    static let chargebackView = Relation(
        view: "chargeback",
        "GPU-hours and money per team, pool and cause; rows without a team are unallocated capacity. Sums to capacity.",
        """
        SELECT k.team AS team_id, coalesce(t.name, '(unallocated)') AS team, k.team IS NOT NULL AS is_allocated,
               p.name AS pool, c.name AS cause, c.position, c.label, k.gpu_hours, k.microdollars,
               k.microdollars / 1e6 AS dollars
        FROM cost k
        JOIN pool p ON p.id = k.pool
        JOIN cause c ON c.code = k.cause
        LEFT JOIN team t ON t.id = k.team
        ORDER BY k.team IS NULL, k.team, k.pool, c.position
        """)

    static let teamCostView = Relation(
        view: "team_cost", "The bill of each team, and of capacity that nobody held.",
        """
        SELECT k.team AS team_id, coalesce(t.name, '(unallocated)') AS team, k.team IS NOT NULL AS is_allocated,
               total(k.gpu_hours) AS gpu_hours,
               total(k.gpu_hours) FILTER (WHERE c.name = 'productive') AS productive_gpu_hours,
               sum(k.microdollars) AS microdollars, sum(k.microdollars) / 1e6 AS dollars
        FROM cost k
        JOIN cause c ON c.code = k.cause
        LEFT JOIN team t ON t.id = k.team
        GROUP BY k.team
        ORDER BY k.team IS NULL, k.team
        """)

    static let linkHotView = Relation(
        view: "link_hot", "Demand on each link against its capacity, the most loaded first.",
        """
        SELECT l.id AS link_id, l.name AS link, l.from_name, l.to_name, l.tier, l.capacity_bytes_per_s,
               count(*) AS samples, avg(s.demand_bytes_per_s) AS mean_demand_bytes_per_s,
               max(s.demand_bytes_per_s) AS max_demand_bytes_per_s,
               avg(s.demand_bytes_per_s) / l.capacity_bytes_per_s AS mean_demand_share,
               max(s.demand_bytes_per_s) * 1.0 / l.capacity_bytes_per_s AS max_demand_share,
               avg(s.demand_bytes_per_s >= 0.999 * l.capacity_bytes_per_s) AS saturated_share -- of the samples
        FROM link_sample s JOIN link l ON l.id = s.link
        GROUP BY l.id
        ORDER BY mean_demand_share DESC, l.id
        """)

    static let ledgerCheckView = Relation(
        view: "ledger_check", "Violations of the ledger's sums; every column is 0 in a sound file.",
        """
        -- GPUs and buckets close exactly. Between tables each row of shared GPUs may be rounded by a nanosecond.
        SELECT (SELECT count(*) FROM (SELECT 1 FROM gpu_time, run GROUP BY gpu
                                      HAVING sum(gpu_ns) <> end_ns - start_ns)) AS gpus_not_closed,
               (SELECT count(*) FROM gpu) - (SELECT count(DISTINCT gpu) FROM gpu_time) AS gpus_missing,
               (SELECT count(*) FROM (SELECT 1 FROM pool_time b JOIN pool p ON p.id = b.pool GROUP BY b.start_ns, b.pool
                                      HAVING sum(b.gpu_ns) <> p.gpus * (b.end_ns - b.start_ns))) AS buckets_not_closed,
               (SELECT count(*) FROM (
                  SELECT 1 FROM (
                    SELECT pool, cause, gpu_ns FROM team_time
                    UNION ALL
                    SELECT b.pool, b.cause, -b.gpu_ns FROM pool_time b JOIN cause c ON c.code = b.cause WHERE c.is_allocated)
                  GROUP BY pool, cause
                  HAVING abs(\(exactSum("gpu_ns"))) > count(*))) AS team_time_differs,
               (SELECT count(*) FROM (
                  SELECT 1 FROM (
                    SELECT cause, gpu_ns FROM gpu_time UNION ALL SELECT cause, -gpu_ns FROM pool_time)
                  GROUP BY cause
                  HAVING abs(\(exactSum("gpu_ns"))) > count(*))) AS pool_time_differs
        """)
}

// MARK: - Shares and fairness

extension Schema {
    private static let capacity = "(SELECT sum(gpus) * 1000.0 FROM cluster)"

    static let queueDepthView = Relation(
        view: "queue_depth", "Jobs and GPUs waiting and running in the whole cluster at sampling instants.",
        """
        SELECT time_ns, sum(pending_jobs) AS pending_jobs, sum(running_jobs) AS running_jobs,
               sum(pending_gpu_milli) / 1000.0 AS pending_gpus, sum(allocated_gpu_milli) / 1000.0 AS allocated_gpus
        FROM queue_sample
        GROUP BY time_ns
        ORDER BY time_ns
        """)

    /// A shortfall is what a queue or team misses of its entitlement while it asks for more: asking for less is no
    /// unfairness, and neither is holding more while others do not ask.
    private static func share(_ kind: String) -> Relation {
        Relation(
            view: "\(kind)_share",
            "Share of the cluster's GPUs that each \(kind) holds over time, against its entitlement.",
            """
            SELECT time_ns, \(kind)_id, \(kind), pending_jobs, running_jobs, pending_gpus, allocated_gpus, share,
                   entitled_share, share - entitled_share AS share_deviation,
                   min(entitled_share, wanted_share) AS due_share,
                   max(0.0, min(entitled_share, wanted_share) - share) AS share_shortfall
            FROM (SELECT s.time_ns, k.id AS \(kind)_id, k.name AS \(kind), s.pending_jobs, s.running_jobs,
                         s.pending_gpu_milli / 1000.0 AS pending_gpus, s.allocated_gpu_milli / 1000.0 AS allocated_gpus,
                         coalesce(s.allocated_gpu_milli / nullif(\(capacity), 0), 0.0) AS share,
                         coalesce((s.allocated_gpu_milli + s.pending_gpu_milli) / nullif(\(capacity), 0), 0.0) AS wanted_share,
                         k.entitled_share
                  FROM \(kind)_sample s JOIN \(kind) k ON k.id = s.\(kind))
            """)
    }

    private static func shareMean(_ kind: String) -> Relation {
        Relation(
            view: "\(kind)_share_mean", "Mean share of each \(kind) over the samples, its deviation and its shortfall.",
            """
            SELECT \(kind)_id, \(kind), entitled_share, avg(share) AS mean_share, max(share) AS max_share,
                   avg(abs(share_deviation)) AS mean_abs_deviation, avg(share_shortfall) AS mean_shortfall,
                   avg(share_shortfall > 0) AS short_time_share -- of the samples
            FROM \(kind)_share
            GROUP BY \(kind)_id
            """)
    }

    static let finishTimeFairnessView = Relation(
        view: "finish_time_fairness",
        "rho of each completed job: its completion time over that on a private 1/N of the cluster (N teams).",
        """
        -- After Themis (NSDI 2020): rho = T_shared / T_ideal; above 1, sharing cost the job time. Ideal: no queueing, linear
        -- speed-up, so a job larger than cluster / N runs longer by that factor. Other jobs of its own team are left out.
        SELECT job, name, team_id, team, completion_ns, ideal_ns, completion_ns * 1.0 / nullif(ideal_ns, 0) AS rho
        FROM (SELECT j.id AS job, j.name, t.id AS team_id, t.name AS team, j.end_ns - j.submit_ns AS completion_ns,
                     j.work_ns * max(1.0, coalesce(j.gpu_milli_total * (SELECT count(*) FROM team)
                                                   / nullif(\(capacity), 0), 1.0)) AS ideal_ns
              FROM job j JOIN team t ON t.id = j.team
              WHERE j.status = (SELECT code FROM job_status WHERE name = 'completed'))
        """)

    static let teamFairnessView = Relation(
        view: "team_fairness",
        "What each team got of all allocated GPU time, against its entitlement, and its jobs' rho.",
        """
        SELECT t.id AS team_id, t.name AS team, t.weight, t.entitled_share, coalesce(a.gpu_ns, 0) / 3.6e12 AS gpu_hours,
               coalesce(a.gpu_ns * 1.0 / nullif((SELECT \(exactSum("gpu_ns")) FROM team_time), 0), 0.0) AS share,
               coalesce(a.gpu_ns, 0) / t.weight / 3.6e12 AS gpu_hours_per_weight,
               f.jobs AS completed_jobs, f.mean_rho, f.max_rho
        FROM team t
        LEFT JOIN (SELECT team, \(exactSum("gpu_ns")) AS gpu_ns FROM team_time GROUP BY team) a ON a.team = t.id
        LEFT JOIN (SELECT team_id, count(*) AS jobs, avg(rho) AS mean_rho, max(rho) AS max_rho
                   FROM finish_time_fairness GROUP BY team_id) f ON f.team_id = t.id
        """)

    static let fairnessView = Relation(
        view: "fairness", "Fairness between teams in one row.",
        """
        -- Jain's index (Jain, Chiu, Hawe 1984) of x = allocated GPU time per weight: (sum x)^2 / (n sum x^2). 1: equal;
        -- 1/n: one team has everything.
        SELECT count(*) AS teams,
               total(gpu_hours_per_weight) * total(gpu_hours_per_weight)
                 / nullif(count(*) * total(gpu_hours_per_weight * gpu_hours_per_weight), 0) AS jain_index,
               (SELECT avg(rho) FROM finish_time_fairness) AS mean_rho,
               (SELECT max(rho) FROM finish_time_fairness) AS max_rho,
               (SELECT avg(mean_abs_deviation) FROM team_share_mean) AS mean_share_deviation,
               (SELECT avg(mean_shortfall) FROM team_share_mean) AS mean_share_shortfall
        FROM team_fairness
        """)

    static let queueFairnessView = Relation(
        view: "queue_fairness",
        "What each queue that jobs were submitted to got, relative to what it deserves and to what it was due.",
        """
        -- Due at an instant: its entitled share, or what it holds and asks for, if that is less.
        SELECT queue_id, queue, entitled_share, avg(share) AS mean_share,
               avg(share) / nullif(entitled_share, 0) AS share_per_entitled,
               avg(due_share) AS mean_due_share, avg(share_shortfall) AS mean_shortfall,
               1.0 - total(share_shortfall) / nullif(total(due_share), 0) AS received_of_due
        FROM queue_share
        WHERE queue_id IN (SELECT DISTINCT queue FROM job)
        GROUP BY queue_id
        """)

    static let fairnessBetweenQueuesView = Relation(
        view: "fairness_between_queues", "Fairness between queues in one row.",
        """
        -- Jain's index (Jain, Chiu, Hawe 1984) of x = mean share over entitled share, and of x = the part of its due that a
        -- queue received: (sum x)^2 / (n sum x^2).
        SELECT count(*) AS queues,
               total(share_per_entitled) * total(share_per_entitled)
                 / nullif(count(*) * total(share_per_entitled * share_per_entitled), 0) AS jain_index,
               total(received_of_due) * total(received_of_due)
                 / nullif(count(received_of_due) * total(received_of_due * received_of_due), 0) AS jain_index_of_due,
               min(received_of_due) AS least_received_of_due,
               coalesce(sum(mean_shortfall), 0.0) AS missed_share -- of the cluster, of all queues together
        FROM queue_fairness
        """)
}
