import Configuration
import CostModel
import Quantities

/// `storage` of a cluster.
public struct StorageSection: Sendable, Equatable {
    public var tiers: [TierSection] = []
    public var objects: [ObjectSection] = []

    static let fields = FieldTable(
        "the storage", StorageSection(),
        [
            .required("tiers", \.tiers, TierSection.fields.kind.list(atLeast: 1), "Tiers of storage."),
            .optional(
                "objects", \.objects, ObjectSection.fields.kind.list(), "Models, data sets and images that jobs read."),
        ],
        check: { storage, place, reading in
            reading.reportDuplicates(of: storage.tiers.map(\.name), what: "tier", in: place.key("tiers"))
            reading.reportDuplicates(of: storage.objects.map(\.name), what: "object", in: place.key("objects"))
            guard reading.isSound(place.path) else { return }
            storage.checkTiers(place.key("tiers"), reading)
            for (index, object) in storage.objects.enumerated() {
                storage.checkTier(object.tier, place.key("objects").element(index).key("tier"), reading)
            }
        })

    /// Names of the tiers.
    var tierNames: [String] { tiers.map(\.name) }

    private func checkTiers(_ place: Place, _ reading: Reading) {
        for (index, tier) in tiers.enumerated() {
            let here = place.element(index)
            guard let origin = tier.origin else {
                if tier.isCache, tier.kindOrCard != .local {
                    reading.report(path: here.path, "a peer cache needs the tier behind it", hint: "add \"origin: …\"")
                }
                continue
            }
            guard let position = tiers.firstIndex(where: { $0.name == origin }) else {
                checkTier(origin, here.key("origin"), reading, isOriginOf: tier.name)
                continue
            }
            if !tier.isCache {
                reading.report(
                    path: here.key("origin").path, "only peer caches and local disks stand before another tier")
            } else if position == index || (tiers[position].isCache && tier.kindOrCard != .local) {
                reading.report(
                    path: here.key("origin").path,
                    "a peer cache stands before an object store or a file system, not before \"\(origin)\"")
            } else if tiers[position].kindOrCard == .local {
                reading.report(path: here.key("origin").path, "\"\(origin)\" is a local disk; nothing stands before it")
            }
        }
    }

    func checkTier(_ name: String, _ place: Place, _ reading: Reading, isOriginOf cache: String? = nil) {
        guard !tierNames.contains(name) else { return }
        let others = tierNames.filter { $0 != cache }
        reading.report(path: place.path, "no tier is called \"\(name)\"", hint: Suggestion.text(name, among: others))
    }
}

/// One tier.
public struct TierSection: Sendable, Equatable {
    public var name = ""
    public var card: String?
    public var kind: StorageCard.Kind?
    public var read: BytesPerSecond?
    public var write: BytesPerSecond?
    public var clientRead: BytesPerSecond?
    public var clientWrite: BytesPerSecond?
    public var latency: SimDuration?
    public var requests: Rate?
    public var clientRequests: Int?
    public var capacity: Bytes?
    public var capacityPerNode: Bytes?
    public var origin: String?
    public var writeBack: Bool?

    /// What it is made of, by itself or by its card.
    var kindOrCard: StorageCard.Kind? { kind ?? card.flatMap { StorageCard.named($0)?.kind } }
    /// Whether it lives on the nodes.
    var isCache: Bool { kindOrCard == .peerCache || kindOrCard == .local }

    static let fields = FieldTable(
        "a tier", TierSection(),
        [
            .required("name", \.name, .objectName, "Names the tier."),
            .optional(
                "card", \.card, .name(of: "storage card", among: StorageCard.builtIn.map(\.name)),
                "A storage card of the catalogue (`orrery catalog storage`); what is given beside it replaces its values."
            ),
            .optional("kind", \.kind, .choice("kind of storage"), "What it is made of; needed without a card."),
            .optional("read", \.read, .dataRate, "Read rate of the whole system; without it no limit but the nodes'."),
            .optional("write", \.write, .dataRate, "Write rate of the whole system."),
            .optional(
                "clientRead", \.clientRead, .dataRate, "Most that one node reads from it; needed without a card."),
            .optional("clientWrite", \.clientWrite, .dataRate, "Most that one node writes; without it as for reading."),
            .optional("latency", \.latency, .durationOrZero, "Time to the first byte of a request or file."),
            .optional("requests", \.requests, .rate, "Requests or files that the whole system serves: `55000/s`."),
            .optional(
                "clientRequests", \.clientRequests, .integer(1...1_000_000), "Requests that one node has open at once."),
            .optional(
                "capacity", \.capacity, .bytes,
                "Provisioned size: sets the rates of cards that grow with it, and the price."),
            .optional(
                "capacityPerNode", \.capacityPerNode, .bytes,
                "Of a peer cache or local disk: what each node keeps for it; without it the node's local storage."),
            .optional("origin", \.origin, .objectName, "Of a peer cache or local disk: the tier behind it."),
            .optional(
                "writeBack", \.writeBack, .boolean,
                "Whether checkpoints are written to the cache and copied to the origin afterwards; else to both at once."
            ),
        ],
        check: { tier, place, reading in
            guard reading.isSound(place.path) else { return }
            if tier.card == nil && tier.kind == nil {
                reading.report(path: place.path, "a tier needs a card or a kind", hint: "add \"card: s3-standard\"")
            } else if tier.card == nil && tier.clientRead == nil {
                reading.report(path: place.path, "a tier without a card needs \"clientRead\"")
            }
            if let card = tier.card.flatMap({ StorageCard.named($0) }), card.readPerTiB != nil, tier.capacity == nil {
                reading.report(
                    path: place.key("card").path, "the rates of \(card.name) grow with its capacity",
                    hint: "add \"capacity: 100TiB\"")
            }
            if let kind = tier.kind, let card = tier.card.flatMap({ StorageCard.named($0) }), card.kind != kind {
                reading.report(path: place.key("kind").path, "\(card.name) is a \(card.kind.rawValue)")
            }
        })
}

/// Something that lies in a tier.
public struct ObjectSection: Sendable, Equatable {
    public var name = ""
    public var size: Bytes?
    public var model: String?
    public var files: Int?
    public var tier = ""

    static let fields = FieldTable(
        "an object", ObjectSection(),
        [
            .required("name", \.name, .objectName, "Names the object."),
            .optional("size", \.size, .bytes, "Its size; or give `model`."),
            .optional(
                "model", \.model, .name(of: "model", among: ModelCard.builtInNames), "The 16-bit weights of a model."),
            .optional("files", \.files, .integer(1...1_000_000_000), "Files that it consists of; 1 unless told."),
            .required("tier", \.tier, .objectName, "Where it lies."),
        ],
        check: { object, place, reading in
            guard reading.isSound(place.path) else { return }
            if (object.size == nil) == (object.model == nil) {
                reading.report(path: place.path, "an object has a size or the weights of a model, one of the two")
            }
        })
}

/// Something that a job reads when it starts.
public struct ReadingSection: Sendable, Equatable {
    public var object = ""
    public var from: String?
    public var lazy: Double?
    public var split: Bool?

    static let fields = FieldTable(
        "a reading", ReadingSection(),
        [
            .required("object", \.object, .objectName, "What is read."),
            .optional(
                "from", \.from, .objectName, "The tier asked: the object's own unless told, or a cache before it."),
            .optional(
                "lazy", \.lazy, .number(NumberRange(minimum: 0, maximum: 1)),
                "Share that is read before work can begin; the rest is not modelled. Containers read 6.4% of their image (Harter et al., Slacker, FAST 2016)."
            ),
            .optional(
                "split", \.split, .boolean, "Whether the job's nodes share the reading out; else each reads everything."
            ),
        ])

    static let kind = fields.kind.orOnly("object", schema: ValueKind<String>.objectName.schema)
}
