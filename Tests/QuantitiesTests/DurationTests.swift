import Quantities
import Testing

@Suite struct DurationTests {
    @Test(
        arguments: [
            ("7d", 604_800_000_000_000), ("30min", 1_800_000_000_000), ("1h30m", 5_400_000_000_000),
            ("4y", 126_144_000_000_000_000), ("500ms", 500_000_000), ("250us", 250_000), ("250µs", 250_000),
            ("10ns", 10),
            ("1.5h", 5_400_000_000_000), ("0s", 0), ("2w", 1_209_600_000_000_000),
            (" 1d 2h 3m 4s ", 93_784_000_000_000),
            ("0.1s", 100_000_000), ("1e3s", 1_000_000_000_000), ("1m0.5s", 60_500_000_000), ("+5s", 5_000_000_000),
            ("9223372036854775807ns", .max), ("0.5ns", 0), ("1.5ns", 2), ("2.5ns", 2), ("2.500001ns", 3),
            ("0.00000000000000000001y", 0), ("4.1 h", 14_760_000_000_000),
        ] as [(String, Int64)])
    func reads(text: String, nanoseconds: Int64) throws {
        #expect(try SimDuration(parsing: text).nanoseconds == nanoseconds)
    }

    @Test(arguments: [
        ("", "is empty"), ("   ", "is empty"), ("5", "has no unit"), ("5h3", "has no unit"), ("-5s", "is negative"),
        ("h", "does not start with a number"), (".h", "does not start with a number"), ("nan", "does not start"),
        ("inf s", "does not start"), ("0x5s", "unknown unit \"x\""), ("5 hours", "unknown unit \"hours\""),
        ("5H", "(did you mean h?)"), ("300y", "is too long"), ("292y300d", "is too long"),
        ("9223372036854775808ns", "is too long"), ("1e400s", "is too long"), ("30m1h", "from large to small"),
        ("1h2h", "from large to small"), ("1min2m", "from large to small"), ("1.5h30m", "fraction before"),
        ("1,5h", "unknown unit"), ("1.2.3h", "has no unit"), ("1e99999s", "exponent beyond"), ("5s\u{0}", "unknown"),
        ("123456789012345678901s", "more than 20 significant digits"), ("--5s", "is negative"), ("5s-3s", "negative"),
    ])
    func refuses(text: String, problem: String) {
        let error = #expect(throws: QuantityError.self) { try SimDuration(parsing: text) }
        #expect(error?.problem.contains(problem) == true, "\(error?.description ?? "accepted")")
    }

    @Test func errorIsOneSentenceWithAnExample() {
        let error = #expect(throws: QuantityError.self) { try SimDuration(parsing: "5") }
        #expect(error?.description == "\"5\" has no unit; expected a duration such as 30s, 10m or 7d")
        let long = String(repeating: "a", count: 1000) + "\n"
        let longError = #expect(throws: QuantityError.self) { try SimDuration(parsing: "1\t" + long) }
        #expect((longError?.description.utf8.count ?? 1000) < 300)
    }

    @Test(
        arguments: [
            (0, "0s"), (1, "1ns"), (90_000_000_000, "1m30s"), (-5_400_000_000_000, "-1h30m"),
            (86_400_000_000_001, "1d1ns"), (31_536_000_000_000_000, "1y"), (.max, "292y171d23h47m16s854ms775us807ns"),
        ] as [(Int64, String)])
    func prints(nanoseconds: Int64, text: String) throws {
        let duration = SimDuration(nanoseconds: nanoseconds)
        #expect(duration.description == text)
        #expect(try SimDuration(parsingSigned: text) == duration)
    }

    @Test func readsBackWhatItPrints() throws {
        var random = Words(state: 11)
        for _ in 0..<2000 {
            let length = Int64(bitPattern: random.next()) >> Int64(random.next() % 63)
            let duration = SimDuration(nanoseconds: max(length, -.max))
            #expect(try SimDuration(parsingSigned: duration.description) == duration)
        }
    }

    @Test(
        arguments: [
            (14_760_000_000_000, "4.1 h"), (0, "0 s"), (59_990_000_000, "1 min"), (12_345_000, "12.3 ms"),
            (250_000, "250 us"), (-90_000_000_000, "-1.5 min"), (999_999, "1 ms"), (7, "7 ns"),
        ] as [(Int64, String)])
    func printsForPeople(nanoseconds: Int64, text: String) {
        #expect(SimDuration(nanoseconds: nanoseconds).shortDescription == text)
    }

    @Test func roundsModelSecondsToTicks() {
        #expect(SimDuration(rounding: 1.5).nanoseconds == 1_500_000_000)
        #expect(SimDuration(rounding: 1e-30).nanoseconds == 1, "work takes time")
        #expect(SimDuration(rounding: 0) == .zero)
        #expect(SimDuration(rounding: 2.5e-9).nanoseconds == 2, "halves to even")
        #expect(SimDuration(rounding: 1e300).nanoseconds == .max)
        #expect(SimDuration(rounding: -.infinity).nanoseconds == -.max)
    }

    @Test func timeIsPrintedSinceTheStart() throws {
        #expect(try SimTime(parsing: "1d2h").nanoseconds == 93_600_000_000_000)
        #expect(SimTime(nanoseconds: 93_600_000_000_000).description == "1d2h")
        #expect(try SimTime(parsing: SimTime.distantFuture.description) == .distantFuture)
        #expect(throws: QuantityError.self) { try SimTime(parsing: "-1s") }
    }
}

/// A linear congruential sequence, enough to vary test inputs.
struct Words: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ state >> 33
    }
}
