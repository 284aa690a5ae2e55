import Results

extension RunData {
    /// Steps of training jobs and the load of the links they share.
    struct Training: Sendable {
        /// Jobs, those that lost most GPU-hours first.
        var jobs: [TrainedJob] = []
        var paces: [Pace] = []
        var tiers: [Tier] = []
        /// The busiest links of each tier.
        var busiest: [Link] = []
        /// Mean slowdown by GPUs, GPU-hours lost by it, and the jobs that reached over several leaves.
        var meanSlowdown: Double?
        var slowedHours = 0.0
        var acrossLeaves = 0
    }

    /// A training job over the whole run.
    struct TrainedJob: Sendable {
        var name: String
        var team: String
        var gpus: Double
        var nodes: Int
        var leafGroups: Int
        var steps: Double
        /// Seconds.
        var step: Double?
        var undisturbedStep: Double?
        var slowdown: Double?
        var slowedHours: Double
    }

    /// The steps of all jobs at work at an instant, over undisturbed ones.
    struct Pace: Sendable {
        var time: Int64
        var mean: Double
        var worst: Double
        var worstJob: String
    }

    /// The links of one tier.
    struct Tier: Sendable {
        /// leaf, spine or core: where the links lead.
        var name: String
        var links: Int
        var capacity: Double
        var meanShare: Double
        var busiestMean: Double
        var busiestPeak: Double?
        /// Share of the links that were full at some sample.
        var everFull: Double?
        /// Samples, where there are more than the one at the end: mean over the links, and the fullest.
        var times: [Int64] = []
        var mean: [Double] = []
        var fullest: [Double] = []

        /// What its links join.
        var label: String {
            switch name {
            case "leaf": "node to leaf"
            case "spine": "leaf to spine"
            default: "spine to \(name)"
            }
        }
    }
}

extension RunData.Training {
    /// Reads a run; empty without training jobs.
    init(_ reader: RunReader) throws {
        jobs = try reader.rows("SELECT * FROM training_steps ORDER BY slowed_gpu_hours DESC, job").map {
            RunData.TrainedJob(
                name: $0.string("name"), team: $0.string("team"), gpus: $0.number("gpus"), nodes: $0.count("nodes"),
                leafGroups: $0.count("leaf_groups"), steps: $0.number("steps"), step: $0.real("step_s"),
                undisturbedStep: $0.real("undisturbed_step_s"), slowdown: $0.real("slowdown"),
                slowedHours: $0.number("slowed_gpu_hours"))
        }
        guard !jobs.isEmpty else { return }
        if let total = try reader.rows("SELECT * FROM training_steps_total").first {
            meanSlowdown = total.real("mean_slowdown")
            slowedHours = total.number("slowed_gpu_hours")
            acrossLeaves = total.count("jobs_across_leaves")
        }
        paces = try reader.rows("SELECT * FROM training_pace").map {
            RunData.Pace(
                time: $0.integer("time_ns") ?? 0, mean: $0.number("mean_slowdown"), worst: $0.number("worst_slowdown"),
                worstJob: $0.string("worst_job"))
        }
        tiers = try reader.rows("SELECT * FROM link_tier").map {
            RunData.Tier(
                name: $0.string("tier"), links: $0.count("links"), capacity: $0.number("capacity_bytes_per_s"),
                meanShare: $0.number("mean_share"), busiestMean: $0.number("busiest_mean_share"),
                busiestPeak: $0.real("busiest_peak_share"), everFull: $0.real("links_ever_full"))
        }
        busiest = try reader.rows(
            """
            SELECT *, row_number() OVER (PARTITION BY tier ORDER BY mean_demand_share DESC, first) AS place
            FROM (SELECT *, min(link_id) AS first, count(*) AS alike FROM link_hot WHERE max_demand_share > 0
                  GROUP BY tier, capacity_bytes_per_s, mean_demand_share, max_demand_share)
            ORDER BY CASE tier WHEN 'leaf' THEN 2 WHEN 'spine' THEN 1 ELSE 0 END, place
            """
        ).filter { $0.count("place") <= 6 }.map { row in
            var link = RunData.Link(row)
            link.alike = row.count("alike")
            return link
        }
        for index in tiers.indices where tiers[index].busiestPeak != nil {
            for row in try reader.rows(
                "SELECT time_ns, mean_share, max_share FROM link_load WHERE tier = ?", [.text(tiers[index].name)])
            {
                tiers[index].times.append(row.integer("time_ns") ?? 0)
                tiers[index].mean.append(row.number("mean_share"))
                tiers[index].fullest.append(row.number("max_share"))
            }
        }
    }
}
