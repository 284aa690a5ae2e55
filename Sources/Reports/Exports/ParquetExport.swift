import Results

/// Tables and views of a run as Parquet files: 64-bit integers, doubles and texts, plain and uncompressed, in groups of
/// 131,072 rows with one page a column. https://parquet.apache.org/docs/file-format/
public struct ParquetExport {
    private let file: OutputFile
    private let query: TableQuery
    private var pages: [ParquetPage]
    private var groups: [Group] = []
    private var rows = 0

    private struct Chunk {
        var offset: Int
        var size: Int
        var values: Int
    }

    private struct Group {
        var chunks: [Chunk]
        var rows: Int
    }

    private static let rowsOfGroup = 131_072

    /// Writes one table or view to `path`. Throws `ExportError`, or `ResultsError`; then there is no file.
    public static func write(_ relation: String, of reader: RunReader, to path: String) throws {
        var export = ParquetExport(try TableQuery(relation, reader), try OutputFile(path))
        try export.file.write("PAR1")
        try reader.forEachRawRow(export.query.sql) { try export.add($0) }
        try export.closeGroup()
        try export.writeFooter(version: reader.run.orreryVersion)
        try export.file.finish()
    }

    private init(_ query: TableQuery, _ file: OutputFile) {
        self.query = query
        self.file = file
        pages = query.columns.map { ParquetPage(isOptional: $0.isOptional) }
    }

    private mutating func add(_ row: borrowing RawRow) throws {
        for (index, column) in query.columns.enumerated() {
            if row.isNull(index) {
                pages[index].addNull()
                continue
            }
            switch column.kind {
            case .integer: pages[index].add(row.integer(index))
            case .real: pages[index].add(row.real(index))
            case .text: pages[index].add(row.text(index))
            }
        }
        rows += 1
        if rows == Self.rowsOfGroup { try closeGroup() }
    }

    private mutating func closeGroup() throws {
        guard rows > 0 else { return }
        var chunks: [Chunk] = []
        for index in pages.indices {
            let offset = file.position
            let body = pages[index].body
            var header = ThriftCompact()
            header.i32(1, 0)  // a data page
            header.i32(2, body.count)
            header.i32(3, body.count)
            header.structure(5) { page in
                page.i32(1, rows)
                page.i32(2, 0)  // values: plain
                page.i32(3, 3)  // definition levels: run lengths
                page.i32(4, 3)  // repetition levels: none are written
            }
            header.stop()
            try file.write(header.bytes)
            try file.write(body)
            chunks.append(Chunk(offset: offset, size: file.position - offset, values: rows))
            pages[index] = ParquetPage(isOptional: query.columns[index].isOptional)
        }
        groups.append(Group(chunks: chunks, rows: rows))
        rows = 0
    }

    private func writeFooter(version: String) throws {
        var footer = ThriftCompact()
        footer.i32(1, 1)
        footer.structureList(2, [nil] + query.columns.map(Optional.some)) { element, column in
            guard let column else {
                element.text(4, "schema")
                element.i32(5, query.columns.count)
                return
            }
            element.i32(1, Self.type(column.kind))
            element.i32(3, column.isOptional ? 1 : 0)
            element.text(4, column.name)
            if column.kind == .text { element.i32(6, 0) }  // UTF-8
        }
        footer.i64(3, groups.reduce(0) { $0 + $1.rows })
        footer.structureList(4, groups) { element, group in
            element.structureList(1, Array(zip(query.columns, group.chunks))) { chunk, item in
                chunk.i64(2, item.1.offset)
                chunk.structure(3) { meta in
                    meta.i32(1, Self.type(item.0.kind))
                    meta.i32List(2, [0, 3])
                    meta.textList(3, [item.0.name])
                    meta.i32(4, 0)  // uncompressed
                    meta.i64(5, item.1.values)
                    meta.i64(6, item.1.size)
                    meta.i64(7, item.1.size)
                    meta.i64(9, item.1.offset)
                }
            }
            element.i64(2, group.chunks.reduce(0) { $0 + $1.size })
            element.i64(3, group.rows)
        }
        footer.text(6, "orrery version \(version)")
        footer.stop()
        try file.write(footer.bytes)
        try file.write(ParquetPage.littleEndian(UInt32(footer.bytes.count)))
        try file.write("PAR1")
    }

    /// INT64, DOUBLE or BYTE_ARRAY.
    private static func type(_ kind: TableQuery.Kind) -> Int {
        switch kind {
        case .integer: 2
        case .real: 5
        case .text: 6
        }
    }
}

/// The values of one column of a row group.
struct ParquetPage {
    private let isOptional: Bool
    private var values: [UInt8] = []
    /// Whether rows hold a value, in runs.
    private var runs: [(isPresent: Bool, count: Int)] = []

    init(isOptional: Bool) { self.isOptional = isOptional }

    mutating func addNull() { mark(false) }

    mutating func add(_ value: Int64) {
        mark(true)
        values.append(contentsOf: Self.littleEndian(UInt64(bitPattern: value)))
    }

    mutating func add(_ value: Double) {
        mark(true)
        values.append(contentsOf: Self.littleEndian(value.bitPattern))
    }

    mutating func add(_ value: String) {
        mark(true)
        values.append(contentsOf: Self.littleEndian(UInt32(value.utf8.count)))
        values.append(contentsOf: value.utf8)
    }

    private mutating func mark(_ isPresent: Bool) {
        guard isOptional else { return }
        if let last = runs.indices.last, runs[last].isPresent == isPresent {
            runs[last].count += 1
        } else {
            runs.append((isPresent, 1))
        }
    }

    /// Definition levels, of a column that may be NULL, then the values.
    var body: [UInt8] {
        guard isOptional else { return values }
        var levels: [UInt8] = []
        for run in runs {
            var header = UInt64(run.count) << 1
            while header >= 0x80 {
                levels.append(UInt8(header & 0x7F) | 0x80)
                header >>= 7
            }
            levels.append(UInt8(header))
            levels.append(run.isPresent ? 1 : 0)
        }
        return Self.littleEndian(UInt32(levels.count)) + levels + values
    }

    static func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }
}
