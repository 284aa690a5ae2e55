import Quantities

/// The columns of one CSV format; raw values count from 0 in the order of the cases.
protocol TraceColumn: RawRepresentable<Int>, CaseIterable, Sendable {
    /// Name in the header line.
    var name: String { get }
    /// Columns without which a file cannot be read.
    static var required: [Self] { get }
}

/// A CSV with a header: goes from row to row and reads cells as numbers and names, with errors that say where.
final class CSVTable<Column: TraceColumn> {
    private let rows: RowScanner
    private let columns: ColumnMap
    /// Text behind `#` of the comment lines above the header, with their line numbers.
    let preamble: [(line: Int, text: String)]

    /// Reads up to the header line. `comments`: whether lines that begin with `#` may stand above it.
    init(_ source: ByteSource, unknown: ColumnMap.Unknown, comments: Bool) throws(TraceError) {
        let rows = RowScanner(source, separator: .comma, commentMark: comments ? UInt8(ascii: "#") : nil)
        var preamble: [(line: Int, text: String)] = []
        while try rows.next() == .comment { preamble.append((rows.line, String(rows.text.dropFirst()))) }
        let required = Column.required.map(\.name)
        guard rows.fieldCount > 0 else {
            throw rows.fault(found: "no header line", expected: "columns \(required.joined(separator: ", "))")
        }
        columns = try ColumnMap(header: rows, known: Column.allCases.map(\.name), required: required, unknown: unknown)
        rows.commentMark = nil
        self.rows = rows
        self.preamble = preamble
    }

    /// Name of the source.
    var file: String { rows.file }

    /// How many times as long the whole text is as the part read so far; nil if not known.
    var wholeOverPart: Double? { rows.wholeOverPart }

    /// Columns of the file that the format does not know.
    var ignoredColumns: [String] { columns.ignored }

    /// Goes on to the next row; false at the end. Throws if the row is not as wide as the header.
    func next() throws(TraceError) -> Bool {
        guard try rows.next() == .row else { return false }
        if rows.fieldCount != columns.fieldCount {
            throw rows.fault(found: "\(rows.fieldCount) fields", expected: "\(columns.fieldCount) as in the header")
        }
        return true
    }

    /// The bytes of a cell; nil if the column is absent or the cell empty.
    @inline(__always)
    func cell(_ column: Column) -> UnsafeRawBufferPointer? {
        let position = columns.positions[column.rawValue]
        guard position >= 0 else { return nil }
        let bytes = rows[position]
        return bytes.isEmpty ? nil : bytes
    }

    /// The cell as a text; empty if it is.
    func text(_ column: Column) -> String { cell(column).map { String(decoding: $0, as: UTF8.self) } ?? "" }

    /// A whole number, or `missing` for an empty cell; a required column has no empty cells.
    @inline(__always)
    func whole(_ column: Column, _ range: ClosedRange<Int64>, default missing: Int64? = nil) throws(TraceError) -> Int64
    {
        if let bytes = cell(column) {
            if let value = DecimalParser.int64(bytes), range.contains(value) { return value }
        } else if let missing {
            return missing
        }
        throw fault(column, expected: "a whole number from \(range.lowerBound) to \(range.upperBound)")
    }

    /// Seconds as nanoseconds, rounded half to even; nil for an empty cell.
    @inline(__always)
    func nanoseconds(_ column: Column) throws(TraceError) -> Int64? {
        guard let bytes = cell(column) else { return nil }
        if let value = DecimalParser.nanoseconds(ofSeconds: bytes), 0...TraceLimits.nanoseconds ~= value {
            return value
        }
        throw fault(column, expected: TraceLimits.secondsWanted)
    }

    /// Seconds as nanoseconds from a cell that may not be empty.
    @inline(__always)
    func requiredNanoseconds(_ column: Column) throws(TraceError) -> Int64 {
        if let value = try nanoseconds(column) { return value }
        throw fault(column, expected: TraceLimits.secondsWanted)
    }

    /// A decimal number in thousandths, which must be exact; 0 for an empty cell.
    @inline(__always)
    func milli(_ column: Column, to limit: Int64) throws(TraceError) -> Int64 {
        guard let bytes = cell(column) else { return 0 }
        // Billionths, by the same parser as seconds to nanoseconds.
        if let billionths = DecimalParser.nanoseconds(ofSeconds: bytes), billionths.isMultiple(of: 1_000_000),
            0...limit ~= billionths / 1_000_000
        {
            return billionths / 1_000_000
        }
        throw fault(column, expected: "a number from 0 to \(limit / 1000), to a thousandth")
    }

    /// GiB as bytes, rounded to a whole byte; 0 for an empty cell. Exact in `Double`: no limit here is over 2^53 bytes.
    @inline(__always)
    func gibibytes(_ column: Column, to limit: Int64) throws(TraceError) -> Int64 {
        guard let bytes = cell(column) else { return 0 }
        if let size = DecimalParser.double(bytes), size >= 0, size <= Double(limit >> 30) {
            return Int64((size * 0x1p30).rounded())
        }
        throw fault(column, expected: "GiB from 0 to \(limit >> 30)")
    }

    /// `true` or `false`, or `missing` for an empty cell.
    func flag(_ column: Column, default missing: Bool) throws(TraceError) -> Bool {
        guard let bytes = cell(column) else { return missing }
        if bytes.elementsEqual("true".utf8) { return true }
        if bytes.elementsEqual("false".utf8) { return false }
        throw fault(column, expected: "true or false")
    }

    /// Index of the cell's text in `table`, and whether it was new there; nil for an empty cell.
    @inline(__always)
    func name(_ column: Column, in table: inout NameTable) throws(TraceError) -> (index: Int32, isNew: Bool)? {
        guard let bytes = cell(column) else { return nil }
        let known = table.intern(bytes)
        if known.isNew { try checkName(bytes, column) }
        return known
    }

    /// Appends the cell's text to `table`, unchecked for repetition; an empty cell is an error.
    @inline(__always)
    func newName(_ column: Column, in table: inout NameTable) throws(TraceError) -> Int32 {
        guard let bytes = cell(column) else { throw fault(column, expected: "a name") }
        try checkName(bytes, column)
        return table.append(bytes)
    }

    /// Line and column of a cell of the current row; the cell's column is in the file.
    func place(_ column: Column) -> (line: Int, column: Int) { rows.place(ofField: columns.positions[column.rawValue]) }

    private func checkName(_ bytes: UnsafeRawBufferPointer, _ column: Column) throws(TraceError) {
        if bytes.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return }
        if bytes.contains(where: { $0 < 0x20 || $0 == 0x7F }) || String(validating: bytes, as: UTF8.self) == nil {
            throw fault(column, expected: "a name in UTF-8 without control characters")
        }
    }

    /// Model names joined by `|`; empty for an empty cell.
    func models(_ column: Column) throws(TraceError) -> [String] {
        let text = text(column)
        guard !text.isEmpty else { return [] }
        let models = text.split(separator: "|", omittingEmptySubsequences: false)
        if models.contains(where: \.isEmpty) { throw fault(column, expected: "model names joined by '|'") }
        return models.map(String.init)
    }

    /// An error at a cell of the current row.
    func fault(_ column: Column, expected: String, suggestion: String? = nil) -> TraceError {
        let position = columns.positions[column.rawValue]
        guard position >= 0 else { return rows.fault(found: "no column \(column.name)", expected: expected) }
        return rows.fault(position, in: column.name, expected: expected, suggestion: suggestion)
    }
}
