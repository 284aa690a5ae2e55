import Configuration
import KubernetesObjects
import Scheduling

/// One scheduling cycle on a dump of a live cluster, and what it would be after changes.
public struct ScheduleOnce: Sendable {
    /// Files and folders of the dump; `-` is standard input.
    public var snapshot: [String]
    /// `default`, `helm` or a file; nil takes the ConfigMap of the dump, else the Helm chart's.
    public var configuration: String?
    /// File of changes; nil for none.
    public var changes: String?
    /// Samples over tie orders; nil takes a few where the dump is small.
    public var samples: Int?
    public var seed: UInt64 = 1
    /// Whether the cycle shown is the one of `seed`; otherwise ties go to the lowest name.
    public var isSeeded = false
    /// What the scheduler's clock says; nil takes the latest instant of the dump.
    public var now: Timestamp?
    /// Threads for samples.
    public var width = 1

    /// A cycle on the dump in these files.
    public init(snapshot: [String]) { self.snapshot = snapshot }

    /// Samples taken without being asked, and the largest dump (nodes and pods) for which they are.
    static let quickSamples = 20
    static let quickLimit = 2000
    /// Groups of which reasons are looked for.
    static let explainedGroups = 1000

    /// One cycle with everything that is told about it.
    public struct Play: Sendable {
        public var cycle: Cycle
        public var report: CycleReport
        /// nil where the dump is large and no samples were asked for.
        public var sampling: CycleSampling?
    }

    /// What came out.
    public struct Result: Sendable {
        public var before: Play
        /// The cycle after the changes, with what they do; nil without changes.
        public var after: (play: Play, changes: ChangedObjects, comparison: CycleComparison)?
        public var configuration: ChosenConfiguration
        /// Source of the changed configuration, where the changes hold one.
        public var changedConfiguration: String?
        public var now: Timestamp
        /// Where `now` comes from, in words.
        public var nowSource: String
        public var tieRule: TieRule
        /// Whether samples were asked for.
        public var isSampled: Bool
        /// Kinds that were skipped, with the number of their objects.
        public var skipped: [(kind: String, count: Int)]
    }

    /// Reads everything and plays.
    ///
    /// - Throws: what is wrong with the files.
    public func result() throws(InvalidInput) -> Result {
        var changes = ObjectChanges()
        if let path = self.changes {
            try changes.read(SnapshotFiles.text(path, limit: SourceText.sizeLimit))
        }
        var chosen: ChosenConfiguration?
        if let configuration { chosen = try ChosenConfiguration(named: configuration) }
        var reader = ObjectReader(for: changes)
        try SnapshotFiles(snapshot).read(into: &reader)
        let objects = reader.objects
        let configuration = chosen ?? ChosenConfiguration(in: objects)
        let latest = objects.latestInstant
        let now = self.now ?? latest ?? Timestamp(nanoseconds: 0)

        var result = Result(
            before: play(objects, configuration, now), configuration: configuration, now: now,
            nowSource: self.now != nil
                ? "as given" : latest != nil ? "the latest instant in the dump" : "the dump names no instant",
            tieRule: tieRule, isSampled: samples != nil, skipped: reader.skipped)
        guard self.changes != nil else { return result }
        let changed = try reader.applying(changes)
        var other = configuration
        if changes.keys.contains(where: { $0.kind == "ConfigMap" }) {
            let inDump = ChosenConfiguration(in: changed.objects)
            if !inDump.isAssumed {
                other = inDump
                result.changedConfiguration = "\(inDump.source), as changed"
            }
        }
        var after = play(changed.objects, other, now)
        after.report.warnings += changes.withoutEffect.map {
            CycleWarning(.changeWithoutEffect, $0.description, "objects of this kind decide nothing in a cycle")
        }
        after.report.warnings += changed.missing.map {
            CycleWarning(.changeWithoutEffect, $0.description, "is to be removed but is not in the dump")
        }
        let comparison = CycleComparison(
            result.before.report, on: result.before.cycle, after.report, on: after.cycle)
        result.after = (after, changed, comparison)
        return result
    }

    private var tieRule: TieRule { isSeeded ? .seeded(seed) : .lowestName }

    private func play(_ objects: ObjectSet, _ configuration: ChosenConfiguration, _ now: Timestamp) -> Play {
        let cycle = Cycle(objects, configuration: configuration.configuration, now: now)
        let isSmall = objects.nodes.count + objects.pods.count <= Self.quickLimit
        let count = samples ?? (isSmall ? Self.quickSamples : nil)
        return Play(
            cycle: cycle, report: CycleReport(cycle, tieRule, explained: Self.explainedGroups),
            sampling: count.map { CycleSampling(cycle, samples: $0, seed: seed, width: width) })
    }
}
