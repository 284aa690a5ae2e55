import Quantities
import Testing

@Suite struct UnitTests {
    @Test(
        arguments: [
            ("80GB", 80_000_000_000), ("2TiB", 2_199_023_255_552), ("1.5KiB", 1536), ("512B", 512), ("0B", 0),
            ("1kB", 1000), ("1KB", 1000), ("7EiB", 8_070_450_532_247_928_832), ("9.2EB", 9_200_000_000_000_000_000),
            ("1 GiB", 1_073_741_824), ("1e3MB", 1_000_000_000), ("9223372036854775807B", .max),
            ("1EB", 1_000_000_000_000_000_000),
        ] as [(String, Int64)])
    func readsBytes(text: String, bytes: Int64) throws { #expect(try Bytes(parsing: text).rawValue == bytes) }

    @Test(arguments: [
        ("80", "has no unit"), ("80G", "unknown unit \"G\""), ("80gb", "(did you mean GB?)"),
        ("8Gi", "did you mean GiB"),
        ("0.3B", "not a whole number of bytes"), ("0.1GiB", "not a whole number of bytes"), ("8EiB", "is too large"),
        ("-1GB", "is negative"), ("", "is empty"), ("GB", "does not start"), ("nanGB", "does not start"),
        ("1GB2MB", "unknown unit"), ("8Gbit", "unknown unit"),
    ])
    func refusesBytes(text: String, problem: String) {
        let error = #expect(throws: QuantityError.self) { try Bytes(parsing: text) }
        #expect(error?.problem.contains(problem) == true, "\(error?.description ?? "accepted")")
    }

    @Test func bytesPrintInTheUnitWithTheSmallestWholeNumber() throws {
        for (bytes, text) in [
            (0, "0B"), (80_000_000_000, "80GB"), (1_610_612_736, "1536MiB"), (1_024_000_000_000, "1024GB"),
            (1001, "1001B"),
            (-2048, "-2KiB"),
        ] as [(Int64, String)] {
            #expect(Bytes(rawValue: bytes).description == text)
        }
        var random = Words(state: 3)
        for _ in 0..<1000 {
            let bytes = Bytes(
                rawValue: Int64(random.next() >> (1 + random.next() % 63)) << Int64(random.next() % 2 * 10))
            if bytes.rawValue >= 0 { #expect(try Bytes(parsing: bytes.description) == bytes) }
        }
        #expect(Bytes(rawValue: 85_400_000_000).shortDescription == "79.5 GiB")
    }

    @Test(arguments: [
        ("50GB/s", 50e9), ("400Gbit/s", 50e9), ("400Gb/s", 50e9), ("400Gbps", 50e9), ("1.8TB/s", 1.8e12),
        ("1GiB/s", 1_073_741_824), ("1Tbit/s", 125e9), ("1bit/s", 0.125), ("3.35TB/s", 3.35e12),
        ("0B/s", 0),
    ])
    func readsDataRates(text: String, rate: Double) throws {
        #expect(try BytesPerSecond(parsing: text).rawValue == rate)
    }

    @Test(arguments: ["50", "50GB", "50GB/h", "-1GB/s", "1e9999B/s", "Gbit/s", "50gbit/s", "NaN GB/s"])
    func refusesDataRates(text: String) {
        #expect(throws: QuantityError.self) { try BytesPerSecond(parsing: text) }
    }

    @Test func theMostDigitsTimesTheLargestUnitFit() throws {
        #expect(
            try BytesPerSecond(parsing: "99999999999999999999EiB/s").rawValue == 1e20 * 0x1p60)
        #expect(throws: QuantityError.self) { try Bytes(parsing: "99999999999999999999EiB") }
    }

    @Test func ratesReadBackWhatTheyPrint() throws {
        var random = Words(state: 5)
        for _ in 0..<500 {
            let value = Double(random.next() >> 20) * (1 / Double(1 + random.next() % 1000))
            #expect(try BytesPerSecond(parsing: BytesPerSecond(rawValue: value).description).rawValue == value)
            #expect(try FLOPs(parsing: FLOPs(rawValue: value * 1e10).description).rawValue == value * 1e10)
            #expect(try Watts(parsing: Watts(rawValue: value).description).rawValue == value)
            #expect(try Rate(parsing: Rate(rawValue: value).description).rawValue == value)
            #expect(try Ratio(parsing: Ratio(rawValue: value).description).rawValue == value)
        }
        #expect(try BytesPerSecond(parsing: "400Gbit/s").description == "50GB/s")
        #expect(try FLOPsPerSecond(parsing: "989.5TFLOP/s").description == "989.5TFLOP/s")
        #expect(try Watts(parsing: "10.2kW").description == "10.2kW")
        #expect(try Rate(parsing: "40/h").description == "40/h")
        #expect(try Ratio(parsing: "85%").description == "85%")
        #expect(BytesPerSecond(rawValue: 3.35e12).shortDescription == "3.35 TB/s")
    }

    @Test func readsComputingPowerAndRates() throws {
        #expect(try FLOPs(parsing: "3e23FLOPs").rawValue == 3e23)
        #expect(try FLOPs(parsing: "6TFLOP").rawValue == 6e12)
        #expect(try FLOPsPerSecond(parsing: "989TFLOPS").rawValue == 989e12)
        #expect(try Watts(parsing: "700W").rawValue == 700)
        #expect(try Rate(parsing: "40/h").rawValue == 40.0 / 3600)
        #expect(try Rate(parsing: "3/min").rawValue == 0.05)
        #expect(try Ratio(parsing: "0.85") == Ratio(parsing: "85 %"))
        #expect(try Ratio(parsing: "12.5%").rawValue == 0.125)
        for text in ["6", "6TFLOP/s", "", "-6TFLOP"] {
            #expect(throws: QuantityError.self) { try FLOPs(parsing: text) }
        }
        for text in ["40", "40/y", "/h", "-1/h"] { #expect(throws: QuantityError.self) { try Rate(parsing: text) } }
        for text in ["", "%", "85%%", "-1%", "x"] { #expect(throws: QuantityError.self) { try Ratio(parsing: text) } }
        for text in ["700", "700J", "w"] { #expect(throws: QuantityError.self) { try Watts(parsing: text) } }
    }

    @Test func quotientsAreTimes() {
        #expect(Bytes(rawValue: 100_000_000_000) / BytesPerSecond(rawValue: 50e9) == .seconds(2))
        #expect(Bytes(rawValue: 0) / BytesPerSecond(rawValue: 50e9) == .zero)
        #expect(FLOPs(rawValue: 1e15) / FLOPsPerSecond(rawValue: 1e12) == .seconds(1000))
    }

    @Test func moneyIsExact() throws {
        #expect(try Money(parsing: "$2.5").rawValue == 2_500_000)
        #expect(try Money(parsing: "$ 0.000001").rawValue == 1)
        #expect(try MoneyPerHour(parsing: "$2.50/h").rawValue == 2_500_000)
        for (micro, text) in [
            (2_500_000, "$2.50"), (3_000_000, "$3"), (1, "$0.000001"), (-2_010_000, "-$2.01"), (0, "$0"),
        ] {
            #expect(Money(rawValue: Int64(micro)).description == text)
        }
        #expect(try MoneyPerHour(parsing: MoneyPerHour(rawValue: 1_234_567).description).rawValue == 1_234_567)
        for text in ["2.5", "$", "$-1", "-$1", "$0.0000001", "$1e13", "2.5$", "$2.5/h", "", "$nan"] {
            #expect(throws: QuantityError.self) { try Money(parsing: text) }
        }
        for text in ["$2.5", "2.5/h", "$2.5/d", "$2.5/h/h"] {
            #expect(throws: QuantityError.self) { try MoneyPerHour(parsing: text) }
        }
        let price = MoneyPerHour(rawValue: 2_500_000)
        #expect(price * .seconds(3600) == Money(rawValue: 2_500_000))
        #expect(MoneyPerHour(rawValue: 1) * .seconds(1800) == .zero, "half a micro-dollar rounds to even")
        #expect(MoneyPerHour(rawValue: 3) * .seconds(1800) == Money(rawValue: 2))
    }
}
