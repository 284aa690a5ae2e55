import KubernetesObjects
import Quantities

/// Something that goes wrong over time: what, who, since when, and the line of configuration that lets it happen.
public struct Pathology: Sendable, Equatable {
    /// What goes wrong.
    public enum Kind: String, Sendable, CaseIterable {
        /// Gangs hold parts of what each other needs, and no other job's end can help.
        case gangDeadlock = "gang deadlock"
        /// One gang holds places without being complete.
        case incompleteGang = "capacity held by an incomplete gang"
        /// The same pods are evicted and started again and again.
        case evictionLoop = "eviction loop"
        /// Pods were evicted for pods that were evicted in turn.
        case evictionCascade = "eviction cascade"
        /// Jobs that came later get again and again what an older one waits for.
        case starvation = "starvation"
        /// Later jobs passed one that waited long and started in the end.
        case overtaken = "overtaken"
        /// Pods too large for every node, or more of them than an empty cluster holds.
        case neverFits = "can never fit"
        /// A limit is below what is asked, or needed pods are never made.
        case neverAdmitted = "can never be admitted"
        /// Free capacity that a waiting gang would fit, while its queue or the scheduler keeps it out.
        case idleCapacity = "free capacity unused"
        /// A queue stays below its deserved share while others hold more than theirs, and reclaim does nothing.
        case sharesNotRestored = "shares not restored"
        /// Free room is reserved for a job in every cycle, and the job is never bound.
        case reservationLoop = "reservation without end"
        /// A job that could take the place of others is not let in, so that preempt never looks at it.
        case preemptorShutOut = "preemptor shut out"
    }

    public var kind: Kind
    /// Jobs or PodGroups (`namespace/name`) and queues concerned, the worst off first.
    public var objects: [String]
    /// The cycle it began.
    public var from: Moment
    /// The cycle it ended, or the last one seen.
    public var to: Moment
    /// Whether it went on when last seen.
    public var isOngoing: Bool
    /// What was seen, with numbers.
    public var text: String
    public var cause: ConfigurationLine?
}

/// A line of a configuration or an object that causes something, and what to do about it.
public struct ConfigurationLine: Sendable, Equatable {
    /// Where: `actions`, `tiers[1].plugins[0]`, `Queue team-a`, `PodGroup ns/name`.
    public var place: String
    /// The line as a manifest has it.
    public var line: String
    /// What would help.
    public var remedy: String

    /// A line at a place.
    public init(place: String, line: String, remedy: String) {
        self.place = place
        self.line = line
        self.remedy = remedy
    }

    /// Place and line as one.
    public var text: String { line.hasPrefix(place + ":") ? line : place + ": " + line }
}

extension VolcanoConfiguration {
    /// The line of the actions.
    func actionsLine(remedy: String) -> ConfigurationLine {
        ConfigurationLine(
            place: "actions", line: "actions: \"" + actions.joined(separator: ", ") + "\"", remedy: remedy)
    }

    /// The line of a plugin; of the tiers as a whole where it is missing.
    func pluginLine(_ name: String, remedy: String) -> ConfigurationLine {
        for (tier, options) in tiers.enumerated() {
            guard let place = options.firstIndex(where: { $0.name == name }) else { continue }
            let option = options[place]
            let flags = option.flags.sorted { $0.key < $1.key }.map { ", \($0.key): \($0.value)" }.joined()
            return ConfigurationLine(
                place: "tiers[\(tier)].plugins[\(place)]", line: "- {name: \(name)\(flags)}", remedy: remedy)
        }
        return ConfigurationLine(place: "tiers", line: "no plugin \(name)", remedy: remedy)
    }

    /// Whether a plugin is listed with a flag on.
    func has(_ plugin: String, _ flag: String? = nil) -> Bool {
        tiers.joined().contains { $0.name == plugin && (flag.map($0.isEnabled) ?? true) }
    }

    /// The actions among these that are configured.
    func configured(_ names: [String]) -> [String] { actions.filter(names.contains) }
}

/// From when on something counts.
public struct PathologyThresholds: Sendable, Equatable {
    /// How long a state must last; ten cycles of Volcano's default period.
    public var persistence: SimDuration = .seconds(10)
    /// How often one pod must be evicted.
    public var evictionsOfOnePod = 3
    /// How many later groups must pass a waiting one.
    public var overtakers = 2
    /// How long a group must have waited for places that later groups held.
    public var delay: SimDuration = .seconds(5)
    /// What later groups got, in parts of what the waiting one asks.
    public var overtakenShare = 1.0
    /// How long a group must have been kept waiting: from free room, from its queue's share, from those it may displace.
    public var wait: SimDuration = .seconds(10)
    /// Moments shorter than this in which free room is taken do not end the wait of a group that is kept from it.
    public var roomGap: SimDuration = .zero
    /// How long a group that starves must have waited for places that later groups held.
    public var starvation: SimDuration = .seconds(5)
    /// Whether a group that waited so long has starved although it started in the end.
    public var starvationMayEnd = false
    /// How soon after its start a group must be evicted for a loop, and after its own eviction of others for a cascade:
    /// later both were of use.
    public var shortRun = SimDuration(nanoseconds: .max)
    /// How many cascades of evictions are trouble.
    public var cascades = 1
    /// Whether what stands at the end of the history stands for ever, however short it was.
    public var endsForEver = false

    /// The usual thresholds.
    public init() {}

    /// Thresholds for a whole run, in which waits of seconds are no trouble: a state must last one hundredth of the run,
    /// and ten cycles; that somebody is kept waiting counts from one twentieth of the run. `isStuck` if nothing can happen any
    /// more when the run ends.
    public init(run: SimDuration, period: SimDuration, isStuck: Bool) {
        let cycles = period.nanoseconds.multipliedReportingOverflow(by: 10)
        persistence = SimDuration(
            nanoseconds: max(run.nanoseconds / 100, cycles.overflow ? .max : cycles.partialValue))
        delay = SimDuration(nanoseconds: persistence.nanoseconds / 2)
        wait = SimDuration(nanoseconds: max(run.nanoseconds / 20, persistence.nanoseconds))
        roomGap = persistence
        starvation = wait
        starvationMayEnd = true
        shortRun = persistence
        evictionsOfOnePod = 10
        cascades = 3
        endsForEver = isStuck
    }
}

extension ClusterHistory {
    /// Everything that goes wrong in it, ordered by the cycle it began.
    public func pathologies(_ thresholds: PathologyThresholds = PathologyThresholds()) -> [Pathology] {
        let search = PathologySearch(history: self, thresholds: thresholds)
        let found =
            search.gangTrouble() + search.evictionTrouble() + search.admissionTrouble() + search.capacityTrouble()
            + search.sharesNotRestored() + search.starvation()
        return found.enumerated().sorted { ($0.element.from, $0.offset) < ($1.element.from, $1.offset) }.map(\.element)
    }
}

/// The search through one history; each subject has its own file.
struct PathologySearch {
    let history: ClusterHistory
    let thresholds: PathologyThresholds

    /// A stretch of time in which a condition held for one group.
    struct Stretch {
        var group: Int
        var from: Moment
        var to: Moment
        /// The spans in it.
        var spans: ArraySlice<GroupSpan>

        var length: SimDuration { to.time - from.time }
    }

    /// The stretches in which `holds` is true for a group without interruption, at least `persistence` long.
    func stretches(of group: Int, atLeast minimum: SimDuration? = nil, _ holds: (GroupSpan) -> Bool) -> [Stretch] {
        unbroken(of: group, holds).filter { isLong($0.from, $0.to, minimum ?? thresholds.persistence) }
    }

    /// Stretches that go on over interruptions shorter than `gap` in which the group still waits and holds nothing, as long as
    /// `holds` is true at least half of the time.
    func stretches(
        of group: Int, over gap: SimDuration, atLeast minimum: SimDuration, _ holds: (GroupSpan) -> Bool
    ) -> [Stretch] {
        let spans = history.groups[group].spans
        var found: [Stretch] = []
        var held = SimDuration.zero
        for next in unbroken(of: group, holds) {
            if let last = found.last, next.from.time - last.to.time < gap,
                spans[last.spans.endIndex..<next.spans.startIndex].allSatisfy({
                    $0.state.waits && $0.state.holding == 0
                }),
                (held + next.length).nanoseconds >= (next.to.time - last.from.time).nanoseconds / 2
            {
                found[found.count - 1].to = next.to
                found[found.count - 1].spans = spans[last.spans.startIndex..<next.spans.endIndex]
                held = held + next.length
            } else {
                found.append(next)
                held = next.length
            }
        }
        return found.filter { isLong($0.from, $0.to, minimum) }
    }

    private func unbroken(of group: Int, _ holds: (GroupSpan) -> Bool) -> [Stretch] {
        let spans = history.groups[group].spans
        var found: [Stretch] = []
        var start: Int?
        for index in spans.indices {
            if holds(spans[index]) {
                start = start ?? index
            } else if let from = start {
                found.append(
                    Stretch(group: group, from: spans[from].from, to: spans[index].from, spans: spans[from..<index]))
                start = nil
            }
        }
        if let from = start, let last = spans.last {
            found.append(Stretch(group: group, from: spans[from].from, to: last.to, spans: spans[from...]))
        }
        return found
    }

    /// Whether something that stood so from one moment to another counts.
    func isLong(_ from: Moment, _ to: Moment, _ minimum: SimDuration) -> Bool {
        to.time - from.time >= minimum || (thresholds.endsForEver && to == history.last)
    }

    func isOngoing(_ stretch: Stretch) -> Bool {
        stretch.to == history.last && !history.groups[stretch.group].isGone
    }

    func finding(
        _ kind: Pathology.Kind, _ stretch: Stretch, objects: [String] = [], _ text: String, _ cause: ConfigurationLine?
    ) -> Pathology {
        Pathology(
            kind: kind, objects: [history.groups[stretch.group].name] + objects, from: stretch.from, to: stretch.to,
            isOngoing: isOngoing(stretch), text: text, cause: cause)
    }
}
