import KubernetesObjects
import Testing

@Test func instantsAreReadAndPrinted() {
    let cases: [(String, Int64, String)] = [
        ("1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00Z"),
        ("2026-01-01T10:00:00Z", 1_767_261_600_000_000_000, "2026-01-01T10:00:00Z"),
        ("2026-01-01T11:30:00+01:30", 1_767_261_600_000_000_000, "2026-01-01T10:00:00Z"),
        ("2024-02-29T23:59:59.123456789123Z", 1_709_251_199_123_456_789, "2024-02-29T23:59:59.123456789Z"),
        ("1969-12-31T23:59:59.5Z", -500_000_000, "1969-12-31T23:59:59.5Z"),
        ("2000-03-01T00:00:00-00:01", 951_868_860_000_000_000, "2000-03-01T00:01:00Z"),
    ]
    for (text, nanoseconds, printed) in cases {
        #expect(Timestamp(text)?.nanoseconds == nanoseconds, "\(text)")
        #expect(Timestamp(text)?.description == printed)
    }
    #expect(Timestamp("0001-01-01T00:00:00Z")?.nanoseconds == .min)
    for text in [
        "", "2026-01-01", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z", "2026-01-01T00:00:00",
        "2026-01-01T00:00:00.Z",
        "2026-01-01T24:00:00Z", "2026-01-01T00:00:00Zx", "２026-01-01T00:00:00Z",
    ] {
        #expect(Timestamp(text) == nil, "\(text)")
    }
}

@Test func everyDayOfManyYearsIsPrintedAsItIsRead() {
    for day in stride(from: Int64(-100_000), through: 100_000, by: 1) {
        let instant = Timestamp(nanoseconds: day * 86_400_000_000_000 + 1)
        if Timestamp(instant.description) != instant { Issue.record("\(instant)") }
    }
}
