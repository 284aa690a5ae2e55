import Testing

/// `orrery conformance` on small folders of tables.
@Suite struct ConformanceCommandTests {
    static func table(_ expected: Int, unit: String = "Resource.add") -> String {
        """
        case: own/sum
        kind: unit
        unit: \(unit)
        checks:
          - {resource1: {milliCPU: 1}, resource2: {milliCPU: 2}, expected: {milliCPU: \(expected)}}
        """
    }

    let folder: WorkFolder

    init() throws {
        folder = try WorkFolder([
            "cases/sums/right.yaml": Self.table(3), "cases/sums/wrong.yaml": Self.table(4),
            "cases/later/strange.yaml": Self.table(3, unit: "Resource.dance"),
        ])
    }

    @Test func theLastLineSaysHowManyPassed() throws {
        let outcome = try folder.run("conformance cases")
        #expect(outcome.code == 1)
        #expect(outcome.output.split(separator: "\n").last == "1 of 3 passed, 1 unsupported")
        #expect(
            outcome.output.contains(
                "sums/wrong: failed\n    checks[0]: expected cpu 4, memory 0, got cpu 3, memory 0\n"))
        #expect(outcome.output.contains("later/strange: unsupported: unit Resource.dance\n"))
    }

    @Test func whatIsSkippedDoesNotCount() throws {
        let outcome = try folder.run("conformance cases --skip later --skip */wrong")
        #expect(outcome.code == 0)
        #expect(outcome.output.hasSuffix("\n1 of 1 passed, 0 unsupported\n"))
    }

    @Test func jsonNamesEveryCase() throws {
        let outcome = try folder.run("conformance cases --json")
        #expect(outcome.code == 1)
        #expect(outcome.complaint == "")
        #expect(outcome.output.contains("\"name\" : \"sums/wrong\",\n      \"outcome\" : \"failed\""))
    }

    @Test(arguments: [
        "conformance nowhere", "conformance cases --only z*", "conformance cases --verbose", "conformance",
    ])
    func badInputIsExitCodeTwo(_ command: String) throws {
        let outcome = try folder.run(command)
        #expect(outcome.code == 2)
        #expect(outcome.output == "")
        #expect(outcome.complaint != "")
    }
}
