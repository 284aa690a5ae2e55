import ControlPlane
import Quantities
import Scheduling

/// Something that went wrong over time in a run: what, who, since when, and the line of configuration that lets it happen.
///
/// Found by `ControlPlane.PathologySearch`, as in `orrery schedule --cycles` and in recordings of live clusters.
public struct PathologyFact: Sendable, Equatable {
    /// `gang deadlock`, `starvation`, ...: `ControlPlane.Pathology.Kind`.
    public var kind: String
    /// Jobs and queues (`queue NAME`) concerned, the worst off first; ten at most.
    public var objects: [String]
    /// Scheduling cycle in which it was first seen, and its instant in nanoseconds.
    public var fromCycle: Int64
    public var fromNs: Int64
    /// When it was over, or the end of the run.
    public var toNs: Int64
    /// Whether it went on when the run ended.
    public var isOngoing: Bool
    /// What was seen, with numbers.
    public var text: String
    /// Where the line stands that lets it happen (`actions`, `tiers[1].plugins[0]`, `Queue team-a`), the line, and what
    /// would help; empty where no line does.
    public var place: String
    public var line: String
    public var remedy: String

    /// All fields, in column order.
    public init(
        kind: String, objects: [String], fromCycle: Int64, fromNs: Int64, toNs: Int64, isOngoing: Bool, text: String,
        place: String, line: String, remedy: String
    ) {
        self.kind = kind
        self.objects = objects
        self.fromCycle = fromCycle
        self.fromNs = fromNs
        self.toNs = toNs
        self.isOngoing = isOngoing
        self.text = text
        self.place = place
        self.line = line
        self.remedy = remedy
    }

    /// Most objects that are named.
    static let namedObjects = 10

    init(_ found: Pathology) {
        self.init(
            kind: found.kind.rawValue, objects: Array(found.objects.prefix(Self.namedObjects)),
            fromCycle: Int64(found.from.cycle), fromNs: found.from.time.nanoseconds, toNs: found.to.time.nanoseconds,
            isOngoing: found.isOngoing, text: found.text, place: found.cause?.place ?? "",
            line: found.cause?.line ?? "", remedy: found.cause?.remedy ?? "")
    }
}

extension Simulation {
    /// How long a run is: to its horizon, or to its end at the earliest.
    static func length(of world: World) -> SimDuration { (world.horizon ?? expectedEnd(of: world)) - SimTime.zero }

    /// What went wrong. That somebody was overtaken and started in the end is left out: in a run that is a wait, and the
    /// story of the job tells it.
    mutating func pathologies(atEnd outcome: RunOutcome) -> [PathologyFact] {
        guard let period = volcano?.periodNs, var watch = volcano?.watch.take() else { return [] }
        watch.finish(at: now)
        let thresholds = PathologyThresholds(
            run: now - SimTime.zero, period: SimDuration(nanoseconds: period), isStuck: outcome == .stuck)
        return watch.history.pathologies(thresholds).filter { $0.kind != .overtaken }.map { PathologyFact($0) }
    }
}

extension VolcanoState {
    /// A watch that looks about a thousand times in a run of this length.
    func newWatch(over length: SimDuration) -> RunWatch {
        RunWatch(
            configuration: configuration, jobs: workload.jobs.count, period: SimDuration(nanoseconds: periodNs),
            interval: SimDuration(nanoseconds: max(periodNs, length.nanoseconds / 1000)))
    }

    /// Shows the session to the watch, before its workspace is taken back.
    mutating func observe(_ session: VolcanoSession, at now: SimTime, next: SimTime) {
        guard var watch = self.watch.take() else { return }
        watch.observe(session, at: now, next: next, isWhole: cluster.isWhole, names: names)
        self.watch = watch
    }

    private var names: RunWatch.Names {
        RunWatch.Names(
            key: { [cluster] job in cluster.key(of: job) },
            name: { [workload] key in workload.name(of: workload.jobs[Int(key)]) })
    }
}
