/// What a case expects and what came out, where the two differ.
struct Difference: Sendable, Equatable, CustomStringConvertible {
    /// What was compared, such as `bind ns1/pg1-0`.
    var subject: String
    var expected: String
    var got: String

    /// One line.
    var description: String { "\(subject): expected \(expected), got \(got)" }
}

/// Collects differences in the order in which they are found.
struct Differences: Sendable, Equatable {
    private(set) var found: [Difference] = []

    /// How the case ends.
    var outcome: CaseOutcome { found.isEmpty ? .passed : .failed(found.map(\.description)) }

    /// Adds what another comparison found.
    mutating func append(_ other: Differences) { found += other.found }

    mutating func report(_ subject: String, expected: String, got: String) {
        found.append(Difference(subject: subject, expected: expected, got: got))
    }

    /// One value.
    mutating func compare<Value: Equatable>(_ subject: String, expected: Value, got: Value) {
        if expected != got { report(subject, expected: Self.text(expected), got: Self.text(got)) }
    }

    /// Two numbers, apart by at most `tolerance`.
    mutating func compare(_ subject: String, expected: Double, got: Double, tolerance: Double) {
        if !(abs(expected - got) <= tolerance || expected == got) {
            report(subject, expected: Self.text(expected), got: Self.text(got))
        }
    }

    /// Lists whose order does not matter, but how often a value occurs does.
    mutating func compareMultisets(_ subject: String, expected: [String], got: [String]) {
        let missing = Self.surplus(of: expected, over: got)
        let unexpected = Self.surplus(of: got, over: expected)
        if !missing.isEmpty || !unexpected.isEmpty {
            report(subject, expected: Self.text(expected.sorted()), got: Self.text(got.sorted()))
        }
    }

    /// Maps that must agree in every key.
    mutating func compareMaps<Value: Equatable>(
        _ subject: String, expected: [String: Value], got: [String: Value], absent: String = "nothing"
    ) {
        for key in Set(expected.keys).union(got.keys).sorted() where expected[key] != got[key] {
            report(
                "\(subject) \(key)", expected: expected[key].map { Self.text($0) } ?? absent,
                got: got[key].map { Self.text($0) } ?? absent)
        }
    }

    /// Elements of `a` beyond those that `b` has too.
    private static func surplus(of a: [String], over b: [String]) -> [String] {
        var rest = b.sorted()
        return a.sorted().filter { element in
            guard let index = rest.firstIndex(of: element) else { return true }
            rest.remove(at: index)
            return false
        }
    }

    static func text<Value>(_ value: Value) -> String {
        switch value {
        case let text as String: text.isEmpty ? "\"\"" : text
        case let number as Double: text(number)
        case let list as [String]: "[" + list.joined(separator: ", ") + "]"
        default: "\(value)"
        }
    }

    private static func text(_ number: Double) -> String {
        number == number.rounded() && abs(number) < 1e15 ? String(Int64(number)) : String(number)
    }
}
