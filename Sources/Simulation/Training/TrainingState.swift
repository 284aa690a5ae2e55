import ClusterModel
import CostModel
import Quantities

/// Training jobs that hold GPUs, what a step of each takes, and the rates that the fabric gives their flows.
struct TrainingState: Sendable {
    /// A training job on its GPUs.
    struct Placed: Sendable {
        /// -1: the slot is free.
        var job: Int32
        let spec: Int
        /// Ranks and links.
        let plan: PlacedPlan
        /// The step on the slowest of its GPUs.
        var step: TrainingStep
        /// Of the profile that the step is of.
        var profile: Int
        /// Shares of its dimensions that the present step was found for; nil when it must be found anew.
        var shares: [Double]?
        /// Its flows; -1 while it stands still, or when it uses no links.
        var bundle: Int32 = -1
        /// Whether it goes through steps now.
        var isAtWork = false
        /// Present step, and what it would be packed, alone and on sound hardware.
        var stepNs: Int64
        var undisturbedNs: Int64
    }

    /// The undisturbed step of a training on the machines of a pool.
    private struct Profile: Sendable {
        var step: TrainingStep
        var seconds: Double
        /// Its place among those of whole gangs on sound hardware; -1 for others.
        var index = -1
    }

    /// What the length of a step depends on.
    private struct StepKey: Hashable, Sendable {
        var profile: Int
        var conditions: NetworkConditions
    }

    private let cluster: Cluster
    private let specs: [TrainingSpec]
    private let contention: Bool
    private var placed: [Placed] = []
    private var unused: [Int32] = []
    private var shares: FairShares
    private var slotOfBundle: [Int32] = []
    /// Jobs whose pace must be found anew, beside those whose flows the network tells of.
    private var unsettled: [Int32] = []
    private var profiles: [Profile?]
    /// Lengths of steps that were found before: full links are shared by few different numbers of flows, so that they recur.
    private var knownSteps: [StepKey: Int64] = [:]
    private static let mostKnownSteps = 1 << 16
    private var hardware: DegradedHardware

    init(_ world: World) {
        cluster = world.cluster
        specs = world.trainings
        contention = world.contention
        shares = FairShares(capacities: world.trainings.isEmpty ? [] : world.cluster.fabric.channelCapacities)
        profiles = Array(repeating: nil, count: world.trainings.count * world.cluster.pools.count)
        hardware = DegradedHardware(world)
    }

    /// A job on its GPUs.
    subscript(_ slot: Int32) -> Placed { placed[Int(slot)] }

    /// Work for elapsed time at the present step of a job.
    func pace(of slot: Int32) -> (job: Int32, pace: Stretches.Pace) {
        let index = Int(slot)
        return (
            placed[index].job,
            Stretches.Pace(
                work: specs[placed[index].spec].referenceStep.nanoseconds, useful: placed[index].undisturbedNs,
                elapsed: placed[index].stepNs)
        )
    }

    /// A job takes its places, in the order of ranks.
    mutating func enter(_ job: Int32, spec: Int32, on places: [PlacedPlan.Place]) -> Int32 {
        guard let fitting = specs[Int(spec)].plan(on: places.count) else {
            preconditionFailure("a training job has GPUs for one replica at least")
        }
        let plan = PlacedPlan(fitting, on: Array(places.prefix(fitting.gpus)), of: cluster)
        let pace = pace(Int(spec), plan)
        let entry = Placed(
            job: job, spec: Int(spec), plan: plan, step: pace.slowest.step, profile: pace.slowest.index, stepNs: 0,
            undisturbedNs: pace.undisturbedNs)
        if let slot = unused.popLast() {
            placed[Int(slot)] = entry
            return slot
        }
        placed.append(entry)
        return Int32(placed.count - 1)
    }

    /// The job has left its GPUs.
    mutating func leave(_ slot: Int32) {
        stop(slot)
        placed[Int(slot)].job = -1
        unused.append(slot)
    }

    /// Steps begin or go on: the job's flows join the others at the next settlement.
    mutating func go(_ slot: Int32) {
        placed[Int(slot)].isAtWork = true
        let plan = placed[Int(slot)].plan
        if contention, let rate = plan.rate, !plan.traffic.isEmpty {
            let bundle = shares.add(plan.footprint, limit: rate)
            placed[Int(slot)].bundle = bundle
            while slotOfBundle.count <= Int(bundle) { slotOfBundle.append(-1) }
            slotOfBundle[Int(bundle)] = slot
        }
        unsettled.append(slot)
    }

    /// Steps stop: its flows leave.
    mutating func stop(_ slot: Int32) {
        if placed[Int(slot)].bundle >= 0 { shares.remove(placed[Int(slot)].bundle) }
        placed[Int(slot)].bundle = -1
        placed[Int(slot)].isAtWork = false
        unsettled.removeAll { $0 == slot }
    }

    /// The step of the slowest of its GPUs, which all others wait for, and the undisturbed one of the fastest.
    private mutating func pace(_ spec: Int, _ placed: PlacedPlan) -> (slowest: Profile, undisturbedNs: Int64) {
        var slowest: Profile?
        var undisturbed = Double.infinity
        for (pool, speed) in hardware.slowestByPool(placed.places, cluster) {
            var profile = profile(spec, placed.plan, pool)
            undisturbed = min(undisturbed, profile.seconds)
            if speed < 1 { profile = self.profile(spec, placed.plan, pool, speed: speed) }
            if profile.seconds > slowest?.seconds ?? 0 { slowest = profile }
        }
        guard let slowest else { preconditionFailure("a training job has GPUs") }
        return (slowest, Self.nanoseconds(undisturbed))
    }

    private static func nanoseconds(_ seconds: Double) -> Int64 {
        Int64(min(max(1, (seconds * 1e9).rounded()), Double(WorkProgress.longestNs)))
    }

    /// On sound hardware; kept for gangs of full size.
    private mutating func profile(_ spec: Int, _ plan: TrainingPlan, _ pool: PoolID) -> Profile {
        guard plan.gpus == specs[spec].plan.gpus else { return profile(spec, plan, pool, speed: 1) }
        let index = spec * cluster.pools.count + pool.position
        if let known = profiles[index] { return known }
        var made = profile(spec, plan, pool, speed: 1)
        made.index = index
        profiles[index] = made
        return made
    }

    private func profile(_ spec: Int, _ plan: TrainingPlan, _ pool: PoolID, speed: Double) -> Profile {
        let shape = cluster.pools[pool.position].shape
        guard let platform = TrainingPlatforms.platform(of: shape, cluster.catalogue, speed: speed) else {
            preconditionFailure("a training job needs GPUs whose rates are known")
        }
        let step = TrainingStep(
            model: specs[spec].model, plan: plan, cost: TrainingCostModel(platform: platform))
        return Profile(step: step, seconds: step.seconds(under: NetworkConditions()))
    }

    // MARK: Rates

    /// Whether something changed since the last settlement.
    var isSettled: Bool { unsettled.isEmpty && !shares.isDisturbed }

    /// Finds the rates of all flows, and the steps of the jobs that a change has reached.
    ///
    /// - Returns: jobs whose step changed, by slot, ascending.
    mutating func settle() -> [Int32] {
        let touched = shares.settle().map { slotOfBundle[Int($0)] } + unsettled
        unsettled.removeAll(keepingCapacity: true)
        var changed: [Int32] = []
        for slot in touched.sorted() where changed.last != slot {
            let index = Int(slot)
            let shares = sharesNow(of: index)
            guard shares != placed[index].shares else { continue }
            placed[index].shares = shares
            let stepNs = stepNow(of: index, shares)
            guard stepNs != placed[index].stepNs else { continue }
            placed[index].stepNs = stepNs
            changed.append(slot)
        }
        return changed
    }

    /// What the network leaves to each dimension that uses it, of the rate of a network card.
    private func sharesNow(of index: Int) -> [Double] {
        let bundle = placed[index].bundle
        guard bundle >= 0, let rate = placed[index].plan.rate else {
            let card = contention ? 1 : hardware.networkSpeed(ofSlowest: placed[index].plan.places)
            return Array(repeating: card, count: placed[index].plan.traffic.count)
        }
        // A single dimension has what the bundle has.
        if placed[index].plan.traffic.count == 1 { return [max(1e-6, shares.rate(of: bundle) / rate)] }
        return placed[index].plan.traffic.map { traffic in
            var offered = rate
            for load in traffic.loads {
                offered = min(offered, shares.offer(of: load.channel, to: bundle, flows: load.flows))
            }
            return max(1e-6, offered / rate)
        }
    }

    /// The step under some shares of its dimensions.
    private mutating func stepNow(of index: Int, _ shares: [Double]) -> Int64 {
        var conditions = placed[index].plan.conditions
        for (traffic, share) in zip(placed[index].plan.traffic, shares) { conditions[traffic.dimension].share = share }
        let key = StepKey(profile: placed[index].profile, conditions: conditions)
        if let known = knownSteps[key] { return max(placed[index].undisturbedNs, known) }
        let step = Self.nanoseconds(placed[index].step.seconds(under: conditions))
        if placed[index].profile >= 0 {
            if knownSteps.count == Self.mostKnownSteps { knownSteps.removeAll(keepingCapacity: true) }
            knownSteps[key] = step
        }
        return max(placed[index].undisturbedNs, step)
    }

    /// Bytes per second that the flows of training jobs have on a link, in the direction that carries more.
    func load(of link: Int32) -> Double {
        specs.isEmpty ? 0 : max(shares.used(2 * link), shares.used(2 * link + 1))
    }

    /// How much longer than undisturbed steps are now; nil while no job is at work.
    func sample(_ time: Int64) -> StepSampleFact? {
        var fact = StepSampleFact(timeNs: time, jobs: 0, gpus: 0, meanMilli: 0, worstMilli: 0, worstJob: -1)
        var weighted = 0.0
        for entry in placed where entry.isAtWork {
            let slowdown = Double(entry.stepNs) / Double(entry.undisturbedNs)
            let milli = Int32(min((slowdown * 1000).rounded(), Double(Int32.max)))
            fact.jobs += 1
            fact.gpus += Int32(entry.plan.plan.gpus)
            weighted += slowdown * Double(entry.plan.plan.gpus)
            if milli > fact.worstMilli || milli == fact.worstMilli && entry.job < fact.worstJob {
                fact.worstMilli = milli
                fact.worstJob = entry.job
            }
        }
        guard fact.jobs > 0 else { return nil }
        fact.meanMilli = Int32(min((weighted / Double(fact.gpus) * 1000).rounded(), Double(Int32.max)))
        return fact
    }

    // MARK: Degraded hardware

    /// A degradation begins or ends: links change their rate, jobs on its GPUs their step.
    mutating func degrade(_ index: Int, _ begins: Bool) {
        let touched = hardware.set(index, begins)
        for node in touched {
            for link in cluster.fabric.links(of: node) {
                let capacity = cluster.fabric.links[link.position].capacity.rawValue * hardware.networkSpeed(of: node)
                shares.setCapacity(capacity, of: 2 * link.index)
                shares.setCapacity(capacity, of: 2 * link.index + 1)
            }
        }
        for slot in placed.indices where placed[slot].job >= 0 {
            let plan = placed[slot].plan
            guard plan.places.contains(where: { touched.contains($0.node) }) else { continue }
            let slowest = pace(placed[slot].spec, plan).slowest
            placed[slot].step = slowest.step
            placed[slot].profile = slowest.index
            placed[slot].shares = nil
            unsettled.append(Int32(slot))
        }
    }
}
