import Configuration

/// A CSV of measurements with a header; fields may be quoted. Rows are read by column name.
public struct MeasuredTable: Sendable {
    /// File, as named in errors.
    public let path: String
    /// Column names.
    public let columns: [String]
    /// Rows of fields.
    let rows: [[String]]
    /// Lines on which the rows end, and the columns at which their fields begin.
    let lines: [Int]
    let starts: [[Int]]
    let headerStarts: [Int]

    /// Reads a file.
    public init(path: String) throws(InvalidInput) {
        let text = try SourceText(path: path, limit: 64 << 20)
        try self.init(bytes: text.bytes, path: path)
    }

    /// Reads the bytes of a file.
    public init(bytes: [UInt8], path: String) throws(InvalidInput) {
        self.path = path
        var records: [[String]] = [], record: [String] = [], field: [UInt8] = []
        var lines: [Int] = [], line = 1, quoted = false
        var starts: [[Int]] = [], places: [Int] = [], lineStart = 0, fieldStart = 0
        func end(_ field: inout [UInt8]) {
            record.append(String(decoding: field, as: UTF8.self))
            places.append(max(1, fieldStart - lineStart + 1))
            field.removeAll(keepingCapacity: true)
        }
        var index = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if quoted {
                if byte == UInt8(ascii: "\"") {
                    if index < bytes.count, bytes[index] == byte {
                        field.append(byte)
                        index += 1
                    } else {
                        quoted = false
                    }
                } else {
                    field.append(byte)
                }
            } else if byte == UInt8(ascii: "\"") {
                quoted = true
            } else if byte == UInt8(ascii: ",") {
                end(&field)
                fieldStart = index
            } else if byte == UInt8(ascii: "\n") {
                if !(record.isEmpty && field.isEmpty) {
                    end(&field)
                    records.append(record)
                    lines.append(line)
                    starts.append(places)
                    record = []
                    places = []
                }
                fieldStart = index
            } else if byte != UInt8(ascii: "\r") {
                field.append(byte)
            }
            if byte == UInt8(ascii: "\n") {
                line += 1
                lineStart = index
            }
        }
        if !(record.isEmpty && field.isEmpty) {
            end(&field)
            records.append(record)
            lines.append(line)
            starts.append(places)
        }
        guard let header = records.first else { throw Self.problem(path, 1, "empty; a header line was expected") }
        if quoted { throw Self.problem(path, line, "a quoted field does not end") }
        for (row, line) in zip(records, lines) where row.count != header.count {
            throw Self.problem(path, line, "\(row.count) fields, but the header has \(header.count)")
        }
        columns = header
        rows = Array(records.dropFirst())
        self.lines = Array(lines.dropFirst())
        self.starts = Array(starts.dropFirst())
        headerStarts = starts.first ?? []
    }

    /// The number of rows.
    public var count: Int { rows.count }

    /// The row at a position.
    public subscript(row: Int) -> Row { Row(columns: columns, fields: rows[row]) }

    /// Where a row's cell of a column stands; column 1 where the table has no such column.
    public func position(row: Int, column: String) -> SourcePosition {
        let index = columns.firstIndex(of: column)
        return SourcePosition(file: path, line: lines[row], column: index.map { starts[row][$0] } ?? 1)
    }

    /// A row with access by name; absent columns and empty cells are both "not stated".
    public struct Row: Sendable {
        let columns: [String]
        let fields: [String]

        /// The text of a cell; empty when not stated.
        public func text(_ name: String) -> String {
            columns.firstIndex(of: name).map { fields[$0] } ?? ""
        }

        /// The number in a cell, or nil.
        public func number(_ name: String) -> Double? {
            Double(text(name)).flatMap { $0.isFinite ? $0 : nil }
        }

        /// The whole number from 0 to 2^40 in a cell, or nil.
        public func integer(_ name: String) -> Int? {
            number(name).flatMap { $0 >= 0 && $0 <= 1_099_511_627_776 ? Int($0) : nil }
        }
    }

    static func problem(_ path: String, _ line: Int, _ message: String) -> InvalidInput {
        InvalidInput([Diagnostic(position: SourcePosition(file: path, line: line, column: 1), message: message)])
    }
}
