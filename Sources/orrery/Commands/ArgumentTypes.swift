import ArgumentParser
import Foundation
import KubernetesObjects
import Quantities
import Scheduling
import Workloads

extension TraceFormat: ExpressibleByArgument {}
extension SWFOptions.Processor: ExpressibleByArgument {}
extension SWFOptions.Count: ExpressibleByArgument {}
extension SWFOptions.ZeroRun: ExpressibleByArgument {}
extension SWFOptions.Overrun: ExpressibleByArgument {}
extension SWFOptions.Memory: ExpressibleByArgument {}
extension SWFOptions.Epoch: ExpressibleByArgument {}
extension OpenbPodList.Unscheduled: ExpressibleByArgument {}

/// What the text of an option means, or a sentence that says what was expected.
///
/// Options of these types are parsed with `.unconditional`, so that `--jobs -1` is told from `--jobs` without a value.
enum Value {
    /// A count of at least one.
    static func count(_ text: String) throws -> Int {
        guard let count = Int(text), count >= 1 else { throw ValidationError("expected a whole number of at least 1") }
        return count
    }

    /// A count of samples, or none.
    static func samples(_ text: String) throws -> Int {
        guard let count = Int(text), (0...100_000).contains(count) else {
            throw ValidationError("expected a whole number from 0 to 100000")
        }
        return count
    }

    /// A seed of random streams.
    static func seed(_ text: String) throws -> UInt64 {
        guard let seed = UInt64(text) else {
            throw ValidationError("expected a whole number from 0 to \(UInt64.max)")
        }
        return seed
    }

    /// A share that may exceed 1, such as an offered load or a demand.
    static func share(_ text: String) throws -> Double {
        guard let share = Double(text), share.isFinite, share > 0 else {
            throw ValidationError("expected a number above 0, such as 0.85")
        }
        return share
    }

    /// A share from 0 to 1.
    static func fraction(_ text: String) throws -> Double {
        guard let share = Double(text), share >= 0, share <= 1 else {
            throw ValidationError("expected a share from 0 to 1, such as 0.9")
        }
        return share
    }

    /// A number of at least 0.
    static func amount(_ text: String) throws -> Double {
        guard let amount = Double(text), amount.isFinite, amount >= 0 else {
            throw ValidationError("expected a number of at least 0")
        }
        return amount
    }

    /// A size with its unit: `150KB`.
    static func bytes(_ text: String) throws -> Bytes { try Bytes(parsing: text) }

    /// A bandwidth with its unit: `40GB/s`.
    static func bandwidth(_ text: String) throws -> BytesPerSecond { try BytesPerSecond(parsing: text) }

    /// A length of time with its unit: `7d`, `90min`.
    static func duration(_ text: String) throws -> SimDuration { try SimDuration(parsing: text) }

    /// An instant as the Kubernetes API writes it.
    static func instant(_ text: String) throws -> Timestamp {
        guard let instant = Timestamp(text) else {
            throw ValidationError("expected an instant such as 2026-03-01T12:00:00Z")
        }
        return instant
    }

    /// A rate with its unit: `20/h`.
    static func rate(_ text: String) throws -> Rate { try Rate(parsing: text) }

    /// One of the names of a type with many, such as policies; few names are better left to the parser.
    static func name<Name: CaseIterable & RawRepresentable<String>>(_ text: String) throws -> Name {
        if let name = Name(rawValue: text) { return name }
        let names = Name.allCases.map(\.rawValue)
        let hint = NearestName.suggest(text, among: names).map { "; did you mean '\($0)'?" } ?? ""
        throw ValidationError("expected one of \(names.joined(separator: ", "))\(hint)")
    }

    /// Scheduling policies by their names, separated by commas; each at most once.
    static func policies(_ text: String) throws -> [SchedulingPolicy] {
        var policies: [SchedulingPolicy] = []
        for name in text.split(separator: ",", omittingEmptySubsequences: false) {
            let policy: SchedulingPolicy = try Value.name(String(name))
            if policies.contains(policy) { throw ValidationError("'\(name)' is named twice") }
            policies.append(policy)
        }
        return policies
    }

    /// Names of all scheduling policies, and of all node policies.
    static let policyNames = SchedulingPolicy.allCases.map(\.rawValue)
    static let placementNames = NodePolicy.allCases.map(\.rawValue)
}
