import Configuration
import Quantities

/// Reads Kubernetes objects from manifests and from dumps by `kubectl get -o yaml|json`.
///
/// A text may hold several documents; each is an object, a `List` (also `PodList` and the like) or a bare list of
/// objects. Objects of kinds that decide nothing here are skipped and counted. Fields of Kubernetes' own objects that
/// decide nothing are ignored; in Volcano's objects, in metadata and in selectors an unknown key is an error.
public struct ObjectReader {
    /// Everything read so far.
    public private(set) var objects = ObjectSet()
    private var skippedKinds: [String: Int] = [:]
    private let pools = SharedValues()
    /// Objects to be kept as trees too, and those that were found.
    private let wanted: Set<ObjectKey>
    private(set) var trees: [ObjectKey: YAMLNode] = [:]
    /// Largest text that is read through a tree, in bytes.
    var treeLimit = SourceText.sizeLimit

    /// A reader that has read nothing.
    public init() { wanted = [] }

    /// A reader that also keeps what `changes` will change as it was written.
    public init(for changes: ObjectChanges) { wanted = changes.keys }

    /// Kinds that were skipped, ascending by name, with the number of their objects.
    public var skipped: [(kind: String, count: Int)] {
        skippedKinds.map { (kind: $0.key, count: $0.value) }.sorted { $0.kind < $1.kind }
    }

    /// Largest text that is read, in bytes.
    public static let sizeLimit = 8 << 30

    /// Reads every object of a text, JSON or YAML.
    ///
    /// JSON and the YAML that `kubectl` writes are read as they are scanned, whatever their size; other YAML (with
    /// anchors, tags, folded blocks, …) through a tree, up to `SourceText.sizeLimit`.
    ///
    /// - Throws: everything wrong with the text, up to a hundred findings; nothing of it is added then.
    public mutating func read(_ text: SourceText) throws(InvalidInput) {
        let first = text.bytes.first { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\n") }
        let isBracketed = first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
        var notJSON: Diagnostic?
        if isBracketed {
            notJSON = try scan(text) { JSONTokens($0, file: text.name) }
            if notJSON == nil { return }
        }
        guard let notPlain = try scan(text, { YAMLTokens($0, file: text.name) }) else { return }
        if text.bytes.count > treeLimit { throw InvalidInput([notJSON ?? notPlain]) }
        let documents: [YAMLNode]
        do throws(InvalidInput) {
            documents = try YAMLReader.documents(in: text)
        } catch {
            // What is neither was most likely meant to be JSON.
            throw notJSON.map { InvalidInput([$0]) } ?? error
        }
        if let failure = try read(NodeTokens(documents, file: text.name), path: "") { throw InvalidInput([failure]) }
    }

    /// Reads an object or a list of objects that stands at `path` of a larger document.
    ///
    /// - Throws: everything wrong with it, up to a hundred findings; nothing of it is added then.
    public mutating func add(_ node: YAMLNode, path: String) throws(InvalidInput) {
        if let failure = try read(NodeTokens([node], file: path), path: path) { throw InvalidInput([failure]) }
    }

    private mutating func scan(
        _ text: SourceText, _ tokens: (UnsafeBufferPointer<UInt8>) -> any TokenSource
    ) throws(InvalidInput) -> Diagnostic? {
        let result = text.bytes.withUnsafeBufferPointer { bytes in
            Result { () throws(InvalidInput) in try read(tokens(bytes), path: "") }
        }
        return try result.get()
    }

    /// Reads what a source tells, and adds it.
    ///
    /// - Returns: where the text breaks the rules of its format, if it does; nothing is added then.
    private mutating func read(_ source: any TokenSource, path: String) throws(InvalidInput) -> Diagnostic? {
        var decoder = ObjectDecoder(source, path: path, pools: pools)
        var collected = CollectedObjects(wanted: wanted)
        collected.readDocuments(&decoder)
        if let failure = decoder.failure { return failure }
        if !decoder.findings.isEmpty { throw InvalidInput(decoder.findings) }
        objects.append(collected.objects)
        skippedKinds.merge(collected.skipped, uniquingKeysWith: +)
        trees.merge(collected.trees) { _, last in last }
        return nil
    }
}

/// What one text holds.
private struct CollectedObjects {
    var objects = ObjectSet()
    var skipped: [String: Int] = [:]
    let wanted: Set<ObjectKey>
    var trees: [ObjectKey: YAMLNode] = [:]
    private let wantedKinds: Set<String>

    init(wanted: Set<ObjectKey>) {
        self.wanted = wanted
        wantedKinds = Set(wanted.map(\.kind))
    }

    mutating func readDocuments(_ decoder: inout ObjectDecoder) {
        while true {
            let token = decoder.peek()
            switch token.kind {
            case .end: return
            case .documentEnd: _ = decoder.take()
            case .listStart: readItems(&decoder, implied: nil)
            case .plain where decoder.isNull(token): decoder.skipValue()
            default: readObject(&decoder, implied: nil)
            }
        }
    }

    /// A list of objects; those without a kind of their own are of the implied one.
    private mutating func readItems(_ decoder: inout ObjectDecoder, implied: ObjectHeader?) {
        decoder.readList("a list of objects") { readObject(&$0, implied: implied) }
    }

    private mutating func readObject(_ decoder: inout ObjectDecoder, implied: ObjectHeader?) {
        let start = decoder.peek()
        guard start.kind == .mappingStart else { return decoder.refuse("an object with apiVersion and kind") }
        let header = ObjectHeader(ahead: &decoder, implied: implied)
        guard let name = header.kind else {
            if !decoder.hasStopped {
                decoder.report(start.place, "an object needs kind, such as \"Pod\", and apiVersion")
                decoder.skipValue()
            }
            return
        }
        if name.hasSuffix("List") {
            readMembers(&decoder, of: name, header)
        } else if let kind = ObjectKind.all[name], header.group == nil || header.group == kind.group[...] {
            if wantedKinds.contains(name) { keepTree(of: name, isNamespaced: kind.isNamespaced, &decoder) }
            kind.read(&objects, &decoder)
        } else {
            refuseMisspelt(name, header.group, start.place, &decoder)
            skipped[name, default: 0] += 1
            decoder.skipValue()
        }
    }

    /// Keeps the object that comes next as a tree, if it is wanted; it stays to be read.
    private mutating func keepTree(of kind: String, isNamespaced: Bool, _ decoder: inout ObjectDecoder) {
        var key = ObjectKey(kind: kind, namespace: isNamespaced ? "default" : "", name: "")
        let start = decoder.hold()
        _ = decoder.take()
        while decoder.peek().kind == .key {
            if decoder.text(of: decoder.take()) == "metadata" {
                key.readName(ahead: &decoder)
                break
            }
            decoder.skipValue()
        }
        decoder.rewind(to: start)
        guard wanted.contains(key) else { return }
        let whole = decoder.hold()
        trees[key] = decoder.tree()
        decoder.rewind(to: whole)
    }

    /// The items of a `List`, whose objects have kinds of their own, or of such as a `PodList`, whose need not.
    private mutating func readMembers(_ decoder: inout ObjectDecoder, of name: String, _ header: ObjectHeader) {
        let member = String(name.dropLast("List".count))
        let implied = member.isEmpty ? nil : ObjectHeader(apiVersion: header.apiVersion, kind: member)
        decoder.readMapping("a list of objects") { decoder, key in
            if decoder.text(of: key) == "items" {
                decoder.under("items") { readItems(&$0, implied: implied) }
            } else {
                decoder.skipValue()
            }
        }
    }

    /// A kind that is not known, of a group whose kinds are: most likely a misspelling.
    private func refuseMisspelt(_ name: String, _ group: Substring?, _ place: Int, _ decoder: inout ObjectDecoder) {
        guard let group, group.hasSuffix("volcano.sh") else { return }
        let known = ObjectKind.names(in: String(group))
        guard let nearest = NearestName.suggest(name, among: known) else { return }
        decoder.report(place, "unknown kind \(decoder.quoted(name)) of \(group)", hint: "did you mean \"\(nearest)\"?")
    }
}

/// What an object says about itself.
private struct ObjectHeader {
    var apiVersion: String?
    var kind: String?

    init(apiVersion: String?, kind: String?) {
        self.apiVersion = apiVersion
        self.kind = kind
    }

    /// The part of the version before the slash; empty for the core group.
    var group: Substring? {
        apiVersion.map { version in version.firstIndex(of: "/").map { version[..<$0] } ?? "" }
    }

    /// Looks ahead in the mapping that comes next, no further than needed: the two keys come first as a rule.
    init(ahead decoder: inout ObjectDecoder, implied: ObjectHeader?) {
        let start = decoder.hold()
        _ = decoder.take()
        while decoder.peek().kind == .key, apiVersion == nil || kind == nil {
            let key = decoder.take()
            switch decoder.text(of: key) {
            case "apiVersion": apiVersion = decoder.under("apiVersion") { $0.string() }
            case "kind": kind = decoder.under("kind") { $0.string() }
            case "items" where kind == nil && Self.itemsHaveKinds(&decoder): kind = "List"
            default: decoder.skipValue()
            }
        }
        decoder.rewind(to: start)
        apiVersion = apiVersion ?? implied?.apiVersion
        kind = kind ?? implied?.kind
    }

    /// Whether the first object of a list says its kind, so that the list's own need not be known before reading it.
    private static func itemsHaveKinds(_ decoder: inout ObjectDecoder) -> Bool {
        let start = decoder.hold()
        defer { decoder.rewind(to: start) }
        guard decoder.take().kind == .listStart, decoder.take().kind == .mappingStart else { return false }
        while decoder.peek().kind == .key {
            if decoder.text(of: decoder.take()) == "kind" { return true }
            decoder.skipValue()
        }
        return false
    }
}
