import Simulation

// The views about how much of their time jobs make progress.

extension Schema {
    static let reliabilityViews = [effectiveTrainingView, effectiveTrainingTotalView]

    static let effectiveTrainingView = Relation(
        view: "effective_training",
        "Each job that started: the share of its time from first start to end in which it did work that was kept.",
        """
        SELECT j.id AS job, j.name, t.name AS team, j.gpu_milli_total / 1000.0 AS gpus,
               coalesce(j.end_ns, r.end_ns) - j.first_start_ns AS elapsed_ns, j.working_ns, j.productive_ns, j.lost_ns,
               j.preemptions + j.failures AS interruptions,
               -- Effective training time ratio (Kokolis et al., arXiv 2410.21680): waits between restarts count against it.
               j.working_ns * 1.0 / nullif(coalesce(j.end_ns, r.end_ns) - j.first_start_ns, 0) AS effective_ratio,
               -- Less than that where steps were slower than at the reference placement, or GPUs fewer.
               j.productive_ns * 1.0 / nullif(coalesce(j.end_ns, r.end_ns) - j.first_start_ns, 0) AS progress_ratio,
               CASE WHEN j.preemptions + j.failures > 0
                    THEN (coalesce(j.end_ns, r.end_ns) - j.first_start_ns) / (j.preemptions + j.failures)
               END AS mean_between_interruptions_ns,
               CASE WHEN j.failures > 0
                    THEN (coalesce(j.end_ns, r.end_ns) - j.first_start_ns) / j.failures END AS mean_between_failures_ns
        FROM job j
        JOIN team t ON t.id = j.team
        CROSS JOIN run r
        WHERE j.first_start_ns IS NOT NULL
        """)

    static let effectiveTrainingTotalView = Relation(
        view: "effective_training_total",
        "Effective training time of all jobs that hold GPUs, each weighing as many GPUs as it has.",
        """
        SELECT count(*) AS jobs, sum(interruptions) AS interruptions,
               total(elapsed_ns / 3.6e12 * gpus) AS elapsed_gpu_hours,
               total(productive_ns / 3.6e12 * gpus) AS productive_gpu_hours,
               total(lost_ns / 3.6e12 * gpus) AS lost_gpu_hours,
               total(working_ns / 3.6e12 * gpus) / nullif(total(elapsed_ns / 3.6e12 * gpus), 0) AS effective_ratio,
               total(productive_ns / 3.6e12 * gpus) / nullif(total(elapsed_ns / 3.6e12 * gpus), 0) AS progress_ratio
        FROM effective_training
        WHERE gpus > 0
        """)
}
