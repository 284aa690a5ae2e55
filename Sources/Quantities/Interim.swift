// INTERIM so that everybody compiles until the Quantities owner lands the real files; the owner deletes this file.
public struct QuantityError: Error, Sendable, CustomStringConvertible, Equatable {
    public var description: String
    public init(description: String) { self.description = description }
}
public struct Bytes: Hashable, Comparable, Sendable, CustomStringConvertible {
    public var rawValue: Int64
    @inlinable public init(rawValue: Int64) { self.rawValue = rawValue }
    public init(parsing text: some StringProtocol) throws(QuantityError) { rawValue = Int64(try interimParse(text, ["GiB": 1073741824, "MiB": 1048576, "TiB": 1099511627776, "GB": 1e9, "TB": 1e12])) }
    public static func < (a: Bytes, b: Bytes) -> Bool { a.rawValue < b.rawValue }
    public var description: String { "\(rawValue)B" }
}
public struct BytesPerSecond: Hashable, Comparable, Sendable, CustomStringConvertible {
    public var rawValue: Double
    @inlinable public init(rawValue: Double) { self.rawValue = rawValue }
    public init(parsing text: some StringProtocol) throws(QuantityError) { rawValue = try interimParse(text, ["GB/s": 1e9, "MB/s": 1e6, "Gbit/s": 1.25e8, "Gb/s": 1.25e8]) }
    public static func < (a: BytesPerSecond, b: BytesPerSecond) -> Bool { a.rawValue < b.rawValue }
    public var description: String { "\(rawValue / 1e9)GB/s" }
}
public struct Watts: Hashable, Sendable { public var rawValue: Double; @inlinable public init(rawValue: Double) { self.rawValue = rawValue } }
public struct Money: Hashable, Sendable { public var rawValue: Int64; @inlinable public init(rawValue: Int64) { self.rawValue = rawValue } }
public struct FLOPsPerSecond: Hashable, Sendable { public var rawValue: Double; @inlinable public init(rawValue: Double) { self.rawValue = rawValue } }
public struct FLOPs: Hashable, Sendable { public var rawValue: Double; @inlinable public init(rawValue: Double) { self.rawValue = rawValue } }
public struct MoneyPerHour: Hashable, Comparable, Sendable, CustomStringConvertible {
    public var rawValue: Int64
    public var microDollars: Int64 { rawValue }
    @inlinable public init(rawValue: Int64) { self.rawValue = rawValue }
    public init(parsing text: some StringProtocol) throws(QuantityError) { rawValue = Int64(try interimParse(text.hasPrefix("$") ? String(text.dropFirst()) : String(text), ["/h": 1e6])) }
    public static func < (a: MoneyPerHour, b: MoneyPerHour) -> Bool { a.rawValue < b.rawValue }
    public var description: String { "$\(Double(rawValue) / 1e6)/h" }
}
public struct KubernetesQuantity: Hashable, Comparable, Sendable, CustomStringConvertible {
    public var value: Int64
    public var milliValue: Int64 { value * 1000 }
    public init(parsing text: some StringProtocol) throws(QuantityError) { value = Int64(try interimParse(text, ["Gi": 1073741824, "Mi": 1048576, "Ti": 1099511627776, "": 1])) }
    public static func < (a: Self, b: Self) -> Bool { a.value < b.value }
    public var description: String { "\(value)" }
}
public enum NearestName { public static func suggest(_ name: String, among: [String]) -> String? { among.first { $0.prefix(2) == name.prefix(2) } } }
extension SimDuration: CustomStringConvertible {
    public init(parsing text: some StringProtocol) throws(QuantityError) { self.init(nanoseconds: Int64(try interimParse(text, ["ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9, "min": 6e10, "h": 3.6e12, "d": 8.64e13, "y": 3.1536e16]))) }
    public var description: String { "\(Double(nanoseconds) / 1e9)s" }
}
private func interimParse(_ text: some StringProtocol, _ units: [String: Double]) throws(QuantityError) -> Double {
    let number = text.prefix { "0123456789.+-".contains($0) }
    guard let value = Double(String(number)), let unit = units[String(text.dropFirst(number.count))] else { throw QuantityError(description: "'\(text)' is not a quantity") }
    return value * unit
}
