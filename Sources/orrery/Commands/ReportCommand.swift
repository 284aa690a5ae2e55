import ArgumentParser
import Experiments
import Reports
import Results

struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Write the page of a run again, and print its summary.",
        discussion: "Example: orrery report out/quickstart/run.sqlite")

    @Argument(help: "Run file.", completion: .file(extensions: ["sqlite"])) var run: String
    @Flag(help: "Print the summary as JSON.") var json = false

    func run() throws {
        let tables = try RunTables(run: RunReader(path: run))
        let files = try RunPictures(database: run).write(cluster: nil)
        print(json ? try tables.json() : tables.text(paths: files), terminator: json ? "\n" : "")
    }
}
