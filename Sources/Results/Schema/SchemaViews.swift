import Simulation

// The views about jobs: waiting, running, being interrupted, and why.

extension Schema {
    /// The questions that a run answers. Reports read these and no tables.
    public static let views: [Relation] =
        [
            runSummaryView, jobWaitView, wait("wait_summary", "all jobs", by: nil),
            wait("queue_wait", "each queue", by: "queue"), wait("team_wait", "each team", by: "team"),
            wait("class_wait", "each class of jobs", by: "job_class"), taskView, ganttView, decisionTextView,
            mostDelayedJobView, preemptionSummaryView, failureSummaryView, nodePlaceView, nodeOutageView,
        ] + ledgerViews + shareViews + spreadViews + reliabilityViews + trainingViews

    static let runSummaryView = Relation(
        view: "run_summary", "The run in one row: what compare puts side by side.",
        """
        SELECT r.scenario_name, r.scheduler_policy, r.placement, r.outcome, r.is_partial, r.end_ns - r.start_ns AS length_ns,
               c.gpus, w.jobs, w.started, w.completed, w.waiting, w.never_fit,
               w.mean_wait_ns, w.p50_wait_ns, w.p95_wait_ns, w.p99_wait_ns, w.max_wait_ns,
               d.mean_completion_ns, d.mean_slowdown, d.preemptions, d.failures AS restarts_after_failure,
               g.allocated_share, g.productive_share, g.goodput_share,
               f.jain_index, f.mean_rho, f.mean_share_shortfall,
               (SELECT coalesce(sum(microdollars), 0) FROM cost) AS cost_microdollars,
               (SELECT count(*) FROM failure) AS hardware_failures
        FROM run r, goodput g, fairness f, wait_summary w,
             (SELECT sum(gpus) AS gpus FROM cluster) c,
             (SELECT avg(completion_ns) AS mean_completion_ns, avg(slowdown) AS mean_slowdown,
                     coalesce(sum(preemptions), 0) AS preemptions, coalesce(sum(failures), 0) AS failures
              FROM job_wait) d
        """)

    /// Jobs that could never start are counted apart: no scheduler could have shortened their wait.
    private static let neverFits =
        "(j.first_start_ns IS NULL AND j.reason = \(DecisionReason.neverFits.rawValue))"

    static let jobWaitView = Relation(
        view: "job_wait",
        "Each job's wait (of a job that still waits: so far), completion time and slowdown, with names for codes.",
        """
        SELECT j.id AS job, j.name, t.name AS team, q.name AS queue, c.name AS job_class, u.name AS user,
               s.name AS status, j.priority, j.pods, j.gpu_milli_total / 1000.0 AS gpus,
               j.submit_ns, j.first_start_ns, j.end_ns, j.wait_ns,
               j.status = \(JobStatus.pending.rawValue) AS is_waiting, -- wait_ns is only a lower bound
               \(neverFits) AS never_fits,
               CASE WHEN j.status = \(JobStatus.completed.rawValue) THEN j.end_ns - j.submit_ns END AS completion_ns,
               -- Bounded slowdown (Feitelson and Rudolph 1998): completion over undisturbed run time, but at least 10 s of it.
               CASE WHEN j.status = \(JobStatus.completed.rawValue)
                    THEN max(1.0, (j.end_ns - j.submit_ns) * 1.0 / max(j.work_ns, 10000000000)) END AS slowdown,
               j.requested_ns, j.work_ns, j.productive_ns, j.lost_ns, j.preemptions, j.failures,
               r.name AS reason, r.label AS reason_label
        FROM job j
        JOIN team t ON t.id = j.team
        JOIN queue q ON q.id = j.queue
        JOIN job_class c ON c.id = j.job_class
        JOIN user u ON u.id = j.user
        JOIN job_status s ON s.code = j.status
        JOIN reason r ON r.code = j.reason
        """)

    /// Exact quantiles by nearest rank: the least wait that at least p % of the jobs do not exceed.
    private static func wait(_ name: String, _ of: String, by group: String?) -> Relation {
        let key = group.map { "j.\($0)" } ?? "0"
        let names = group.map { "JOIN \($0) g ON g.id = r.key" } ?? ""
        let grouping = group == nil ? "" : "GROUP BY r.key"  // without jobs, the summary still is one row
        let columns = group.map { "g.id AS \($0)_id, g.name AS \($0), " } ?? ""
        return Relation(
            view: name, "Waits of \(of): all submitted jobs that could ever start, a waiting one with its wait so far.",
            """
            SELECT \(columns)count(*) AS jobs,
                   count(*) FILTER (WHERE started) AS started,
                   count(*) FILTER (WHERE status = \(JobStatus.completed.rawValue)) AS completed,
                   count(*) FILTER (WHERE status = \(JobStatus.pending.rawValue) AND NOT never_fits) AS waiting,
                   count(*) FILTER (WHERE never_fits) AS never_fit, -- in none of the columns that follow
                   avg(wait_ns) FILTER (WHERE NOT never_fits) AS mean_wait_ns,
                   max(wait_ns) FILTER (WHERE NOT never_fits AND rank = (n * 50 + 99) / 100) AS p50_wait_ns,
                   max(wait_ns) FILTER (WHERE NOT never_fits AND rank = (n * 95 + 99) / 100) AS p95_wait_ns,
                   max(wait_ns) FILTER (WHERE NOT never_fits AND rank = (n * 99 + 99) / 100) AS p99_wait_ns,
                   max(wait_ns) FILTER (WHERE NOT never_fits) AS max_wait_ns
            FROM (SELECT \(key) AS key, j.wait_ns, j.status, j.first_start_ns IS NOT NULL AS started,
                         \(neverFits) AS never_fits,
                         row_number() OVER (PARTITION BY \(key), \(neverFits) ORDER BY j.wait_ns) AS rank,
                         count(*) OVER (PARTITION BY \(key), \(neverFits)) AS n
                  FROM job j) r \(names)
            \(grouping)
            """)
    }

    static let taskView = Relation(
        view: "task", "A pod of a job: how often it was placed, when first and when last released.",
        """
        SELECT job, task, count(*) AS placements, min(start_ns) AS first_start_ns, max(end_ns) AS end_ns,
               sum(end_ns - start_ns) AS held_ns
        FROM placement
        GROUP BY job, task
        """)

    static let ganttView = Relation(
        view: "gantt", "Placements with names, for drawing who held which GPU when.",
        """
        SELECT p.node AS node_id, n.name AS node, n.rack, o.name AS pool, n.gpus AS node_gpus, p.gpu_mask, p.gpu_milli,
               p.start_ns, p.end_ns, p.work_ns, p.job AS job_id, j.name AS job, p.task, p.attempt, t.name AS team,
               q.name AS queue, e.name AS end_reason
        FROM placement p
        JOIN node n ON n.id = p.node
        JOIN pool o ON o.id = n.pool
        JOIN job j ON j.id = p.job
        JOIN team t ON t.id = j.team
        JOIN queue q ON q.id = j.queue
        JOIN placement_end e ON e.code = p.reason
        """)

    static let decisionTextView = Relation(
        view: "decision_text", "Every decision as a sentence with its numbers.",
        """
        SELECT d.rowid AS decision_id, d.time_ns, d.cycle, d.job AS job_id, j.name AS job, a.name AS action, r.name AS reason,
               coalesce(j.name, n.name, 'a node') || ' ' || a.phrase || CASE
                 WHEN r.sentence = '' THEN ''
                 WHEN d.job IS NULL THEN ' (' || r.label || ')'
                 ELSE ': ' || replace(replace(replace(replace(replace(replace(r.sentence,
                   '{needed_gpus}', \(gpus("d.needed"))),
                   '{available_gpus}', \(gpus("d.available"))),
                   '{needed_count}', d.needed),
                   '{available_count}', d.available),
                   '{available_time}', printf('day %d %02d:%02d:%02d', d.available / 86400000000000,
                     d.available / 3600000000000 % 24, d.available / 60000000000 % 60, d.available / 1000000000 % 60)),
                   '{other}', coalesce(o.name, n.name, q.name, 'another'))
               END AS sentence
        FROM decision d
        JOIN action a ON a.code = d.action
        JOIN reason r ON r.code = d.reason
        LEFT JOIN job j ON j.id = d.job
        LEFT JOIN job o ON r.other_kind = 'job' AND d.job IS NOT NULL AND o.id = d.other
        LEFT JOIN queue q ON r.other_kind = 'queue' AND q.id = d.other
        LEFT JOIN node n ON (r.other_kind = 'node' OR d.job IS NULL) AND n.id = d.other
        """)

    /// Milli-GPUs as words: "1 GPU", "0.5 GPUs".
    private static func gpus(_ column: String) -> String {
        "printf('%g GPU%s', \(column) / 1000.0, CASE \(column) WHEN 1000 THEN '' ELSE 's' END)"
    }

    /// Reads the decisions once: an index on them would cost every run more than this view costs its report.
    static let mostDelayedJobView = Relation(
        view: "most_delayed_job", "The hundred jobs that waited longest, and why.",
        """
        WITH delayed AS MATERIALIZED (
               SELECT id, reason FROM job WHERE wait_ns > 0 ORDER BY wait_ns DESC, id LIMIT 100),
             said AS MATERIALIZED (
               SELECT d.job, d.reason, max(d.rowid) AS decision_id FROM decision d
               WHERE d.action = \(DecisionAction.reject.rawValue) AND d.job IN (SELECT id FROM delayed)
               GROUP BY d.job, d.reason)
        SELECT w.*,
               coalesce((SELECT x.sentence FROM decision_text x WHERE x.decision_id = s.decision_id),
                        w.name || ' waited: ' || w.reason_label) AS sentence
        FROM delayed d
        JOIN job_wait w ON w.job = d.id
        LEFT JOIN said s ON s.job = d.id AND s.reason = d.reason
        ORDER BY w.wait_ns DESC, w.job
        """)

    static let preemptionSummaryView = Relation(
        view: "preemption_summary", "Evictions by the team that lost its place and the team that took it.",
        """
        SELECT v.name AS victim_team, w.name AS preemptor_team, count(*) AS preemptions,
               count(DISTINCT d.job) AS victim_jobs, sum(j.gpu_milli_total) / 1000.0 AS gpus
        FROM decision d
        JOIN job j ON j.id = d.job
        JOIN team v ON v.id = j.team
        LEFT JOIN job p ON p.id = d.other
        LEFT JOIN team w ON w.id = p.team
        WHERE d.action = \(DecisionAction.preempt.rawValue)
        GROUP BY v.name, w.name
        """)

    static let failureSummaryView = Relation(
        view: "failure_summary",
        "Failures per pool and kind of part; repairs still open count to the run's end.",
        """
        SELECT p.name AS pool, k.name AS kind, count(*) AS failures,
               count(f.repaired_ns) AS repaired, sum(f.jobs_hit) AS jobs_hit,
               sum(coalesce(f.repaired_ns, r.end_ns) - f.time_ns) AS out_ns,
               avg(f.repaired_ns - f.time_ns) AS mean_repair_ns
        FROM failure f
        JOIN node n ON n.id = f.node
        JOIN pool p ON p.id = n.pool
        JOIN failed_part k ON k.code = f.part
        CROSS JOIN run r
        GROUP BY p.id, f.part
        """)

    static let nodePlaceView = Relation(
        view: "node_place", "Each node with its pool, for drawing.",
        """
        SELECT n.id AS node_id, n.name AS node, p.id AS pool_id, p.name AS pool, p.machine, p.gpu_model, n.rack,
               n.nvlink_domain, n.gpus, n.first_gpu
        FROM node n JOIN pool p ON p.id = n.pool
        """)

    static let nodeOutageView = Relation(
        view: "node_outage", "When a node or one of its GPUs was out; open ones last to the run's end.",
        """
        SELECT n.id AS node_id, n.name AS node, f.gpu, f.time_ns AS start_ns,
               coalesce(f.repaired_ns, r.end_ns) AS end_ns, f.jobs_hit
        FROM failure f JOIN node n ON n.id = f.node CROSS JOIN run r
        """)
}
