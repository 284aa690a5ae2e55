/// One value of a query's result.
public enum SQLValue: Hashable, Sendable, CustomStringConvertible {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)

    /// As in a dump: NULL is empty, reals in the shortest form that reads back the same.
    public var description: String {
        switch self {
        case .null: ""
        case .integer(let value): String(value)
        case .real(let value): String(value)
        case .text(let value): value
        }
    }
}

extension SQLValue: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByStringLiteral {
    public init(integerLiteral value: Int64) { self = .integer(value) }
    public init(floatLiteral value: Double) { self = .real(value) }
    public init(stringLiteral value: String) { self = .text(value) }
}

/// One row of a query's result, with values by column name.
///
/// An accessor returns nil where the value is NULL or of another type; a column that the query does not have is a
/// mistake of the caller and stops the program.
public struct ResultRow: Sendable {
    /// Column names, in the order of the query.
    public let columns: [String]
    /// Values, in the order of the query.
    public let values: [SQLValue]

    /// The value in `column`.
    public subscript(column: String) -> SQLValue {
        guard let position = columns.firstIndex(of: column) else {
            preconditionFailure("no column \(column) among \(columns.joined(separator: ", "))")
        }
        return values[position]
    }

    /// The integer in `column`.
    public func integer(_ column: String) -> Int64? {
        if case .integer(let value) = self[column] { value } else { nil }
    }

    /// The number in `column`; an integer is converted.
    public func real(_ column: String) -> Double? {
        switch self[column] {
        case .real(let value): value
        case .integer(let value): Double(value)
        case .null, .text: nil
        }
    }

    /// The text in `column`.
    public func text(_ column: String) -> String? {
        if case .text(let value) = self[column] { value } else { nil }
    }

    /// Whether the integer in `column` is not 0.
    public func flag(_ column: String) -> Bool { integer(column).map { $0 != 0 } ?? false }
}
