/// Amounts of scalar resources, by index of `ResourceNames`; NaN where absent.
///
/// The first few lie in place, so that copies of a `Resource` neither allocate nor count references; only worlds with more
/// scalars than that have the others in an array.
public struct ScalarAmounts: Sendable {
    /// How many lie in place: `pods`, `ephemeral-storage`, GPUs and network cards of a usual cluster.
    static let inPlace = 4
    private var first = InlineArray<4, Double>(repeating: .nan)
    private var others: ContiguousArray<Double>?
    public private(set) var count = 0

    /// None.
    public init() {}

    /// Adds one at the end.
    @inline(__always)
    public mutating func append(_ amount: Double) {
        if count < Self.inPlace {
            first[count] = amount
        } else if others == nil {
            others = [amount]
        } else {
            others?.append(amount)
        }
        count += 1
    }
}

extension ScalarAmounts: RandomAccessCollection, MutableCollection, ExpressibleByArrayLiteral {
    /// The amounts listed.
    public init(arrayLiteral amounts: Double...) {
        for amount in amounts { append(amount) }
    }

    public var startIndex: Int { 0 }
    public var endIndex: Int { count }

    /// Amount at a place below `count`.
    public subscript(index: Int) -> Double {
        @inline(__always)
        get {
            precondition(index < count, "no scalar of this index")
            return index < Self.inPlace ? first[index] : others?[index - Self.inPlace] ?? .nan
        }
        @inline(__always)
        set {
            precondition(index < count, "no scalar of this index")
            if index < Self.inPlace { first[index] = newValue } else { others?[index - Self.inPlace] = newValue }
        }
    }
}
