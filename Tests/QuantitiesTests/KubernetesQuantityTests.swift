import Quantities
import Testing

/// Expected values were printed by k8s.io/apimachinery v0.37.2: canonical form, `Value()`, `MilliValue()`.
@Suite struct KubernetesQuantityTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let text: String
        let canonical: String
        let value: Int64
        let milli: Int64
        init(_ text: String, _ canonical: String, _ value: Int64, _ milli: Int64) {
            (self.text, self.canonical, self.value, self.milli) = (text, canonical, value, milli)
        }
        var testDescription: String { text }
    }

    @Test(arguments: [
        Case("0", "0", 0, 0), Case("0Gi", "0", 0, 0), Case("-0", "0", 0, 0), Case("00", "0", 0, 0),
        Case("0.5Gi", "512Mi", 536_870_912, 536_870_912_000),
        Case("1.5Ti", "1536Gi", 1_649_267_441_664, 1_649_267_441_664_000), Case("1e3", "1e3", 1000, 1_000_000),
        Case("1E3", "1e3", 1000, 1_000_000), Case("1e+3", "1e3", 1000, 1_000_000), Case("100m", "100m", 1, 100),
        Case("0.1m", "100u", 1, 1), Case(".5", "500m", 1, 500), Case("5.", "5", 5, 5000), Case("+5", "5", 5, 5000),
        Case("1k", "1k", 1000, 1_000_000), Case("1000", "1k", 1000, 1_000_000), Case("1024", "1024", 1024, 1_024_000),
        Case("1500", "1500", 1500, 1_500_000), Case("1500m", "1500m", 2, 1500), Case("1.5", "1500m", 2, 1500),
        Case("12.5m", "12500u", 1, 13), Case("1.10", "1100m", 2, 1100), Case("100000m", "100", 100, 100_000),
        Case("1024Ki", "1Mi", 1_048_576, 1_048_576_000), Case("1025Ki", "1025Ki", 1_049_600, 1_049_600_000),
        Case("1000Ki", "1000Ki", 1_024_000, 1_024_000_000), Case("0.5Ki", "512", 512, 512_000),
        Case("0.3Ki", "307200m", 308, 307_200), Case("100.035Ki", "102435840m", 102_436, 102_435_840),
        Case("0.99Gi", "1063004405760m", 1_063_004_406, 1_063_004_405_760),
        Case("0.000000000001Ki", "2n", 1, 1), Case("0.9999999999Ki", "1023999999898n", 1024, 1_024_000),
        Case("3.001n", "4n", 1, 1), Case("0.9n", "1n", 1, 1), Case("1e-40", "1e-9", 1, 1), Case("-0.5n", "-1n", -1, -1),
        Case("-1.5", "-1500m", -2, -1500), Case("-5m", "-5m", -1, -5), Case("-1Ki", "-1Ki", -1024, -1_024_000),
        Case("-0.5Ki", "-512", -512, -512_000), Case("50e2", "5e3", 5000, 5_000_000),
        Case("12e5", "1200e3", 1_200_000, 1_200_000_000), Case(".5e3", "500", 500, 500_000),
        Case("1e03", "1e3", 1000, 1_000_000),
        Case("1E-3", "1e-3", 1, 1), Case("1e-0", "1", 1, 1000),
        // Oddities of upstream's scanner: a number may lack its digits.
        Case(".", "0", 0, 0), Case("-", "0", 0, 0), Case("Ki", "0", 0, 0), Case("e5", "0", 0, 0),
        // At the ends of Int64 upstream's milli value wraps; here it stops.
        Case("1.1E", "1100P", 1_100_000_000_000_000_000, .max), Case("1E", "1E", 1_000_000_000_000_000_000, .max),
        Case("12E", "12E", .max, .max), Case("8Ei", "9223372036854775807", .max, .max),
        Case("9Ei", "9223372036854775807", .max, .max),
        Case("-9Ei", "-9223372036854775807", -.max, .min), Case("7Ei", "7Ei", 8_070_450_532_247_928_832, .max),
        Case("99999999999999999999999999Ki", "9223372036854775807", .max, .max),
        Case("12345678901234567890123", "12345678901234567890123", .max, .max), Case("1e100", "10e99", .max, .max),
        Case("1000E", "1e21", .max, .max), Case("-1e30", "-1e30", .min, .min),
    ])
    func readsAsKubernetes(_ sample: Case) throws {
        let quantity = try KubernetesQuantity(parsing: sample.text)
        #expect(quantity.description == sample.canonical)
        #expect(quantity.value == sample.value)
        #expect(quantity.milliValue == sample.milli)
        let again = try KubernetesQuantity(parsing: quantity.description)
        #expect(again == quantity)
        #expect(again.description == quantity.description)
    }

    @Test(arguments: [
        "", " ", "1 Gi", "1gi", "1KiB", "1K", "1.2.3", "1e", "1e3.5", "1Ee3", "++5", "1_0", "1,5", "1m0", "1Ki5", "1-",
        "1Mi+",
        "5e-", "1i", "1mi", "1mm", "0x10", " 1", "1 ", "NaN", "inf", "e-10", "Pi", "Ei", "1e99999999999", "5€",
        "123456789012345678901234567890123456789", "0.0000000000000000000000000000000000000000001Gi",
    ])
    func refuses(text: String) {
        let error = #expect(throws: QuantityError.self) { try KubernetesQuantity(parsing: text) }
        #expect(error?.expected == "a Kubernetes quantity such as 500m, 8 or 16Gi")
    }

    @Test func comparesByValue() throws {
        let ascending = [
            "-1e50", "-1Ki", "-1", "-1m", "0", "1n", "1m", "0.1", "1", "1.000000001", "1k", "1Ki", "1M", "1Mi", "1e50",
        ]
        let quantities = try ascending.map { try KubernetesQuantity(parsing: $0) }
        for (i, a) in quantities.enumerated() {
            for (j, b) in quantities.enumerated() { #expect((a < b) == (i < j), "\(a) \(b)") }
        }
        #expect(try KubernetesQuantity(parsing: "1024") == KubernetesQuantity(parsing: "1Ki"))
        #expect(try KubernetesQuantity(parsing: "0.5").hashValue == KubernetesQuantity(parsing: "500m").hashValue)
        #expect(KubernetesQuantity(milli: 1500).description == "1500m")
        #expect(KubernetesQuantity(8 << 30, format: .binarySI).description == "8Gi")
    }

    @Test func anyBytesAreReadOrRefused() throws {
        var random = Words(state: 9)
        let alphabet = Array("0123456789..+-eEinumkKMGTPi x")
        for _ in 0..<20_000 {
            let text = String(
                (0..<Int(random.next() % 12)).map { _ in alphabet[Int(random.next() % UInt64(alphabet.count))] })
            guard let quantity = try? KubernetesQuantity(parsing: text) else { continue }
            #expect(try KubernetesQuantity(parsing: quantity.description) == quantity, "\(text)")
            #expect(quantity.value.magnitude <= quantity.milliValue.magnitude, "\(text)")
            _ = try? Bytes(parsing: text)
            _ = try? SimDuration(parsingSigned: text)
        }
    }
}
