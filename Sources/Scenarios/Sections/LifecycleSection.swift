import Configuration
import CostModel
import Quantities
import Simulation

/// `spec.startup`: what passes between the placement of a job and its first step.
public struct StartupSection: Sendable, Equatable {
    public var imagePull: SimDuration = .zero
    public var load: SimDuration = .zero
    public var rendezvous: SimDuration = .zero
    public var image: ReadingSection?
    public var reads: [ReadingSection]?

    /// The parts of known length in a row; what cannot be represented counts as never starting.
    public var total: SimDuration {
        SimTime.zero.later(by: imagePull.nanoseconds).later(by: load.nanoseconds).later(by: rendezvous.nanoseconds)
            - .zero
    }

    static let fields = FieldTable(
        "the start-up times", StartupSection(),
        [
            .optional("imagePull", \.imagePull, .durationOrZero, "Pulling the container image."),
            .optional("load", \.load, .durationOrZero, "Loading code, data and weights."),
            .optional("rendezvous", \.rendezvous, .durationOrZero, "Until all workers have found each other."),
            .optional(
                "image", \.image, ReadingSection.kind,
                "The container image as an object of the storage, pulled by every node that does not hold it."),
            .optional(
                "reads", \.reads, ReadingSection.kind.list(), "Objects of the storage that every start reads, in order."
            ),
        ])
}

/// `spec.checkpoint`: how jobs that say nothing themselves save their work.
public struct CheckpointSection: Sendable, Equatable {
    public var interval: IntervalChoice?
    public var write: SimDuration = .zero
    public var restore: SimDuration = .zero
    public var onPreemption = false
    public var state = CheckpointState()

    /// The interval, where it is given as a time.
    var givenInterval: SimDuration? { if case .every(let interval)? = interval { interval } else { nil } }

    static let fields = FieldTable(
        "the checkpoints", CheckpointSection(),
        [
            .optional(
                "interval", \.interval, IntervalChoice.kind,
                "Work between two checkpoints. Without it a job that is stopped loses all work since its start. `young` and `young-daly` take the best one for the job's size, its failure rates and its storage, by Young's first or Daly's higher-order formula; they need `tier`."
            ),
            .optional("write", \.write, .durationOrZero, "Time the job stands still to write one."),
            .optional("restore", \.restore, .durationOrZero, "Extra start-up to read one back."),
            .optional(
                "onPreemption", \.onPreemption, .boolean,
                "Whether a preempted job writes a last one, holding its GPUs for `write`."),
        ] + CheckpointState.fields.map { $0.within(\.state) },
        check: { checkpoint, place, reading in
            guard reading.isSound(place.path) else { return }
            checkpoint.state.check(place, reading)
            let isComputed = checkpoint.interval == .young || checkpoint.interval == .youngDaly
            if isComputed && checkpoint.state.tier == nil {
                reading.report(
                    path: place.key("interval").path, "the best interval follows from the storage",
                    hint: "add \"tier: …\" and a size")
            }
        })
}

/// `interval` of the checkpoints.
public enum IntervalChoice: Sendable, Equatable {
    /// So much work.
    case every(SimDuration)
    /// Young's optimum.
    case young
    /// Daly's optimum.
    case youngDaly

    private static let words: [(String, IntervalChoice)] = [("young", .young), ("young-daly", .youngDaly)]

    static let kind = ValueKind<IntervalChoice>.single(
        "a duration such as 30m, young or young-daly",
        schema: [
            "anyOf": [
                ValueKind<SimDuration>.duration(atLeast: .seconds(1)).schema,
                ["type": "string", "enum": ["young", "young-daly"]],
            ]
        ],
        parse: { (node) throws(ValueProblem) in
            guard case .scalar(let text, _) = node.content, node.kind != .null else { throw .unexpected() }
            if let word = words.first(where: { $0.0 == text }) { return word.1 }
            if text.first?.isLetter == true {
                throw .unexpected(hint: Suggestion.text(text, among: words.map(\.0)))
            }
            let interval: SimDuration
            do throws(QuantityError) {
                interval = try SimDuration(parsing: text)
            } catch {
                throw ValueProblem(error.description)
            }
            guard interval >= .seconds(1), interval <= .seconds(100 * 365 * 86_400) else {
                throw ValueProblem("expected a duration of at least 1s, young or young-daly, found \(text)")
            }
            return .every(interval)
        },
        print: { choice in
            switch choice {
            case .every(let interval): .string(interval.description)
            case .young: "young"
            case .youngDaly: "young-daly"
            }
        })
}

/// Size and place of checkpoints in storage.
public struct CheckpointState: Sendable, Equatable {
    /// How the job waits for a write.
    public enum Mode: String, CaseIterable, Sendable { case sync, async }

    public var tier: String?
    public var size: Bytes?
    public var sizePerGPU: Bytes?
    public var model: String?
    public var loraRank: Int?
    public var mode: Mode?
    public var sharded: Bool?
    public var snapshotRate: BytesPerSecond?

    static let fields: [Field<CheckpointState>] = [
        .optional(
            "tier", \.tier, .objectName,
            "Tier of the storage that they are written to; `write` and `restore` follow from it."),
        .optional("size", \.size, .bytes, "Size of one checkpoint of a whole job."),
        .optional("sizePerGPU", \.sizePerGPU, .bytes, "Size for each GPU of the job, in place of `size`."),
        .optional(
            "model", \.model, .name(of: "model", among: ModelCard.builtInNames),
            "The model trained, in place of `size`: 14 bytes per parameter, weights and optimizer."),
        .optional(
            "loraRank", \.loraRank, .integer(1...65_536),
            "Only an adapter of this rank for `model` is trained and saved."),
        .optional(
            "mode", \.mode, .choice("mode"),
            "`sync` (the default) stands still for the write; `async` for a copy to host memory, and for the write before if that is not done."
        ),
        .optional(
            "sharded", \.sharded, .boolean,
            "Whether every node writes and reads its part (the default), or one writes and all read everything."),
        .optional(
            "snapshotRate", \.snapshotRate, .dataRate,
            "Rate at which one GPU copies its part to host memory; 50GB/s unless told (PCIe 5.0 x16 at 80%)."),
    ]

    /// Reports what does not go together; an override may take its tier from the scenario.
    func check(_ place: Place, _ reading: Reading, isOverride: Bool = false) {
        let sizes = [size.map { _ in "size" }, sizePerGPU.map { _ in "sizePerGPU" }, model.map { _ in "model" }]
            .compactMap { $0 }
        if sizes.count > 1 {
            reading.report(path: place.key(sizes[1]).path, "a checkpoint has one of \(sizes.joined(separator: ", "))")
        } else if tier == nil, !isOverride, let name = sizes.first {
            reading.report(
                path: place.key(name).path, "a size needs the tier that is written to", hint: "add \"tier: …\"")
        }
        if loraRank != nil && model == nil {
            reading.report(path: place.key("loraRank").path, "an adapter needs its model", hint: "add \"model: …\"")
        }
    }

    /// Whether it says how large checkpoints are.
    var hasSize: Bool { size != nil || sizePerGPU != nil || model != nil }

    /// Bytes of a checkpoint of a job with so many GPUs; nil where nothing says.
    func bytes(gpus: Double) -> Double? {
        if let size { return Double(size.rawValue) }
        if let sizePerGPU { return Double(sizePerGPU.rawValue) * gpus }
        guard let model = model.flatMap({ ModelCard.named($0) }) else { return nil }
        return loraRank.map { CheckpointSize.adapter(model, rank: $0) } ?? CheckpointSize.training(model)
    }
}

/// `storage` of a job, in place of what the scenario's `startup` and `checkpoint` say.
public struct JobStorageSection: Sendable, Equatable {
    public var image: ReadingSection?
    public var reads: [ReadingSection]?
    public var interval: IntervalChoice?
    public var state = CheckpointState()

    static let fields = FieldTable(
        "storage of a job", JobStorageSection(),
        [
            .optional("image", \.image, ReadingSection.kind, "Its container image."),
            .optional("reads", \.reads, ReadingSection.kind.list(), "Objects that every start reads, in order."),
            .optional("interval", \.interval, IntervalChoice.kind, "Work between two checkpoints."),
        ] + CheckpointState.fields.map { $0.within(\.state) },
        check: { storage, place, reading in
            if reading.isSound(place.path) { storage.state.check(place, reading, isOverride: true) }
        })
}
