import Configuration
import Quantities

/// Jobs of one kind that arrive at random: `stream: NAME` with a rate and a law of their run times.
///
/// The arrivals are a Poisson stream. With one job to a server and exponential run times this is the queue M/M/c, with
/// any other law and one server M/G/1: worlds whose waits are known in closed form.
public struct StreamSection: Sendable, Equatable {
    /// Law of the run times.
    public enum Law: String, CaseIterable, Sendable {
        /// All alike.
        case constant
        /// Without memory.
        case exponential
        /// Skewed, with a coefficient of variation that is given.
        case lognormal
    }

    public var name = ""
    public var rate = Rate(rawValue: 0)
    public var count: Int?
    public var span: SimDuration?
    public var duration: SimDuration = .zero
    public var law = Law.exponential
    public var variation: Double?
    public var team: String?
    public var queue: String?
    public var user: String?
    public var jobClass: String?
    public var priority = 0
    public var preemptible = true
    public var checkpointInterval: SimDuration?
    public var maxRestarts: Int?
    public var group = PodGroupSection()
    public var rules = PlacementRules()

    static let table = FieldTable(
        "a stream of jobs", StreamSection(),
        own + PodGroupSection.fields.map { $0.within(\.group) } + PlacementRules.fields.map { $0.within(\.rules) },
        check: { stream, place, reading in
            guard reading.isSound(place.path) else { return }
            stream.group.check(place, reading)
            if stream.count != nil && stream.span != nil {
                reading.report(
                    path: place.key("span").path, "the number of jobs is given; give a span or a count, not both")
            }
            if stream.law == .lognormal && stream.variation == nil {
                reading.report(
                    path: place.key("law").path, "a lognormal law needs its coefficient of variation",
                    hint: "add \"variation: 2\"")
            }
            if stream.law != .lognormal && stream.variation != nil {
                reading.report(
                    path: place.key("variation").path, "the law \(stream.law.rawValue) has its own variation",
                    hint: "remove it, or write \"law: lognormal\"")
            }
        })

    private static let own: [Field<StreamSection>] = [
        .required("stream", \.name, .objectName, "Name of the stream; its jobs get `-0`, `-1`, … appended."),
        .required("rate", \.rate, .rate, "Rate at which jobs are submitted, at random (Poisson)."),
        .optional("count", \.count, .integer(1...1_000_000), "Exactly so many jobs, in place of `span`."),
        .optional("span", \.span, .duration, "Time during which jobs arrive; without it the scenario's horizon."),
        .required("duration", \.duration, .duration, "Mean of the undisturbed run times."),
        .optional("law", \.law, .choice("law"), "Law of the run times."),
        .optional(
            "variation", \.variation, .number(NumberRange(minimum: 0, excludesMinimum: true, maximum: 100)),
            "Standard deviation of the run times over their mean; only for `lognormal`."),
        .optional("team", \.team, .objectName, "Team; without it the queue's."),
        .optional("queue", \.queue, .objectName, "Queue; without it the only one, or `default`."),
        .optional("user", \.user, .text, "User."),
        .optional("class", \.jobClass, .text, "Class for grouping in reports; without it the stream's name."),
        .optional("priority", \.priority, .integer(-2_147_483_648...2_147_483_647), "Higher goes first."),
        .optional("preemptible", \.preemptible, .boolean, "Whether they may be evicted for other jobs."),
        .optional(
            "checkpointInterval", \.checkpointInterval, .duration(atLeast: .seconds(1)),
            "In place of the scenario's `checkpoint.interval`."),
        .optional(
            "maxRestarts", \.maxRestarts, .integer(0...1_000_000), "Restarts after failures; without it no limit."),
    ]
}
