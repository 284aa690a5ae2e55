import Quantities

/// A Kubernetes resource list: resource names with quantities, by ascending name.
public struct ResourceList: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    /// One resource and its quantity.
    public struct Entry: Sendable, Hashable {
        public var name: String
        public var quantity: KubernetesQuantity
    }

    /// Ascending by name, names unique.
    public private(set) var entries: [Entry] = []

    /// Nothing.
    public init() {}

    /// The resources of a literal such as `["cpu": .init(2)]`.
    public init(dictionaryLiteral elements: (String, KubernetesQuantity)...) {
        for (name, quantity) in elements { self[name] = quantity }
    }

    /// Whether no resource is named.
    public var isEmpty: Bool { entries.isEmpty }

    /// The quantity of a resource; nil where it is not named.
    public subscript(name: String) -> KubernetesQuantity? {
        get { entries.first { $0.name == name }?.quantity }
        set {
            let index = entries.firstIndex { $0.name >= name } ?? entries.count
            if index < entries.count, entries[index].name == name {
                if let newValue { entries[index].quantity = newValue } else { entries.remove(at: index) }
            } else if let newValue {
                entries.insert(Entry(name: name, quantity: newValue), at: index)
            }
        }
    }
}
