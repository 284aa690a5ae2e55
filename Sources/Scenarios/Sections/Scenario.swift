import Configuration
import Quantities

/// A scenario file with every default in place, before machine cards and traces are looked up.
public struct Scenario: Sendable, Equatable {
    /// The version of the file format that this program reads.
    public static let apiVersion = "orrery.dev/v1alpha1"

    var apiVersion = Scenario.apiVersion
    var kind = "Scenario"
    /// Its name.
    public var metadata = MetadataSection()
    /// What is simulated.
    public var spec = SpecSection()

    static let fields = FieldTable(
        "a scenario", Scenario(),
        [
            .required(
                "apiVersion", \.apiVersion, .name(of: "apiVersion", among: [Scenario.apiVersion]),
                "Version of the file format."),
            .required("kind", \.kind, .name(of: "kind", among: ["Scenario"]), "Kind of the file."),
            .required("metadata", \.metadata, MetadataSection.fields.kind, "Name of the scenario."),
            .required("spec", \.spec, SpecSection.fields.kind, "What is simulated."),
        ])
}

/// `metadata` of a scenario.
public struct MetadataSection: Sendable, Equatable {
    /// Names the run in reports and results.
    public var name = ""

    static let fields = FieldTable(
        "the metadata", MetadataSection(),
        [.required("name", \.name, .objectName, "Names the run in reports and results.")])
}

/// `spec` of a scenario.
public struct SpecSection: Sendable, Equatable {
    /// The end of a run that has no horizon.
    public enum Until: String, CaseIterable, Sendable {
        /// Until no job is left, or none that could ever start.
        case drained
    }

    public var seed: UInt64 = 1
    public var horizon: SimDuration?
    public var until: Until?
    public var sampleInterval: SimDuration = .seconds(600)
    public var clusters: [ClusterSection] = []
    public var startup = StartupSection()
    public var checkpoint = CheckpointSection()
    public var workload: [WorkloadEntry] = []
    public var compare: [VariantSection] = []
    public var objectives: [Objective] = []
    public var demand: DemandSection?
    public var plan: PlanSection?

    /// The only cluster; present in every scenario that passed its checks.
    public var cluster: ClusterSection { clusters[0] }

    static let fields = FieldTable(
        "the spec", SpecSection(),
        [
            .optional(
                "seed", \.seed, .seed,
                "Seed of every random stream: arrivals, failures, ties. Equal seeds give equal arrivals under all policies."
            ),
            .optional("horizon", \.horizon, .duration, "Simulated time at which the run ends; or give `until`."),
            .optional(
                "until", \.until, .choice("end"),
                "`drained`: the run ends when no job is left that can start. The default if there is no horizon."),
            .optional(
                "sampleInterval", \.sampleInterval, .duration(atLeast: .seconds(1)),
                "Distance of the samples of queues and nodes, and width of the time buckets of the accounts."),
            .required(
                "clusters", \.clusters, ClusterSection.fields.kind.list(atLeast: 1),
                "The clusters; this version simulates exactly one."),
            .optional("startup", \.startup, StartupSection.fields.kind, "What every start of a job takes."),
            .optional(
                "checkpoint", \.checkpoint, CheckpointSection.fields.kind,
                "Checkpoints of jobs that say nothing themselves."),
            .required(
                "workload", \.workload, WorkloadEntry.kind.list(atLeast: 1),
                "Where the jobs come from; several sources run together."),
            .optional(
                "compare", \.compare, VariantSection.fields.kind.list(), "Variants that `orrery compare` runs besides."),
            .optional(
                "objectives", \.objectives, Objective.kind.list(),
                "What a planned cluster must meet, for `orrery plan`."
            ),
            .optional(
                "demand", \.demand, DemandSection.fields.kind, "How much of the workload there is, and how it grows."),
            .optional(
                "plan", \.plan, PlanSection.fields.kind, "What `orrery plan` may change, and how sure it must be."),
            .notYet("federation", "this version simulates one cluster"),
        ],
        check: { spec, place, reading in
            if spec.horizon != nil && spec.until != nil {
                reading.report(
                    path: place.key("until").path, "a run ends at a horizon or when drained, not both",
                    hint: "remove one of the two")
            }
            if spec.horizon == nil && spec.until == nil {
                spec.until = .drained
                reading.note(place.key("until"), .value("drained"), origin: .default)
            }
            if let horizon = spec.horizon, horizon.nanoseconds / spec.sampleInterval.nanoseconds > 1_000_000 {
                reading.report(
                    path: place.key("sampleInterval").path,
                    "\(spec.sampleInterval) divides the horizon of \(horizon) into more than a million samples")
            }
            if spec.clusters.count > 1 {
                reading.report(
                    path: place.key("clusters").element(1).path, "is a second cluster; this version simulates one",
                    hint: "federation arrives later: keep one cluster, or one scenario for each")
            }
            reading.reportDuplicates(of: spec.compare.map(\.name), what: "variant", in: place.key("compare"))
            if reading.isSound(place.path), !spec.clusters.isEmpty { spec.checkStorageUse(place, reading) }
        })
}

/// One entry of `spec.compare`: the scenario with some values changed.
public struct VariantSection: Sendable, Equatable {
    /// Names the variant in tables.
    public var name = ""
    /// Path and value of every change, as `--set` takes them.
    public var changes: [Named<YAMLNode>] = []

    static let fields = FieldTable(
        "a variant", VariantSection(),
        [
            .required("name", \.name, .objectName, "Names the variant in tables."),
            .required(
                "set", \.changes, ValueKind<YAMLNode>.anything.byName(),
                "Path and value of every change, as `--set` takes them: `spec.clusters[0].scheduler: backfill`."),
        ])
}

extension Reading {
    /// Reports every name of the list at `list` that an earlier element has.
    func reportDuplicates(of names: [String], what: String, in list: Place) {
        var first: [String: Int] = [:]
        for (index, name) in names.enumerated() where !name.isEmpty {
            guard let earlier = first[name] else {
                first[name] = index
                continue
            }
            let position = position(of: list.element(earlier).key("name").path)
            report(
                path: list.element(index).key("name").path,
                "\(what) \"\(name)\" is already defined in line \(position.line)")
        }
    }
}
