import Results

/// The story of one job in two runs, and where it parts.
public struct StoryPair: Sendable, Encodable {
    public var first: JobStory
    public var second: JobStory
    /// The first decision about the job that differs; both nil if none does.
    public var firstTurn: RunDiff.Turn?
    public var secondTurn: RunDiff.Turn?
    /// The runs' own paths, for headings.
    public var paths: [String]

    /// Finds the job of `story` in another run by its name. Throws `StoryError` if it is not there.
    public init(_ story: JobStory, in reader: RunReader, against other: RunReader) throws {
        first = story
        second = try JobStory(of: story.job, in: other)
        paths = [reader.path, other.path]
        let turns = (try Self.turns(reader, story.id), try Self.turns(other, second.id))
        let common = min(turns.0.count, turns.1.count)
        let position = (0..<common).first { !Self.agree(turns.0[$0], turns.1[$0]) } ?? common
        firstTurn = position < turns.0.count ? turns.0[position] : nil
        secondTurn = position < turns.1.count ? turns.1[position] : nil
    }

    /// All decisions about a job, in order.
    private static func turns(_ reader: RunReader, _ job: Int64) throws -> [RunDiff.Turn] {
        let log = try DecisionLog(reader)
        let names = try RunNames(reader)
        return try log.entries.indices.filter { Int64(log.entries[$0].job) == job }
            .map { try RunDiff.Turn(log, $0, names, reader) }
    }

    /// The same decision at the same time with the same words and places.
    private static func agree(_ a: RunDiff.Turn, _ b: RunDiff.Turn) -> Bool {
        a.time_ns == b.time_ns && a.sentence == b.sentence && a.places == b.places
    }

    /// Both stories for a terminal, under the paths of their runs.
    public func text(inFull: Bool = false) -> String {
        var text = "A  \(paths[0])\nB  \(paths[1])\n\n"
        if firstTurn == nil, secondTurn == nil {
            text += "Every decision about \(first.job) is the same.\n\n" + first.text(inFull: inFull)
            return text
        }
        text += "The first decision about \(first.job) that differs:\n"
        text += "  A  \(RunDiff.words(firstTurn))\n  B  \(RunDiff.words(secondTurn))\n"
        text += "\nIn A: " + first.text(inFull: inFull) + "\nIn B: " + second.text(inFull: inFull)
        return text
    }
}
