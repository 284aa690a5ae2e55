import Quantities
import Testing

@Suite struct GoDurationTests {
    @Test(
        arguments: [
            ("0", 0), ("8s", 8_000_000_000), ("1h30m", 5_400_000_000_000), ("1.5h", 5_400_000_000_000),
            ("300ms", 300_000_000), ("-2m", -120_000_000_000), (".5s", 500_000_000), ("1m0.5s", 60_500_000_000),
        ] as [(String, Int64)])
    func readsWhatGoReads(_ text: String, _ nanoseconds: Int64) {
        #expect(GoDuration.nanoseconds(text) == nanoseconds)
    }

    @Test(arguments: ["", "5", "s", "1d", "1.2.3s", "1 h", "-", ".s", "9999999999h"])
    func refusesWhatGoRefuses(_ text: String) {
        #expect(GoDuration.nanoseconds(text) == nil)
    }
}
