/// Numbers from the raw bytes of a table cell: no locale, no copies on the usual path, nil for anything else.
///
/// The whole of the bytes must be the number: no spaces, no `nan`, no hexadecimal, no thousands separators.
public enum DecimalParser {
    /// A whole number with an optional sign; nil when it is none or does not fit.
    @inlinable
    public static func int64(_ bytes: UnsafeRawBufferPointer) -> Int64? {
        var index = 0
        let isNegative = skipSign(bytes, &index)
        let digits = bytes.count - index
        guard digits > 0 else { return nil }
        var magnitude: UInt64 = 0
        if digits <= 19 {
            while index < bytes.count {
                let digit = bytes[index] &- 48
                guard digit < 10 else { return nil }
                magnitude = magnitude &* 10 &+ UInt64(digit)
                index += 1
            }
        } else {
            guard let value = longMagnitude(bytes, from: index) else { return nil }
            magnitude = value
        }
        if isNegative { return magnitude <= 1 << 63 ? Int64(truncatingIfNeeded: 0 &- magnitude) : nil }
        return Int64(exactly: magnitude)
    }

    /// A decimal number with an optional fraction and exponent, rounded to the nearest `Double`; nil when it is none or
    /// too large.
    @inlinable
    public static func double(_ bytes: UnsafeRawBufferPointer) -> Double? {
        guard let number = ScannedDecimal(bytes) else { return nil }
        if let value = number.exactDouble { return value }
        return slowDouble(bytes)
    }

    /// Seconds as a decimal number (`1200`, `0.25`, `1.5e3`), in whole nanoseconds, halves rounded to even; nil when it
    /// is no number or beyond 292 years. May be negative.
    @inlinable
    public static func nanoseconds(ofSeconds bytes: UnsafeRawBufferPointer) -> Int64? {
        guard let number = ScannedDecimal(bytes) else { return nil }
        let power = number.exponent + 9
        if !number.isTruncated, power >= 0, power <= 18 {
            let (product, overflow) = number.mantissa.multipliedReportingOverflow(by: powersOfTen(power))
            guard !overflow, product <= UInt64(Int64.max) else { return nil }
            return number.isNegative ? -Int64(product) : Int64(product)
        }
        return slowNanoseconds(bytes)
    }

    /// As `int64` on raw bytes.
    @inlinable
    public static func int64(_ bytes: ArraySlice<UInt8>) -> Int64? { bytes.withUnsafeBytes { int64($0) } }

    /// As `double` on raw bytes.
    @inlinable
    public static func double(_ bytes: ArraySlice<UInt8>) -> Double? { bytes.withUnsafeBytes { double($0) } }

    /// As `nanoseconds(ofSeconds:)` on raw bytes.
    @inlinable
    public static func nanoseconds(ofSeconds bytes: ArraySlice<UInt8>) -> Int64? {
        bytes.withUnsafeBytes { nanoseconds(ofSeconds: $0) }
    }

    @inlinable
    static func skipSign(_ bytes: UnsafeRawBufferPointer, _ index: inout Int) -> Bool {
        guard let first = bytes.first, first == 45 || first == 43 else { return false }
        index = 1
        return first == 45
    }

    /// Twenty digits and more: nearly always leading zeros or a number that does not fit.
    @usableFromInline
    static func longMagnitude(_ bytes: UnsafeRawBufferPointer, from start: Int) -> UInt64? {
        var value: UInt64 = 0
        for byte in bytes[start...] {
            let digit = byte &- 48
            guard digit < 10 else { return nil }
            let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tens.addingReportingOverflow(UInt64(digit))
            if overflow || carry { return nil }
            value = sum
        }
        return value
    }

    /// The standard library's conversion: correctly rounded and independent of the locale.
    @usableFromInline
    static func slowDouble(_ bytes: UnsafeRawBufferPointer) -> Double? {
        guard let value = Double(String(decoding: bytes, as: UTF8.self)), value.isFinite else { return nil }
        return value
    }

    /// Digits below a nanosecond, exponents, very long texts. The text is a number already.
    @usableFromInline
    static func slowNanoseconds(_ bytes: UnsafeRawBufferPointer) -> Int64? {
        var scanner = QuantityScanner(String(decoding: bytes, as: UTF8.self), expected: "seconds")
        guard let number = try? scanner.number() else { return slowDouble(bytes).flatMap(nanoseconds(ofManyDigits:)) }
        return ExactDecimal(coefficient: number.coefficient, exponent: number.exponent + 9).rounded()?.value
    }

    /// More than twenty significant digits: the nearest `Double` decides.
    private static func nanoseconds(ofManyDigits seconds: Double) -> Int64? {
        Int64(exactly: (seconds * 1e9).rounded(.toNearestOrEven))
    }

    /// 10^exponent for an exponent in 0...18.
    @inlinable
    static func powersOfTen(_ exponent: Int) -> UInt64 {
        var result: UInt64 = 1
        for _ in 0..<exponent { result &*= 10 }
        return result
    }
}

/// A number taken apart: ± mantissa × 10^exponent.
@usableFromInline
struct ScannedDecimal {
    @usableFromInline var mantissa: UInt64 = 0
    @usableFromInline var exponent = 0
    @usableFromInline var isNegative = false
    /// Whether there were more than 19 digits, so that `mantissa` and `exponent` do not hold the number.
    @usableFromInline var isTruncated = false

    @inlinable
    init?(_ bytes: UnsafeRawBufferPointer) {
        var index = 0
        isNegative = DecimalParser.skipSign(bytes, &index)
        var digits = 0
        var pointIndex = -1
        scan: while index < bytes.count {
            let byte = bytes[index]
            let digit = byte &- 48
            if digit < 10 {
                mantissa = mantissa &* 10 &+ UInt64(digit)
                // Leading zeros cost nothing: counting starts with the first other digit.
                if mantissa != 0 { digits += 1 }
                if pointIndex < 0 || index > pointIndex { exponent -= pointIndex < 0 ? 0 : 1 }
            } else if byte == 46, pointIndex < 0 {
                pointIndex = index
            } else {
                break scan
            }
            index += 1
        }
        isTruncated = digits > 19
        let signed = bytes.first == 45 || bytes.first == 43 ? 1 : 0
        guard index - signed - (pointIndex < 0 ? 0 : 1) > 0 else { return nil }
        if index < bytes.count {
            guard let written = Self.writtenExponent(bytes, from: index) else { return nil }
            exponent += written
        }
    }

    /// The exponent that starts at `start` and ends with the bytes; nil when it is none.
    @usableFromInline
    static func writtenExponent(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        guard bytes[start] | 0x20 == UInt8(ascii: "e") else { return nil }
        var index = start + 1
        var isNegative = false
        if index < bytes.count, bytes[index] == 45 || bytes[index] == 43 {
            isNegative = bytes[index] == 45
            index += 1
        }
        guard index < bytes.count else { return nil }
        var value = 0
        while index < bytes.count {
            let digit = bytes[index] &- 48
            guard digit < 10 else { return nil }
            value = min(value * 10 + Int(digit), 99_999)
            index += 1
        }
        return isNegative ? -value : value
    }

    /// The number where one exact multiplication or division gives it: mantissa up to 2^53, power of ten up to 22
    /// (Clinger, "How to read floating point numbers accurately", 1990).
    @inlinable
    var exactDouble: Double? {
        guard !isTruncated, mantissa <= 1 << 53, exponent >= -22, exponent <= 22 else { return nil }
        var power = 1.0
        for _ in 0..<abs(exponent) { power *= 10 }
        let value = exponent < 0 ? Double(mantissa) / power : Double(mantissa) * power
        return isNegative ? -value : value
    }
}
