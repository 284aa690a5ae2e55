// The views about the steps of training jobs.

extension Schema {
    static let trainingViews = [
        trainingStepsView, trainingStepsTotalView, trainingPaceView, linkLoadView, linkTierView,
    ]

    static let trainingStepsView = Relation(
        view: "training_steps",
        "Each training job: its mean step, and what it would have been without other traffic, distance and slow parts.",
        """
        SELECT j.id AS job, j.name, t.name AS team, j.gpu_milli_total / 1000.0 AS gpus, count(*) AS runs,
               max(r.nodes) AS nodes, max(r.leaf_groups) AS leaf_groups,
               total(r.useful_ns * 1.0 / r.undisturbed_step_ns) AS steps,
               total(r.working_ns) / 1e9 / nullif(total(r.useful_ns * 1.0 / r.undisturbed_step_ns), 0) AS step_s,
               total(r.useful_ns) / 1e9 / nullif(total(r.useful_ns * 1.0 / r.undisturbed_step_ns), 0)
                 AS undisturbed_step_s,
               total(r.working_ns) / nullif(total(r.useful_ns), 0) AS slowdown,
               total(r.working_ns - r.useful_ns) / 3.6e12 * (j.gpu_milli_total / 1000.0) AS slowed_gpu_hours
        FROM training_run r
        JOIN job j ON j.id = r.job
        JOIN team t ON t.id = j.team
        GROUP BY j.id
        """)

    static let trainingStepsTotalView = Relation(
        view: "training_steps_total",
        "All training jobs together, each weighing as many GPUs as it has.",
        """
        SELECT count(*) AS jobs, total(slowed_gpu_hours) AS slowed_gpu_hours, max(slowdown) AS worst_slowdown,
               total(steps * step_s * gpus) / nullif(total(steps * undisturbed_step_s * gpus), 0) AS mean_slowdown,
               total(leaf_groups > 1) AS jobs_across_leaves
        FROM training_steps
        """)

    static let trainingPaceView = Relation(
        view: "training_pace",
        "How much longer than undisturbed steps are over time: mean by GPUs of the jobs at work, and the worst of them.",
        """
        SELECT s.time_ns, s.jobs, s.gpus, s.mean_milli / 1000.0 AS mean_slowdown,
               s.worst_milli / 1000.0 AS worst_slowdown, j.name AS worst_job
        FROM step_sample s JOIN job j ON j.id = s.worst_job
        ORDER BY s.time_ns
        """)

    static let linkLoadView = Relation(
        view: "link_load",
        "Load of the links of each tier over time. Links that are not sampled have one row, at the end, with their means.",
        """
        SELECT s.time_ns, l.tier, count(*) AS links,
               sum(s.demand_bytes_per_s) * 1.0 / sum(l.capacity_bytes_per_s) AS mean_share,
               max(s.demand_bytes_per_s * 1.0 / l.capacity_bytes_per_s) AS max_share
        FROM link_sample s JOIN link l ON l.id = s.link
        GROUP BY s.time_ns, l.tier
        ORDER BY s.time_ns, l.tier
        """)

    static let linkTierView = Relation(
        view: "link_tier", "The links of each tier over the whole run, from the nodes upwards.",
        """
        SELECT tier, count(*) AS links, sum(capacity_bytes_per_s) AS capacity_bytes_per_s,
               total(mean_demand_bytes_per_s) / sum(capacity_bytes_per_s) AS mean_share,
               max(mean_demand_share) AS busiest_mean_share,
               CASE WHEN max(samples) > 1 THEN max(max_demand_share) END AS busiest_peak_share, -- NULL: only means are known
               CASE WHEN max(samples) > 1 THEN avg(max_demand_share >= 0.999) END AS links_ever_full
        FROM link_hot
        GROUP BY tier
        ORDER BY CASE tier WHEN 'leaf' THEN 0 WHEN 'spine' THEN 1 ELSE 2 END
        """)
}
