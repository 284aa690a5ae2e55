// The views about how near to each other the pods of a gang are.

extension Schema {
    static let spreadViews = [gangStartView, gangSpreadView, spreadSummaryView]

    /// GPUs of a pod: the bits of its mask.
    private static let gpusOfPod = """
        (SELECT count(*) FROM gpu g
                             WHERE g.id BETWEEN n.first_gpu AND n.first_gpu + n.gpus - 1 AND p.gpu_mask >> g.local_index & 1)
        """

    static let gangStartView = Relation(
        view: "gang_start",
        "Each time two or more pods with GPUs of one job were placed: how many groups of nodes they were spread over.",
        """
        SELECT job, attempt, min(start_ns) AS start_ns, max(end_ns) AS end_ns, count(*) AS pods,
               sum(DISTINCT 1 << pool) AS pool_mask,
               -- What is counted into groups: its pods if they are alike, else single GPUs.
               CASE WHEN min(gpus) = max(gpus) AND min(gpu_milli) = max(gpu_milli) THEN max(gpus) ELSE 1 END AS unit_gpus,
               CASE WHEN min(gpus) = max(gpus) AND min(gpu_milli) = max(gpu_milli) THEN max(gpu_milli) ELSE 1000 END
                 AS unit_gpu_milli,
               CASE WHEN min(gpus) = max(gpus) AND min(gpu_milli) = max(gpu_milli) THEN count(*)
                    ELSE (sum(gpus * gpu_milli) + 999) / 1000 END AS units,
               count(DISTINCT nvlink_domain) AS nvlink_domains, count(DISTINCT leaf_group) AS leaf_groups,
               count(DISTINCT spine_group) AS spine_groups
        FROM (SELECT p.job, p.attempt, p.start_ns, p.end_ns, p.gpu_milli, n.pool, n.leaf_group, n.spine_group,
                     coalesce(n.nvlink_domain, -1 - n.id) AS nvlink_domain, -- a node without a common one is one by itself
                     \(gpusOfPod) AS gpus
              FROM placement p JOIN node n ON n.id = p.node
              WHERE p.gpu_mask <> 0)
        GROUP BY job, attempt
        HAVING count(*) > 1
        """)

    static let gangSpreadView = Relation(
        view: "gang_spread",
        "Each start of a gang and each level of nearness: groups its pods were spread over, and the fewest possible.",
        """
        -- Fewest possible: on the empty cluster, in the pools that it ran in, the largest groups first.
        WITH start AS MATERIALIZED (SELECT * FROM gang_start),
             member AS (
               SELECT 'nvlink_domain' AS level, id AS node, coalesce(nvlink_domain, -1 - id) AS domain, pool, gpus FROM node
               UNION ALL SELECT 'leaf_group', id, leaf_group, pool, gpus FROM node
               UNION ALL SELECT 'spine_group', id, spine_group, pool, gpus FROM node),
             room AS (
               SELECT s.pool_mask, s.unit_gpus, s.unit_gpu_milli, m.level, m.domain,
                      sum(m.gpus * (1000 / s.unit_gpu_milli) / s.unit_gpus) AS units
               FROM (SELECT DISTINCT pool_mask, unit_gpus, unit_gpu_milli FROM start) s
               JOIN member m ON s.pool_mask >> m.pool & 1
               GROUP BY s.pool_mask, s.unit_gpus, s.unit_gpu_milli, m.level, m.domain),
             filled AS (
               SELECT pool_mask, unit_gpus, unit_gpu_milli, level,
                      row_number() OVER largest AS groups, sum(units) OVER largest AS units
               FROM room
               WINDOW largest AS (PARTITION BY pool_mask, unit_gpus, unit_gpu_milli, level ORDER BY units DESC, domain
                                  ROWS UNBOUNDED PRECEDING)),
             fewest AS MATERIALIZED (
               SELECT s.pool_mask, s.unit_gpus, s.unit_gpu_milli, s.units, f.level, min(f.groups) AS fewest
               FROM (SELECT DISTINCT pool_mask, unit_gpus, unit_gpu_milli, units FROM start) s
               JOIN filled f USING (pool_mask, unit_gpus, unit_gpu_milli)
               WHERE f.units >= s.units
               GROUP BY s.pool_mask, s.unit_gpus, s.unit_gpu_milli, s.units, f.level)
        SELECT s.job, j.name, s.attempt, s.start_ns, s.end_ns, s.pods, f.level,
               CASE f.level WHEN 'nvlink_domain' THEN s.nvlink_domains WHEN 'leaf_group' THEN s.leaf_groups
                            ELSE s.spine_groups END AS spanned, f.fewest
        FROM start s
        JOIN job j ON j.id = s.job
        JOIN fewest f USING (pool_mask, unit_gpus, unit_gpu_milli, units)
        """)

    static let spreadSummaryView = Relation(
        view: "spread_summary", "How far gangs are spread, over all their starts; 1 is as near as possible.",
        """
        SELECT d.level, d.groups, count(s.job) AS gang_starts, avg(s.spanned) AS mean_spanned, avg(s.fewest) AS mean_fewest,
               avg(s.spanned * 1.0 / s.fewest) AS mean_ratio, max(s.spanned * 1.0 / s.fewest) AS max_ratio,
               avg(s.spanned > s.fewest) AS wider_share -- of the starts
        FROM (SELECT 0 AS position, 'nvlink_domain' AS level, count(DISTINCT coalesce(nvlink_domain, -1 - id)) AS groups
              FROM node WHERE gpus > 0
              UNION ALL SELECT 1, 'leaf_group', count(DISTINCT leaf_group) FROM node WHERE gpus > 0
              UNION ALL SELECT 2, 'spine_group', count(DISTINCT spine_group) FROM node WHERE gpus > 0) d
        LEFT JOIN gang_spread s ON s.level = d.level
        GROUP BY d.position
        ORDER BY d.position
        """)
}
