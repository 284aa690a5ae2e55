/// Something of a dump that the scenario does not say, or says otherwise.
public struct ImportNote: Sendable, Equatable, CustomStringConvertible {
    /// What it happened to: `job`, `node`, `queue`, `PodDisruptionBudget`.
    public var unit: String
    /// How many of them.
    public var count: Int
    /// What is missing or assumed.
    public var text: String
    /// Names of the first ones.
    public var examples: [String]

    /// `3 jobs: requests for rdma/ib are not carried over (llm/a, llm/b, llm/c)`
    public var description: String {
        var names = examples.joined(separator: ", ")
        if count > examples.count, !names.isEmpty { names += ", …" }
        return "\(count) \(unit)\(count == 1 ? "" : "s"): \(text)" + (names.isEmpty ? "" : " (\(names))")
    }
}

/// Notes in the order in which their first case was met, each text once.
struct ImportNotes {
    private(set) var list: [ImportNote] = []
    private var places: [String: Int] = [:]

    /// One more case.
    mutating func note(_ unit: String, _ text: String, _ example: String = "", count: Int = 1) {
        guard count > 0 else { return }
        let key = unit + ": " + text
        let place = places[key] ?? list.count
        if place == list.count {
            places[key] = place
            list.append(ImportNote(unit: unit, count: 0, text: text, examples: []))
        }
        list[place].count += count
        if !example.isEmpty, list[place].examples.count < 3 { list[place].examples.append(example) }
    }
}
