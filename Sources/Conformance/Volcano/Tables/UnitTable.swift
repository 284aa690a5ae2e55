import Configuration

/// A table (`kind: unit`): checks of one function, each with inputs and the expected answer.
enum UnitTable {
    /// Judges one check: reads it, asks the real function, compares.
    typealias Adapter = @Sendable (UnitCheck, inout Differences) throws(CaseProblem) -> Void

    /// Adapters by the function's name in the cases.
    private static let adapters: [String: Adapter] = Dictionary(
        uniqueKeysWithValues: [
            ResourceTable.adapters, SessionTable.adapters, UsageTable.adapters, BundleTable.adapters,
            TopologyTable.adapters, DeviceTable.adapters, ScoreTable.adapters,
        ].joined().map { ($0.unit, $0.adapter) })

    /// Judges all checks of a table.
    static func judge(_ fields: CaseFields) throws(CaseProblem) -> CaseOutcome {
        let unit = try fields.string("unit")
        guard let adapter = adapters[unit] else { throw .unsupported("unit \(unit)") }
        let context = try fields.fields("context")
        var differences = Differences()
        for (index, check) in try fields.list("checks").enumerated() {
            let name = try check.string("name")
            check.ignore("description")
            let subject = "checks[\(index)]" + (name.isEmpty ? "" : " (\(name))")
            try adapter(UnitCheck(fields: check, context: context, subject: subject), &differences)
        }
        try fields.finish()
        return differences.outcome
    }
}

/// One check of a table.
struct UnitCheck {
    let fields: CaseFields
    /// What all checks of the table share.
    let context: CaseFields
    /// How differences name the check.
    let subject: String
}
