import Results

// Every number of a page comes from a view of the run file; this is the only place that asks for them.

extension RunData {
    /// How many jobs the page tells the story of, and how many decisions of each.
    static let storyCount = 15
    static let decisionCount = 40

    /// Reads a run.
    init(_ reader: RunReader) throws {
        header = Header(reader.run)
        try readSummary(reader)
        try readLedger(reader)
        try readPools(reader)
        queues = try Self.holders(reader, kind: "queue")
        teams = try Self.holders(reader, kind: "team")
        try readTeamAccounts(reader)
        try readJobs(reader)
        try readStories(reader)
        try readEvents(reader)
        training = try Training(reader)
        gantt = try Self.gantt(reader, header: header, teams: teams)
    }

    /// Reads what tables need: no job-by-job drawing, no stories.
    init(summaryOf reader: RunReader) throws {
        header = Header(reader.run)
        try readSummary(reader)
        try readLedger(reader)
        try readJobs(reader)
        try readFairness(reader)
        try readSpread(reader)
    }

    private mutating func readFairness(_ reader: RunReader) throws {
        queueFairness.queues = try reader.rows("SELECT * FROM queue_fairness ORDER BY queue").map {
            QueueFairness.Queue(
                name: $0.string("queue"), entitled: $0.number("entitled_share"), meanShare: $0.number("mean_share"),
                perEntitled: $0.real("share_per_entitled"), receivedOfDue: $0.real("received_of_due"),
                meanShortfall: $0.number("mean_shortfall"))
        }
        guard let row = try reader.rows("SELECT * FROM fairness_between_queues").first else { return }
        queueFairness.jainIndex = row.real("jain_index")
        queueFairness.missedShare = queueFairness.queues.isEmpty ? nil : row.real("missed_share")
    }

    private mutating func readSpread(_ reader: RunReader) throws {
        spread = try reader.rows("SELECT * FROM spread_summary").map {
            Spread(
                level: $0.string("level"), groups: $0.count("groups"), gangStarts: $0.count("gang_starts"),
                meanSpanned: $0.real("mean_spanned"), meanFewest: $0.real("mean_fewest"),
                meanRatio: $0.real("mean_ratio"), widerShare: $0.real("wider_share"))
        }
    }

    private mutating func readPathologies(_ reader: RunReader) throws {
        var objects: [Int: [String]] = [:]
        for row in try reader.rows("SELECT seq, value FROM pathology, json_each(objects) ORDER BY seq, key") {
            objects[row.count("seq"), default: []].append(row.string("value"))
        }
        pathologies = try reader.rows("SELECT * FROM pathology ORDER BY seq").map {
            Pathology(
                kind: $0.string("kind"), objects: objects[$0.count("seq")] ?? [], fromCycle: $0.count("from_cycle"),
                from: $0.integer("from_ns") ?? 0, to: $0.integer("to_ns") ?? 0,
                isOngoing: $0.count("is_ongoing") == 1, text: $0.string("text"), place: $0.string("place"),
                line: $0.string("line"), remedy: $0.string("remedy"))
        }
    }

    private mutating func readSummary(_ reader: RunReader) throws {
        notes = try reader.rows("SELECT kind, text FROM run_note ORDER BY seq").map {
            Note(isWarning: $0.text("kind") == "warning", text: $0.string("text"))
        }
        try readPathologies(reader)
        guard let row = try reader.rows("SELECT * FROM run_summary").first else { return }
        summary = Summary(
            gpus: row.count("gpus"), jobs: row.count("jobs"), started: row.count("started"),
            completed: row.count("completed"), waiting: row.count("waiting"), neverFit: row.count("never_fit"),
            preemptions: row.count("preemptions"), failureRestarts: row.count("restarts_after_failure"),
            hardwareFailures: row.count("hardware_failures"), meanWait: row.real("mean_wait_ns"),
            p50Wait: row.real("p50_wait_ns"), p95Wait: row.real("p95_wait_ns"), p99Wait: row.real("p99_wait_ns"),
            meanCompletion: row.real("mean_completion_ns"), meanSlowdown: row.real("mean_slowdown"),
            allocatedShare: row.real("allocated_share"), productiveShare: row.real("productive_share"),
            goodputShare: row.real("goodput_share"), jainIndex: row.real("jain_index"),
            costMicrodollars: row.number("cost_microdollars"))
        summary.effectiveShare = try reader.rows("SELECT * FROM effective_training_total").first?.real(
            "effective_ratio")
        summary.stepSlowdown = try reader.rows("SELECT * FROM training_steps_total").first?.real("mean_slowdown")
        summary.heldMicrodollars =
            try reader.rows("SELECT total(microdollars) AS held FROM team_cost WHERE is_allocated").first?.number(
                "held")
            ?? 0
        totalWait = WaitSummary(name: "all jobs", row: row)
    }

    private mutating func readLedger(_ reader: RunReader) throws {
        causes = try reader.rows("SELECT * FROM gpu_time_total ORDER BY position").map {
            Cause(
                name: $0.string("cause"), label: $0.string("label"), isAllocated: $0.flag("is_allocated"),
                hours: $0.number("gpu_hours"))
        }
        var buckets = CauseBuckets(gpus: causes.map { _ in [] })
        let position = Dictionary(
            causes.enumerated().map { ($0.element.name, $0.offset) }, uniquingKeysWith: { a, _ in a })
        try reader.forEachRow(
            "SELECT start_ns, end_ns, cause, gpus FROM utilization_by_cause ORDER BY start_ns, position"
        ) {
            row in
            let start = row.integer("start_ns") ?? 0
            if buckets.starts.last != start {
                buckets.starts.append(start)
                for index in buckets.gpus.indices { buckets.gpus[index].append(0) }
            }
            buckets.end = row.integer("end_ns") ?? start
            if let index = position[row.string("cause")] {
                buckets.gpus[index][buckets.starts.count - 1] = row.number("gpus")
            }
        }
        causeBuckets = buckets
    }

    private mutating func readPools(_ reader: RunReader) throws {
        var found = try reader.rows("SELECT name FROM pool WHERE gpus > 0 ORDER BY id").map {
            Pool(name: $0.string("name"))
        }
        let position = Dictionary(
            found.enumerated().map { ($0.element.name, $0.offset) }, uniquingKeysWith: { a, _ in a })
        try reader.forEachRow("SELECT pool, start_ns, allocated_share FROM pool_utilization ORDER BY start_ns, pool_id")
        {
            guard let index = position[$0.string("pool")] else { return }
            found[index].bucketTimes.append($0.integer("start_ns") ?? 0)
            found[index].allocatedShare.append($0.number("allocated_share"))
        }
        try reader.forEachRow(
            "SELECT pool, time_ns, free_gpus, unusable_gpus FROM fragmentation ORDER BY time_ns, pool_id"
        ) {
            guard let index = position[$0.string("pool")] else { return }
            found[index].sampleTimes.append($0.integer("time_ns") ?? 0)
            found[index].freeGPUs.append($0.number("free_gpus"))
            found[index].unusableGPUs.append($0.number("unusable_gpus"))
        }
        pools = found
    }

    private static func holders(_ reader: RunReader, kind: String) throws -> [Holder] {
        var found = try reader.rows("SELECT name, entitled_share FROM \(kind) ORDER BY name").map {
            Holder(name: $0.string("name"), entitled: $0.number("entitled_share"))
        }
        let position = Dictionary(
            found.enumerated().map { ($0.element.name, $0.offset) }, uniquingKeysWith: { a, _ in a })
        let samples =
            "SELECT \(kind) AS name, time_ns, share, pending_jobs, running_jobs FROM \(kind)_share ORDER BY time_ns"
        try reader.forEachRow(samples) { row in
            guard let index = position[row.string("name")] else { return }
            found[index].times.append(row.integer("time_ns") ?? 0)
            found[index].share.append(row.number("share"))
            found[index].pendingJobs.append(row.number("pending_jobs"))
            found[index].runningJobs.append(row.number("running_jobs"))
        }
        for row in try reader.rows("SELECT * FROM \(kind)_share_mean") {
            guard let index = position[row.string(kind)] else { continue }
            found[index].meanShare = row.number("mean_share")
            found[index].meanShortfall = row.number("mean_shortfall")
            found[index].shortTime = row.number("short_time_share")
        }
        return found
    }

    private mutating func readTeamAccounts(_ reader: RunReader) throws {
        let position = Dictionary(
            teams.enumerated().map { ($0.element.name, $0.offset) }, uniquingKeysWith: { a, _ in a })
        for row in try reader.rows("SELECT * FROM team_cost WHERE is_allocated") {
            guard let index = position[row.string("team")] else { continue }
            teams[index].costMicrodollars = row.number("microdollars")
        }
        for row in try reader.rows("SELECT team, gpu_hours FROM team_gpu_time WHERE cause = 'productive'") {
            guard let index = position[row.string("team")] else { continue }
            teams[index].productiveHours = row.number("gpu_hours")
        }
        for row in try reader.rows("SELECT * FROM team_fairness") {
            guard let index = position[row.string("team")] else { continue }
            teams[index].hours = row.number("gpu_hours")
            teams[index].meanRho = row.real("mean_rho")
        }
    }
}

// MARK: - Jobs and events

extension RunData {
    private mutating func readJobs(_ reader: RunReader) throws {
        var found: [Job] = []
        try reader.forEachRow(
            "SELECT queue, team, submit_ns, wait_ns, slowdown, reason_label, never_fits FROM job_wait"
        ) {
            found.append(
                Job(
                    queue: $0.string("queue"), team: $0.string("team"), submit: $0.integer("submit_ns") ?? 0,
                    wait: $0.integer("wait_ns") ?? 0, slowdown: $0.real("slowdown"), reason: $0.string("reason_label"),
                    neverFits: $0.flag("never_fits")))
        }
        jobs = found
        queueWaits = try Self.waits(reader, "queue")
        teamWaits = try Self.waits(reader, "team")
    }

    private mutating func readStories(_ reader: RunReader) throws {
        delayed = try Self.stories(
            reader, "SELECT * FROM most_delayed_job ORDER BY wait_ns DESC, job LIMIT \(Self.storyCount)")
        interrupted = try Self.stories(
            reader,
            """
            SELECT *, '' AS sentence FROM job_wait WHERE lost_ns > 0 OR preemptions > 0
            ORDER BY lost_ns * gpus DESC, preemptions DESC, job LIMIT \(Self.storyCount)
            """)
    }

    private static func waits(_ reader: RunReader, _ kind: String) throws -> [WaitSummary] {
        try reader.rows("SELECT * FROM \(kind)_wait").map { WaitSummary(name: $0.string(kind), row: $0) }
            .sorted { $0.name < $1.name }
    }

    private static func stories(_ reader: RunReader, _ sql: String) throws -> [JobStory] {
        var stories = try reader.rows(sql).map {
            JobStory(
                id: $0.integer("job") ?? 0, name: $0.string("name"), team: $0.string("team"), queue: $0.string("queue"),
                user: $0.string("user"), status: $0.string("status"), gpus: $0.number("gpus"), pods: $0.count("pods"),
                submit: $0.integer("submit_ns") ?? 0, firstStart: $0.integer("first_start_ns"),
                end: $0.integer("end_ns"), wait: $0.integer("wait_ns") ?? 0, lost: $0.integer("lost_ns") ?? 0,
                preemptions: $0.count("preemptions"), failures: $0.count("failures"), sentence: $0.string("sentence"),
                reasonLabel: $0.string("reason_label"))
        }
        for index in stories.indices {
            let decisions = try reader.rows(
                "SELECT time_ns, sentence FROM decision_text WHERE job_id = ? ORDER BY time_ns, cycle",
                [.integer(stories[index].id)])
            // The end of a story matters more than its middle: both ends are kept.
            let kept = decisions.count <= decisionCount ? decisions[...] : decisions.prefix(decisionCount / 2)
            let tail = decisions.count <= decisionCount ? [] : decisions.suffix(decisionCount / 2)
            stories[index].decisions = (kept + tail).map {
                Decision(time: $0.integer("time_ns") ?? 0, sentence: $0.string("sentence"))
            }
            stories[index].omitted = decisions.count - stories[index].decisions.count
        }
        return stories
    }

    private mutating func readEvents(_ reader: RunReader) throws {
        preemptions = try reader.rows(
            "SELECT * FROM preemption_summary ORDER BY preemptions DESC, victim_team, preemptor_team"
        ).map {
            Preemption(
                victim: $0.string("victim_team"), preemptor: $0.string("preemptor_team"),
                count: $0.count("preemptions"),
                jobs: $0.count("victim_jobs"), gpus: $0.number("gpus"))
        }
        failures = try reader.rows("SELECT * FROM failure_summary").map {
            FailureSummary(
                pool: $0.string("pool"), kind: $0.string("kind"), count: $0.count("failures"),
                jobsHit: $0.count("jobs_hit"), meanRepair: $0.real("mean_repair_ns"))
        }
        links = try reader.rows("SELECT * FROM link_hot WHERE max_demand_share > 0 LIMIT 10").map(Link.init)
    }

    private static func gantt(_ reader: RunReader, header: Header, teams: [Holder]) throws -> GanttData {
        let nodes = try reader.rows(
            "SELECT node, pool, rack, gpus FROM node_place ORDER BY node_id"
        ).map {
            GanttData.Node(
                name: $0.string("node"), pool: $0.string("pool"), rack: $0.integer("rack").map(Int.init),
                gpus: $0.count("gpus"))
        }
        let palette = teamPalette(teams)
        let index = Dictionary(
            teams.enumerated().map { ($0.element.name, Int32($0.offset)) }, uniquingKeysWith: { a, _ in a })
        var spans: [GanttData.Span] = []
        try reader.forEachRow(
            "SELECT node_id, team, gpu_mask, start_ns, work_ns, end_ns FROM gantt WHERE gpu_mask <> 0"
        ) {
            guard let team = index[$0.string("team")] else { return }
            spans.append(
                GanttData.Span(
                    node: Int32(truncatingIfNeeded: $0.integer("node_id") ?? 0), team: team,
                    gpuMask: UInt32(truncatingIfNeeded: $0.integer("gpu_mask") ?? 0),
                    start: $0.integer("start_ns") ?? 0, work: $0.integer("work_ns"), end: $0.integer("end_ns") ?? 0))
        }
        let outages = try reader.rows("SELECT node_id, gpu, start_ns, end_ns FROM node_outage").map {
            GanttData.Outage(
                node: Int32(truncatingIfNeeded: $0.integer("node_id") ?? 0), gpu: $0.integer("gpu").map(Int.init),
                start: $0.integer("start_ns") ?? 0, end: $0.integer("end_ns") ?? 0)
        }
        return GanttData(
            start: header.start, end: header.end, epochUnixSeconds: header.epochUnixSeconds, nodes: nodes,
            teams: teams.map { GanttData.Team(name: $0.name, paint: palette.paint($0.name)) },
            spans: spans, outages: outages)
    }

    /// Colours of teams, the same in every chart.
    static func teamPalette(_ teams: [Holder]) -> Palette {
        let hours = Dictionary(teams.map { ($0.name, $0.hours) }, uniquingKeysWith: { a, _ in a })
        return Palette(names: teams.map(\.name)) { hours[$0] ?? 0 }
    }
}

extension RunData.Link {
    /// Of a row of `link_hot`.
    init(_ row: ResultRow) {
        self.init(
            name: row.string("link"), from: row.string("from_name"), to: row.string("to_name"),
            tier: row.string("tier"), samples: row.count("samples"), capacity: row.number("capacity_bytes_per_s"),
            meanShare: row.number("mean_demand_share"), maxShare: row.number("max_demand_share"),
            saturatedShare: row.number("saturated_share"))
    }
}

extension RunData.WaitSummary {
    /// Of a row of `queue_wait`, `team_wait` or `run_summary`, which share these columns.
    init(name: String, row: ResultRow) {
        self.init(
            name: name, jobs: row.count("jobs"), started: row.count("started"), waiting: row.count("waiting"),
            neverFit: row.count("never_fit"), mean: row.real("mean_wait_ns"), p50: row.real("p50_wait_ns"),
            p95: row.real("p95_wait_ns"), p99: row.real("p99_wait_ns"), max: row.real("max_wait_ns"))
    }
}

extension RunData.Header {
    init(_ run: RunHeader) {
        scenario = run.scenarioName
        scenarioHash = run.scenarioHash
        version = run.orreryVersion
        seed = run.seed
        fingerprint = run.fingerprint
        command = run.commandLine
        policy = run.schedulerPolicy
        placement = run.placement
        tieBreak = run.tieBreak
        outcome = run.outcome
        start = run.startNs
        end = run.endNs
        epochUnixSeconds = run.epochUnixSeconds
        events = run.events
        cycles = run.cycles
        sampleInterval = run.sampleIntervalNs
        isPartial = run.isPartial
        wallSeconds = run.wallSeconds
    }
}

extension ResultRow {
    /// The text of a column that is never NULL in a sound file.
    func string(_ column: String) -> String { text(column) ?? "" }
    /// The number of a column, 0 for NULL.
    func number(_ column: String) -> Double { real(column) ?? 0 }
    /// The count in a column, 0 for NULL.
    func count(_ column: String) -> Int { integer(column).map { Int(truncatingIfNeeded: $0) } ?? 0 }
}
