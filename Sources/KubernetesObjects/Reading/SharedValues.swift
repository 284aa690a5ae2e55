import Quantities

/// Values that many objects have in common, kept once: a hundred thousand pods of few shapes take little memory.
///
/// A class, so that decoders of several texts share it without copying.
final class SharedValues {
    var texts = TextPool()
    let resources = Pool<ResourceList>()
    let names = Pool<[String: String]>()
    let containers = Pool<[Container]>()
    let tolerations = Pool<[Toleration]>()
    let spreads = Pool<[TopologySpreadConstraint]>()
    let volumes = Pool<[Volume]>()
    let affinities = Pool<Affinity>()
    let statuses = Pool<[ContainerStatus]>()
    let conditions = Pool<[PodCondition]>()
    let owners = Pool<[OwnerReference]>()
    let images = Pool<[NodeImage]>()
    private var quantities: [String: KubernetesQuantity] = [:]

    /// The amount that a text writes.
    func quantity(_ text: String) throws(QuantityError) -> KubernetesQuantity {
        if let known = quantities[text] { return known }
        let quantity = try KubernetesQuantity(parsing: text)
        if quantities.count < poolLimit { quantities[text] = quantity }
        return quantity
    }
}

/// Different values that a pool keeps; where there are more, sharing saves nothing.
private let poolLimit = 1 << 16

/// Equal values with one memory.
final class Pool<Value: Hashable> {
    private var values: Set<Value> = []

    /// Replaces a value by an equal one that was seen before.
    func share(_ value: inout Value) {
        if values.count < poolLimit {
            value = values.insert(value).memberAfterInsert
        } else if let index = values.firstIndex(of: value) {
            value = values[index]
        }
    }
}

/// Equal texts with one memory.
struct TextPool {
    private var texts: [String] = []
    private var hashes: [UInt64] = []
    /// Index of a text plus one, by its hash; 0 where there is none. A power of two long.
    private var slots = [Int32](repeating: 0, count: 1 << 10)

    /// The text of these bytes.
    mutating func text(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        let hash = Self.hash(bytes)
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] != 0 {
            let index = Int(slots[slot]) - 1
            if hashes[index] == hash, Self.isEqual(texts[index], bytes) { return texts[index] }
            slot = (slot + 1) & (slots.count - 1)
        }
        let text = String(decoding: bytes, as: UTF8.self)
        slots[slot] = Int32(texts.count + 1)
        texts.append(text)
        hashes.append(hash)
        if texts.count * 2 > slots.count { grow() }
        return text
    }

    /// The same text as one seen before.
    mutating func text(_ text: String) -> String {
        var text = text
        return text.withUTF8 { self.text($0) }
    }

    private mutating func grow() {
        slots = [Int32](repeating: 0, count: slots.count * 2)
        for (index, hash) in hashes.enumerated() {
            var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
            while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = Int32(index + 1)
        }
    }

    private static func isEqual(_ text: String, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        text.utf8.count == bytes.count
            && text.utf8.withContiguousStorageIfAvailable { $0.elementsEqual(bytes) } ?? text.utf8.elementsEqual(bytes)
    }

    /// Eight bytes at a time, multiplied and folded.
    private static func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
        let raw = UnsafeRawBufferPointer(bytes)
        var hash = UInt64(bytes.count) &* 0x9E37_79B9_7F4A_7C15
        var offset = 0
        func mix(_ word: UInt64) {
            let product = (hash ^ word).multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
            hash = product.high ^ product.low
        }
        while offset + 8 <= raw.count {
            mix(raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            offset += 8
        }
        var rest: UInt64 = 1
        while offset < raw.count {
            rest = rest << 8 | UInt64(raw[offset])
            offset += 1
        }
        mix(rest)
        return hash
    }
}
