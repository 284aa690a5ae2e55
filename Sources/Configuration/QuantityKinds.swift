import Quantities

/// A quantity that people write as text with a unit.
public protocol WrittenQuantity: Comparable, Sendable, CustomStringConvertible {
    /// The quantity that `text` writes.
    init(parsing text: some StringProtocol) throws(QuantityError)
}

extension SimDuration: WrittenQuantity {}
extension Bytes: WrittenQuantity {}
extension BytesPerSecond: WrittenQuantity {}
extension MoneyPerHour: WrittenQuantity {}
extension Rate: WrittenQuantity {}

extension ValueKind where Value: WrittenQuantity {
    /// A quantity with its unit, called `name` in reference pages; `limit` finds what is wrong with a well-formed one.
    public static func quantity(
        _ name: String, _ expectation: String, limit: @escaping @Sendable (Value) -> String? = { _ in nil }
    ) -> ValueKind {
        single(
            expectation, schema: ["$comment": .string(name), "type": "string", "pattern": "[0-9].*[^0-9.\\s]\\s*$"],
            parse: { (node) throws(ValueProblem) in
                guard case .scalar(let text, _) = node.content, node.kind != .null, node.kind != .boolean else {
                    throw .unexpected()
                }
                let value: Value
                do throws(QuantityError) {
                    value = try Value(parsing: text)
                } catch {
                    throw ValueProblem(error.description)
                }
                if let problem = limit(value) {
                    throw ValueProblem("expected \(expectation), found \(text.shortened), which is \(problem)")
                }
                return value
            },
            print: { .string($0.description) })
    }
}

extension ValueKind where Value == SimDuration {
    /// Longest length of time accepted, so that sums stay far within 64 bits of nanoseconds.
    static var longest: SimDuration { .seconds(100 * 365 * 86_400) }

    /// A length of time greater than zero, up to a hundred years.
    public static var duration: ValueKind {
        quantity("duration", "a duration such as 30s, 10m or 7d") { length in
            length > longest ? "longer than 100 years" : length > .zero ? nil : "not greater than zero"
        }
    }

    /// A length of time from `least` to a hundred years.
    public static func duration(atLeast least: SimDuration) -> ValueKind {
        quantity("duration", "a duration of at least \(least)") { length in
            length > longest ? "longer than 100 years" : length >= least ? nil : "shorter"
        }
    }

    /// A length of time, possibly `0s`, up to a hundred years.
    public static var durationOrZero: ValueKind {
        quantity("duration", "a duration such as 0s, 30s or 10m") { $0 > longest ? "longer than 100 years" : nil }
    }
}

extension ValueKind where Value == Bytes {
    /// An amount of data, possibly zero.
    public static var bytes: ValueKind {
        quantity("size", "a size such as 80GB or 2TiB")
    }
}

extension ValueKind where Value == BytesPerSecond {
    /// A data rate greater than zero, up to a petabyte per second.
    public static var dataRate: ValueKind {
        quantity("data rate", "a data rate such as 400Gbit/s or 50GB/s") { rate in
            rate.rawValue > 1e15 ? "more than 1 PB/s" : rate.rawValue > 0 ? nil : "not greater than zero"
        }
    }
}

extension ValueKind where Value == MoneyPerHour {
    /// A price per hour, from nothing to a million dollars.
    public static var pricePerHour: ValueKind {
        quantity("price", "a price such as $2.50/h") { $0.rawValue > 1_000_000_000_000 ? "more than $1000000/h" : nil }
    }
}

extension ValueKind where Value == Rate {
    /// How often something happens, more than never.
    public static var rate: ValueKind {
        quantity("rate", "a rate such as 40/h") { $0.rawValue > 0 ? nil : "not greater than zero" }
    }
}

extension ValueKind where Value == KubernetesQuantity {
    /// An amount as Kubernetes writes it, from nothing to `most`: `500m`, `8`, `1.5Ti`.
    public static func amount(upTo most: KubernetesQuantity) -> ValueKind {
        let expectation = "a Kubernetes quantity such as 500m, 8 or 16Gi"
        return single(
            expectation, schema: ["$comment": "Kubernetes quantity", "type": ["string", "number"]],
            parse: { (node) throws(ValueProblem) in
                guard case .scalar(let text, _) = node.content, node.kind != .null, node.kind != .boolean else {
                    throw .unexpected()
                }
                let amount: KubernetesQuantity
                do throws(QuantityError) {
                    amount = try KubernetesQuantity(parsing: text)
                } catch {
                    throw ValueProblem(error.description)
                }
                let isNegative = amount < KubernetesQuantity(0)
                if isNegative || most < amount {
                    let problem = isNegative ? "negative" : "more than \(most)"
                    throw ValueProblem("expected \(expectation), found \(text.shortened), which is \(problem)")
                }
                return amount
            },
            print: { YAMLNode(.scalar(text: $0.description, style: .plain), origin: .default).json })
    }
}
