import ArgumentParser
import Experiments
import Reports
import Results
import Scenarios

struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "The story of a job: why it waited, when it ran, what would have helped.",
        discussion: """
            Reads the decisions that a run recorded, so it works for every policy. Of several jobs with one name choose one \
            by its number in table job: 'job/#29'. When a job that waits at the end starts is found by playing the run's \
            scenario again and on; without the scenario file there are bounds. --against tells the same job's story in \
            another run as well, and where the two part.

            Examples:
              orrery explain reports/quickstart/run.sqlite job/nlp-pretrain-00127
              orrery explain today/run.sqlite job/nlp-pretrain-00127 --against yesterday/run.sqlite
              orrery explain reports/quickstart/run.sqlite 'job/#29' --json
            """)

    @Argument(help: ArgumentHelp("Run file.", valueName: "run"), completion: .file(extensions: ["sqlite"]))
    var database: String
    @Argument(help: ArgumentHelp("The job, as job/NAME.", valueName: "job/name")) var subject: String
    @Option(
        name: .long, parsing: .unconditional,
        help: "Of a waiting job: how often the run is played on with other run lengths and ties; 0: bounds only.",
        transform: Value.samples)
    var samples = 20
    @Option(
        help: ArgumentHelp("Another run, whose story of the job is told too.", valueName: "run"),
        completion: .file(extensions: ["sqlite"]))
    var against: String?
    @Flag(help: "Tell every change of a wait's reason, however short.") var all = false
    @Flag(help: "Print the story as JSON.") var json = false

    func validate() throws {
        guard subject.hasPrefix("job/"), subject.count > 4 else {
            throw ValidationError("'\(subject)' is not a job; write job/NAME")
        }
    }

    func run() throws {
        let reader = try RunReader(path: database)
        var story: JobStory
        do {
            story = try JobStory(of: String(subject.dropFirst(4)), in: reader)
        } catch let error as StoryError {
            throw Failure.badInput("\(database): \(error)")
        }
        if let against { return try tellBoth(story, reader, against) }
        if story.forecast != nil, samples > 0 { story.prediction = try prediction(story, reader.run) }
        if json { try printJSON(story) } else { print(story.text(inFull: all), terminator: "") }
    }

    /// The stories of both runs, and the first decision about the job that differs.
    private func tellBoth(_ story: JobStory, _ reader: RunReader, _ against: String) throws {
        let other = try RunReader(path: against)
        let pair: StoryPair
        do {
            pair = try StoryPair(story, in: reader, against: other)
        } catch let error as StoryError {
            throw Failure.badInput("\(against): \(error)")
        }
        if json { try printJSON(pair) } else { print(pair.text(inFull: all), terminator: "") }
    }

    /// Plays the run again, and on; nil after a warning if its scenario cannot be found.
    private func prediction(_ story: JobStory, _ run: RunHeader) throws -> StartPrediction? {
        guard let (scenario, reference) = try Self.scenario(of: run) else {
            Terminal.warn(
                "\(run.commandLine): does not repeat the run from this folder; the start is bounded, not predicted")
            return nil
        }
        if Terminal.isInteractive { Terminal.complain("playing \(run.scenarioName) again, and on") }
        Interrupt.listen()
        let experiment = try RunExperiment(
            scenario, commandLine: run.commandLine, version: Orrery.version, sizedOn: reference)
        guard let id = Int32(exactly: story.id),
            let outlook = try experiment.outlook(
                of: id, in: run, samples: samples, shouldStop: { Interrupt.isRequested })
        else { return nil }
        return StartPrediction(
            expected_ns: outlook.expectedNs, from_ns: outlook.quantile(10), to_ns: outlook.quantile(90),
            samples: outlook.samples, started: outlook.startsNs.count, limit_ns: outlook.limitNs)
    }

    /// The scenario, or the variant of it, that the run's command line names, if it still is what was run, and the one
    /// that its generated jobs are sized on.
    private static func scenario(of run: RunHeader) throws -> (ResolvedScenario, sizedOn: ResolvedScenario)? {
        let words = Words.split(run.commandLine)
        let rest = Array(words.dropFirst(2))
        let candidates: [ResolvedScenario]
        let base: ResolvedScenario
        if words.prefix(2) == ["orrery", "run"], let command = try? RunCommand.parse(rest),
            let file = try? command.scenario.load(command.policyOverrides)
        {
            (base, candidates) = (file.scenario, [file.scenario] + file.variants)
        } else if words.prefix(2) == ["orrery", "compare"], let command = try? CompareCommand.parse(rest),
            let (file, named) = try? command.namedScenarios()
        {
            (base, candidates) = (file.scenario, named.map(\.scenario))
        } else {
            return nil
        }
        return try candidates.first { try $0.hash() == run.scenarioHash }.map { ($0, base) }
    }
}
