import Quantities
import Reports
import Statistics

/// Makes a `Comparison` of the samples of several variants.
struct ComparisonAnalysis {
    /// How the beginning of runs is treated.
    enum WarmUpRule: Sendable {
        /// Found by MSER-5 in runs with a horizon; runs until drained count whole.
        case automatic
        /// A length of time.
        case given(SimDuration)
    }

    let variants: [(name: String, samples: [RunSample], seeds: [UInt64])]
    let level: Double
    let warmUp: WarmUp.Found

    init(
        _ variants: [(name: String, samples: [RunSample], seeds: [UInt64])], level: Double, rule: WarmUpRule
    ) {
        self.variants = variants
        self.level = level
        warmUp = WarmUp.Found(variants.map(\.samples), rule)
    }

    /// The comparison; `simulations` were run for it.
    func comparison(scenario: String, simulations: Int) throws(StatisticsError) -> Comparison {
        var rows: [Comparison.Row] = []
        var differences: [(row: Int, variant: Int, difference: PairedDifference)] = []
        for (measure, isHeadline) in measures {
            guard let row = try row(measure, isHeadline) else { continue }
            for index in variants.indices.dropFirst() {
                guard let difference = try difference(measure, row, index) else { continue }
                differences.append((rows.count, index, difference))
            }
            rows.append(row)
        }
        // Measures that are identical are no tests: nothing could be declared of them.
        let tested = differences.filter { !$0.difference.isIdentical && $0.difference.test != nil }
        var isHeld: [Int: Bool] = [:]
        // Two families: what a reader looks at first is not paid for by the many parts.
        for isHeadline in [true, false] {
            let family = tested.filter { rows[$0.row].isHeadline == isHeadline }
            let holds = MultipleComparisons.holm(family.map { $0.difference.test?.pValue ?? 1 }, level: level)
            for (entry, holds) in zip(family, holds) { isHeld[entry.row * variants.count + entry.variant] = holds }
        }
        for entry in differences {
            let isShown = entry.difference.excludesZero && isHeld[entry.row * variants.count + entry.variant] == true
            rows[entry.row].differences[entry.variant] = Comparison.Difference(
                entry.difference, of: rows[entry.row], isShown: isShown)
        }
        return Comparison(
            scenario: scenario, variants: variants.map(\.name), seeds: variants.map { $0.seeds.map(String.init) },
            level: level, warmUpSeconds: Double(warmUp.nanoseconds) / 1e9, warmUpReason: warmUp.reason,
            tests: tested.count { rows[$0.row].isHeadline }, partTests: tested.count { !rows[$0.row].isHeadline },
            simulations: simulations, rows: rows, runLengths: try runLengths(),
            notes: try notes())
    }

    /// What is compared: the headlines, then queues, teams and classes that any variant has.
    private var measures: [(Measure, Bool)] {
        var scopes: [Comparison.Scope] = []
        for variant in variants {
            for scope in variant.samples.first?.scopes ?? [] where !scopes.contains(scope) { scopes.append(scope) }
        }
        return Measure.headlines.map { ($0, true) } + scopes.flatMap { Measure.parts(of: $0) }.map { ($0, false) }
    }

    private func row(_ measure: Measure, _ isHeadline: Bool) throws(StatisticsError) -> Comparison.Row? {
        let samples = variants.map { variant in
            variant.samples.map { $0.value(of: measure, from: warmUp.nanoseconds) }
        }
        guard samples.contains(where: { $0.contains { $0 != nil } }) else { return nil }
        var values: [Comparison.Estimate?] = []
        for numbers in samples {
            let known = numbers.compactMap { $0 }
            values.append(known.count == numbers.count ? try Comparison.Estimate(known, level: level) : nil)
        }
        return Comparison.Row(
            measure: measure.name, unit: measure.unit.rawValue, isBetterWhenHigher: measure.isBetterWhenHigher,
            isHeadline: isHeadline, scope: measure.scope, values: values,
            differences: variants.map { _ in nil }, samples: samples)
    }

    private func difference(
        _ measure: Measure, _ row: Comparison.Row, _ index: Int
    ) throws(StatisticsError) -> PairedDifference? {
        guard row.values[0] != nil, row.values[index] != nil else { return nil }
        return try PairedDifference(
            first: row.samples[0].compactMap { $0 }, second: row.samples[index].compactMap { $0 }, level: level,
            name: "\(variants[index].name)/\(measure.scope.kind)/\(measure.scope.name)/\(measure.name)")
    }

    private func runLengths() throws(StatisticsError) -> [Comparison.RunLength] {
        var lengths: [Comparison.RunLength] = []
        for variant in variants {
            lengths.append(
                try Comparison.RunLength(variant.name, variant.samples, from: warmUp.nanoseconds, level: level))
        }
        return lengths
    }

    private func notes() throws(StatisticsError) -> [String] {
        var notes: [String] = []
        let isFixed = variants.allSatisfy { variant in
            variant.samples.allSatisfy { $0.fingerprint == variant.samples.first?.fingerprint }
        }
        if isFixed, (variants.first?.samples.count ?? 0) > 1 {
            notes.append(
                "all replications are the same run: nothing in this scenario is drawn at random, or its seeds are fixed"
            )
        }
        let drifting = try runLengths().filter(\.isTooShort).map(\.variant)
        if !drifting.isEmpty {
            notes.append(
                "waits drift within a run (\(drifting.joined(separator: ", "))): means belong to this horizon and are not those of a steady state"
            )
        }
        for variant in variants {
            let left = variant.samples.reduce(0) { $0 + $1.neverFitting }
            if left > 0 { notes.append("\(variant.name): \(left) jobs could never start and are not counted") }
            let waiting = variant.samples.reduce(0) {
                $0 + $1.jobs.count { $0.isWaiting && $0.submitNs >= warmUp.nanoseconds }
            }
            let all = variant.samples.reduce(0) { $0 + $1.jobs.count { $0.submitNs >= warmUp.nanoseconds } }
            if all > 0, Double(waiting) > 0.02 * Double(all) {
                notes.append(
                    "\(variant.name): \(waiting * 100 / all) % of the jobs still wait at the end and count with their wait so far"
                )
            }
        }
        return notes
    }
}

extension Comparison.Estimate {
    /// The mean of numbers, of which there is at least one, with its t interval.
    init(_ values: [Double], level: Double) throws(StatisticsError) {
        let sample = try Sample(values)
        let interval = values.count > 1 ? try sample.meanInterval(level: level) : nil
        self.init(mean: sample.mean, lower: interval?.lower, upper: interval?.upper)
    }
}

extension Comparison.Difference {
    init(_ paired: PairedDifference, of row: Comparison.Row, isShown: Bool) {
        let relative = paired.relative.flatMap { part in
            part.interval.map { (part.value, $0.lower, $0.upper) }
        }
        let interval = paired.test?.difference
        let subject = row.scope == .cluster ? row.measure : "\(row.measure) of \(row.scope.kind) `\(row.scope.name)`"
        let sentence =
            isShown
            ? Self.sentence(
                row.measure, row.scope, unit: MeasureUnit(name: row.unit), mean: paired.mean,
                interval: (interval?.lower ?? paired.mean, interval?.upper ?? paired.mean), relative: relative)
            : "\(subject): " + (paired.isIdentical ? "identical in every replication" : "no difference shown")
        self.init(
            mean: paired.mean, lower: interval?.lower, upper: interval?.upper,
            bootstrapLower: paired.bootstrap?.lower, bootstrapUpper: paired.bootstrap?.upper,
            relative: paired.relative?.value, relativeLower: paired.relative?.interval?.lower,
            relativeUpper: paired.relative?.interval?.upper, pValue: paired.test?.pValue,
            isIdentical: paired.isIdentical, isShown: isShown, verdict: sentence)
    }
}

extension Comparison.RunLength {
    /// Judges runs by batch means of the waits of the jobs counted.
    init(_ name: String, _ samples: [RunSample], from warmUp: Int64, level: Double) throws(StatisticsError) {
        let waits = samples.map { sample in sample.waits.filter { $0.submitNs >= warmUp }.map(\.seconds) }
        let batches = waits.compactMap { $0.count >= 200 ? try? BatchMeans($0) : nil }
        let correlations = batches.map(\.correlation)
        let correlation = correlations.isEmpty ? nil : correlations.reduce(0, +) / Double(correlations.count)
        // Of independent batches the correlation is about normal with variance 1/n (von Neumann 1941): one-sided 1 %.
        let bound = 2.326 / (20 * Double(max(1, correlations.count))).squareRoot()
        let first = try batches.first?.interval(level: level)
        self.init(
            variant: name, jobs: Double(waits.reduce(0) { $0 + $1.count }) / Double(max(1, samples.count)),
            batchCorrelation: correlation,
            batchMeans: first.map { Comparison.Estimate(mean: $0.estimate, lower: $0.lower, upper: $0.upper) },
            isTooShort: correlation.map { $0 > max(bound, 0.25) } ?? false)
    }
}
