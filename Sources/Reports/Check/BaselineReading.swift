/// A line of a baseline that says nothing that is known.
public struct BaselineError: Error, Equatable, CustomStringConvertible {
    public var path: String
    public var line: Int
    public var reason: String

    /// "east.baseline:12: reason".
    public var description: String { "\(path):\(line): \(reason)" }
}

extension Baseline {
    /// Reads a baseline; `path` is for messages.
    public init(parsing text: String, path: String) throws(BaselineError) {
        var reader = LineReader(text, path: path)
        input = ""
        outcome = ""
        seeds = 1
        decisionCount = -1
        digest = ""
        metrics = []
        grain = 1
        marks = []
        log = []
        try reader.expectFormat()
        while let words = reader.next() {
            switch words[0] {
            case "input": input = String(try reader.word(words, "a hash"))
            case "outcome": outcome = String(try reader.word(words, "how the run ended"))
            case "seeds": seeds = try reader.count(words, least: 1)
            case "decisions": try readDecisions(words, reader)
            case "metric": metrics.append(try Self.metric(words, seeds: seeds, reader))
            case "marks":
                grain = try reader.count(words, least: 1)
                marks = try reader.marks((max(0, decisionCount) + grain - 1) / grain)
            case "log": log = try reader.rest(try reader.count(words, least: 0))
            default:
                throw reader.error(
                    "found \"\(words[0])\", expected input, outcome, seeds, decisions, metric, marks or log")
            }
        }
        if decisionCount < 0 { throw reader.error("the line \"decisions\" is missing") }
    }

    private mutating func readDecisions(_ words: [Substring], _ reader: LineReader) throws(BaselineError) {
        guard words.count == 4, let count = Int(words[1]), count >= 0, ["exact", "free"].contains(words[3]) else {
            throw reader.error("expected: decisions COUNT DIGEST exact, or free")
        }
        decisionCount = count
        digest = String(words[2])
        decisionsAreFree = words[3] == "free"
    }

    private static func metric(_ words: [Substring], seeds: Int, _ reader: LineReader) throws(BaselineError) -> Metric {
        guard words.count > 2 + seeds else {
            throw reader.error("expected: metric NAME, \(seeds == 1 ? "a value" : "\(seeds) values"), a tolerance")
        }
        var values: [Double?] = []
        for word in words[2..<2 + seeds] {
            guard word == "-" || Double(word)?.isFinite == true else {
                throw reader.error("\"\(word)\": expected a number, or - for none")
            }
            values.append(Double(word))
        }
        guard let tolerance = Tolerance(words[(2 + seeds)...]) else {
            let found = words[(2 + seeds)...].joined(separator: " ")
            throw reader.error("\"\(found)\": expected exact, within 5, within 2%, statistical 95% or free")
        }
        return Metric(name: String(words[1]), values: values, tolerance: tolerance)
    }
}

/// Lines of a baseline, with their numbers.
private struct LineReader {
    private let lines: [Substring]
    private var position = 0
    let path: String

    init(_ text: String, path: String) {
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        self.path = path
    }

    func error(_ reason: String) -> BaselineError { BaselineError(path: path, line: max(1, position), reason: reason) }

    /// The words of the next line that has any.
    mutating func next() -> [Substring]? {
        while position < lines.count {
            let line = lines[position]
            position += 1
            let words = line.split(separator: " ")
            if let first = words.first, !first.hasPrefix("#") { return words }
        }
        return nil
    }

    mutating func expectFormat() throws(BaselineError) {
        guard let words = next(), words[0] == "orrery-baseline" else {
            throw error("is not a baseline; expected: orrery-baseline 1")
        }
        guard words.count == 2, words[1] == "1" else {
            throw error("is of another version; this program reads orrery-baseline 1")
        }
    }

    func word(_ words: [Substring], _ what: String) throws(BaselineError) -> Substring {
        guard words.count == 2 else { throw error("expected \(what) after \"\(words[0])\"") }
        return words[1]
    }

    func count(_ words: [Substring], least: Int) throws(BaselineError) -> Int {
        guard words.count == 2, let count = Int(words[1]), (least...100_000_000).contains(count) else {
            throw error("expected a whole number of at least \(least) after \"\(words[0])\"")
        }
        return count
    }

    /// So many marks of four characters.
    mutating func marks(_ count: Int) throws(BaselineError) -> [String] {
        var characters: [Character] = []
        while characters.count < count * 4, let words = next() { characters += Array(words.joined()) }
        guard characters.count == count * 4 else { throw error("expected \(count) marks of four characters") }
        return (0..<count).map { String(characters[$0 * 4..<$0 * 4 + 4]) }
    }

    /// So many lines as they are.
    mutating func rest(_ count: Int) throws(BaselineError) -> [String] {
        guard position + count <= lines.count else { throw error("expected \(count) lines of the log") }
        defer { position += count }
        return lines[position..<position + count].map(String.init)
    }
}
