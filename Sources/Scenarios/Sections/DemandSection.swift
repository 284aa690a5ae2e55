import Configuration
import KubernetesObjects
import Quantities
import SimulationKernel

/// `demand` of a scenario: how much of the workload there is, and how it grows.
public struct DemandSection: Sendable, Equatable {
    public var scale: Double?
    public var growth: Growth?
    public var from: CalendarDay?

    static let fields = FieldTable(
        "the demand", DemandSection(),
        [
            .optional(
                "scale", \.scale, .number(NumberRange(minimum: 0.001, maximum: 1000)),
                "Jobs of every source over those described: below 1 some are left out at random, above 1 some come again at the same time of another day."
            ),
            .optional("growth", \.growth, Growth.kind, "Growth of the demand, compounded, for `orrery plan`."),
            .optional(
                "from", \.from, CalendarDay.kind, "Day to which the described demand belongs, for `orrery plan`."),
        ],
        check: { demand, place, reading in
            if demand.from != nil && demand.growth == nil && reading.isSound(place.path) {
                reading.report(
                    path: place.key("from").path, "a day without growth means nothing", hint: "add \"growth: 8%/month\""
                )
            }
        })
}

/// Growth at a compound rate: `8%/month`.
public struct Growth: Sendable, Equatable {
    /// The length of time that a rate of growth refers to.
    public enum Period: String, CaseIterable, Sendable {
        case week, month, quarter, year

        /// In days; a year has 365.25, a month a twelfth of it.
        public var days: Double {
            switch self {
            case .week: 7
            case .month: 365.25 / 12
            case .quarter: 365.25 / 4
            case .year: 365.25
            }
        }
    }

    /// Increase in one period: 0.08 for 8 %.
    public var share: Double
    public var period: Period
    /// As written.
    public var text: String

    /// Days after which the demand is `factor` times what it was; 0 for a factor of at most 1.
    public func days(toGrowBy factor: Double) -> Double {
        factor <= 1 ? 0 : PinnedMath.log(factor) / PinnedMath.log(1 + share) * period.days
    }

    static let kind = ValueKind<Growth>.single(
        "a growth such as 8%/month", schema: ["$comment": "growth", "type": "string"],
        parse: { (node) throws(ValueProblem) in
            guard case .scalar(let text, _) = node.content, node.kind == .string else { throw .unexpected() }
            guard let slash = text.firstIndex(of: "/") else {
                throw ValueProblem("the growth names no period", hint: "write 8%/month")
            }
            let name = String(text[text.index(after: slash)...])
            guard let period = Period(rawValue: name) else {
                throw ValueProblem(
                    "unknown period \"\(name)\"",
                    hint: Suggestion.text(name, among: Period.allCases.map(\.rawValue)))
            }
            let share: Ratio
            do throws(QuantityError) {
                share = try Ratio(parsing: String(text[..<slash]))
            } catch {
                throw ValueProblem("the growth: \(error)")
            }
            guard share.rawValue > 0, share.rawValue <= 10 else {
                throw ValueProblem("a growth is above 0 and at most 1000% in a period")
            }
            return Growth(share: share.rawValue, period: period, text: text)
        },
        print: { .string($0.text) })
}

/// A day of the calendar: `2026-03-01`.
public struct CalendarDay: Sendable, Equatable {
    /// Days since 1970-01-01.
    public var daysSinceEpoch: Int64
    /// As written.
    public var text: String

    static let kind = ValueKind<CalendarDay>.single(
        "a day such as 2026-03-01", schema: ["$comment": "day", "type": "string"],
        parse: { (node) throws(ValueProblem) in
            guard case .scalar(let text, _) = node.content, let day = CalendarDay(text) else { throw .unexpected() }
            return day
        },
        print: { .string($0.text) })

    /// The day that `text` writes as year, month and day; nil if there is none.
    public init?(_ text: String) {
        guard text.utf8.count == 10, let instant = Timestamp(text + "T00:00:00Z") else { return nil }
        daysSinceEpoch = instant.nanoseconds / 86_400_000_000_000
        self.text = text
    }

    /// The day so many days later.
    public func adding(days: Int64) -> CalendarDay {
        CalendarDay(daysSinceEpoch: daysSinceEpoch + days)
    }

    /// A day by its distance from 1970-01-01 (Hinnant, "chrono-compatible low-level date algorithms", 2013).
    private init(daysSinceEpoch days: Int64) {
        let shifted = days + 719_468  // from 0000-03-01
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * month + 2) / 5 + 1
        let number = month < 10 ? month + 3 : month - 9
        let year = yearOfEra + era * 400 + (number <= 2 ? 1 : 0)
        daysSinceEpoch = days
        text = "\(year)-\(number < 10 ? "0" : "")\(number)-\(day < 10 ? "0" : "")\(day)"
    }
}
