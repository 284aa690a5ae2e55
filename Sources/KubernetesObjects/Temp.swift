extension Pod { public func effectiveRequests() -> ResourceList { ResourceList() } }
extension LabelSelector { public func matches(_ labels: [String: String]) -> Bool { true } }
