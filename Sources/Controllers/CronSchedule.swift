import KubernetesObjects

/// A schedule as cron writes it: minute, hour, day of the month, month, day of the week (github.com/robfig/cron,
/// ParseStandard).
struct CronSchedule: Sendable {
    private var minutes: Set<Int> = []
    private var hours: Set<Int> = []
    private var days: Set<Int> = []
    private var months: Set<Int> = []
    private var weekdays: Set<Int> = []
    /// Whether both kinds of day are restricted: one of them is enough then.
    private var eitherDay = false
    /// Nanoseconds from one run to the next for `@every`, a second at least; nil otherwise.
    private var interval: Int64?

    private static let monthNames = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]
    private static let dayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
    private static let shorthands = [
        "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0",
        "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
    ]

    /// The schedule of a text; nil if it writes none.
    init?(_ text: String, everyNanoseconds: (String) -> Int64?) {
        if text.hasPrefix("@every ") {
            guard let length = everyNanoseconds(String(text.dropFirst("@every ".count))) else { return nil }
            interval = max(1_000_000_000, length - length % 1_000_000_000)
            return
        }
        let fields = (Self.shorthands[text] ?? text).split(whereSeparator: \.isWhitespace).map { $0.lowercased() }
        guard fields.count == 5, let minutes = Self.values(fields[0], 0...59),
            let hours = Self.values(fields[1], 0...23),
            let days = Self.values(fields[2], 1...31),
            let months = Self.values(fields[3], 1...12, names: Self.monthNames, first: 1),
            let weekdays = Self.values(fields[4], 0...6, names: Self.dayNames, first: 0)
        else { return nil }
        (self.minutes, self.hours, self.days) = (minutes, hours, days)
        (self.months, self.weekdays) = (months, weekdays)
        eitherDay = !Self.isOpen(fields[2]) && !Self.isOpen(fields[4])
    }

    private static func isOpen(_ field: String) -> Bool { field.hasPrefix("*") || field.hasPrefix("?") }

    /// The first time after an instant, within five years; in UTC.
    func next(after instant: Timestamp) -> Timestamp? {
        let second: Int64 = 1_000_000_000
        if let interval { return Timestamp(nanoseconds: instant.wholeSeconds.nanoseconds &+ interval) }
        var minute = instant.nanoseconds / (60 * second) + 1
        let limit = minute + 5 * 366 * 1440
        while minute < limit {
            let date = CivilDate(daysSinceEpoch: Int(minute / 1440))
            let ofMonth = days.contains(date.day)
            let ofWeek = weekdays.contains(date.weekday)
            guard months.contains(date.month), eitherDay ? ofMonth || ofWeek : ofMonth && ofWeek else {
                minute = (minute / 1440 + 1) * 1440
                continue
            }
            guard hours.contains(Int(minute / 60 % 24)) else {
                minute = (minute / 60 + 1) * 60
                continue
            }
            if minutes.contains(Int(minute % 60)) {
                let (nanoseconds, overflow) = minute.multipliedReportingOverflow(by: 60 * second)
                return overflow ? nil : Timestamp(nanoseconds: nanoseconds)
            }
            minute += 1
        }
        return nil
    }

    /// Values of one field: a list of ranges with steps.
    private static func values(
        _ field: String, _ range: ClosedRange<Int>, names: [String] = [], first: Int = 0
    ) -> Set<Int>? {
        var values: Set<Int> = []
        for part in field.split(separator: ",", omittingEmptySubsequences: false) {
            let pieces = part.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            guard let base = pieces.first else { return nil }
            var step = 1
            if pieces.count == 2 {
                guard let number = Int(pieces[1]), number > 0 else { return nil }
                step = number
            }
            func number(_ text: Substring) -> Int? {
                Int(text) ?? names.firstIndex(of: String(text)).map { $0 + first }
            }
            var low = range.lowerBound
            var high = range.upperBound
            if base != "*", base != "?" {
                let ends = base.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
                guard let start = number(ends[0]) else { return nil }
                low = start
                // A single value with a step runs to the end of the range.
                high = pieces.count == 2 ? range.upperBound : start
                if ends.count == 2 {
                    guard let end = number(ends[1]) else { return nil }
                    high = end
                }
            }
            guard range.contains(low), range.contains(high), low <= high else { return nil }
            for value in stride(from: low, through: high, by: step) { values.insert(value) }
        }
        return values
    }
}

/// A day of the Gregorian calendar.
private struct CivilDate {
    let month: Int
    let day: Int
    /// 0 is Sunday.
    let weekday: Int

    /// Years are counted from March, so that the leap day is the last.
    init(daysSinceEpoch days: Int) {
        let shifted = days + 719_468
        let era = shifted >= 0 ? shifted / 146_097 : (shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        weekday = ((days + 4) % 7 + 7) % 7
    }
}
