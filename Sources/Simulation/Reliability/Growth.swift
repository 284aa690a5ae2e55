import Scheduling

/// Elastic jobs that lack pods go on with more of them when nodes come back or others leave.
extension Simulation {
    /// A run begins or ends: keeps the list of those that lack pods.
    mutating func noteShortage(_ job: Int32, isRunning: Bool) {
        guard world.failures.recovery == .elastic, replacesPods else { return }
        let lacksPods = isRunning && session.jobs[Int(job)].boundPods < session.jobs[Int(job)].pods
        if lacksPods {
            let position = short.firstIndex { $0 >= job } ?? short.count
            if position == short.count || short[position] != job { short.insert(job, at: position) }
        } else {
            short.removeAll { $0 == job }
        }
    }

    /// Lets jobs grow in the order of their submission; waiting jobs have had their turn in the scheduling pass.
    ///
    /// - Returns: whether one did.
    mutating func growShortJobs() -> Bool {
        guard growthIsDue else { return false }
        growthIsDue = false
        var hasGrown = false
        for job in short where savesItsWork(job) {
            let lent = lendSpares(poolsOfMissingPods(job))
            if isWorthGrowing(job) {
                grow(job)
                hasGrown = true
            }
            takeBackSpares(lent)
        }
        // Why the rest of the capacity is free is found anew.
        if hasGrown { needsPass = true }
        return hasGrown
    }

    /// Whether a job is at work and writes checkpoints: others would lose all they have done.
    private func savesItsWork(_ job: Int32) -> Bool {
        if let run = phased[job] {
            return run.phase == .work
                && (run.intervalNs < .max || world.storage?.usage(of: Int(job))?.checkpoint != nil)
        }
        let run = runs[Int(job)]
        return now.nanoseconds >= run.workStartNs && run.progress.intervalNs < .max
    }

    /// Pools whose spares would do, one for each pod that a job lacks.
    private func poolsOfMissingPods(_ job: Int32) -> [Int] {
        let entry = session.jobs[Int(job)]
        let pools = hardware.spares.indices.filter { entry.poolMask & 1 << UInt64($0) != 0 }
        var available = pools.flatMap { pool in hardware.spares[pool].map { _ in pool } }
        available.removeLast(max(0, available.count - Int(entry.pods - entry.boundPods)))
        return available
    }

    /// Whether pods that a job lacks find room, and a training gets another replica by them.
    private mutating func isWorthGrowing(_ job: Int32) -> Bool {
        let bound = session.jobs[Int(job)].boundPods
        let pods = session.podsWithinReach(of: job)
        guard pods > bound, training(of: job) >= 0 else { return pods > bound }
        let running = training[runs[Int(job)].trainingSlot].plan
        let gpus = (phased[job]?.gpus ?? 0) * Int(pods) / Int(bound)
        let larger = world.trainings[Int(training(of: job))].plan(on: gpus)
        return larger?.gpus ?? 0 > running.plan.gpus
    }

    /// The job saves its work and starts over where it is, with the pods that it lacked.
    private mutating func grow(_ job: Int32) {
        saveAndInterrupt(job, .resized)
        _ = session.replacePods(of: job, mayShrink: true) { _ in false }
        session.jobs[Int(job)].startNs = now.nanoseconds
        foldPlacements(job)
        let entry = session.jobs[Int(job)]
        note(.restart, .roomAgain, job, needed: Int64(entry.pods), available: Int64(entry.boundPods))
        begin(job)
    }
}
