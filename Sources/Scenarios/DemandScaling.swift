import Quantities
import SimulationKernel
import Workloads

/// More or fewer of the same jobs: `demand.scale` of a scenario.
///
/// Every job draws a number of its own from a named stream and is there `scale` times on average: always ⌊scale⌋ times,
/// and once more if its number is below the rest. So a larger scale has all jobs of a smaller one, and thinned Poisson
/// arrivals stay Poisson (Kingman, "Poisson Processes", 1993, section 5.1). A copy comes at the same time of another day
/// of the workload, drawn at random, so that it does not meet its original and daily cycles stay; in a workload shorter
/// than two days it comes at any time.
struct DemandScaling {
    /// Jobs over those described.
    let scale: Double
    /// Seed of the scenario.
    let seed: UInt64
    /// Index of the source, which names the stream.
    let source: Int

    /// The scaled workload, and for each of its pod groups the index of the one it repeats.
    func applied(to workload: Workload) -> (workload: Workload, groups: [Int]) {
        guard scale != 1, let first = workload.jobs.first?.submit, let last = workload.jobs.last?.submit else {
            return (workload, Array(workload.groups.indices))
        }
        var presence = RandomStream(seed: seed, name: "demand/copies", index: UInt64(source))
        var shifts = RandomStream(seed: seed, name: "demand/shifts", index: UInt64(source))
        let span = last.nanoseconds - first.nanoseconds + 1
        var copies: [(job: Int, copy: Int, shift: Int64)] = []
        for index in workload.jobs.indices {
            let drawn = presence.uniform()
            let count = Int(scale) + (drawn < scale - scale.rounded(.down) ? 1 : 0)
            for copy in 0..<max(0, count) {
                let submit = workload.jobs[index].submit.nanoseconds - first.nanoseconds
                copies.append((index, copy, copy == 0 ? 0 : shift(of: submit, within: span, &shifts)))
            }
        }
        copies.sort { a, b in
            let (x, y) = (
                workload.jobs[a.job].submit.nanoseconds + a.shift, workload.jobs[b.job].submit.nanoseconds + b.shift
            )
            return x != y ? x < y : (a.job, a.copy) < (b.job, b.copy)
        }
        return rebuilt(workload, copies)
    }

    /// How far a copy is moved: whole days, around the end of the workload to its beginning.
    private func shift(of submit: Int64, within span: Int64, _ stream: inout RandomStream) -> Int64 {
        let day: Int64 = 86_400_000_000_000
        let days = span / day
        if days < 2 {
            return Int64(Double(span) * stream.uniform()) - submit
        }
        let (today, time) = submit.quotientAndRemainder(dividingBy: day)
        let other = (today + 1 + Int64(stream.below(Int(days) - 1))) % days
        return other * day + time - submit
    }

    private func rebuilt(
        _ workload: Workload, _ copies: [(job: Int, copy: Int, shift: Int64)]
    ) -> (workload: Workload, groups: [Int]) {
        var builder = WorkloadBuilder(source: workload.report.source, format: workload.report.format)
        builder.report = workload.report
        builder.epochUnixSeconds = workload.epochUnixSeconds
        let sets = workload.gpuModelSets.map { $0.isEmpty ? 0 : builder.gpuModels($0) }
        var origins: [Int] = []
        for (index, copy, shift) in copies {
            let job = workload.jobs[index]
            let groups = workload.groups(of: job).map { group in
                var group = group
                group.gpuModels = sets[Int(group.gpuModels)]
                return group
            }
            builder.add(
                name: workload.name(of: job) + (copy == 0 ? "" : "~\(copy + 1)"), team: workload.teams[Int(job.team)],
                queue: workload.queues[Int(job.queue)], jobClass: workload.classes[Int(job.jobClass)],
                user: workload.users[Int(job.user)], priority: job.priority,
                submit: SimTime(nanoseconds: job.submit.nanoseconds + shift), duration: job.duration,
                requestedDuration: job.requestedDuration,
                abortAt: job.abortAt.map { SimTime(nanoseconds: $0.nanoseconds + shift) },
                checkpointInterval: job.checkpointInterval, maxRestarts: job.maxRestarts,
                preemptible: job.preemptible, training: job.training, storage: job.storage, groups: groups)
            origins += job.groupIndices
        }
        return (builder.build(), origins)
    }
}
