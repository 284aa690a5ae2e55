import ArgumentParser
import Reports
import Results

struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "The story of a job: why it waited, when it ran, what would have helped.",
        discussion: """
            Reads the decisions that a run recorded, so it works for every policy. Of several jobs with one name choose one \
            by its number in table job: 'job/#29'.

            Examples:
              orrery explain reports/quickstart/run.sqlite job/nlp-pretrain-00127
              orrery explain reports/quickstart/run.sqlite 'job/#29' --json
            """)

    @Argument(help: ArgumentHelp("Run file.", valueName: "run"), completion: .file(extensions: ["sqlite"]))
    var database: String
    @Argument(help: ArgumentHelp("The job, as job/NAME.", valueName: "job/name")) var subject: String
    @Flag(help: "Tell every change of a wait's reason, however short.") var all = false
    @Flag(help: "Print the story as JSON.") var json = false

    func validate() throws {
        guard subject.hasPrefix("job/"), subject.count > 4 else {
            throw ValidationError("'\(subject)' is not a job; write job/NAME")
        }
    }

    func run() throws {
        let story: JobStory
        do {
            story = try JobStory(of: String(subject.dropFirst(4)), in: RunReader(path: database))
        } catch let error as StoryError {
            throw Failure.badInput("\(database): \(error)")
        }
        if json { try printJSON(story) } else { print(story.text(inFull: all), terminator: "") }
    }
}
