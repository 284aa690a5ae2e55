import Quantities
import Results

extension JobStory {
    /// Reads the story of a job, named as `NAME`, or as `#NUMBER` by its row in table `job`.
    public init(of name: String, in run: RunReader) throws {
        let row = try Self.job(name, run)
        let id = row.integer("job") ?? -1
        let end = run.run.endNs
        let marks = try StoryMarks(job: id, run)
        job = row.text("name") ?? ""
        self.id = id
        queue = row.text("queue") ?? ""
        team = row.text("team") ?? ""
        pods = row.integer("pods") ?? 0
        gpus = row.real("gpus") ?? 0
        status = row.text("status") ?? ""
        submit_ns = row.integer("submit_ns") ?? 0
        first_start_ns = row.integer("first_start_ns")
        end_ns = row.integer("end_ns")
        waited_ns = row.integer("wait_ns") ?? 0
        preemptions = row.integer("preemptions") ?? 0
        failures = row.integer("failures") ?? 0
        chapters = marks.chapters(submit: submit_ns, end: end_ns ?? end)
        waits = Self.shares(chapters, labels: marks.labels)
        advice = []
        forecast = nil
        prediction = nil
        advice = try StoryAdvice(run).sentences(for: self)
        if status == "pending", chapters.last?.reason != "gang_deadlock" {
            forecast = try StoryForecast(run).start(of: self)
        }
    }

    private static func job(_ name: String, _ run: RunReader) throws -> ResultRow {
        let found: [ResultRow]
        if name.hasPrefix("#"), let id = Int64(name.dropFirst()) {
            found = try run.rows("SELECT * FROM job_wait WHERE job = ?", [.integer(id)])
        } else {
            found = try run.rows("SELECT * FROM job_wait WHERE name = ? ORDER BY job", [.text(name)])
        }
        if found.count == 1 { return found[0] }
        if found.isEmpty {
            let names = try run.rows("SELECT DISTINCT name FROM job ORDER BY name").compactMap { $0.text("name") }
            throw StoryError.noSuchJob(name, nearest: NearestName.suggest(name, among: names))
        }
        throw StoryError.severalJobs(name, ids: found.compactMap { $0.integer("job") })
    }

    /// Time per reason of waiting, longest first; equal ones in the order they came.
    static func shares(_ chapters: [Chapter], labels: [String: String]) -> [Share] {
        var shares: [Share] = []
        for chapter in chapters where chapter.kind == .waited {
            if let known = shares.firstIndex(where: { $0.reason == chapter.reason }) {
                shares[known].waited_ns += chapter.length
            } else {
                let label = labels[chapter.reason] ?? chapter.reason
                shares.append(Share(reason: chapter.reason, label: label, waited_ns: chapter.length))
            }
        }
        return shares.enumerated()
            .sorted { ($1.element.waited_ns, $0.offset) < ($0.element.waited_ns, $1.offset) }.map(\.element)
    }
}

/// The turns of one job's life, in order.
struct StoryMarks {
    private struct Turn {
        var time: Int64
        var action: String
        var reason: String
        var sentence: String
        var other: String
        var missing: Int64?
    }

    /// Pods on nodes from the start of an attempt to its end.
    private struct Attempt {
        var start: Int64
        var end: Int64
        /// When the last pod was there and work began; nil for never.
        var work: Int64?
        var reason: String
        var nodes: [String]
    }

    private var turns: [Turn] = []
    private var attempts: [Attempt] = []
    /// Words of each reason.
    let labels: [String: String]

    init(job: Int64, _ run: RunReader) throws {
        var labels: [String: String] = [:]
        for row in try run.rows("SELECT name, label FROM reason") {
            labels[row.text("name") ?? ""] = row.text("label") ?? ""
        }
        labels["none"] = "until the scheduler looked"
        self.labels = labels
        turns = try run.rows(
            """
            SELECT t.time_ns, t.action, t.reason, t.sentence, d.needed, d.available, r.sentence AS pattern,
                   coalesce(o.name, q.name, n.name, '') AS other, CASE WHEN o.queue <> j.queue THEN oq.name END AS other_queue
            FROM decision_text t JOIN decision d ON d.rowid = t.decision_id JOIN reason r ON r.code = d.reason
            JOIN job j ON j.id = t.job_id
            LEFT JOIN job o ON r.other_kind = 'job' AND o.id = d.other
            LEFT JOIN queue oq ON oq.id = o.queue
            LEFT JOIN queue q ON r.other_kind = 'queue' AND q.id = d.other
            LEFT JOIN node n ON r.other_kind = 'node' AND n.id = d.other
            WHERE t.job_id = ? ORDER BY t.decision_id
            """, [.integer(job)]
        ).map { row in
            let pattern = row.text("pattern") ?? ""
            let counts = pattern.contains("{needed_gpus}") && pattern.contains("{available_gpus}")
            let from = row.text("other_queue").map { " of queue \($0)" } ?? ""
            let missing = (row.integer("needed") ?? 0) - (row.integer("available") ?? 0)
            return Turn(
                time: row.integer("time_ns") ?? 0, action: row.text("action") ?? "", reason: row.text("reason") ?? "",
                sentence: Self.predicate(row.text("sentence") ?? "") + from, other: row.text("other") ?? "",
                missing: counts && missing > 0 ? missing : nil)
        }
        attempts = try run.rows(
            """
            SELECT p.attempt, min(p.start_ns) AS start_ns, max(p.end_ns) AS end_ns, min(p.work_ns) AS work_ns, max(e.name) AS reason,
                   group_concat(DISTINCT n.name) AS nodes, count(*) AS pods
            FROM placement p JOIN node n ON n.id = p.node JOIN placement_end e ON e.code = p.reason
            WHERE p.job = ? GROUP BY p.attempt ORDER BY p.attempt
            """, [.integer(job)]
        ).map { row in
            Attempt(
                start: row.integer("start_ns") ?? 0, end: row.integer("end_ns") ?? 0,
                work: row.integer("work_ns"), reason: row.text("reason") ?? "",
                nodes: (row.text("nodes") ?? "").split(separator: ",").map(String.init).sorted())
        }
    }

    /// What follows the colon after the job's name and the action.
    private static func predicate(_ sentence: String) -> String {
        sentence.firstRange(of: ": ").map { String(sentence[$0.upperBound...]) } ?? ""
    }

    /// Waits between submission or an interruption and the next start; runs between a start and its end.
    func chapters(submit: Int64, end: Int64) -> [JobStory.Chapter] {
        var chapters: [JobStory.Chapter] = []
        var waiting = JobStory.Chapter(
            kind: .waited, from_ns: submit, to_ns: submit, reason: "none", text: "", other: "")
        var isWaiting = true
        func close(_ time: Int64) {
            waiting.to_ns = time
            if isWaiting, waiting.length > 0 { chapters.append(waiting) }
        }
        var attempt = attempts.startIndex
        var partial: Attempt?
        func waitIfInterrupted(_ run: Attempt) {
            guard !["completed", "aborted", "run_ended"].contains(run.reason) else { return }
            isWaiting = true
            waiting = JobStory.Chapter(
                kind: .waited, from_ns: run.end, to_ns: run.end, reason: "none", text: "", other: "")
        }
        /// Ends the time in which only some pods were bound.
        func completePartial(by time: Int64) {
            guard let run = partial, (run.work ?? run.end) <= time else { return }
            partial = nil
            close(run.work ?? run.end)
            isWaiting = false
            if let work = run.work, work < run.end { chapters.append(Self.ran(run, from: work)) }
            waitIfInterrupted(run)
        }
        func begin(_ turn: Turn) {
            close(turn.time)
            isWaiting = false
            while attempt < attempts.count, attempts[attempt].end <= turn.time { attempt += 1 }
            guard attempt < attempts.count else { return }
            let run = attempts[attempt]
            attempt += 1
            if turn.reason == "pod_bound", (run.work ?? run.end) > turn.time {
                partial = run
                isWaiting = true
                waiting = JobStory.Chapter(
                    kind: .waited, from_ns: turn.time, to_ns: turn.time, reason: turn.reason, text: turn.sentence,
                    other: "")
                return
            }
            chapters.append(Self.ran(run, from: max(run.start, turn.time)))
            waitIfInterrupted(run)
        }
        for turn in turns {
            completePartial(by: turn.time)
            switch turn.action {
            case "reject", "deadlock":
                guard isWaiting else { continue }
                if waiting.reason == turn.reason, waiting.other == turn.other {
                    waiting.least_missing_milli_gpus = Self.least(waiting.least_missing_milli_gpus, turn.missing)
                    continue
                }
                close(turn.time)
                waiting = JobStory.Chapter(
                    kind: .waited, from_ns: turn.time, to_ns: turn.time, reason: turn.reason, text: turn.sentence,
                    other: turn.other, least_missing_milli_gpus: turn.missing)
            case "start": begin(turn)
            case "restart", "preempt":
                if let last = chapters.lastIndex(where: { $0.kind == .ran && $0.to_ns == turn.time }) {
                    chapters[last].interruption = turn.sentence
                    chapters[last].other = turn.other
                }
                // After a failure a job goes on where it is, or waits.
                if turn.action == "restart", attempt < attempts.count, attempts[attempt].start == turn.time {
                    begin(turn)
                }
            default: continue
            }
        }
        completePartial(by: end)
        if isWaiting { close(end) }
        return chapters
    }

    private static func least(_ a: Int64?, _ b: Int64?) -> Int64? {
        guard let a, let b else { return a ?? b }
        return min(a, b)
    }

    private static func ran(_ run: Attempt, from start: Int64) -> JobStory.Chapter {
        let nodes = run.nodes.prefix(3).joined(separator: ", ") + (run.nodes.count > 3 ? ", ..." : "")
        let count = run.nodes.count == 1 ? "" : "\(run.nodes.count) nodes: "
        return JobStory.Chapter(
            kind: .ran, from_ns: start, to_ns: run.end, reason: run.reason, text: "on \(count)\(nodes)", other: "")
    }
}
