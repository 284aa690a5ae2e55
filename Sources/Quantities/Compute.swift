/// An amount of computing in floating-point operations.
@frozen
public struct FLOPs: Hashable, Comparable, Sendable, BitwiseCopyable, RawRepresentable {
    /// Floating-point operations.
    public var rawValue: Double

    /// `rawValue` floating-point operations.
    @inlinable
    public init(rawValue: Double) { self.rawValue = rawValue }

    @inlinable
    public static func < (a: FLOPs, b: FLOPs) -> Bool { a.rawValue < b.rawValue }
    @inlinable
    public static func + (a: FLOPs, b: FLOPs) -> FLOPs { FLOPs(rawValue: a.rawValue + b.rawValue) }
    @inlinable
    public static func * (a: FLOPs, k: Double) -> FLOPs { FLOPs(rawValue: a.rawValue * k) }
    /// The time to compute `a` at a rate, which must not be zero together with `a`; rounded as `SimDuration(rounding:)`.
    public static func / (a: FLOPs, rate: FLOPsPerSecond) -> SimDuration {
        SimDuration(rounding: a.rawValue / rate.rawValue)
    }
}

extension FLOPs: CustomStringConvertible {
    private static let units = UnitTable(
        expected: "an amount of computing such as 6TFLOP or 3e23FLOP",
        units: UnitTable.Unit.prefixed("FLOP", binary: false)
            + UnitTable.Unit.prefixed("FLOPs", binary: false, printed: false))

    /// The amount that `text` writes: `6TFLOP`, `3e23FLOPs`. Refused: a bare number, a negative amount.
    public init(parsing text: some StringProtocol) throws(QuantityError) {
        self.init(rawValue: try Self.units.parseDouble(text))
    }

    /// The shortest text that reads back as the same amount: `6TFLOP`.
    public var description: String { Self.units.print(rawValue) }
}

/// A computing rate in floating-point operations per second.
@frozen
public struct FLOPsPerSecond: Hashable, Comparable, Sendable, BitwiseCopyable, RawRepresentable {
    /// Floating-point operations per second.
    public var rawValue: Double

    /// A rate of `rawValue` operations per second.
    @inlinable
    public init(rawValue: Double) { self.rawValue = rawValue }

    @inlinable
    public static func < (a: FLOPsPerSecond, b: FLOPsPerSecond) -> Bool { a.rawValue < b.rawValue }
    @inlinable
    public static func * (a: FLOPsPerSecond, k: Double) -> FLOPsPerSecond {
        FLOPsPerSecond(rawValue: a.rawValue * k)
    }
}

extension FLOPsPerSecond: CustomStringConvertible {
    private static let units = UnitTable(
        expected: "a computing rate such as 989TFLOP/s",
        units: UnitTable.Unit.prefixed("FLOP/s", binary: false)
            + UnitTable.Unit.prefixed("FLOPs/s", binary: false, printed: false)
            + UnitTable.Unit.prefixed("FLOPS", binary: false, printed: false))

    /// The rate that `text` writes: `989TFLOP/s`, `1.4EFLOPS`. Refused: a bare number, a negative rate.
    public init(parsing text: some StringProtocol) throws(QuantityError) {
        self.init(rawValue: try Self.units.parseDouble(text))
    }

    /// The shortest text that reads back as the same rate: `989TFLOP/s`.
    public var description: String { Self.units.print(rawValue) }
}

/// Electric power in watts.
@frozen
public struct Watts: Hashable, Comparable, Sendable, BitwiseCopyable, RawRepresentable {
    /// Watts.
    public var rawValue: Double

    /// A power of `rawValue` watts.
    @inlinable
    public init(rawValue: Double) { self.rawValue = rawValue }

    @inlinable
    public static func < (a: Watts, b: Watts) -> Bool { a.rawValue < b.rawValue }
    @inlinable
    public static func + (a: Watts, b: Watts) -> Watts { Watts(rawValue: a.rawValue + b.rawValue) }
    @inlinable
    public static func * (a: Watts, k: Double) -> Watts { Watts(rawValue: a.rawValue * k) }
}

extension Watts: CustomStringConvertible {
    private static let units = UnitTable(
        expected: "a power such as 700W or 10.2kW",
        units: [.of("GW", 1, e: 9), .of("MW", 1, e: 6), .of("kW", 1, e: 3), .of("W", 1)])

    /// The power that `text` writes: `700W`, `10.2kW`. Refused: a bare number, a negative power.
    public init(parsing text: some StringProtocol) throws(QuantityError) {
        self.init(rawValue: try Self.units.parseDouble(text))
    }

    /// The shortest text that reads back as the same power: `10.2kW`.
    public var description: String { Self.units.print(rawValue) }
}
