import Configuration

/// The fields of one kind of mapping that decide something: the single source of every reader of it.
///
/// A class because a schema is shared by all objects of its kind and never changes.
final class Schema<Root: Sendable>: Sendable {
    /// One field: its name, and how its value is read. `read` takes exactly one value from the decoder.
    struct Field: Sendable {
        let name: String
        let read: @Sendable (inout Root, inout ObjectDecoder) -> Void

        init(_ name: String, _ read: @escaping @Sendable (inout Root, inout ObjectDecoder) -> Void) {
            self.name = name
            self.read = read
        }
    }

    /// What happens to keys that are no fields.
    enum OtherKeys {
        /// They decide nothing: Kubernetes has hundreds of them.
        case ignored
        /// They are errors, except those that `KnowinglyIgnored` lists under the schema's name.
        case refused
    }

    /// What the mapping is, with its article: `a PodGroup`.
    let name: String
    let fields: [Field]
    /// Keys that may stand here without effect; nil if any may.
    let ignored: [String]?
    /// Runs after the fields were read; the place is the mapping's.
    let finish: (@Sendable (inout Root, Int, inout ObjectDecoder) -> Void)?

    private let keys: [[UInt8]]
    /// Index of a field plus one by the hash of its name; 0 where there is none.
    private let slots: [UInt8]

    init(
        _ name: String, otherKeys: OtherKeys = .ignored, _ fields: [Field],
        finish: (@Sendable (inout Root, Int, inout ObjectDecoder) -> Void)? = nil
    ) {
        precondition(fields.count <= 60, "fields are counted in a 64-bit set")
        self.name = name
        self.fields = fields
        self.finish = finish
        ignored = otherKeys == .refused ? KnowinglyIgnored.fields(of: name) : nil
        keys = fields.map { Array($0.name.utf8) }
        var slots = [UInt8](repeating: 0, count: 256)
        for (index, key) in keys.enumerated() {
            var slot = key.withUnsafeBufferPointer(Self.slot)
            while slots[slot] != 0 { slot = (slot + 1) % 256 }
            slots[slot] = UInt8(index + 1)
        }
        self.slots = slots
    }

    /// The field of a name.
    func index(of name: UnsafeBufferPointer<UInt8>) -> Int? {
        var slot = Self.slot(name)
        while true {
            let index = Int(slots[slot]) - 1
            if index < 0 { return nil }
            if keys[index].count == name.count, keys[index].elementsEqual(name) { return index }
            slot = (slot + 1) % 256
        }
    }

    private static func slot(_ name: UnsafeBufferPointer<UInt8>) -> Int {
        guard let first = name.first, let last = name.last else { return 0 }
        let middle = name[name.count / 2]
        return (Int(first) &* 7 &+ Int(middle) &* 31 &+ Int(last) &* 3 &+ name.count &* 13) & 255
    }
}

/// A value that a schema describes.
protocol Described: Sendable {
    init()
    static var schema: Schema<Self> { get }
}
