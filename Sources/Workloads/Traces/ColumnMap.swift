import Quantities

/// Where the known columns of a CSV stand, read from its header line.
struct ColumnMap {
    /// What happens to a column that the format does not know.
    enum Unknown { case refused, ignored }

    /// Field index of each known column, in the order of the known names; -1 where the file lacks it.
    let positions: [Int]
    /// Fields in the header; every row has as many.
    let fieldCount: Int
    /// Names that were ignored.
    let ignored: [String]

    /// Reads the header that `rows` has just found. Throws on a column that is unknown, repeated or missing.
    init(
        header rows: RowScanner, known: [String], required: [String], unknown: Unknown
    ) throws(TraceError) {
        var positions = [Int](repeating: -1, count: known.count)
        var ignored: [String] = []
        for index in 0..<rows.fieldCount {
            let name = String(decoding: rows[index], as: UTF8.self)
            if let column = known.firstIndex(of: name) {
                guard positions[column] < 0 else { throw rows.fault(index, in: "", expected: "every column once") }
                positions[column] = index
            } else if unknown == .ignored {
                ignored.append(name)
            } else {
                throw rows.fault(
                    index, in: "", expected: "a column of this format (\(known.joined(separator: ", ")))",
                    suggestion: NearestName.suggest(name, among: known))
            }
        }
        for (column, name) in known.enumerated() where positions[column] < 0 && required.contains(name) {
            throw rows.fault(
                found: "a header without column \(name)", expected: "columns \(required.joined(separator: ", "))")
        }
        self.positions = positions
        self.ignored = ignored
        fieldCount = rows.fieldCount
    }
}
