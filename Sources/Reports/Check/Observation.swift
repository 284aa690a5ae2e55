import Results

/// What `orrery check` remembers of a scenario: its decisions as lines of text, and its metrics for one or more seeds.
public struct Observation: Sendable {
    /// Hash of the resolved scenario.
    public var input: String
    /// drained, horizon or stuck.
    public var outcome: String
    /// One line for each decision of the first seed, in order.
    public var lines: [String]
    /// Metrics of the first seed; values of the other seeds are in `values`.
    public var metrics: [RunMetric]
    /// Values of every metric by name, one for each seed; nil where a seed has none.
    public var values: [String: [Double?]]
    /// Seeds played.
    public var seeds: Int

    /// Of the runs of one scenario, one for each seed, the scenario's own seed first.
    public init(_ runs: [RunReader]) throws {
        precondition(!runs.isEmpty, "an observation needs a run")
        input = runs[0].run.scenarioHash
        outcome = runs[0].run.outcome
        seeds = runs.count
        lines = try Self.lines(runs[0])
        metrics = try RunMetrics.all(runs[0])
        var values = Dictionary(metrics.map { ($0.name, [$0.value]) }, uniquingKeysWith: { a, _ in a })
        for run in runs.dropFirst() {
            let others = Dictionary(
                try RunMetrics.all(run).map { ($0.name, $0.value) }, uniquingKeysWith: { a, _ in a })
            for metric in metrics { values[metric.name]?.append(others[metric.name] ?? nil) }
        }
        self.values = values
    }

    /// Digest of all lines.
    public var digest: String { TextDigest(lines).hexadecimal }

    /// Every decision in one line: time in seconds, object, action, reason, numbers, places.
    static func lines(_ run: RunReader) throws -> [String] {
        let (log, names) = (try DecisionLog(run), try RunNames(run))
        return log.entries.map { line($0, log, names) }
    }

    private static func line(_ entry: DecisionLog.Entry, _ log: DecisionLog, _ names: RunNames) -> String {
        var line = "\(seconds(entry.timeNs)) \(plain(names.subject(of: entry))) \(entry.action.name)"
        if entry.reason != .none { line += " \(entry.reason.name)" }
        if entry.job >= 0, let other = names.other(of: entry) { line += " other=\(plain(other))" }
        if entry.needed != 0 { line += " needed=\(entry.needed)" }
        if entry.available != 0 { line += " available=\(entry.available)" }
        let places = log.landings(of: entry).map { landing in
            let node = names.nodes.indices.contains(Int(landing.node)) ? names.nodes[Int(landing.node)] : "?"
            let mask = landing.gpuMask == 0 ? "" : ":" + String(landing.gpuMask, radix: 16)
            return node + mask + (landing.gpuMask == 0 || landing.gpuMilli == 1000 ? "" : "*\(landing.gpuMilli)")
        }
        guard !places.isEmpty else { return line }
        line += " on " + places.prefix(4).joined(separator: " ")
        if places.count > 4 { line += " +\(places.count - 4)#\(TextDigest(Array(places.dropFirst(4))).mark)" }
        return line
    }

    /// Seconds without trailing zeros: "3600", "90.5".
    private static func seconds(_ nanoseconds: Int64) -> String {
        let rest = nanoseconds % 1_000_000_000
        guard rest != 0 else { return String(nanoseconds / 1_000_000_000) }
        let digits = String(rest.magnitude)
        var fraction = String(repeating: "0", count: 9 - digits.count) + digits
        while fraction.last == "0" { fraction.removeLast() }
        return "\(nanoseconds / 1_000_000_000).\(fraction)"
    }

    /// A name on one line.
    private static func plain(_ name: String) -> String {
        name.contains { $0.isWhitespace } ? String(name.map { $0.isWhitespace ? "_" : $0 }) : name
    }
}

/// FNV-1a, 64 bits, over lines of text.
struct TextDigest: Equatable {
    private var hash: UInt64 = 0xCBF2_9CE4_8422_2325

    init(_ lines: some Sequence<String>) {
        for line in lines {
            for byte in line.utf8 { fold(byte) }
            fold(0x0A)
        }
    }

    private mutating func fold(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }

    /// 16 digits.
    var hexadecimal: String {
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// 24 bits in four characters.
    var mark: String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        let folded = hash ^ hash >> 24 ^ hash >> 48
        return String((0..<4).map { alphabet[Int(folded >> (6 * UInt64($0)) & 63)] })
    }
}
