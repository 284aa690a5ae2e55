/// Maps simulated time evenly onto a length of the drawing, with marks at whole minutes, hours and days.
struct TimeScale: Sendable {
    /// Bounds in nanoseconds since the start of the run.
    let start: Int64
    let end: Int64
    let from: Double
    let to: Double
    /// Calendar time of the run's zero, when its trace has one: dates then stand below the marks.
    let epochUnixSeconds: Int64?

    /// A scale from `start` to `end`; an empty time becomes one second.
    init(start: Int64, end: Int64, from: Double, to: Double, epochUnixSeconds: Int64? = nil) {
        self.start = start
        self.end = max(end, start + 1_000_000_000)
        self.from = from
        self.to = to
        self.epochUnixSeconds = epochUnixSeconds
    }

    /// Where the instant is drawn.
    func position(_ nanoseconds: Int64) -> Double {
        from + Double(nanoseconds - start) / Double(end - start) * (to - from)
    }

    /// Where a length of time ends when it starts at the left edge, in drawing units.
    func length(_ nanoseconds: Int64) -> Double { Double(nanoseconds) / Double(end - start) * (to - from) }

    /// Marks at multiples of a usual step, at most six and none whose text would touch its neighbour.
    func ticks(fontSize: Double) -> [Tick] {
        for step in Self.steps {
            let marks = ticks(everySeconds: step)
            if marks.count <= Scales.maximumTicks, fits(marks, fontSize: fontSize) { return marks }
        }
        return Array(ticks(everySeconds: Self.steps[Self.steps.count - 1]).prefix(1))
    }

    /// What the axis counts, for its title.
    var caption: String { epochUnixSeconds == nil ? "simulated time" : "simulated time, calendar (UTC)" }

    /// Room that marks and caption need below the axis.
    var depth: Double { epochUnixSeconds == nil ? 42 : 56 }

    /// Draws the axis at `y`, marks and caption below it.
    func drawAxis(into marks: inout Markup, y: Double, rightLimit: Double) {
        marks.line(from, y, to, y, style: "ax")
        for tick in ticks(fontSize: FontSize.small) {
            let x = position(Int64(tick.value))
            let half = TextWidth.estimate(tick.label, size: FontSize.small) / 2
            marks.line(x, y, x, y + 5, style: "ax")
            marks.label(tick.label, x: min(x, rightLimit - half), y: y + 18, anchor: "middle", style: "t m")
            if !tick.detail.isEmpty {
                marks.label(tick.detail, x: min(x, rightLimit - half), y: y + 32, anchor: "middle", style: "t m")
            }
        }
        marks.label(caption, x: (from + to) / 2, y: y + depth - 6, anchor: "middle", style: "t m")
    }

    /// The least usual step, in nanoseconds, that divides `length` into at most `parts`.
    static func roundStep(dividing length: Int64, into parts: Int64) -> Int64 {
        let least = max((length + parts - 1) / parts, 1)
        return steps.map { $0 * 1_000_000_000 }.first { $0 >= least } ?? least
    }

    private static let steps: [Int64] =
        [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200]
        + [1, 2, 5, 7, 10, 14, 20, 30, 60, 100, 200, 365, 1000, 3650, 10_000, 36_500].map { $0 * 86_400 }

    private func ticks(everySeconds step: Int64) -> [Tick] {
        let first = ceilingDivide(ceilingDivide(start, 1_000_000_000), step)
        let last = floorDivide(floorDivide(end, 1_000_000_000), step)
        guard last >= first else { return [] }
        guard last - first < 50 else { return Array(repeating: Tick(value: 0, label: ""), count: 50) }
        return (first...last).map { index in
            Tick(
                value: Double(index * step) * 1e9, label: label(index * step, step: step),
                detail: date(index * step, step: step))
        }
    }

    private func label(_ seconds: Int64, step: Int64) -> String {
        let day = floorDivide(seconds, 86_400)
        let rest = seconds - day * 86_400
        if step >= 86_400 { return "day \(day)" }
        if end - start <= 172_800_000_000_000 {
            if step >= 3600 { return "\(seconds / 3600) h" }
            return step >= 60 ? "\(seconds / 60) min" : "\(seconds) s"
        }
        return rest == 0 ? "day \(day)" : "day \(day) \(Figures.clock(seconds: rest))"
    }

    private func date(_ seconds: Int64, step: Int64) -> String {
        guard let epochUnixSeconds else { return "" }
        let unix = epochUnixSeconds + seconds
        let day = floorDivide(unix, 86_400)
        let date = CalendarDay(daysSince1970: day)
        if step >= 86_400 { return step >= 100 * 86_400 ? date.withYear : date.short }
        return "\(date.short) \(Figures.clock(seconds: unix - day * 86_400, withSeconds: step < 60))"
    }

    private func fits(_ marks: [Tick], fontSize: Double) -> Bool {
        var right = -Double.infinity
        for mark in marks {
            let half =
                max(TextWidth.estimate(mark.label, size: fontSize), TextWidth.estimate(mark.detail, size: fontSize)) / 2
            let centre = position(Int64(mark.value))
            if centre - half < right + 8 { return false }
            right = centre + half
        }
        return true
    }
}

/// A day of the proleptic Gregorian calendar.
struct CalendarDay: Equatable, Sendable {
    let year: Int64
    let month: Int64
    let day: Int64

    /// The day that many days after 1 January 1970 (algorithm: Howard Hinnant, "chrono-compatible low-level date
    /// algorithms", `civil_from_days`).
    init(daysSince1970 days: Int64) {
        let shifted = days + 719_468
        let era = floorDivide(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// "4 Mar".
    var short: String { "\(day) \(Self.months[Int(month) - 1])" }
    /// "4 Mar 2024".
    var withYear: String { "\(short) \(year)" }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
}

/// Division towards minus infinity.
func floorDivide(_ a: Int64, _ b: Int64) -> Int64 { a >= 0 ? a / b : -((-a + b - 1) / b) }

/// Division towards plus infinity.
func ceilingDivide(_ a: Int64, _ b: Int64) -> Int64 { -floorDivide(-a, b) }
