import Configuration
import KubernetesObjects
import Quantities

/// Plugin `tdm`, time division multiplexing: nodes that are lent for some hours of the day
/// (upstream: `plugins/tdm/tdm.go`; reference section 9.12). The clock is taken as UTC.
///
/// Ties: of the pods of a job that may go, the first in the order of zones, nodes and pods by name.
final class TDMPlugin: VolcanoPlugin {
    static let name = "tdm"
    private unowned(unsafe) let session: VolcanoSession
    /// Zones with their hours, ascending by name.
    private let zones: [(name: String, hours: String)]
    /// Least time between two evictions, in nanoseconds.
    private let evictPeriod: Int64
    /// Zone of each node; empty for nodes that are not revocable.
    private var zoneOf: [String] = []
    /// Why a zone is closed now; nil where it is open.
    private var closed: [String: String] = [:]

    init(session: VolcanoSession, option: PluginOption) {
        self.session = session
        let prefix = "tdm.revocable-zone."
        zones = option.arguments.values.compactMap { key, value in
            guard let place = key.firstRange(of: prefix), case .string(let hours) = value else { return nil }
            return (String(key[..<place.lowerBound] + key[place.upperBound...]), hours)
        }.sorted { $0.name < $1.name }
        evictPeriod =
            GoDuration.nanoseconds(option.arguments.string("tdm.evict.period", default: "1m")) ?? 60_000_000_000
    }

    func open() -> ExtensionPoints {
        for (name, hours) in zones { closed[name] = Self.reasonClosed(name, hours, now: session.now) }
        zoneOf = session.nodes.map { session.object($0.id).metadata.labels["volcano.sh/revocable-zone"] ?? "" }
        return [.predicate, .nodeOrder, .preemptable, .victimTasks, .jobOrder, .jobPipelined, .jobStarving]
    }

    func isClassKeyed(_ task: TaskRef) -> Bool { true }

    // MARK: Hours

    /// Why a zone takes no pods; nil while it does. `hours` is `HH:MM-HH:MM`, both ends included; hours that end before
    /// they begin last from today's beginning until tomorrow, so that the early morning is not within them.
    static func reasonClosed(_ zone: String, _ hours: String, now: Timestamp) -> String? {
        let trimmed = hours.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed()
        let ends = String(trimmed).split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2 else { return "revocable zone \(hours) format error" }
        guard let start = secondOfDay(ends[0]), let end = secondOfDay(ends[1]) else {
            return "revocable zone \(hours) is no pair of times"
        }
        let day: Int64 = 86_400
        let seconds = now.wholeSecondsRoundedDown
        let second = (seconds % day + day) % day
        if second >= start, second <= (start >= end ? end + day : end) { return nil }
        return "current time beyond revocable zone \(zone):\(hours)"
    }

    /// `15:04` as Go reads it: one or two digits of hours, two of minutes.
    private static func secondOfDay(_ text: Substring) -> Int64? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, (1...2).contains(parts[0].count), parts[1].count == 2,
            parts.allSatisfy({ $0.allSatisfy { $0.isASCII && $0.isNumber } }),
            let hour = Int64(parts[0]), let minute = Int64(parts[1]), hour < 24, minute < 60
        else { return nil }
        return hour * 3600 + minute * 60
    }

    /// Zones open at the beginning of a minute, and close at midnight or a second after the end of their hours; evictions
    /// wait for their period.
    func nextWake(after now: Timestamp) -> Timestamp? {
        let (second, day): (Int64, Int64) = (1_000_000_000, 86_400)
        let elapsed = now.wholeSecondsRoundedDown
        let midnight = elapsed - (elapsed % day + day) % day
        var instants = [midnight, midnight + day]
        for (_, hours) in zones {
            let ends = hours.filter { !$0.isWhitespace }.split(separator: "-", omittingEmptySubsequences: false)
            guard ends.count == 2, let start = Self.secondOfDay(ends[0]), let end = Self.secondOfDay(ends[1]) else {
                continue
            }
            instants += [midnight + start, midnight + end + 1, midnight + day + start, midnight + day + end + 1]
        }
        var times = zones.isEmpty ? [] : instants.map { Timestamp(nanoseconds: $0 * second) }
        if let end = session.memory.lastTDMEviction?.later(by: evictPeriod) { times.append(end) }
        return times.filter { $0 > now }.min()
    }

    private func reasonClosed(_ zone: String) -> String? {
        zones.contains { $0.name == zone } ? closed[zone] : "revocable zone \(zone) not support"
    }

    // MARK: Nodes

    func predicate(_ task: TaskRef, _ node: NodeRef) -> [FitStatus] {
        let zone = zoneOf[Int(node.index)]
        if zone.isEmpty { return [] }
        if let reason = reasonClosed(zone) { return [refusal(reason)] }
        return session[task].revocableZone.isEmpty ? [refusal("not allow to dispatch to revocable node")] : []
    }

    private func refusal(_ reason: String) -> FitStatus {
        FitStatus(.unschedulableAndUnresolvable, reason, plugin: Self.name)
    }

    func nodeOrder(_ task: TaskRef, _ node: NodeRef) -> Double {
        let zone = zoneOf[Int(node.index)]
        return zone.isEmpty || reasonClosed(zone) != nil || session[task].revocableZone.isEmpty ? 0 : 100
    }

    // MARK: Victims

    /// Preemptable pods give way on ordinary nodes, to pods that are neither preemptable nor at home on lent nodes.
    func preemptable(_ preemptor: TaskRef, _ candidates: [TaskRef]) -> (victims: [TaskRef], vote: Vote) {
        if session[preemptor].isPreemptable || !session[preemptor].revocableZone.isEmpty { return ([], .reject) }
        let victims = candidates.filter { candidate in
            guard isRunningAndPreemptable(candidate), let node = session[candidate].node else { return false }
            return zoneOf[Int(node.index)].isEmpty
        }
        return (withinBudgets(victims), .permit)
    }

    /// Preemptable pods leave the nodes of closed zones, once per period.
    func victimTasks(_ tasks: [TaskRef]) -> [TaskRef] {
        if let last = session.memory.lastTDMEviction, last.nanoseconds + evictPeriod > session.now.nanoseconds {
            return []
        }
        var victims: [TaskRef] = []
        for zone in session.ties.arranged(zones.map(\.name)) where closed[zone] != nil {
            var leaving: [TaskRef] = []
            for node in revocableNodes where zoneOf[Int(node.index)] == zone {
                leaving += session.tasks(on: node).filter(isRunningAndPreemptable)
            }
            victims += withinBudgets(leaving)
        }
        session.memory.lastTDMEviction = session.now
        return victims
    }

    /// Nodes of any zone in the order upstream walks its map.
    private var revocableNodes: [NodeRef] {
        let revocable = session.nodes.indices.filter { !zoneOf[$0].isEmpty }.map { NodeRef($0) }
        return session.ties.arranged(revocable.sorted { session[$0].nameRank < session[$1].nameRank })
    }

    private func isRunningAndPreemptable(_ task: TaskRef) -> Bool {
        session[task].isPreemptable && session[task].status == .running
    }

    /// Of each job the first candidates, as many as its budget allows.
    private func withinBudgets(_ candidates: [TaskRef]) -> [TaskRef] {
        var byJob: [JobRef: [TaskRef]] = [:]
        for candidate in candidates {
            if let job = session[candidate].job { byJob[job, default: []].append(candidate) }
        }
        return session.ties.arranged(byJob.keys.sorted()).flatMap { job in
            (byJob[job] ?? []).prefix(max(evictable(of: job), 0))
        }
    }

    /// How many pods of a job may go now: `volcano.sh/jdb-min-available` or `volcano.sh/jdb-max-unavailable` of its
    /// PodGroup, in numbers or percent; 1 without either.
    private func evictable(of job: JobRef) -> Int {
        let (info, annotations) = (session[job], session.podGroup(job).metadata.annotations)
        let running = info.counts[.running]
        if let text = annotations["volcano.sh/jdb-min-available"], !text.isEmpty {
            let minimum = Self.number(text, of: info.tasks.count)
            return running >= minimum ? running - minimum : 1
        }
        if annotations["volcano.sh/jdb-min-available"] == nil, let text = annotations["volcano.sh/jdb-max-unavailable"],
            !text.isEmpty
        {
            let maximum = Self.number(text, of: info.tasks.count)
            let unavailable = info.tasks.count - info.counts[.succeeded] - info.counts[.failed] - running
            return max(maximum - unavailable, 0)
        }
        return 1
    }

    /// A whole number, or a percentage of `total` rounded up; 0 for anything else.
    private static func number(_ text: String, of total: Int) -> Int {
        if let number = Int(text) { return number }
        guard text.hasSuffix("%"), let percent = Int(text.dropLast()) else { return 0 }
        let share = (Double(percent) * Double(total) / 100).rounded(.up)
        return share.magnitude < 1e9 ? Int(share) : 0
    }

    // MARK: Jobs

    func compareJobs(_ l: JobRef, _ r: JobRef) -> Int {
        let (left, right) = (session[l].preemptable ?? false, session[r].preemptable ?? false)
        return left == right ? 0 : left ? 1 : -1
    }

    func jobPipelined(_ job: JobRef) -> Vote { session[job].isPipelined ? .permit : .reject }

    /// Only jobs that are not preemptable starve, with any Pending pod.
    func jobStarving(_ job: JobRef) -> Bool {
        session[job].preemptable != true && session[job].counts[.pending] > 0
    }
}

extension Timestamp {
    /// Whole seconds since the epoch, rounded down.
    fileprivate var wholeSecondsRoundedDown: Int64 {
        nanoseconds >= 0 ? nanoseconds / 1_000_000_000 : (nanoseconds + 1) / 1_000_000_000 - 1
    }
}
