extension RunReader {
    /// A 64-bit hash of all rows of a table or view, ordered by all columns, as 16 hexadecimal digits.
    ///
    /// Two runs of the same scenario must have equal digests of every fact table, whatever the build or thread count.
    /// Types count: NULL, 0 and an empty text differ. FNV-1a, 64 bits.
    public func digest(_ relation: String) throws(ResultsError) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        func fold(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        try forEachRow(try orderedSelect(relation)) { row in
            for value in row.values {
                switch value {
                case .null: fold(0)
                case .integer: fold(1)
                case .real: fold(2)
                case .text: fold(3)
                }
                for byte in value.description.utf8 { fold(byte) }
                fold(0xFF)
            }
        }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// Digests of all fact tables, in the order of the schema.
    public func factDigests() throws(ResultsError) -> [(table: String, digest: String)] {
        var digests: [(table: String, digest: String)] = []
        for table in Schema.factTables { digests.append((table.name, try digest(table.name))) }
        return digests
    }

    /// All rows of a table or view as text, ordered by all columns: a line of column names, then one line per row with
    /// values between `|`.
    public func dump(_ relation: String) throws(ResultsError) -> String {
        var lines: [String] = []
        try forEachRow(try orderedSelect(relation)) { row in
            if lines.isEmpty { lines.append(row.columns.joined(separator: "|")) }
            lines.append(row.values.map(\.description).joined(separator: "|"))
        }
        return lines.isEmpty ? "" : lines.joined(separator: "\n") + "\n"
    }

    private func orderedSelect(_ relation: String) throws(ResultsError) -> String {
        guard Self.relationNames.contains(relation) else {
            throw ResultsError(
                .badQuery, path: path,
                "no table or view \(relation); there are: \(Self.relationNames.joined(separator: ", "))")
        }
        let columns = try rows("SELECT count(*) AS n FROM pragma_table_info(?)", [.text(relation)])
        let count = columns.first?.integer("n") ?? 0
        let order = (1...max(1, count)).map(String.init).joined(separator: ", ")
        return "SELECT * FROM \(relation) ORDER BY \(order)"
    }
}
