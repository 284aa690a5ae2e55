import ArgumentParser
import Experiments
import Reports
import Results

struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Write the page of a run again, and print its summary.",
        discussion: "Example: orrery report reports/quickstart/run.sqlite")

    @Argument(help: ArgumentHelp("Run file.", valueName: "run"), completion: .file(extensions: ["sqlite"]))
    var database: String
    @Flag(help: "Print the summary as JSON.") var json = false

    func run() throws {
        let tables = try RunTables(run: RunReader(path: database))
        let files = try RunPictures(database: database).write(cluster: nil)
        print(json ? try tables.json() : tables.text(paths: files), terminator: json ? "\n" : "")
    }
}
