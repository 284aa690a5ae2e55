import ArgumentParser
import Reports
import Results

struct FactsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "facts", abstract: "Fingerprint and table digests of runs: are two runs equal?",
        discussion: """
            A digest covers all rows of a fact table in one order. Runs of the same scenario, seed and version have equal \
            fingerprints and digests on every machine, in every build and with any --jobs. With several runs, exit code 1 \
            says that they differ.

            Examples:
              orrery facts reports/quickstart/run.sqlite
              orrery facts yesterday/run.sqlite today/run.sqlite
            """)

    @Argument(
        help: ArgumentHelp("Run files; the first is what the others are compared with.", valueName: "run"),
        completion: .file(extensions: ["sqlite"]))
    var runs: [String]
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
        let digests = try runs.map(RunDigests.init)
        let rows = digests[0].rows.indices.map { row in digests.map { $0.rows[row] } }
        if json {
            try printJSON(digests)
        } else {
            print(Self.table(rows, runs).text, terminator: "")
        }
        let differing = rows.filter { !Self.agree($0) }.map { $0[0].name }
        if !differing.isEmpty { throw Failure.checkFailed("the runs differ in \(differing.joined(separator: ", "))") }
    }

    private static func agree(_ row: [RunDigests.Row]) -> Bool { row.allSatisfy { $0.digest == row[0].digest } }

    private static func table(_ rows: [[RunDigests.Row]], _ runs: [String]) -> DataTable {
        let verdict = runs.count > 1
        return DataTable(
            "Contents of \(runs.joined(separator: ", "))",
            [.text("facts")] + runs.indices.map { .text(runs.count > 1 ? "run \($0 + 1)" : "digest") }
                + (verdict ? [.text("")] : []),
            rows: rows.map { row in
                ([row[0].name] + row.map(\.digest) + (verdict ? [agree(row) ? "equal" : "differ"] : []))
                    .map { DataTable.Cell($0) }
            })
    }
}

/// What a run contains, in 64 bits a table.
private struct RunDigests: Encodable {
    struct Row: Encodable {
        var name: String
        var digest: String
    }

    var run: String
    /// The fingerprint of all events, then the fact tables in the order of the schema.
    var rows: [Row]

    init(_ path: String) throws {
        let reader = try RunReader(path: path)
        run = path
        rows = [Row(name: "fingerprint", digest: reader.run.fingerprint)]
        rows += try reader.factDigests().map { Row(name: $0.table, digest: $0.digest) }
    }
}
