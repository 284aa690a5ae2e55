/// The row of table `run`: what was run, by what, and how it ended.
public struct RunHeader: Equatable, Sendable {
    /// Name of the scenario, and hash of its resolved form.
    public let scenarioName: String
    public let scenarioHash: String
    /// Version of Orrery.
    public let orreryVersion: String
    /// Seed, decimal.
    public let seed: String
    /// Of all events, 16 hexadecimal digits: equal inputs give equal fingerprints.
    public let fingerprint: String
    /// What repeats the run.
    public let commandLine: String
    /// The scheduler, how it chose nodes, and what decided ties.
    public let schedulerPolicy: String
    public let placement: String
    public let tieBreak: String
    /// drained, horizon, interrupted or stuck.
    public let outcome: String
    /// Simulated time, in nanoseconds.
    public let startNs: Int64
    public let endNs: Int64
    /// Calendar time of simulated time zero, in Unix seconds.
    public let epochUnixSeconds: Int64?
    /// Events processed and scheduling passes made.
    public let events: Int64
    public let cycles: Int64
    /// Distance of samples, in nanoseconds.
    public let sampleIntervalNs: Int64
    /// Whether the run was stopped from outside.
    public let isPartial: Bool
    /// Real time it took, in seconds, if measured.
    public let wallSeconds: Double?

    /// Nil if a column that must not be NULL is.
    init?(_ row: ResultRow) {
        guard let scenarioName = row.text("scenario_name"), let scenarioHash = row.text("scenario_hash"),
            let orreryVersion = row.text("orrery_version"), let seed = row.text("seed"),
            let fingerprint = row.text("fingerprint"), let commandLine = row.text("command_line"),
            let schedulerPolicy = row.text("scheduler_policy"), let placement = row.text("placement"),
            let tieBreak = row.text("tie_break"), let outcome = row.text("outcome"),
            let startNs = row.integer("start_ns"), let endNs = row.integer("end_ns"),
            let events = row.integer("events"), let cycles = row.integer("cycles"),
            let sampleIntervalNs = row.integer("sample_interval_ns")
        else { return nil }
        self.scenarioName = scenarioName
        self.scenarioHash = scenarioHash
        self.orreryVersion = orreryVersion
        self.seed = seed
        self.fingerprint = fingerprint
        self.commandLine = commandLine
        self.schedulerPolicy = schedulerPolicy
        self.placement = placement
        self.tieBreak = tieBreak
        self.outcome = outcome
        self.startNs = startNs
        self.endNs = endNs
        epochUnixSeconds = row.integer("epoch_unix_s")
        self.events = events
        self.cycles = cycles
        self.sampleIntervalNs = sampleIntervalNs
        isPartial = row.flag("is_partial")
        wallSeconds = row.real("wall_s")
    }
}
