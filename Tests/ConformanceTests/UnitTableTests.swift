import Testing

@testable import Conformance

@Suite struct UnitTableTests {
    static let sum =
        "{resource1: {milliCPU: 1}, resource2: {milliCPU: 2, scalars: {a/b: 3}}, expected: {milliCPU: 3, scalars: {a/b: 3}}}"

    @Test func rightAnswersPass() throws {
        #expect(try CaseFolder.outcome(CaseText.table(check: Self.sum)) == .passed)
    }

    @Test func wrongAnswersFail() throws {
        let wrong = Self.sum.replacing("expected: {milliCPU: 3", with: "expected: {milliCPU: 4")
        #expect(
            try CaseFolder.outcome(CaseText.table(check: wrong))
                == .failed(["checks[0]: expected cpu 4, memory 0, a/b 3, got cpu 3, memory 0, a/b 3"]))
    }

    @Test func unknownKeysAndUnitsAreUnsupported() throws {
        let extra = Self.sum.replacing("{resource1", with: "{colour: red, resource1")
        #expect(try CaseFolder.outcome(CaseText.table(check: extra)) == .unsupported("key checks[0].colour"))
        #expect(
            try CaseFolder.outcome(CaseText.table(unit: "Resource.dance", check: Self.sum))
                == .unsupported("unit Resource.dance"))
    }

    @Test func readersSayWhatIsWrong() throws {
        let wrong = Self.sum.replacing("milliCPU: 1", with: "milliCPU: lots")
        guard case .failed(let lines) = try CaseFolder.outcome(CaseText.table(check: wrong)) else {
            Issue.record("lots is no number")
            return
        }
        #expect(lines == ["line 6, checks[0].resource1.milliCPU: found the string \"lots\", expected a number"])
    }
}
