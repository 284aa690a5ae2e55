import Quantities
import Testing

@Suite struct SimTimeTests {
    @Test func differenceOfTimesIsADuration() {
        let start = SimTime(nanoseconds: 5)
        #expect(start + SimDuration.seconds(1) - start == .seconds(1))
        #expect(SimTime.zero < SimTime.distantFuture)
    }
}
