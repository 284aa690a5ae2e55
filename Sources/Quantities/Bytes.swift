/// An amount of data in bytes.
@frozen
public struct Bytes: Hashable, Comparable, Sendable, BitwiseCopyable, RawRepresentable {
    /// Bytes.
    public var rawValue: Int64

    /// An amount of `rawValue` bytes.
    @inlinable
    public init(rawValue: Int64) { self.rawValue = rawValue }

    /// No data.
    public static var zero: Bytes { Bytes(rawValue: 0) }

    @inlinable
    public static func < (a: Bytes, b: Bytes) -> Bool { a.rawValue < b.rawValue }
    @inlinable
    public static func + (a: Bytes, b: Bytes) -> Bytes { Bytes(rawValue: a.rawValue + b.rawValue) }
    @inlinable
    public static func - (a: Bytes, b: Bytes) -> Bytes { Bytes(rawValue: a.rawValue - b.rawValue) }
    @inlinable
    public static func * (a: Bytes, k: Int64) -> Bytes { Bytes(rawValue: a.rawValue * k) }
    /// The time to move `a` at a rate, which must not be zero together with `a`; rounded as `SimDuration(rounding:)`.
    public static func / (a: Bytes, rate: BytesPerSecond) -> SimDuration {
        SimDuration(rounding: Double(a.rawValue) / rate.rawValue)
    }
}

extension Bytes: CustomStringConvertible {
    private static let units = UnitTable(
        expected: "a size such as 80GB or 2TiB", units: UnitTable.Unit.prefixed("B", binary: true))

    /// The size that `text` writes: `80GB` (10^9), `2TiB` (2^40), `1.5KiB`, `512B`.
    ///
    /// Refused: a bare number, a negative size, a fraction of a byte, more than 2^63 - 1 bytes.
    public init(parsing text: some StringProtocol) throws(QuantityError) {
        self.init(rawValue: try Self.units.parseWhole(text, of: "bytes"))
    }

    /// Exact, in the largest unit that gives a whole number: `80GB`, `1536MiB`. Reads back as the same size.
    public var description: String { Self.units.print(whole: rawValue) }

    /// Short, for people, in binary units: `79.5 GiB`. Not exact.
    public var shortDescription: String {
        Self.units.printForPeople(Double(rawValue), among: ["EiB", "PiB", "TiB", "GiB", "MiB", "KiB", "B"])
    }
}

/// A data rate in bytes per second.
@frozen
public struct BytesPerSecond: Hashable, Comparable, Sendable, BitwiseCopyable, RawRepresentable {
    /// Bytes per second.
    public var rawValue: Double

    /// A rate of `rawValue` bytes per second.
    @inlinable
    public init(rawValue: Double) { self.rawValue = rawValue }

    @inlinable
    public static func < (a: BytesPerSecond, b: BytesPerSecond) -> Bool { a.rawValue < b.rawValue }
    @inlinable
    public static func + (a: BytesPerSecond, b: BytesPerSecond) -> BytesPerSecond {
        BytesPerSecond(rawValue: a.rawValue + b.rawValue)
    }
    @inlinable
    public static func * (a: BytesPerSecond, k: Double) -> BytesPerSecond {
        BytesPerSecond(rawValue: a.rawValue * k)
    }
}

extension BytesPerSecond: CustomStringConvertible {
    // A bit is 125e-3 bytes; the spelling of networks comes after that of memories.
    private static let units = UnitTable(
        expected: "a data rate such as 400Gbit/s or 50GB/s",
        units: UnitTable.Unit.prefixed("B/s", binary: true)
            + UnitTable.Unit.prefixed("bit/s", factor: 125, e: -3, binary: false, printed: false)
            + UnitTable.Unit.prefixed("b/s", factor: 125, e: -3, binary: false, printed: false)
            + UnitTable.Unit.prefixed("bps", factor: 125, e: -3, binary: false, printed: false))

    /// The rate that `text` writes: `50GB/s`, `1.5TiB/s`, `400Gbit/s` or `400Gb/s` (bits, decimal).
    ///
    /// Refused: a bare number, a negative rate, an unknown unit.
    public init(parsing text: some StringProtocol) throws(QuantityError) {
        self.init(rawValue: try Self.units.parseDouble(text))
    }

    /// The shortest text in bytes per second that reads back as the same rate: `50GB/s`.
    public var description: String { Self.units.print(rawValue) }

    /// Short, for people, in decimal units: `3.35 TB/s`. Not exact.
    public var shortDescription: String {
        Self.units.printForPeople(rawValue, among: ["EB/s", "PB/s", "TB/s", "GB/s", "MB/s", "kB/s", "B/s"])
    }
}
