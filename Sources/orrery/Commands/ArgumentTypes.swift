import ArgumentParser
import Quantities
import Scheduling
import Workloads

extension TraceFormat: ExpressibleByArgument {}
extension SWFOptions.Processor: ExpressibleByArgument {}
extension SWFOptions.Overrun: ExpressibleByArgument {}
extension SchedulingPolicy: ExpressibleByArgument {}
extension NodePolicy: ExpressibleByArgument {}

extension SimDuration: ExpressibleByArgument {
    /// A duration with its unit: `7d`, `90min`.
    public init?(argument: String) { try? self.init(parsing: argument) }
    /// As written in help.
    public var defaultValueDescription: String { description }
}

extension Rate: ExpressibleByArgument {
    /// A rate with its unit: `20/h`.
    public init?(argument: String) { try? self.init(parsing: argument) }
    /// As written in help.
    public var defaultValueDescription: String { description }

    /// A rate in events an hour.
    static func perHour(_ events: Double) -> Rate { Rate(rawValue: events / 3600) }
}
