import ClusterModel
import CostModel
import Scheduling
import Workloads

/// Training jobs at work: steps whose length follows from their GPUs, their places and the traffic on the fabric.
extension Simulation {
    /// Index of what the job trains; -1 for jobs that only have a duration.
    func training(of job: Int32) -> Int32 { world.workload.jobs[Int(job)].training }

    /// A job's work begins or resumes: its flows join the traffic.
    mutating func workBegins(_ job: Int32) {
        guard training(of: job) >= 0 else { return }
        if runs[Int(job)].trainingSlot < 0 {
            let slot = training.enter(job, spec: training(of: job), on: places(of: job))
            runs[Int(job)].trainingSlot = slot
        }
        training.go(runs[Int(job)].trainingSlot)
    }

    /// A job's work stands still or ends: its flows leave.
    mutating func workStops(_ job: Int32) {
        guard runs[Int(job)].trainingSlot >= 0 else { return }
        training.stop(runs[Int(job)].trainingSlot)
    }

    /// A run ends now: what its steps took and would have taken.
    mutating func noteTraining(_ job: Int32, _ stretches: [Stretches.Stretch]) {
        let slot = runs[Int(job)].trainingSlot
        guard slot >= 0 else { return }
        var nodes: [NodeID] = []
        for place in training[slot].plan.places where place.node != nodes.last { nodes.append(place.node) }
        var fact = TrainingRunFact(
            job: job, attempt: runs[Int(job)].attempts, startNs: runs[Int(job)].workStartNs, endNs: now.nanoseconds,
            nodes: Int32(nodes.count), leafGroups: Int32(world.cluster.fabric.leafGroupCount(of: nodes)),
            undisturbedStepNs: training[slot].undisturbedNs, workingNs: 0, usefulNs: 0)
        for stretch in stretches where stretch.cause == nil {
            fact.workingNs += stretch.endNs - stretch.startNs
            fact.usefulNs += stretch.useful
        }
        facts.trainingRuns.append(fact)
    }

    /// A run is over: the job gives up its places.
    mutating func endTraining(_ job: Int32) {
        guard runs[Int(job)].trainingSlot >= 0 else { return }
        training.leave(runs[Int(job)].trainingSlot)
        runs[Int(job)].trainingSlot = -1
    }

    /// GPUs of a job in the order of nodes and GPUs: its ranks.
    private func places(of job: Int32) -> [PlacedPlan.Place] {
        var places: [PlacedPlan.Place] = []
        var cell = session.jobs[Int(job)].firstPlacement
        while cell >= 0 {
            let allocation = session.slab.cells[Int(cell)].allocation
            var mask = allocation.gpuMask
            while mask != 0 {
                places.append(.init(node: allocation.node, gpu: Int32(mask.trailingZeroBitCount)))
                mask &= mask - 1
            }
            cell = session.slab.cells[Int(cell)].next
        }
        return places.sorted { ($0.node, $0.gpu) < ($1.node, $1.gpu) }
    }

    /// Rates after all changes of an instant: jobs whose step changed go on at the new pace.
    mutating func settleTraining() {
        guard !training.isSettled else { return }
        for slot in training.settle() {
            let (job, pace) = training.pace(of: slot)
            setPace(job, pace)
        }
    }

    mutating func scheduleDegradations() {
        for (index, degradation) in world.degradations.enumerated() {
            schedule(at: max(degradation.from, .zero), .degrades(index: Int32(index)))
            if let until = degradation.until { schedule(at: until, .recovers(index: Int32(index))) }
        }
    }
}
