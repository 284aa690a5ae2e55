// The views about the steps of training jobs.

extension Schema {
    static let trainingViews = [trainingStepsView, trainingStepsTotalView]

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
}
