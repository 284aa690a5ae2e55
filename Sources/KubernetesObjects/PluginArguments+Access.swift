import Configuration
import Quantities

/// Typed access as upstream's `framework/arguments.go` has it: what is missing, or not of the type, leaves the default.
///
/// Notably a number in quotes is no number there: `binpack.weight: "10"` has no effect.
extension PluginArguments {
    /// The value of a key as it was written.
    public func value(_ key: String) -> JSONValue? { values[key] }

    /// A whole number (GetInt).
    public func int(_ key: String, default value: Int) -> Int {
        if case .integer(let number)? = values[key] { Int(number) } else { value }
    }

    /// A number (GetFloat64).
    public func double(_ key: String, default value: Double) -> Double {
        switch values[key] {
        case .number(let number)?: number
        case .integer(let number)?: Double(number)
        default: value
        }
    }

    /// A boolean, or a text that Go reads as one (GetBool).
    public func bool(_ key: String, default value: Bool) -> Bool {
        switch values[key] {
        case .boolean(let flag)?: flag
        case .string("1")?, .string("t")?, .string("T")?, .string("true")?, .string("TRUE")?, .string("True")?: true
        case .string("0")?, .string("f")?, .string("F")?, .string("false")?, .string("FALSE")?, .string("False")?:
            false
        default: value
        }
    }

    /// A text (GetString).
    public func string(_ key: String, default value: String) -> String {
        if case .string(let text)? = values[key] { text } else { value }
    }

    /// A length of time in nanoseconds, written as Go programs do: `1h30m` (GetString with time.ParseDuration).
    public func duration(_ key: String, default value: Int64) -> Int64 {
        guard case .string(let text)? = values[key] else { return value }
        return GoDuration.nanoseconds(text) ?? value
    }
}
