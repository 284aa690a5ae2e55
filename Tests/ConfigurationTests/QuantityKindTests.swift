import Configuration
import Quantities
import Testing

private struct Parcel: Sendable, Equatable {
    var size = Bytes(rawValue: 0)
    var speed = BytesPerSecond(rawValue: 1)
    var arrivals = Rate(rawValue: 1)
    var price = MoneyPerHour(rawValue: 0)
    var cpu = KubernetesQuantity(0)
    var rest = SimDuration.zero
    var long = SimDuration.seconds(60)

    static let fields = FieldTable(
        "a parcel", Parcel(),
        [
            .optional("size", \.size, .bytes, "Size."), .optional("speed", \.speed, .dataRate, "Speed."),
            .optional("arrivals", \.arrivals, .rate, "Arrivals."), .optional("price", \.price, .pricePerHour, "Price."),
            .optional("cpu", \.cpu, .amount(upTo: KubernetesQuantity(100)), "CPUs."),
            .optional("rest", \.rest, .durationOrZero, "Rest."),
            .optional("long", \.long, .duration(atLeast: .seconds(60)), "Long."),
        ])
}

@Suite("Quantities in configurations")
struct QuantityKindTests {
    private func read(_ text: String) throws -> (Parcel?, [String]) {
        let reading = Reading()
        let parcel = Parcel.fields.readDocument(try #require(documents(text).first), reading: reading)
        return (parcel, reading.diagnostics.findings.map(\.description))
    }

    @Test func quantitiesCarryUnits() throws {
        let (parcel, faults) = try read(
            "size: 2GiB\nspeed: 8Gbit/s\narrivals: 60/min\nprice: $2.50/h\ncpu: 1500m\nrest: 0s\nlong: 1h30m\n")
        #expect(faults == [])
        #expect(
            parcel
                == Parcel(
                    size: Bytes(rawValue: 2 << 30), speed: BytesPerSecond(rawValue: 1e9), arrivals: Rate(rawValue: 1),
                    price: MoneyPerHour(rawValue: 2_500_000), cpu: KubernetesQuantity(milli: 1500), rest: .zero,
                    long: .seconds(5_400)))
    }

    @Test(arguments: [
        ("size: 2", "size: \"2\" has no unit"), ("size: -2GB", "size: \"-2GB\" is negative"),
        ("speed: 0GB/s", "found 0GB/s, which is not greater than zero"), ("speed: 2PB/s", "which is more than 1 PB/s"),
        ("arrivals: 0/h", "found 0/h, which is not greater than zero"),
        ("arrivals: 40", "arrivals: \"40\" has no unit"),
        ("price: 2", "has no dollar sign"), ("price: $2000000/h", "which is more than $1000000/h"),
        ("cpu: 101", "found 101, which is more than 100"), ("cpu: -1", "found -1, which is negative"),
        ("cpu: 1 core", "cpu: \"1 core\""), ("cpu: true", "found the boolean true"), ("cpu: [1]", "found a list"),
        ("rest: 101y", "which is longer than 100 years"), ("rest: ~", "found null; give a value"),
        ("long: 59s", "expected a duration of at least 1m, found 59s, which is shorter"),
    ])
    func badQuantitiesAreExplained(text: String, expected: String) throws {
        let faults = try read(text + "\n").1
        #expect(faults.count == 1)
        #expect(faults.first?.contains(expected) == true, "\(faults)")
    }

    @Test func whatIsPrintedReadsBackTheSame() throws {
        let text = "size: 3MB\nspeed: 12.5GB/s\narrivals: 7/d\nprice: $0.000001/h\ncpu: 250m\nrest: 1ms\nlong: 100y\n"
        let reading = Reading()
        let parcel = Parcel.fields.readDocument(try #require(documents(text).first), reading: reading)
        #expect(try read(Explanation.text(reading.values)).0 == parcel)
    }
}
