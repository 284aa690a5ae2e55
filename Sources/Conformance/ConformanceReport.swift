/// How one case ended.
public struct CaseResult: Sendable, Equatable {
    /// The case.
    public let file: CaseFile
    /// Passed, or why not.
    public let outcome: CaseOutcome
    /// How far our reasons agree with the recorded ones, where both were asked for.
    public var reasons: ReasonAgreement?

    init(file: CaseFile, outcome: CaseOutcome, reasons: ReasonAgreement? = nil) {
        self.file = file
        self.outcome = outcome
        self.reasons = reasons
    }
}

/// How all judged cases ended, ascending by folder and name.
public struct ConformanceReport: Sendable, Equatable {
    /// One entry per case.
    public let results: [CaseResult]

    /// Counts of one folder, or of all of them.
    public struct Tally: Sendable, Equatable {
        /// The folder; empty for the sum.
        public let folder: String
        /// Cases that came out as recorded.
        public internal(set) var passed = 0
        /// Cases that did not.
        public internal(set) var failed = 0
        /// Cases with keys or of kinds that are not understood.
        public internal(set) var unsupported = 0

        /// All cases of the folder.
        public var count: Int { passed + failed + unsupported }

        mutating func add(_ outcome: CaseOutcome) {
            switch outcome {
            case .passed: passed += 1
            case .failed: failed += 1
            case .unsupported: unsupported += 1
            }
        }
    }

    /// One entry per folder, in the order of the results.
    public var folders: [Tally] {
        var tallies: [Tally] = []
        for result in results {
            if tallies.last?.folder != result.file.folder { tallies.append(Tally(folder: result.file.folder)) }
            tallies[tallies.count - 1].add(result.outcome)
        }
        return tallies
    }

    /// Counts over all folders.
    public var total: Tally {
        var tally = Tally(folder: "")
        for result in results { tally.add(result.outcome) }
        return tally
    }

    /// Whether every case passed.
    public var passed: Bool { total.passed == total.count }

    /// `N of M passed, K unsupported`.
    public var summary: String {
        let total = total
        return "\(total.passed) of \(total.count) passed, \(total.unsupported) unsupported"
    }

    /// One line per case that did not pass, followed by what differed, indented.
    public var complaints: [String] {
        results.flatMap { result -> [String] in
            switch result.outcome {
            case .passed: []
            case .failed(let differences): ["\(result.file.slug): failed"] + differences.map { "    \($0)" }
            case .unsupported(let what): ["\(result.file.slug): unsupported: \(what)"]
            }
        }
    }

    /// Worlds whose recorded reasons were compared, and those that agree in every fact.
    public var reasonShare: (agreeing: Int, compared: Int) {
        let compared = results.compactMap(\.reasons)
        return (compared.count { $0.differences.isEmpty }, compared.count)
    }
}
