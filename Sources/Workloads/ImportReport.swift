/// What became of every row of a trace: the machine-readable summary of an import.
public struct ImportReport: Hashable, Sendable, Codable {
    /// Rows left out for one reason.
    public struct Dropped: Hashable, Sendable, Codable {
        /// Why, as a short phrase ("never scheduled").
        public var reason: String
        /// How many rows.
        public var rows: Int
    }

    /// Where the rows came from: a path, or the name of a generator.
    public var source: String
    /// Name of the format ("openb", "swf", "orrery", "generated").
    public var format: String
    /// Data rows seen, without header and comments.
    public var rowsRead: Int
    /// Rows that became part of a job.
    public var rowsKept: Int
    /// Rows left out, in the order in which their reasons first came up.
    public private(set) var dropped: [Dropped] = []
    /// Sentences about what was changed or assumed: clipped run times, sorted rows, a moved epoch.
    public var notes: [String] = []
    /// Jobs made.
    public var jobs: Int
    /// Work in GPU-hours: GPUs (fractions counted as such) × duration, over all jobs.
    public var gpuHours: Double
    /// Work in core-hours: requested cores × duration, over all jobs.
    public var coreHours: Double

    /// A report with nothing in it yet.
    public init(source: String, format: String) {
        self.source = source
        self.format = format
        rowsRead = 0
        rowsKept = 0
        jobs = 0
        gpuHours = 0
        coreHours = 0
    }

    /// Counts `rows` rows as left out for `reason`.
    public mutating func drop(_ reason: String, rows: Int = 1) {
        if let known = dropped.firstIndex(where: { $0.reason == reason }) {
            dropped[known].rows += rows
        } else if rows > 0 {
            dropped.append(Dropped(reason: reason, rows: rows))
        }
    }

    /// Rows left out for any reason.
    public var rowsDropped: Int { dropped.reduce(0) { $0 + $1.rows } }
}
