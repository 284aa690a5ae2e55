extension Double {
    /// The number with some decimals, independent of locale; `–` when it is not finite.
    func fixed(_ decimals: Int) -> String {
        guard isFinite, magnitude < 1e15 else { return "–" }
        var scale = 1.0
        for _ in 0..<decimals { scale *= 10 }
        let rounded = Int((magnitude * scale).rounded())
        let sign = self < 0 && rounded > 0 ? "-" : ""
        guard decimals > 0 else { return "\(sign)\(rounded)" }
        let whole = rounded / Int(scale), rest = String(rounded % Int(scale))
        return "\(sign)\(whole).\(String(repeating: "0", count: decimals - rest.count))\(rest)"
    }

    /// As a percentage with one decimal.
    var percent: String { (self * 100).fixed(1) }
}
