/// Lengths of time as Go programs write them: `1h30m`, `90s`, `1.5h`, `300ms` (Go: `time.ParseDuration`).
public enum GoDuration {
    /// Nanoseconds in each unit, longer names first.
    private static let units: [(name: String, nanoseconds: Double)] = [
        ("ns", 1), ("us", 1e3), ("µs", 1e3), ("μs", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 60e9), ("h", 3600e9),
    ]

    /// The length of `text` in nanoseconds; nil if it is none, or too long for 64 bits.
    public static func nanoseconds(_ text: some StringProtocol) -> Int64? {
        var rest = Substring(text)
        var isNegative = false
        if let sign = rest.first, sign == "-" || sign == "+" {
            isNegative = sign == "-"
            rest.removeFirst()
        }
        if rest == "0" { return 0 }
        guard !rest.isEmpty else { return nil }
        var total = 0.0
        while !rest.isEmpty {
            let number = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            rest = rest.dropFirst(number.count)
            let unit = rest.prefix { !($0.isASCII && ($0.isNumber || $0 == ".")) }
            rest = rest.dropFirst(unit.count)
            guard let amount = decimal(number), let length = units.first(where: { $0.name == unit }) else { return nil }
            total += amount * length.nanoseconds
        }
        guard total < 9.2e18 else { return nil }
        return Int64(isNegative ? -total : total)
    }

    /// Digits with at most one point, and at least one digit.
    private static func decimal(_ text: Substring) -> Double? {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count <= 2, parts.contains(where: { !$0.isEmpty }),
            !parts.dropFirst().contains(where: { $0.contains(".") })
        else { return nil }
        return Double(
            (parts[0].isEmpty ? "0" : parts[0]) + (parts.count > 1 && !parts[1].isEmpty ? "." + parts[1] : ""))
    }
}
