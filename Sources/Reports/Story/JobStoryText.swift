import Results

extension JobStory {
    /// The story for a terminal: a summary, the chapters in order, then what would have helped.
    ///
    /// - Parameter inFull: Whether every change of reason gets a line; otherwise a long wait is told in one.
    public func text(inFull: Bool = false) -> String {
        var lines = [headline, summary, ""]
        let rows = scenes(inFull: inFull).map { scene in
            (Self.instant(scene.from), Self.length(scene.to - scene.from), scene.words)
        }
        let widths = (rows.map(\.0.count).max() ?? 0, rows.map(\.1.count).max() ?? 0)
        for (start, length, words) in rows {
            lines.append("  " + Self.padded(start, widths.0) + "  " + Self.padded(length, widths.1) + "  " + words)
        }
        lines.append("  " + Self.padded(Self.instant(chapters.last?.to_ns ?? submit_ns), widths.0) + "  " + ending)
        if !advice.isEmpty {
            lines += ["", "What would have let it start earlier:"] + advice.map { "  - " + $0 }
        }
        if let prediction {
            lines += ["", "When it may start, if nothing new arrives: " + Self.words(prediction)]
        } else if let forecast {
            lines += ["", "When it may start: " + Self.words(forecast)]
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private typealias Scene = (from: Int64, to: Int64, words: String)

    /// Lines of the story: a wait of many short reasons is one line, with the time each of them took, and so are many
    /// evictions one after another.
    private func scenes(inFull: Bool) -> [Scene] {
        if inFull { return chapters.map { ($0.from_ns, $0.to_ns, Self.words($0, labels)) } }
        var scenes: [Scene] = []
        var rest = Self.withoutMoments(chapters)[...]
        while let first = rest.first {
            if let evictions = Self.leadingEvictions(rest) {
                rest = rest.dropFirst(evictions.count)
                scenes.append(Self.scene(ofEvictions: evictions))
                continue
            }
            let wait = first.kind == .waited ? rest.prefix { $0.kind == .waited } : rest.prefix(1)
            rest = rest.dropFirst(wait.count)
            guard wait.count > 4, let last = wait.last else {
                for chapter in wait { scenes.append((chapter.from_ns, chapter.to_ns, Self.words(chapter, labels))) }
                continue
            }
            let parts = Self.shares(Array(wait), labels: labels)
                .map { "\(Self.length($0.waited_ns)) \($0.label)" }.joined(separator: ", ")
            let end = last.text.isEmpty ? "" : "; last: \(last.text)"
            scenes.append((first.from_ns, last.to_ns, "waited (\(wait.count) changes of reason): \(parts)\(end)"))
        }
        return scenes
    }

    /// The chapters without the moments between submission, or an interruption, and the scheduler's first look.
    private static func withoutMoments(_ chapters: [Chapter]) -> [Chapter] {
        var kept: [Chapter] = []
        var moment: Int64?
        for chapter in chapters {
            var chapter = chapter
            if let from = moment, chapter.kind == .waited { chapter.from_ns = from }
            moment = nil
            if chapter.kind == .waited, chapter.reason == "none", chapter.length < 60_000_000_000 {
                moment = chapter.from_ns
            } else {
                kept.append(chapter)
            }
        }
        return kept
    }

    /// Runs that all ended with an eviction, with the waits between them, if the story goes on with more than four.
    private static func leadingEvictions(_ chapters: ArraySlice<Chapter>) -> ArraySlice<Chapter>? {
        var evictions = 0
        var end = chapters.startIndex
        for index in chapters.indices {
            if chapters[index].kind == .waited { if evictions > 0 { continue } else { return nil } }
            guard chapters[index].reason == "preempted" else { break }
            evictions += 1
            end = index + 1
        }
        return evictions > 4 ? chapters[..<end] : nil
    }

    private static func scene(ofEvictions chapters: ArraySlice<Chapter>) -> Scene {
        let runs = chapters.filter { $0.kind == .ran }
        let (ran, longest) = (runs.reduce(0) { $0 + $1.length }, runs.map(\.length).max() ?? 0)
        let (from, to) = (chapters.first?.from_ns ?? 0, chapters.last?.to_ns ?? 0)
        var takers: [(interruption: String, count: Int)] = []
        for run in runs where !run.interruption.isEmpty {
            if let known = takers.firstIndex(where: { $0.interruption == run.interruption }) {
                takers[known].count += 1
            } else {
                takers.append((run.interruption, 1))
            }
        }
        let most = takers.enumerated()
            .sorted { ($1.element.count, $0.offset) < ($0.element.count, $1.offset) }.map(\.element)
        let named = most.prefix(3).enumerated().map { place, taker in
            let words =
                place > 0 && taker.interruption.hasPrefix("evicted ")
                ? String(taker.interruption.dropFirst("evicted ".count)) : taker.interruption
            return words + (taker.count > 1 ? " (\(times(Int64(taker.count))))" : "")
        }
        let more = most.count > 3 ? ", for \(most.count - 3) others" : ""
        return (
            from, to,
            "was evicted \(runs.count) times in a row: ran \(length(ran)) in all, at most \(length(longest)) at a time, "
                + "and waited \(length(to - from - ran)); " + named.joined(separator: ", ") + more
        )
    }

    private var labels: [String: String] {
        Dictionary(waits.map { ($0.reason, $0.label) }, uniquingKeysWith: { first, _ in first })
    }

    private var headline: String {
        "\(job) (team \(team), queue \(queue)): \(Figures.count(pods)) \(pods == 1 ? "pod" : "pods"), "
            + "\(Figures.short(gpus)) \(gpus == 1 ? "GPU" : "GPUs")"
    }

    /// Waited 3 h 12 min: 2 h 50 min its queue's cap, 22 min not enough free GPUs; preempted once.
    private var summary: String {
        var parts: [String] = []
        if waited_ns > 0 {
            let told = waits.filter { $0.waited_ns > 0 && $0.waited_ns >= waited_ns / 100 }
            let shares = told.map { "\(Self.length($0.waited_ns)) \($0.label)" }
            let list = shares.isEmpty ? "" : ": " + shares.joined(separator: ", ")
            parts.append("Waited \(Self.length(waited_ns))" + list)
        } else {
            parts.append("Did not wait")
        }
        if preemptions > 0 { parts.append("preempted \(Self.times(preemptions))") }
        if failures > 0 { parts.append("stopped \(Self.times(failures)) by failures") }
        let ran = chapters.filter { $0.kind == .ran }.reduce(0) { $0 + $1.length }
        if ran > 0 { parts.append("ran \(Self.length(ran))") }
        return parts.joined(separator: "; ") + "."
    }

    private var ending: String {
        switch status {
        case "pending": "still waits at the end of the run"
        case "running":
            chapters.last?.kind == .waited ? "still waits for the rest of its pods" : "still runs at the end of the run"
        case "aborted": "cancelled"
        default: status
        }
    }

    private static func words(_ chapter: Chapter, _ labels: [String: String]) -> String {
        switch chapter.kind {
        case .waited:
            let said = chapter.text.isEmpty ? labels[chapter.reason] ?? "" : chapter.text
            return "waited" + (chapter.reason == "none" ? " " : said.isEmpty ? "" : ": ") + said
        case .ran:
            if !chapter.interruption.isEmpty { return "ran \(chapter.text); \(chapter.interruption)" }
            let end =
                ["completed": "", "run_ended": "", "aborted": ""][chapter.reason]
                ?? "; ended: " + chapter.reason.replacing("_", with: " ")
            return "ran \(chapter.text)\(end)"
        }
    }

    private static func words(_ prediction: StartPrediction) -> String {
        let end = "by \(instant(prediction.limit_ns))"
        let expected =
            prediction.expected_ns.map { "\(instant($0)) with the run lengths of the scenario" }
            ?? "not \(end) with the run lengths of the scenario"
        guard prediction.samples > 0 else { return expected }
        let missing = prediction.samples - prediction.started
        let interval: String
        switch (prediction.from_ns, prediction.to_ns) {
        case (let from?, let to?): interval = "between \(instant(from)) and \(instant(to)) in 80 % of"
        case (let from?, nil): interval = "from \(instant(from)) on in"
        default: interval = "hardly ever \(end) in"
        }
        return expected
            + "; \(interval) \(prediction.samples) samples of other run lengths and other orders among equals"
            + (missing == 0 ? "" : " (\(missing) without a start)")
    }

    private static func words(_ forecast: StartForecast) -> String {
        guard let later = forecast.after_all_before_ns else { return "never, it asks for more than the cluster has" }
        let earliest = forecast.earliest_ns.map {
            "not before \(instant($0)), when running jobs have freed enough GPUs; "
        }
        let before = forecast.jobs_before == 1 ? "the 1 job" : "the \(Figures.count(forecast.jobs_before)) jobs"
        let latest =
            forecast.jobs_before == 0
            ? "when all that runs is done" : "if \(before) submitted before it go first"
        return (earliest ?? "") + "about \(instant(later)), \(latest) (nothing new arriving)"
    }

    /// "day 0 09:45:12".
    private static func instant(_ nanoseconds: Int64) -> String {
        let seconds = nanoseconds / 1_000_000_000
        return "day \(seconds / 86_400) \(Figures.clock(seconds: seconds % 86_400, withSeconds: true))"
    }

    /// In the two largest units: "2 d 3 h", "3 h 12 min", "22 min", "45 s".
    static func length(_ nanoseconds: Int64) -> String {
        let seconds = (nanoseconds + 500_000_000) / 1_000_000_000
        if seconds < 1 { return Figures.duration(nanoseconds: Double(nanoseconds)) }
        let units: [(Int64, String)] = [(86_400, "d"), (3600, "h"), (60, "min"), (1, "s")]
        guard let largest = units.firstIndex(where: { seconds >= $0.0 }) else { return "0 s" }
        let first = "\(seconds / units[largest].0) \(units[largest].1)"
        guard largest + 1 < units.count else { return first }
        let rest = seconds % units[largest].0 / units[largest + 1].0
        return rest == 0 ? first : first + " \(rest) \(units[largest + 1].1)"
    }

    private static func times(_ count: Int64) -> String {
        count == 1 ? "once" : count == 2 ? "twice" : "\(count) times"
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(width - text.count, 0))
    }
}
