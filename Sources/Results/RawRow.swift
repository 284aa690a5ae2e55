import CSQLite

/// A row of a query as SQLite holds it: columns by position, valid only within the call that got it.
public struct RawRow: ~Copyable {
    private let statement: OpaquePointer

    @inline(__always)
    init(_ statement: OpaquePointer) { self.statement = statement }

    /// The integer in a column; 0 for NULL.
    @inline(__always)
    public func integer(_ column: Int) -> Int64 { sqlite3_column_int64(statement, Int32(column)) }

    /// The number in a column; 0 for NULL.
    @inline(__always)
    public func real(_ column: Int) -> Double { sqlite3_column_double(statement, Int32(column)) }

    /// Whether a column is NULL.
    @inline(__always)
    public func isNull(_ column: Int) -> Bool { sqlite3_column_type(statement, Int32(column)) == SQLITE_NULL }

    /// The integer in a column, or `missing` for NULL.
    @inline(__always)
    public func integer(_ column: Int, unlessNull missing: Int64) -> Int64 {
        isNull(column) ? missing : integer(column)
    }

    /// The text in a column; empty for NULL.
    public func text(_ column: Int) -> String {
        guard let text = sqlite3_column_text(statement, Int32(column)) else { return "" }
        let bytes = UnsafeBufferPointer(start: text, count: Int(sqlite3_column_bytes(statement, Int32(column))))
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The value in a column with its type.
    public func value(_ column: Int) -> SQLValue {
        switch sqlite3_column_type(statement, Int32(column)) {
        case SQLITE_INTEGER: .integer(integer(column))
        case SQLITE_FLOAT: .real(real(column))
        case SQLITE_NULL: .null
        default: .text(text(column))
        }
    }
}
