import KubernetesObjects
import Quantities

extension ObjectStore {
    /// Creates a CronJob as the API server does, if the webhook does not refuse it (upstream: admission/cronjobs).
    ///
    /// - Returns: the CronJob as created; nil if there is one of that name.
    public mutating func submit(_ cron: VCCronJob, now: Timestamp) -> Result<VCCronJob?, Refusal> {
        let reason = cron.refusal
        if !reason.isEmpty { return .failure(Refusal("validatecronjob.volcano.sh", reason)) }
        return .success(create(cron, now: now))
    }

    /// Creates a JobFlow as the API server does, if the webhook does not refuse it (upstream: admission/jobflows).
    ///
    /// - Returns: the JobFlow as created; nil if there is one of that name.
    public mutating func submit(_ flow: JobFlow, now: Timestamp) -> Result<JobFlow?, Refusal> {
        if let reason = flow.refusal { return .failure(Refusal("validatejobflow.volcano.sh", reason)) }
        return .success(create(flow, now: now))
    }
}

extension VCCronJob {
    /// Everything wrong with a CronJob, in upstream's words; empty if nothing is.
    fileprivate var refusal: String {
        String((scheduleRefusal + timeZoneRefusal + nameRefusal).drop(while: { $0 == " " }))
    }

    private var scheduleRefusal: String {
        if schedule.isEmpty { return " schedule is required, but got empty" }
        if schedule.contains("TZ") {
            return " schedule should not contain TZ or CRON_TZ, TZ should only be set in the timeZone field"
        }
        let parsed = CronSchedule(schedule, everyNanoseconds: { GoDuration.nanoseconds($0) })
        return parsed == nil ? "schedule is not a valid cron expression" : ""
    }

    /// Whether a zone of that name exists is not looked up: there is no table of time zones.
    private var timeZoneRefusal: String {
        guard let timeZone else { return "" }
        if timeZone.isEmpty { return " timeZone must be nil or non-empty string, got empty string" }
        var reason = ""
        for part in timeZone.split(separator: "/", omittingEmptySubsequences: false) where !Self.isZonePart(part) {
            reason += " unknown timeZone"
        }
        if timeZone.lowercased() == "local" {
            reason += " timeZone can't be Local, and must be defined in https://www.iana.org/time-zones"
        } else if !reason.isEmpty {
            reason += " invalid timeZone"
        }
        return reason
    }

    private static func isZonePart(_ part: Substring) -> Bool {
        if part == "." || part == ".." || part.hasPrefix("-") { return false }
        return (1...14).contains(part.utf8.count)
            && part.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || ".-_+".contains($0)) }
    }

    /// Names of Jobs are eleven characters longer.
    private var nameRefusal: String {
        let name = metadata.name
        let longest = 63 - 11
        if name.utf8.count > longest {
            return "cronJob name must be no more than \(longest) characters to accommodate job name suffix "
                + "(max 63 total)"
        }
        if isQualifiedName(name) { return "" }
        return "invalid cronJob name \"\(name)\": name part must consist of alphanumeric characters, '-', '_' or '.', "
            + "and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', "
            + "regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
    }
}

extension JobFlow {
    /// Steps wait for steps of the flow, and not for each other in a circle.
    fileprivate var refusal: String? {
        var waitsFor: [String: Set<String>] = [:]
        for step in flows { waitsFor[step.name] = Set(step.targets) }
        for step in flows {
            for target in step.targets where waitsFor[target] == nil {
                return "jobflow Flow is not DAG: vertex is not defined: \(target)"
            }
        }
        return comesToAnEnd(waitsFor) ? nil : "jobflow Flow is not DAG"
    }
}
