/// A line of 40 × 12 pixels beside a number: its course over the run, from zero at the bottom to its maximum.
struct Sparkline: Sendable {
    /// Values at equal distances.
    let values: [Double]

    /// The drawing, or nothing when fewer than two values exist. It repeats the number beside it in time and is hidden
    /// from readers that cannot see it.
    var svg: String {
        let thinned = Decimation(times: values.indices.map(Int64.init), values: values, limit: 40)
        let count = thinned.median.count
        guard count > 1 else { return "" }
        let top = thinned.high.max() ?? 0
        let bottom = min(0, thinned.low.min() ?? 0)
        let scale = LinearScale(domain: bottom...max(top, bottom + 1e-12), from: 11, to: 1)
        let x = { (index: Int) in 1 + Double(index) / Double(count - 1) * 38 }
        var band = PathBuilder()
        var middle = PathBuilder()
        for index in 0..<count {
            band.add(x(index), scale.position(thinned.high[index]))
            middle.add(x(index), scale.position(thinned.median[index]))
        }
        for index in (0..<count).reversed() { band.add(x(index), scale.position(thinned.low[index])) }
        band.close()
        var markup = Markup()
        markup.element(
            "svg", ["class": "spark", "viewBox": "0 0 40 12", "width": "40", "height": "12", "aria-hidden": "true"]
        ) { svg in
            if thinned.isBanded { svg.path(band.commands, style: "bd s1") }
            svg.path(middle.commands, style: "l s1")
        }
        return markup.text
    }
}
