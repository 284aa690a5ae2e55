import Quantities
import Results

/// Tables and views of a run as CSV files (RFC 4180): a line of column names, then a row a line; NULL is empty.
public enum CSVExport {
    /// Writes one table or view to `path`. Throws `ExportError`, or `ResultsError` for a name that there is not.
    public static func write(_ relation: String, of reader: RunReader, to path: String) throws {
        let query = try TableQuery(relation, reader)
        let file = try OutputFile(path)
        try file.write(query.columns.map { quoted($0.name) }.joined(separator: ",") + "\r\n")
        try reader.forEachRawRow(query.sql) { row in
            var line = ""
            for column in query.columns.indices {
                if column > 0 { line += "," }
                line += quoted(row.value(column).description)
            }
            try file.write(line + "\r\n")
        }
        try file.finish()
    }

    private static func quoted(_ text: String) -> String {
        let needsQuotes = text.utf8.contains { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D }
        return needsQuotes ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
    }
}

/// A table or view to export: its query and what its columns hold.
struct TableQuery {
    /// What all values of a column are, NULL apart.
    enum Kind { case integer, real, text }

    struct Column {
        var name: String
        var kind: Kind
        /// Whether NULL occurs, or may.
        var isOptional: Bool
    }

    let sql: String
    let columns: [Column]

    /// Of a table or view of the schema. Columns of a view are what its values turn out to be.
    init(_ relation: String, _ reader: RunReader) throws {
        guard RunReader.relationNames.contains(relation) else {
            let hint = NearestRelation.hint(relation)
            throw ExportError(reader.path, "has no table or view \"\(relation)\"\(hint)")
        }
        sql = "SELECT * FROM \(relation)"
        let declared = try reader.rows(
            "SELECT name, type, \"notnull\" AS required, pk FROM pragma_table_info(?) ORDER BY cid", [.text(relation)])
        let isTable = try !reader.rows(
            "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?", [.text(relation)]
        ).isEmpty
        if isTable {
            columns = declared.map {
                let kind: Kind = ["INTEGER": .integer, "REAL": .real][$0.string("type")] ?? .text
                return Column(
                    name: $0.string("name"), kind: kind, isOptional: !$0.flag("required") && !$0.flag("pk"))
            }
            return
        }
        var found = declared.map { Column(name: $0.string("name"), kind: .integer, isOptional: true) }
        try reader.forEachRawRow(sql) { row in
            for column in found.indices {
                switch row.value(column) {
                case .null, .integer: break
                case .real: if found[column].kind == .integer { found[column].kind = .real }
                case .text: found[column].kind = .text
                }
            }
        }
        columns = found
    }
}

private enum NearestRelation {
    static func hint(_ name: String) -> String {
        NearestName.suggest(name, among: RunReader.relationNames).map { "; did you mean \"\($0)\"?" } ?? ""
    }
}
