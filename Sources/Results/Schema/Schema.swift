/// The layout of a run file: one SQLite database per run, and the contract that every reader relies on.
///
/// Tables hold facts and names, views answer questions; reports read views. Times are integer nanoseconds since the
/// start of the run (`_ns`), every other unit is in its column's name, and NULL means "did not happen". Comments are
/// part of the stored statements, so `.schema` in the sqlite3 shell documents the file. The page
/// `docs/results-schema.md` is generated from this code.
public enum Schema {
    /// `PRAGMA user_version` of the files that this code writes and reads. Raised with every incompatible change.
    public static let version: Int32 = 4

    /// `PRAGMA application_id` of a run file: the letters "Orry".
    public static let applicationID: Int32 = 0x4F72_7279

    /// Tables of names and descriptions, written when a run starts. Those named by others come first.
    public static let dimensionTables: [Relation] = [
        runTable, runNoteTable, pathologyTable, causeTable, reasonTable, actionTable, jobStatusTable, placementEndTable,
        failedPartTable,
        clusterTable,
        poolTable, nodeTable, gpuTable, linkTable, queueTable, teamTable, jobClassTable, userTable,
    ]

    /// Tables of what happened: append-only, integers only (but for the names of jobs). Equal runs have equal facts.
    public static let factTables: [Relation] = [
        jobTable, placementTable, decisionTable, queueSampleTable, teamSampleTable, poolSampleTable, nodeSampleTable,
        linkSampleTable, failureTable, trainingRunTable, stepSampleTable, gpuTimeTable, poolTimeTable, teamTimeTable,
        costTable,
    ]

    /// All tables and views, in the order in which they are made.
    public static var relations: [Relation] { dimensionTables + factTables + views }

    /// Indexes, built after the load: only on tables that grow with the samples.
    ///
    /// An index on `job`, `placement`, `decision` or a sample of every node or link costs a run about as much as writing
    /// the rows did, and saves a report less: scanning a million rows takes 0.1 s.
    public static let indexes: [String] = [
        "CREATE INDEX pool_time_start ON pool_time (start_ns, pool, cause)",
        "CREATE INDEX queue_sample_time ON queue_sample (time_ns, queue)",
        "CREATE INDEX team_sample_time ON team_sample (time_ns, team)",
        "CREATE INDEX pool_sample_time ON pool_sample (time_ns, pool)",
    ]
}

/// One table or view of the schema.
public struct Relation: Sendable {
    /// Name in SQL.
    public let name: String
    /// One sentence: what a row is.
    public let summary: String
    /// The statement that creates it, comments included.
    public let sql: String

    init(table name: String, _ summary: String, _ body: String) {
        self.name = name
        self.summary = summary
        sql = "CREATE TABLE \(name) ( -- \(summary)\n\(body)\n) STRICT"
    }

    init(view name: String, _ summary: String, _ body: String) {
        self.name = name
        self.summary = summary
        sql = "CREATE VIEW \(name) AS -- \(summary)\n\(body)"
    }
}

// MARK: - The run and its names

extension Schema {
    static let runTable = Relation(
        table: "run", "The run itself: exactly one row, written last; a file without it is unfinished.",
        """
          id INTEGER PRIMARY KEY CHECK (id = 1),
          scenario_name TEXT NOT NULL,
          scenario_hash TEXT NOT NULL,             -- of the resolved scenario, as the command line computes it
          orrery_version TEXT NOT NULL,
          seed TEXT NOT NULL,                      -- unsigned 64-bit, decimal
          fingerprint TEXT NOT NULL CHECK (length(fingerprint) = 16), -- of all events, 16 hexadecimal digits
          command_line TEXT NOT NULL,              -- what repeats the run
          scheduler_policy TEXT NOT NULL,
          placement TEXT NOT NULL,                 -- how nodes were chosen
          tie_break TEXT NOT NULL,
          outcome TEXT NOT NULL CHECK (outcome IN ('drained', 'horizon', 'interrupted', 'stuck')),
          start_ns INTEGER NOT NULL,
          end_ns INTEGER NOT NULL CHECK (end_ns >= start_ns),
          epoch_unix_s INTEGER,                    -- calendar time of start_ns = 0, when the trace has one
          events INTEGER NOT NULL,
          cycles INTEGER NOT NULL,                 -- scheduling passes
          sample_interval_ns INTEGER NOT NULL,
          is_partial INTEGER NOT NULL CHECK (is_partial IN (0, 1)), -- 1: stopped from outside before its end
          wall_s REAL                              -- real time it took, if measured
        """)

    static let runNoteTable = Relation(
        table: "run_note", "What the reader of a run must know: warnings, and assumptions that were made.",
        """
          seq INTEGER PRIMARY KEY,
          kind TEXT NOT NULL CHECK (kind IN ('warning', 'assumption')),
          text TEXT NOT NULL
        """)

    static let pathologyTable = Relation(
        table: "pathology",
        "What went wrong over time under the policy volcano, in order of its beginning; docs/explain.md defines the kinds.",
        """
          seq INTEGER PRIMARY KEY,
          kind TEXT NOT NULL,                      -- gang deadlock, eviction loop, starvation, ...
          objects TEXT NOT NULL,                   -- JSON list of jobs and queues, the worst off first; ten at most
          from_cycle INTEGER NOT NULL,             -- scheduling cycle in which it was first seen, and its instant
          from_ns INTEGER NOT NULL,
          to_ns INTEGER NOT NULL,                  -- when it was over, or the end of the run
          is_ongoing INTEGER NOT NULL CHECK (is_ongoing IN (0, 1)), -- 1: it went on when the run ended
          text TEXT NOT NULL,                      -- what was seen, with numbers
          place TEXT NOT NULL,                     -- where the line stands that lets it happen; empty: no line does
          line TEXT NOT NULL,
          remedy TEXT NOT NULL                     -- what would help
        """)

    static let causeTable = Relation(
        table: "cause", "Where a GPU-nanosecond of capacity can go: exactly one cause at any instant.",
        """
          code INTEGER PRIMARY KEY,
          name TEXT NOT NULL UNIQUE,
          position INTEGER NOT NULL UNIQUE,        -- order in reports
          label TEXT NOT NULL,
          is_allocated INTEGER NOT NULL CHECK (is_allocated IN (0, 1)) -- 1: held by a job, so a team pays for it
        """)

    static let reasonTable = Relation(
        table: "reason", "Why a decision was taken.",
        """
          code INTEGER PRIMARY KEY,
          name TEXT NOT NULL UNIQUE,
          label TEXT NOT NULL,                     -- without numbers
          sentence TEXT NOT NULL,                  -- its {placeholders} are filled in by decision_text
          other_kind TEXT NOT NULL CHECK (other_kind IN ('job', 'queue', 'node')) -- what decision.other is
        """)

    static let actionTable = Relation(
        table: "action", "What a decision did.",
        """
          code INTEGER PRIMARY KEY,
          name TEXT NOT NULL UNIQUE,
          phrase TEXT NOT NULL                     -- follows the name of the job or node
        """)

    static let jobStatusTable = Relation(
        table: "job_status", "State of a job at the end of the run.",
        """
          code INTEGER PRIMARY KEY,
          name TEXT NOT NULL UNIQUE
        """)

    static let placementEndTable = Relation(
        table: "placement_end", "Why a placement ended.",
        """
          code INTEGER PRIMARY KEY,
          name TEXT NOT NULL UNIQUE
        """)

    static let failedPartTable = Relation(
        table: "failed_part", "What can fail.",
        """
          code INTEGER PRIMARY KEY,
          name TEXT NOT NULL UNIQUE
        """)

    static let queueTable = Relation(
        table: "queue", "A queue and its place in the tree.",
        """
          id INTEGER PRIMARY KEY,
          name TEXT NOT NULL,
          parent INTEGER REFERENCES queue (id),    -- NULL: child of the root
          weight REAL NOT NULL CHECK (weight >= 0),
          deserved_gpus REAL,                      -- NULL: its weight's share
          cap_gpus REAL,                           -- NULL: no cap
          entitled_share REAL NOT NULL             -- of the cluster: deserved_gpus, or weight / siblings' weights x parent
        """)

    static let teamTable = Relation(
        table: "team", "A team, entitled to its weight's share of the cluster (equal shares unless weights are given).",
        """
          id INTEGER PRIMARY KEY,
          name TEXT NOT NULL,
          weight REAL NOT NULL CHECK (weight > 0),
          entitled_share REAL NOT NULL
        """)

    static let jobClassTable = Relation(
        table: "job_class", "A class of jobs, as the workload names them.",
        """
          id INTEGER PRIMARY KEY,
          name TEXT NOT NULL
        """)

    static let userTable = Relation(
        table: "user", "A user, as the workload names them.",
        """
          id INTEGER PRIMARY KEY,
          name TEXT NOT NULL
        """)
}

// MARK: - Hardware

extension Schema {
    static let clusterTable = Relation(
        table: "cluster", "A cluster.",
        """
          id INTEGER PRIMARY KEY,
          name TEXT NOT NULL,
          nodes INTEGER NOT NULL,
          gpus INTEGER NOT NULL
        """)

    static let poolTable = Relation(
        table: "pool", "A pool of equal nodes.",
        """
          id INTEGER PRIMARY KEY,
          cluster INTEGER NOT NULL REFERENCES cluster (id),
          name TEXT NOT NULL,
          machine TEXT NOT NULL,
          gpu_model TEXT,                          -- NULL: nodes without GPUs
          nodes INTEGER NOT NULL,
          gpus INTEGER NOT NULL,
          price_microdollars_per_gpu_hour INTEGER NOT NULL,
          terms TEXT NOT NULL                      -- reserved; on-demand and spot: what is down costs nothing
        """)

    static let nodeTable = Relation(
        table: "node", "A node.",
        """
          id INTEGER PRIMARY KEY,
          name TEXT NOT NULL,
          pool INTEGER NOT NULL REFERENCES pool (id),
          rack INTEGER,
          nvlink_domain INTEGER,                   -- NULL: none, or several within the node (see gpu)
          gpus INTEGER NOT NULL,
          first_gpu INTEGER NOT NULL,              -- gpu.id of its GPU 0
          leaf_group INTEGER NOT NULL,             -- nodes with the same number are behind the same leaf or leaves
          spine_group INTEGER NOT NULL             -- nodes with the same number reach each other without the core
        """)

    static let gpuTable = Relation(
        table: "gpu", "A GPU.",
        """
          id INTEGER PRIMARY KEY,
          node INTEGER NOT NULL REFERENCES node (id),
          local_index INTEGER NOT NULL,            -- bit in placement.gpu_mask
          nvlink_domain INTEGER                    -- GPUs with the same number reach each other over NVLink
        """)

    static let linkTable = Relation(
        table: "link", "A full-duplex link of the fabric.",
        """
          id INTEGER PRIMARY KEY,
          name TEXT NOT NULL,
          from_name TEXT NOT NULL,
          to_name TEXT NOT NULL,
          tier TEXT NOT NULL,                      -- of its upper end: leaf, spine, core
          capacity_bytes_per_s INTEGER NOT NULL    -- in each direction
        """)
}
