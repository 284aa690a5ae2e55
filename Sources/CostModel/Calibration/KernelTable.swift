import Configuration
import Quantities

/// Reads measured kernels from a CSV; docs/calibrate.md describes its columns.
public enum KernelTable {
    /// All columns.
    public static let columns = [
        "kind", "precision", "m", "n", "k", "batch", "sequence", "heads", "head_dim", "causal", "bytes", "collective",
        "algorithm", "ranks", "seconds",
    ]

    /// The kernels of a file.
    ///
    /// - Throws: everything that is wrong with it, by line and column.
    public static func read(path: String) throws(InvalidInput) -> [KernelSample] {
        try samples(of: MeasuredTable(path: path))
    }

    /// The kernels of a table.
    public static func samples(of table: MeasuredTable) throws(InvalidInput) -> [KernelSample] {
        let found = Diagnostics()
        for (index, name) in table.columns.enumerated() {
            let place = SourcePosition(file: table.path, line: 1, column: table.headerStarts[index])
            if !columns.contains(name) {
                let hint = Suggestion.text(name, among: columns)
                found.report(Diagnostic(position: place, message: "unknown column '\(name)'", hint: hint))
            } else if table.columns.firstIndex(of: name) != index {
                found.report(Diagnostic(position: place, message: "column '\(name)' stands twice"))
            }
        }
        for name in ["kind", "seconds"] where !table.columns.contains(name) {
            let place = SourcePosition(file: table.path, line: 1, column: 1)
            found.report(Diagnostic(position: place, message: "no column '\(name)'"))
        }
        try found.throwIfAny()
        let samples = (0..<table.count).compactMap { Cells(table: table, row: $0, found: found).sample() }
        try found.throwIfAny()
        if samples.isEmpty { throw MeasuredTable.problem(table.path, 1, "no kernels below the header") }
        return samples
    }

    /// A table as text, which `read` reads.
    public static func text(_ samples: [KernelSample]) -> String {
        var text = columns.joined(separator: ",") + "\n"
        for sample in samples {
            var cells = ["kind": sample.kind.rawValue, "seconds": "\(sample.seconds)"]
            switch sample.work {
            case .gemm(let m, let n, let k, let precision):
                cells["m"] = "\(Int(m))"
                cells["n"] = "\(Int(n))"
                cells["k"] = "\(Int(k))"
                cells["precision"] = precision.rawValue
            case .attention(_, let batch, let sequence, let heads, let width, let isCausal):
                cells["batch"] = "\(Int(batch))"
                cells["sequence"] = "\(Int(sequence))"
                cells["heads"] = "\(Int(heads))"
                cells["head_dim"] = "\(Int(width))"
                cells["causal"] = isCausal ? "1" : "0"
            case .elementwise(let bytes): cells["bytes"] = "\(Int(bytes))"
            case .collective(let collective, let algorithm, let ranks, let bytes):
                cells["collective"] = collective.rawValue
                cells["algorithm"] = algorithm.rawValue
                cells["ranks"] = "\(ranks)"
                cells["bytes"] = "\(Int(bytes))"
            }
            text += columns.map { cells[$0] ?? "" }.joined(separator: ",") + "\n"
        }
        return text
    }
}

/// The cells of one row; what is wrong with them is reported, and reading goes on.
private struct Cells {
    let table: MeasuredTable
    let row: Int
    let found: Diagnostics

    private func fail(_ column: String, _ expected: String) {
        let text = table[row].text(column)
        let what = text.isEmpty ? "nothing" : "'\(text)'"
        found.report(
            Diagnostic(
                position: table.position(row: row, column: column),
                message: "\(column): found \(what), expected \(expected)"))
    }

    private func count(_ column: String, from lowest: Double = 1) -> Double? {
        if let value = table[row].number(column), value >= lowest, value <= 1e15, value.rounded() == value {
            return value
        }
        fail(column, "a whole number from \(Int(lowest)) to 10¹⁵")
        return nil
    }

    private func word<Word: RawRepresentable<String>>(_ column: String, _ known: [Word]) -> Word? {
        let text = table[row].text(column)
        if let word = known.first(where: { $0.rawValue == text }) { return word }
        let names = known.map(\.rawValue)
        let hint = NearestName.suggest(text, among: names).map { "; did you mean '\($0)'?" } ?? ""
        fail(column, "one of \(names.joined(separator: ", "))\(hint)")
        return nil
    }

    func sample() -> KernelSample? {
        let seconds = table[row].number("seconds").flatMap { $0 > 0 && $0 < 1e6 ? $0 : nil }
        if seconds == nil { fail("seconds", "a time in seconds, above 0") }
        guard let kind = word("kind", KernelSample.Kind.allCases), let work = work(kind), let seconds else {
            return nil
        }
        return KernelSample(work, seconds: seconds)
    }

    private func work(_ kind: KernelSample.Kind) -> KernelSample.Work? {
        switch kind {
        case .gemm:
            let precision = word("precision", Precision.allCases)
            guard let m = count("m"), let n = count("n"), let k = count("k"), let precision else { return nil }
            return .gemm(m: m, n: n, k: k, precision)
        case .attentionForward, .attentionBackward:
            let causal = table[row].text("causal")
            if !["", "0", "1"].contains(causal) { fail("causal", "0 or 1") }
            guard let batch = count("batch"), let sequence = count("sequence"), let heads = count("heads"),
                let width = count("head_dim")
            else { return nil }
            return .attention(
                isForward: kind == .attentionForward, batch: batch, sequence: sequence, heads: heads, width: width,
                isCausal: causal != "0")
        case .elementwise: return count("bytes").map { .elementwise(bytes: $0) }
        case .collective:
            let collective = word("collective", [Collective.allReduce, .allGather, .reduceScatter])
            guard let ranks = count("ranks", from: 2), let bytes = count("bytes"), let collective else { return nil }
            let stated =
                table[row].text("algorithm").isEmpty ? .ring : word("algorithm", [CollectiveAlgorithm.ring, .nvls])
            guard let algorithm = stated, ranks <= 1_048_576 else { return nil }
            if algorithm == .nvls, collective != .allReduce {
                fail("algorithm", "ring: NVLS is known for all_reduce only")
                return nil
            }
            return .collective(collective, algorithm, ranks: Int(ranks), bytes: bytes)
        }
    }
}
