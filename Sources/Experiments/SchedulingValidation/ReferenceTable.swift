import Quantities
import Workloads

/// A CSV of reference values with a header, plain or gzip, kept as text until a column is asked for.
///
/// These tables hold numbers and plain names only; there are no quoted fields.
struct ReferenceTable {
    let path: String
    let columns: [String]
    private let cells: [[ArraySlice<UInt8>]]
    private let lines: [Int]

    init(path: String) throws(TraceError) {
        self.path = path
        let bytes = try Self.allBytes(of: path)
        var rows: [[ArraySlice<UInt8>]] = []
        var lines: [Int] = []
        for (index, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            let text = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            if text.isEmpty { continue }
            rows.append(text.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false))
            lines.append(index + 1)
        }
        guard let header = rows.first else {
            throw TraceError(file: path, found: "nothing", expected: "a header line")
        }
        columns = header.map { String(decoding: $0, as: UTF8.self) }
        for (row, line) in zip(rows, lines) where row.count != columns.count {
            throw TraceError(
                file: path, line: line, column: 1, found: "\(row.count) fields",
                expected: "\(columns.count) as in the header")
        }
        cells = Array(rows.dropFirst())
        self.lines = Array(lines.dropFirst())
    }

    /// The number of rows below the header.
    var count: Int { cells.count }

    /// A column as text.
    func texts(_ name: String) throws(TraceError) -> [String] {
        let column = try index(of: name)
        return cells.map { String(decoding: $0[column], as: UTF8.self) }
    }

    /// A column of whole numbers.
    func integers(_ name: String) throws(TraceError) -> [Int64] {
        try values(name, expected: "a whole number") { DecimalParser.int64($0) }
    }

    /// A column of numbers.
    func numbers(_ name: String) throws(TraceError) -> [Double] {
        try values(name, expected: "a number") { DecimalParser.double($0) }
    }

    /// A column of times in seconds.
    func times(_ name: String) throws(TraceError) -> [SimTime] {
        try values(name, expected: "seconds below 292 years") { DecimalParser.nanoseconds(ofSeconds: $0) }
            .map { SimTime(nanoseconds: $0) }
    }

    private func values<Value>(
        _ name: String, expected: String, _ parse: (ArraySlice<UInt8>) -> Value?
    ) throws(TraceError) -> [Value] {
        let column = try index(of: name)
        var values: [Value] = []
        values.reserveCapacity(cells.count)
        for (row, line) in zip(cells, lines) {
            guard let value = parse(row[column]) else {
                let before = row[..<column].reduce(column) { $0 + $1.count }
                throw TraceError(
                    file: path, line: line, column: before + 1,
                    found: "'\(String(decoding: row[column], as: UTF8.self))' in column \(name)", expected: expected)
            }
            values.append(value)
        }
        return values
    }

    private func index(of name: String) throws(TraceError) -> Int {
        if let index = columns.firstIndex(of: name) { return index }
        throw TraceError(
            file: path, line: 1, column: 1, found: "no column \(name)", expected: "a header with it",
            suggestion: NearestName.suggest(name, among: columns))
    }

    private static func allBytes(of path: String) throws(TraceError) -> [UInt8] {
        let source = try ByteSource(path: path)
        var bytes: [UInt8] = []
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 1)
        defer { buffer.deallocate() }
        while true {
            let count = try source.read(into: buffer)
            if count == 0 { return bytes }
            bytes.append(contentsOf: buffer[..<count])
        }
    }
}
