import Results

/// A run as OpenMetrics text with instants, under the names of DCGM exporter, kube-state-metrics and Volcano, so that
/// dashboards made for them show it: `promtool tsdb create-blocks-from openmetrics FILE` loads it into Prometheus.
/// https://prometheus.io/docs/specs/om/open_metrics_spec/
public struct OpenMetricsExport {
    private let reader: RunReader
    private let file: OutputFile
    /// Unix time of the start of the run, in seconds.
    private let epoch: Int64

    /// Time zero of runs whose trace has no date, as in Volcano's clock: 2026-01-01T00:00:00Z.
    public static let defaultEpoch: Int64 = 1_767_225_600

    /// Writes the run to `path`. Throws `ExportError` or `ResultsError`; then there is no file.
    ///
    /// - Parameter pods: whether every pod has series of its own, which makes large runs very long.
    public static func write(_ reader: RunReader, to path: String, pods: Bool) throws {
        let export = OpenMetricsExport(
            reader: reader, file: try OutputFile(path), epoch: reader.run.epochUnixSeconds ?? defaultEpoch)
        try export.writeGPUs()
        for family in OpenMetricsFamily.queues + OpenMetricsFamily.nodes + (pods ? OpenMetricsFamily.pods : []) {
            try export.write(family)
        }
        try export.file.write("# EOF\n")
        try export.file.finish()
    }

    /// A family from a query: its columns are labels but for the last two, an instant and the value.
    private func write(_ family: OpenMetricsFamily) throws {
        try head(family.name, family.help)
        let labels = try reader.columns(family.sql).dropLast(2)
        try reader.forEachRawRow(family.sql) { row in
            let set = labels.enumerated().map { "\($1)=\"\(Self.escaped(row.text($0)))\"" }.joined(separator: ",")
            let value = Self.number(row.real(labels.count + 1))
            try file.write("\(family.name){\(set),\(family.source)} \(value) \(instant(row.integer(labels.count)))\n")
        }
    }

    private func head(_ name: String, _ help: String) throws {
        try file.write("# TYPE \(name) gauge\n# HELP \(name) \(help)\n")
    }

    // MARK: GPUs

    /// Share of each interval between samples in which a GPU worked, in percent.
    private func writeGPUs() throws {
        let name = "DCGM_FI_DEV_GPU_UTIL"
        try head(name, "GPU utilization (in %).")
        let step = max(1, reader.run.sampleIntervalNs)
        let samples = Int(clamping: (reader.run.endNs &- reader.run.startNs) / step)
        guard samples <= 10_000_000 else {
            throw ExportError(reader.path, "has \(samples) sampling instants; more than 10,000,000 are too many")
        }
        let nodes = try reader.rows(
            "SELECT n.id, n.name, n.gpus, coalesce(p.gpu_model, '') AS model FROM node n JOIN pool p ON p.id = n.pool ORDER BY n.id"
        )
        var node = 0
        var worked: [Double] = []
        func gpus(_ node: Int) -> Int { nodes.indices.contains(node) ? min(32, max(0, nodes[node].count("gpus"))) : 0 }
        func begin() { worked = Array(repeating: 0, count: gpus(node) * samples) }
        func end() throws {
            let row = nodes[node]
            for gpu in 0..<gpus(node) {
                let host = Self.escaped(row.string("name"))
                let labels =
                    "gpu=\"\(gpu)\",UUID=\"GPU-\(host)-\(gpu)\",device=\"nvidia\(gpu)\",modelName=\"\(Self.escaped(row.string("model")))\","
                    + "Hostname=\"\(host)\",instance=\"\(host):9400\",job=\"dcgm-exporter\""
                for sample in 0..<samples {
                    let percent = min(100, worked[gpu * samples + sample] / Double(step) * 100)
                    try file.write("\(name){\(labels)} \(Self.number(percent)) \(instant(Int64(sample + 1) * step))\n")
                }
            }
        }
        begin()
        try reader.forEachRawRow(
            "SELECT node, gpu_mask, gpu_milli, work_ns, end_ns FROM placement WHERE work_ns IS NOT NULL AND gpu_mask <> 0 ORDER BY node"
        ) { row in
            while node < nodes.count, nodes[node].count("id") < row.integer(0) {
                try end()
                node += 1
                begin()
            }
            Self.add(row, to: &worked, samples: samples, step: step)
        }
        while node < nodes.count {
            try end()
            node += 1
            begin()
        }
    }

    /// Enters the time of one placement into the intervals that it touches.
    private static func add(_ row: borrowing RawRow, to worked: inout [Double], samples: Int, step: Int64) {
        let (end, share) = (row.integer(4), Double(row.integer(2)) / 1000)
        var from = row.integer(3)
        while from < end {
            let sample = Int(from / step)
            guard from >= 0, sample < samples else { return }
            let to = min(end, Int64(sample + 1) * step)
            var mask = UInt32(truncatingIfNeeded: row.integer(1))
            while mask != 0 {
                let position = mask.trailingZeroBitCount * samples + sample
                if position < worked.count { worked[position] += Double(to - from) * share }
                mask &= mask - 1
            }
            from = to
        }
    }

    // MARK: Text

    /// Seconds since 1970 with three decimals.
    private func instant(_ nanoseconds: Int64) -> String {
        let milliseconds = nanoseconds / 1_000_000
        let rest = String(milliseconds % 1000)
        return "\(epoch + milliseconds / 1000)." + String(repeating: "0", count: 3 - rest.count) + rest
    }

    private static func number(_ value: Double) -> String {
        value == value.rounded() && value.magnitude < 1e15 ? String(Int64(value)) : String(value)
    }

    private static func escaped(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 == 0x22 || $0 == 0x5C || $0 == 0x0A }) else { return text }
        return text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}

/// A metric family and the query that fills it.
struct OpenMetricsFamily {
    var name: String
    var help: String
    /// Labels that a scrape would have added.
    var source: String
    var sql: String

    /// Volcano's scheduler and controllers (pkg/scheduler/metrics, pkg/controllers/metrics); scalars in thousandths, as there.
    static let queues: [OpenMetricsFamily] = [
        queue(
            "queue_allocated_scalar_resources", "Allocated scalar resources for one queue", "s.allocated_gpu_milli",
            true),
        queue(
            "queue_request_scalar_resources", "Request scalar resources for one queue",
            "s.allocated_gpu_milli + s.pending_gpu_milli", true),
        queue("queue_deserved_scalar_resources", "Deserved scalar resources for one queue", deserved, true),
        queue(
            "queue_capacity_scalar_resources", "Capacity scalar resources for one queue",
            "coalesce(q.cap_gpus * 1000.0, g.milli)", true),
        queue(
            "queue_share", "Share for one queue",
            "coalesce(s.allocated_gpu_milli / nullif(\(deserved), 0), 0.0)", false),
        queue("queue_weight", "Weight for one queue", "q.weight", false),
        queue("queue_overused", "If one queue is overused", "s.allocated_gpu_milli > \(deserved)", false),
        queue("queue_pod_group_pending_count", "The number of Pending PodGroup in this queue", "s.pending_jobs", false),
        queue("queue_pod_group_running_count", "The number of Running PodGroup in this queue", "s.running_jobs", false),
        OpenMetricsFamily(
            name: "volcano_unschedule_job_count", help: "Number of jobs could not be scheduled", source: volcano,
            sql: """
                SELECT c.name AS cluster, s.time_ns, sum(s.pending_jobs) AS value FROM queue_sample s, cluster c
                GROUP BY c.id, s.time_ns ORDER BY c.id, s.time_ns
                """),
    ]

    private static let volcano = "instance=\"orrery\",job=\"volcano-scheduler\""
    private static let kubernetes = "instance=\"orrery\",job=\"kube-state-metrics\""
    private static let deserved = "(q.entitled_share * g.milli)"

    private static func queue(_ name: String, _ help: String, _ value: String, _ isScalar: Bool) -> OpenMetricsFamily {
        OpenMetricsFamily(
            name: "volcano_" + name, help: help, source: volcano,
            sql: """
                SELECT q.name AS queue_name, \(isScalar ? "'nvidia.com/gpu' AS resource, " : "")s.time_ns, \(value) AS value
                FROM queue_sample s JOIN queue q ON q.id = s.queue, (SELECT sum(gpus) * 1000.0 AS milli FROM cluster) g
                ORDER BY s.queue, s.time_ns
                """)
    }

    /// Of kube-state-metrics (docs/metrics/cluster/node-metrics.md).
    static let nodes: [OpenMetricsFamily] = [
        node(
            "kube_node_status_capacity", "The total amount of resources available for a node.",
            "'nvidia_com_gpu' AS resource, 'integer' AS unit", "n.gpus"),
        node(
            "kube_node_status_allocatable", "The amount of resources allocatable for pods.",
            "'nvidia_com_gpu' AS resource, 'integer' AS unit", "n.gpus * s.is_up"),
        node(
            "kube_node_status_condition", "The condition of a cluster node.",
            "'Ready' AS condition, 'true' AS status", "s.is_up"),
    ]

    private static func node(_ name: String, _ help: String, _ labels: String, _ value: String) -> OpenMetricsFamily {
        OpenMetricsFamily(
            name: name, help: help, source: kubernetes,
            sql: """
                SELECT n.name AS node, \(labels), s.time_ns, \(value) AS value
                FROM node_sample s JOIN node n ON n.id = s.node ORDER BY s.node, s.time_ns
                """)
    }

    /// Of kube-state-metrics (docs/metrics/workload/pod-metrics.md): pods that hold a place. A job's team is its namespace.
    static let pods: [OpenMetricsFamily] = [
        pod("kube_pod_info", "Information about pod.", "n.name AS node", "1"),
        pod("kube_pod_status_phase", "The pods current phase.", "'Running' AS phase", "1"),
        pod(
            "kube_pod_container_resource_requests", "The number of requested request resource by a container.",
            "'main' AS container, n.name AS node, 'nvidia_com_gpu' AS resource, 'integer' AS unit",
            """
            (SELECT count(*) FROM gpu g
             WHERE g.id BETWEEN n.first_gpu AND n.first_gpu + n.gpus - 1 AND p.gpu_mask >> g.local_index & 1) * p.gpu_milli / 1000.0
            """),
    ]

    private static func pod(_ name: String, _ help: String, _ labels: String, _ value: String) -> OpenMetricsFamily {
        OpenMetricsFamily(
            name: name, help: help, source: kubernetes,
            sql: """
                WITH instant AS MATERIALIZED (SELECT DISTINCT time_ns FROM queue_sample)
                SELECT t.name AS namespace, j.name || '-' || p.task AS pod, 'pod-' || p.job || '-' || p.task || '-' || p.attempt AS uid,
                       \(labels), i.time_ns, \(value) AS value
                FROM placement p JOIN job j ON j.id = p.job JOIN team t ON t.id = j.team JOIN node n ON n.id = p.node
                JOIN instant i ON i.time_ns >= p.start_ns AND i.time_ns < p.end_ns
                ORDER BY p.job, p.task, p.attempt, p.node, i.time_ns
                """)
    }
}
