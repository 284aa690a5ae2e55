import Results

/// The page of a comparison: `report.html` beside the run files of its variants.
public enum ComparisonReport {
    /// The page as one self-contained HTML file.
    ///
    /// - Parameters:
    ///   - comparison: what the replications say.
    ///   - runs: the run file of the first replication of each variant, in the order of the comparison.
    ///   - command: what to type to have the same again.
    /// - Throws: `ResultsError` if a run file cannot be read.
    public static func html(_ comparison: Comparison, runs: [RunReader], command: String) throws -> String {
        let variants = try zip(comparison.variants, runs).map { name, run in
            try ComparisonPage.Variant(name: name, run: run, warmUpSeconds: comparison.warmUpSeconds)
        }
        return ComparisonPage(comparison, variants: variants, command: command).html
    }
}

/// The page as sections: what each variant measures, what it changes, for whom, and how that was computed.
struct ComparisonPage: Sendable {
    /// What the run file of a variant's first replication adds to the comparison.
    struct Variant: Sendable {
        var name: String
        var policy = ""
        var scenarioHash = ""
        var version = ""
        var isPartial = false
        /// Waits in seconds of the jobs that count, ascending.
        var waits: [Double] = []
        /// Jobs among them that still wait, with their wait so far, is told by the notes; these can never start.
        var neverFitting = 0

        /// Seconds; zero of no job.
        var meanWait: Double { waits.reduce(0, +) / Double(max(1, waits.count)) }

        /// A variant of which no run file is at hand.
        init(name: String) { self.name = name }

        /// Reads header and waits.
        init(name: String, run: RunReader, warmUpSeconds: Double) throws {
            self.name = name
            policy = run.run.schedulerPolicy
            scenarioHash = run.run.scenarioHash
            version = run.run.orreryVersion
            isPartial = run.run.isPartial
            let start = run.run.startNs + Int64(warmUpSeconds * 1e9)
            var (waits, neverFitting) = ([Double](), 0)
            try run.forEachRow("SELECT submit_ns, wait_ns, never_fits FROM job_wait") { row in
                guard row.integer("submit_ns") ?? 0 >= start else { return }
                if row.integer("never_fits") == 1 {
                    neverFitting += 1
                } else {
                    waits.append(Double(row.integer("wait_ns") ?? 0) / 1e9)
                }
            }
            self.waits = waits.sorted()
            self.neverFitting = neverFitting
        }
    }

    let comparison: Comparison
    let variants: [Variant]
    let command: String
    /// The variants that have colours, in order: of more than seven beside the first those whose mean wait in the first
    /// replication differs most from its.
    private let coloured: [Int]

    init(_ comparison: Comparison, variants: [Variant], command: String) {
        self.comparison = comparison
        self.variants = variants
        self.command = command
        let ranked = Self.byDistance(comparison, variants)
        coloured = ranked.prefix(Palette.seriesCount).sorted()
    }

    /// All variants but the first, those first whose mean wait differs most from its.
    private static func byDistance(_ comparison: Comparison, _ variants: [Variant]) -> [Int] {
        let distances = comparison.variants.indices.map { index -> Double in
            guard variants.indices.contains(index) else { return 0 }
            return abs(variants[index].meanWait - variants[0].meanWait)
        }
        return comparison.variants.indices.dropFirst().sorted {
            distances[$0] != distances[$1] ? distances[$0] > distances[$1] : $0 < $1
        }
    }

    /// The whole file.
    var html: String {
        PageFrame(
            title: "\(comparison.scenario) – compare – Orrery",
            subject: "\(comparison.scenario) · \(Figures.plural(comparison.variants.count, "variant")) · "
                + Figures.plural(comparison.replications, "replication"),
            banner: banner, answer: answer, notices: notices, facts: facts, sections: sections
        ).html
    }

    private var sections: [PageFrame.Section] {
        var sections = [PageFrame.Section("measures", "What each variant measures", measureSection)]
        if comparison.variants.count > 1 {
            sections.append(PageFrame.Section("change", "What differs from \(reference)", changeSection))
        }
        if let content = tradeOffSection {
            sections.append(PageFrame.Section("front", "What one costs in the other", content))
        }
        if let content = partSection {
            sections.append(PageFrame.Section("parts", "Whom it concerns", content))
        }
        if !variants.isEmpty { sections.append(PageFrame.Section("spread", "How long jobs waited", waitSection)) }
        return sections + [PageFrame.Section("method", "How this was computed", methodSection)]
    }

    private var banner: String? {
        let partial = variants.filter(\.isPartial).map(\.name)
        guard !partial.isEmpty else { return nil }
        return "Partial result: interrupted in \(partial.joined(separator: ", "))."
    }

    private var notices: [PageFrame.Notice] {
        guard let first = comparison.notes.first else { return [] }
        return [
            PageFrame.Notice(
                section: "method", words: Figures.plural(comparison.notes.count, "note"),
                text: first + (comparison.notes.count > 1 ? " …" : ""))
        ]
    }

    // MARK: What the parts share

    /// Name of the variant that the others are compared with.
    var reference: String { comparison.variants.first ?? "" }
    /// "95 %".
    var percent: String { Figures.percent(comparison.level, decimals: 0) }
    /// Measures of the whole cluster.
    var headlines: [Comparison.Row] { comparison.rows.filter(\.isHeadline) }

    /// The first is grey: it is what the others are seen against. Beyond seven others, the rest is grey too.
    func paint(_ index: Int) -> Paint { coloured.firstIndex(of: index).map { .series($0) } ?? .other }

    /// The first variant and those whose waits differ most from its: all up to six, else five, in order.
    var mostDifferent: [Int] {
        let others = Self.byDistance(comparison, variants).filter {
            variants.indices.contains($0) && !variants[$0].waits.isEmpty
        }
        return (variants.first?.waits.isEmpty == false ? [0] : [])
            + (others.count <= 6 ? others : Array(others.prefix(5))).sorted()
    }

    /// Whether a variant is shown to differ by more than its digits, and in which direction.
    static func standing(_ row: Comparison.Row, _ variant: Int) -> Standing {
        guard let difference = row.differences[variant], difference.isShown,
            !difference.isTiny(MeasureUnit(name: row.unit))
        else { return .notShown }
        return (difference.mean > 0) == row.isBetterWhenHigher ? .better : .worse
    }
}

extension Comparison.Estimate {
    /// From end to end; nil with a single replication.
    var interval: ClosedRange<Double>? { Comparison.range(lower, upper) }
}

extension Comparison {
    /// A range of two ends that exist and are in order.
    static func range(_ lower: Double?, _ upper: Double?) -> ClosedRange<Double>? {
        guard let lower, let upper, lower.isFinite, upper.isFinite, lower <= upper else { return nil }
        return lower...upper
    }
}
