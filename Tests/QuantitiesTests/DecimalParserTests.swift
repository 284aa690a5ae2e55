import Quantities
import Testing

@Suite struct DecimalParserTests {
    private func bytes(_ text: String) -> ArraySlice<UInt8> { Array(text.utf8)[...] }

    @Test func wholeNumbers() {
        for (text, value) in [
            ("0", 0), ("-1", -1), ("+7", 7), ("9223372036854775807", .max), ("-9223372036854775808", .min),
            ("00000000000000000000000042", 42),
        ] as [(String, Int64)] {
            #expect(DecimalParser.int64(bytes(text)) == value)
        }
        for text in [
            "", "-", "1 ", " 1", "1.0", "1e3", "0x1", "9223372036854775808", "-9223372036854775809",
            "99999999999999999999999", "--1",
        ] {
            #expect(DecimalParser.int64(bytes(text)) == nil, "\(text)")
        }
    }

    @Test func doublesAreThoseOfTheStandardLibrary() {
        var random = Words(state: 21)
        for round in 0..<20_000 {
            var text = random.next() % 2 == 0 ? "-" : ""
            text += "\(random.next() >> (random.next() % 64))"
            if round % 3 > 0 { text += ".\(random.next() >> (random.next() % 64))" }
            if round % 5 == 0 { text += "e\(Int(random.next() % 60) - 30)" }
            #expect(DecimalParser.double(bytes(text)) == Double(text), "\(text)")
        }
        for text in [".5", "5.", "-.5e-3", "1E5", "0", "-0.0", "1e-400", "123456789012345678901234567890"] {
            #expect(DecimalParser.double(bytes(text)) == Double(text), "\(text)")
        }
        for text in [
            "", ".", "-", "-.", "e5", "1e", "1e+", "nan", "inf", "infinity", "0x1p3", "1_000", "1,5", " 1", "1 ",
            "1e999", "1.2.3",
        ] {
            #expect(DecimalParser.double(bytes(text)) == nil, "\(text)")
        }
    }

    @Test func anyBytesAreReadAsTheStandardLibraryReadsThem() {
        var random = Words(state: 33)
        let alphabet = Array("0123456789..eE+-")
        for _ in 0..<30_000 {
            let text = String((0..<Int(random.next() % 9)).map { _ in alphabet[Int(random.next() % 16)] })
            let expected = Double(text).flatMap { $0.isFinite ? $0 : nil }
            #expect(DecimalParser.double(bytes(text)) == expected, "\(text)")
            #expect(DecimalParser.int64(bytes(text)) == Int64(text), "\(text)")
            if DecimalParser.nanoseconds(ofSeconds: bytes(text)) != nil {
                #expect(expected != nil, "\(text)")
            } else if let expected {
                #expect(expected.magnitude > 9.2e9, "\(text)")
            }
        }
    }

    @Test(
        arguments: [
            ("0", 0), ("1200", 1_200_000_000_000), ("0.25", 250_000_000), ("1.5e3", 1_500_000_000_000),
            ("-1", -1_000_000_000), ("1679616000.123456789", 1_679_616_000_123_456_789), ("0.0000000005", 0),
            ("0.0000000015", 2), ("0.00000000251", 3), ("9223372036.854775807", .max), ("1e-30", 0),
            (".5", 500_000_000),
            ("0.100000000000000000000000", 100_000_000), ("00000000000000000000001.5", 1_500_000_000),
            ("1.00000000000000000000000000000001", 1_000_000_000),
        ] as [(String, Int64)])
    func secondsBecomeNanoseconds(text: String, nanoseconds: Int64) {
        #expect(DecimalParser.nanoseconds(ofSeconds: bytes(text)) == nanoseconds)
    }

    @Test(arguments: ["", "x", "1s", "9223372036.854775808", "1e10", "1e400", "nan", "-", "1..2"])
    func refusedSeconds(text: String) { #expect(DecimalParser.nanoseconds(ofSeconds: bytes(text)) == nil) }
}
