import Conformance
import Testing

@Test func outcomesCarryTheirReasons() {
    #expect(CaseOutcome.failed(["bind"]) != .passed)
}
