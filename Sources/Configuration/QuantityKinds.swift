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

extension ValueKind where Value: WrittenQuantity {
    /// A quantity with its unit; `limit` finds what is wrong with a well-formed one.
    public static func quantity(
        _ expectation: String, limit: @escaping @Sendable (Value) -> String? = { _ in nil }
    ) -> ValueKind {
        single(
            expectation, schema: ["type": "string", "pattern": "^\\s*[+-]?[0-9.].*[^0-9.\\s]\\s*$"],
            parse: { (node) throws(ValueProblem) in
                guard case .scalar(let text, _) = node.content, node.kind != .null, node.kind != .boolean else {
                    throw .unexpected()
                }
                let value: Value
                do throws(QuantityError) {
                    value = try Value(parsing: text)
                } catch {
                    throw ValueProblem("expected \(expectation): \(error)")
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
    /// A length of time greater than zero.
    public static var duration: ValueKind {
        quantity("a duration such as 30s, 10m or 7d") { $0 > .zero ? nil : "not greater than zero" }
    }

    /// A length of time, possibly `0s`.
    public static var durationOrZero: ValueKind {
        quantity("a duration such as 0s, 30s or 10m") { $0 >= .zero ? nil : "negative" }
    }
}

extension ValueKind where Value == Bytes {
    /// An amount of data, possibly zero.
    public static var bytes: ValueKind {
        quantity("a size such as 80GB or 2TiB") { $0.rawValue >= 0 ? nil : "negative" }
    }
}

extension ValueKind where Value == BytesPerSecond {
    /// A data rate greater than zero.
    public static var dataRate: ValueKind {
        quantity("a data rate such as 400Gbit/s or 50GB/s") { $0.rawValue > 0 ? nil : "not greater than zero" }
    }
}

extension ValueKind where Value == MoneyPerHour {
    /// A price per hour, possibly zero.
    public static var pricePerHour: ValueKind { quantity("a price such as $2.50/h") }
}

extension ValueKind where Value == KubernetesQuantity {
    /// An amount as Kubernetes writes it: `500m`, `8`, `1.5Ti`.
    public static var kubernetesQuantity: ValueKind {
        single(
            "a Kubernetes quantity such as 500m, 8 or 16Gi", schema: ["type": ["string", "number"]],
            parse: { (node) throws(ValueProblem) in
                guard case .scalar(let text, _) = node.content, node.kind != .null, node.kind != .boolean else {
                    throw .unexpected()
                }
                do throws(QuantityError) {
                    return try KubernetesQuantity(parsing: text)
                } catch {
                    throw ValueProblem("expected a Kubernetes quantity such as 500m, 8 or 16Gi: \(error)")
                }
            },
            print: { .string($0.description) })
    }
}
