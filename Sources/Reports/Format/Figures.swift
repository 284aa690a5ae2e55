/// Numbers as text: the same on every machine, whatever its locale.
///
/// Nothing here asks the system how numbers look: digits come from integer arithmetic, the decimal mark is a point and
/// thousands are grouped by commas. A value that does not exist is an en dash, never "nan".
enum Figures {
    /// What stands for a missing or undefined value.
    static let missing = "–"

    /// `value` with exactly `decimals` digits after the point (0 to 6), rounded half away from zero.
    static func fixed(_ value: Double, _ decimals: Int, grouped: Bool = true) -> String {
        guard value.isFinite else { return value.isNaN ? missing : (value > 0 ? "∞" : "−∞") }
        let power = powersOfTen[min(max(decimals, 0), 6)]
        let scaled = (abs(value) * power).rounded()
        guard scaled < 9e18 else { return exponential(value) }
        let units = Int64(scaled)
        let whole = units / Int64(power)
        let fraction = units % Int64(power)
        var text = grouped ? group(whole) : String(whole)
        if decimals > 0 {
            let digits = String(fraction)
            text += "." + String(repeating: "0", count: min(decimals, 6) - digits.count) + digits
        }
        return value < 0 && units != 0 ? "−" + text : text
    }

    /// Two or three significant digits, never an exponent below a billion: 0.012, 0.12, 1.23, 12.3, 123, 12,345.
    static func short(_ value: Double) -> String {
        let size = abs(value)
        guard size.isFinite, size > 0 else { return fixed(value, 0) }
        if size >= 1e9 { return exponential(value) }
        // A sum of many parts may miss a whole number by its last bit.
        if size >= 99.95 || abs(size - size.rounded()) < size * 1e-9 { return fixed(value, 0) }
        if size >= 9.995 { return fixed(value, 1) }
        if size >= 0.0995 { return fixed(value, 2) }
        if size >= 0.00995 { return fixed(value, 3) }
        return size < 0.000_5 ? exponential(value) : fixed(value, 4)
    }

    /// A whole number with its thousands grouped.
    static func count(_ value: Int64) -> String {
        value < 0 ? "−" + group(-value) : group(value)
    }

    /// A whole number with its thousands grouped.
    static func count(_ value: Int) -> String { count(Int64(value)) }

    /// A share as a percentage with one decimal: "61.2 %".
    static func percent(_ share: Double, decimals: Int = 1) -> String {
        share.isFinite ? fixed(share * 100, decimals) + " %" : missing
    }

    /// Shares in tenths of a percent that add up to 1,000 exactly (largest remainders; ties to the first).
    ///
    /// Empty when the parts have no positive sum.
    static func closingTenths(_ parts: [Double]) -> [Int64] {
        let total = parts.reduce(0, +)
        guard total > 0, total.isFinite else { return [] }
        let exact = parts.map { $0 / total * 1000 }
        var tenths = exact.map { Int64($0.rounded(.down)) }
        var missing = 1000 - tenths.reduce(0, +)
        let order = exact.indices.sorted {
            let a = exact[$0] - Double(tenths[$0])
            let b = exact[$1] - Double(tenths[$1])
            return a != b ? a > b : $0 < $1
        }
        for index in order where missing > 0 {
            tenths[index] += 1
            missing -= 1
        }
        return tenths
    }

    /// Tenths of a percent as text: 839 is "83.9 %".
    static func percent(tenths: Int64) -> String { "\(tenths / 10).\(tenths % 10) %" }

    /// A length of time in the largest unit that leaves at least one: "0 s", "45 s", "12.5 min", "4.1 h", "3.2 d".
    static func duration(seconds: Double) -> String {
        guard seconds.isFinite else { return missing }
        let size = abs(seconds)
        if size == 0 { return "0 s" }
        if size < 0.999_5 { return short(seconds * 1000) + " ms" }
        if size < 59.95 { return oneDecimal(seconds) + " s" }
        if size < 3597 { return oneDecimal(seconds / 60) + " min" }
        if size < 48 * 3600 { return oneDecimal(seconds / 3600) + " h" }
        return oneDecimal(seconds / 86_400) + " d"
    }

    /// A length of time given in nanoseconds.
    static func duration(nanoseconds: Double) -> String { duration(seconds: nanoseconds / 1e9) }

    /// An instant of the run: "day 3 07:05" (days count from 0).
    static func instant(nanoseconds: Int64) -> String {
        let seconds = nanoseconds / 1_000_000_000
        let day = seconds / 86_400
        return "day \(day) \(clock(seconds: seconds % 86_400))"
    }

    /// Hours and minutes of a day: "07:05"; with seconds where they matter: "07:05:09".
    static func clock(seconds: Int64, withSeconds: Bool = false) -> String {
        let base = "\(twoDigits(seconds / 3600)):\(twoDigits(seconds / 60 % 60))"
        return withSeconds ? "\(base):\(twoDigits(seconds % 60))" : base
    }

    /// Micro-dollars as dollars: "$12,345".
    static func dollars(micro: Double) -> String {
        let value = micro / 1e6
        return (value < 0 ? "−$" : "$") + fixed(abs(value), abs(value) < 100 ? 2 : 0)
    }

    /// A coordinate of a drawing: at most one decimal, no trailing zero, no grouping.
    static func coordinate(_ value: Double) -> String {
        let tenths = Int64((value * 10).rounded())
        if tenths % 10 == 0 { return String(tenths / 10) }
        return "\(tenths < 0 ? "-" : "")\(abs(tenths) / 10).\(abs(tenths) % 10)"
    }

    /// A number for a machine to read, with at most four significant decimals.
    static func machine(_ value: Double) -> String {
        guard value.isFinite else { return "null" }
        let scaled = (abs(value) * 1000).rounded()
        guard scaled < 9e15 else { return "\(value)" }
        let units = Int64(scaled)
        var text = String(units / 1000)
        if units % 1000 != 0 {
            let digits = String(units % 1000)
            var fraction = String(repeating: "0", count: 3 - digits.count) + digits
            while fraction.last == "0" { fraction.removeLast() }
            text += "." + fraction
        }
        return value < 0 && units != 0 ? "-" + text : text
    }

    static func twoDigits(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }

    private static let powersOfTen: [Double] = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000]

    private static func oneDecimal(_ value: Double) -> String {
        abs(value) >= 99.95 || value == value.rounded() ? fixed(value, 0) : fixed(value, 1)
    }

    private static func group(_ value: Int64) -> String {
        let digits = Array(String(value))
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return text
    }

    private static func exponential(_ value: Double) -> String {
        var mantissa = abs(value)
        var exponent = 0
        while mantissa >= 9.995 {
            mantissa /= 10
            exponent += 1
        }
        while mantissa < 0.9995, mantissa > 0 {
            mantissa *= 10
            exponent -= 1
        }
        return (value < 0 ? "−" : "") + fixed(mantissa, 2) + "e\(exponent)"
    }
}
