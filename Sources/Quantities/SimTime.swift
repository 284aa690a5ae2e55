/// A point of simulated time: integer nanoseconds since the start of the run (or the epoch of a trace).
///
/// `Int64` nanoseconds reach 292 years; arithmetic traps on overflow, so input is bounded where it is parsed.
@frozen
public struct SimTime: Hashable, Comparable, Sendable, BitwiseCopyable {
    /// Nanoseconds since time zero.
    public var nanoseconds: Int64

    /// The time `nanoseconds` after time zero.
    @inlinable
    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// The start of the run.
    public static var zero: SimTime { SimTime(nanoseconds: 0) }
    /// Later than every event; used for "never".
    public static var distantFuture: SimTime { SimTime(nanoseconds: .max) }

    /// Earlier, or shorter.
    @inlinable
    public static func < (a: SimTime, b: SimTime) -> Bool { a.nanoseconds < b.nanoseconds }
    /// Sum; an overflow traps.
    @inlinable
    public static func + (t: SimTime, d: SimDuration) -> SimTime {
        SimTime(nanoseconds: t.nanoseconds + d.nanoseconds)
    }
    /// The time `nanoseconds` later, or the distant future where that cannot be represented.
    @inlinable
    public func later(by nanoseconds: Int64) -> SimTime {
        let (sum, overflow) = self.nanoseconds.addingReportingOverflow(nanoseconds)
        return overflow ? .distantFuture : SimTime(nanoseconds: sum)
    }
    /// Difference; an overflow traps.
    @inlinable
    public static func - (t: SimTime, d: SimDuration) -> SimTime {
        SimTime(nanoseconds: t.nanoseconds - d.nanoseconds)
    }
    /// Difference; an overflow traps.
    @inlinable
    public static func - (a: SimTime, b: SimTime) -> SimDuration {
        SimDuration(nanoseconds: a.nanoseconds - b.nanoseconds)
    }
}

/// A length of simulated time in integer nanoseconds; may be negative as a difference.
@frozen
public struct SimDuration: Hashable, Comparable, Sendable, BitwiseCopyable {
    /// Length in nanoseconds.
    public var nanoseconds: Int64

    /// A length of `nanoseconds`.
    @inlinable
    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// A length of whole `seconds`.
    @inlinable
    public static func seconds(_ seconds: Int64) -> SimDuration {
        SimDuration(nanoseconds: seconds * 1_000_000_000)
    }

    /// No time at all.
    public static var zero: SimDuration { SimDuration(nanoseconds: 0) }

    /// Length in seconds, rounded to a `Double`.
    @inlinable
    public var seconds: Double { Double(nanoseconds) / 1e9 }

    /// Earlier, or shorter.
    @inlinable
    public static func < (a: SimDuration, b: SimDuration) -> Bool { a.nanoseconds < b.nanoseconds }
    /// Sum; an overflow traps.
    @inlinable
    public static func + (a: SimDuration, b: SimDuration) -> SimDuration {
        SimDuration(nanoseconds: a.nanoseconds + b.nanoseconds)
    }
    /// Difference; an overflow traps.
    @inlinable
    public static func - (a: SimDuration, b: SimDuration) -> SimDuration {
        SimDuration(nanoseconds: a.nanoseconds - b.nanoseconds)
    }
    /// Multiple; an overflow traps.
    @inlinable
    public static func * (a: SimDuration, k: Int64) -> SimDuration {
        SimDuration(nanoseconds: a.nanoseconds * k)
    }
}
