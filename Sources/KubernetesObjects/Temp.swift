extension Pod { public func effectiveRequests() -> ResourceList { ResourceList() } }
extension LabelSelector { public func matches(_ labels: [String: String]) -> Bool { true } }
import Configuration
extension PluginArguments {
    public func bool(_ key: String, default value: Bool) -> Bool {
        if case .boolean(let b) = values[key] { b } else { value }
    }
    public func int(_ key: String, default value: Int) -> Int {
        if case .integer(let b) = values[key] { Int(b) } else { value }
    }
    public func double(_ key: String, default value: Double) -> Double {
        if case .number(let b) = values[key] { b } else { value }
    }
    public func string(_ key: String, default value: String) -> String {
        if case .string(let b) = values[key] { b } else { value }
    }
    public func value(_ key: String) -> JSONValue? { values[key] }
}
