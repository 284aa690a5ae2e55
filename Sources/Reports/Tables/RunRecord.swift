import Foundation

/// The numbers of a run for programs. Times in seconds, shares of 1, nil where nothing was measured.
public struct RunRecord: Codable, Equatable, Sendable {
    /// Waits of one queue.
    public struct Wait: Codable, Equatable, Sendable {
        /// Name of the queue.
        public let queue: String
        /// Jobs submitted.
        public let jobs: Int
        /// Jobs that never started.
        public let stillWaiting: Int
        /// Mean and quantiles (nearest rank) of the waits of jobs that could ever start.
        public let meanSeconds: Double?
        /// Median wait.
        public let p50Seconds: Double?
        /// Wait that one job in twenty exceeds.
        public let p95Seconds: Double?
        /// Wait that one job in a hundred exceeds.
        public let p99Seconds: Double?
        /// Longest wait.
        public let maxSeconds: Double?
    }

    /// GPU time of one cause.
    public struct Cause: Codable, Equatable, Sendable {
        /// Name in the database.
        public let cause: String
        /// GPU-hours of capacity under this cause.
        public let gpuHours: Double
        /// Share of capacity.
        public let share: Double
    }

    /// Something that went wrong over time.
    public struct Pathology: Codable, Equatable, Sendable {
        /// `gang deadlock`, `starvation`, ...
        public let kind: String
        /// Jobs and queues concerned, the worst off first; ten at most.
        public let objects: [String]
        /// Scheduling cycle in which it was first seen.
        public let fromCycle: Int
        /// That cycle's instant, and when it was over or the run ended.
        public let fromSeconds: Double
        public let toSeconds: Double
        /// Whether it went on when the run ended.
        public let ongoing: Bool
        /// What was seen, with numbers.
        public let text: String
        /// The line of configuration that lets it happen; nil where no line does.
        public let cause: Cause?

        /// A line of a configuration or an object.
        public struct Cause: Codable, Equatable, Sendable {
            /// Where it stands.
            public let place: String
            /// The line.
            public let line: String
            /// What would help.
            public let remedy: String
        }

        init(_ found: RunData.Pathology) {
            kind = found.kind
            objects = found.objects
            fromCycle = found.fromCycle
            fromSeconds = Double(found.from) / 1e9
            toSeconds = Double(found.to) / 1e9
            ongoing = found.isOngoing
            text = found.text
            cause =
                found.place.isEmpty ? nil : Cause(place: found.place, line: found.line, remedy: found.remedy)
        }
    }

    /// What one queue got.
    public struct QueueShare: Codable, Equatable, Sendable {
        /// Name of the queue.
        public let queue: String
        /// Share of the cluster it deserves.
        public let entitledShare: Double
        /// Share it held, on average over the samples.
        public let meanShare: Double
        /// Mean share over entitled share; nil for a queue that deserves nothing.
        public let sharePerEntitled: Double?
        /// The part it received of its due: its entitled share, or what it held and asked for, if that is less.
        public let receivedOfDue: Double?
    }

    /// How far gangs were spread over the groups of nodes of one level.
    public struct Spread: Codable, Equatable, Sendable {
        /// nvlink_domain, leaf_group or spine_group.
        public let level: String
        /// Groups of this level in the cluster.
        public let groups: Int
        /// Times that two or more pods with GPUs of one job were placed.
        public let gangStarts: Int
        /// Groups that a gang lay in, on average.
        public let meanSpanned: Double?
        /// Fewest groups it could have lain in on the empty cluster, on average.
        public let meanFewest: Double?
        /// Mean of groups over fewest groups; 1 is as near as possible.
        public let meanRatio: Double?
        /// Share of the starts in more groups than the fewest.
        public let widerShare: Double?
    }

    /// Name of the scenario.
    public let scenario: String
    /// Scheduler, as users write it.
    public let policy: String
    /// Seed, decimal.
    public let seed: String
    /// Of all events, 16 hexadecimal digits.
    public let fingerprint: String
    /// drained, horizon, interrupted or stuck.
    public let outcome: String
    /// Whether the run was stopped from outside.
    public let isPartial: Bool
    /// Simulated time.
    public let lengthSeconds: Double
    /// GPUs of the cluster.
    public let gpus: Int
    /// Jobs submitted.
    public let jobs: Int
    /// Jobs completed.
    public let completed: Int
    /// Mean wait of all jobs.
    public let meanWaitSeconds: Double?
    /// Median wait of all jobs.
    public let p50WaitSeconds: Double?
    /// Wait that one job in twenty exceeds.
    public let p95WaitSeconds: Double?
    /// Wait that one job in a hundred exceeds.
    public let p99WaitSeconds: Double?
    /// Mean time from submission to completion, of completed jobs.
    public let meanCompletionSeconds: Double?
    /// Share of capacity that jobs held.
    public let allocatedShare: Double?
    /// Share of capacity that did useful work.
    public let productiveShare: Double?
    /// Useful share of what jobs held.
    public let goodputShare: Double?
    /// Share of the time from first start to end in which jobs did work that was kept, weighted by their GPUs.
    public let effectiveTrainingShare: Double?
    /// Mean step of training jobs over an undisturbed one, weighted by their GPUs.
    public let meanStepSlowdown: Double?
    /// GPU time that was free although jobs waited, because none of them fitted.
    public let fragmentedShare: Double?
    /// GPU time that was free although some waiting job would have fitted: order, quota or policy held it back.
    public let blockedShare: Double?
    /// Times a job was evicted.
    public let evictions: Int
    /// Times a job was stopped by a failure.
    public let failureRestarts: Int
    /// GPU-hours held by jobs and not productive.
    public let wastedGPUHours: Double
    /// Jain's index of held GPU time per weight between teams.
    public let jainIndex: Double?
    /// Jain's index of mean share over entitled share between queues that jobs were submitted to.
    public let queueJainIndex: Double?
    /// Share of the cluster that queues missed of their due, all together, on average over the samples.
    public let missedShare: Double?
    /// What each queue got, by name.
    public let queueShares: [QueueShare]
    /// Spread of gangs, from the nearest level to the farthest.
    public let spread: [Spread]
    /// Price of the GPU time that jobs held, and that over the productive GPU-hours; nil if nothing was productive.
    public let heldDollars: Double
    public let dollarsPerUsefulGPUHour: Double?
    /// What went wrong over time under the policy volcano, in order of its beginning.
    public let pathologies: [Pathology]
    /// Waits of each queue, by name.
    public let wait: [Wait]
    /// The ledger, all causes in order.
    public let gpuTime: [Cause]

    init(_ data: RunData) {
        let seconds = { (value: Double?) in value.map { $0 / 1e9 } }
        let total = data.causes.reduce(0) { $0 + $1.hours }
        scenario = data.header.scenario
        policy = data.header.policy
        seed = data.header.seed
        fingerprint = data.header.fingerprint
        outcome = data.header.outcome
        isPartial = data.header.isPartial
        lengthSeconds = Double(data.header.end - data.header.start) / 1e9
        gpus = data.summary.gpus
        jobs = data.summary.jobs
        completed = data.summary.completed
        meanWaitSeconds = seconds(data.summary.meanWait)
        p50WaitSeconds = seconds(data.summary.p50Wait)
        p95WaitSeconds = seconds(data.summary.p95Wait)
        p99WaitSeconds = seconds(data.summary.p99Wait)
        meanCompletionSeconds = seconds(data.summary.meanCompletion)
        allocatedShare = data.summary.allocatedShare
        productiveShare = data.summary.productiveShare
        goodputShare = data.summary.goodputShare
        effectiveTrainingShare = data.summary.effectiveShare
        meanStepSlowdown = data.summary.stepSlowdown
        fragmentedShare = data.causes.first { $0.name == "fragmented" }.flatMap { total > 0 ? $0.hours / total : nil }
        blockedShare = data.causes.first { $0.name == "blocked" }.flatMap { total > 0 ? $0.hours / total : nil }
        evictions = data.summary.preemptions
        failureRestarts = data.summary.failureRestarts
        wastedGPUHours = data.causes.filter { $0.isAllocated && $0.name != "productive" }.reduce(0) { $0 + $1.hours }
        jainIndex = data.summary.jainIndex
        queueJainIndex = data.queueFairness.jainIndex
        missedShare = data.queueFairness.missedShare
        queueShares = data.queueFairness.queues.map {
            QueueShare(
                queue: $0.name, entitledShare: $0.entitled, meanShare: $0.meanShare, sharePerEntitled: $0.perEntitled,
                receivedOfDue: $0.receivedOfDue)
        }
        spread = data.spread.map {
            Spread(
                level: $0.level, groups: $0.groups, gangStarts: $0.gangStarts, meanSpanned: $0.meanSpanned,
                meanFewest: $0.meanFewest, meanRatio: $0.meanRatio, widerShare: $0.widerShare)
        }
        heldDollars = data.summary.heldMicrodollars / 1e6
        let useful = data.causes.first { $0.name == "productive" }?.hours ?? 0
        dollarsPerUsefulGPUHour = useful > 0 ? heldDollars / useful : nil
        pathologies = data.pathologies.map { Pathology($0) }
        wait = data.queueWaits.map {
            Wait(
                queue: $0.name, jobs: $0.jobs, stillWaiting: $0.waiting + $0.neverFit, meanSeconds: seconds($0.mean),
                p50Seconds: seconds($0.p50), p95Seconds: seconds($0.p95), p99Seconds: seconds($0.p99),
                maxSeconds: seconds($0.max))
        }
        gpuTime = data.causes.map {
            Cause(cause: $0.name, gpuHours: $0.hours, share: total > 0 ? $0.hours / total : 0)
        }
    }

    static func encode(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
    }
}
