import SimulationKernel

/// How orders are fixed that upstream leaves open: random choice among equals, map order, order of parallel workers.
public enum TieRule: Sendable, Equatable {
    /// Ascending names everywhere.
    case lowestName
    /// A named stream of this seed decides.
    case seeded(UInt64)
}

/// The tie rule at work in a session.
public struct TieOrder: Sendable {
    public let rule: TieRule
    private var stream: RandomStream

    init(_ rule: TieRule) {
        self.rule = rule
        if case .seeded(let seed) = rule {
            stream = RandomStream(seed: seed, name: "volcano.ties")
        } else {
            stream = RandomStream(seed: 0, name: "volcano.ties")
        }
    }

    /// Whether names decide.
    public var isLowestName: Bool { rule == .lowestName }

    /// An element that upstream picks uniformly among `count` equals; 0 under `lowest-name` (callers list names ascending).
    public mutating func pick(_ count: Int) -> Int {
        isLowestName || count < 2 ? 0 : stream.below(count)
    }

    /// Puts a list that upstream builds from a map (and that is given in ascending names) into its order.
    public mutating func arrange<T>(_ list: inout [T]) {
        guard !isLowestName, list.count > 1 else { return }
        list.shuffle(using: &stream)
    }

    /// Draws what putting a list of this many elements in order draws, where the order makes no difference.
    mutating func skip(_ count: Int) {
        if isLowestName || count < 2 { return }
        for amount in 0..<count - 1 { _ = stream.next(upperBound: UInt(count - amount)) }
    }

    /// `list` in upstream's order; see `arrange`.
    public mutating func arranged<T>(_ list: [T]) -> [T] {
        var list = list
        arrange(&list)
        return list
    }
}
