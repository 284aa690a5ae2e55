import ControlPlane
import Quantities
import Testing

@Test func theDefaultPeriodIsOneSecond() {
    #expect(LoopTiming().period == .seconds(1))
}
