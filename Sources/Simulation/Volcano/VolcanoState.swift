import ClusterModel
import ControlPlane
import KubernetesObjects
import Quantities
import Scheduling
import Workloads

/// Volcano in a simulation: the cluster as its cache has it, and what it carries from cycle to cycle.
struct VolcanoState: Sendable {
    var cluster: LiveCluster
    let configuration: VolcanoConfiguration
    let periodNs: Int64
    var memory = SchedulerMemory()
    /// Whether an event of the next cycle is pending.
    var isArmed = false
    /// Whether anything has changed since the beginning of the last cycle.
    var hasChanged = false
    /// Number of the cluster's state; the choice among equals hangs on it, so that a state that has not changed leads to the
    /// same decisions however often it is looked at.
    var version: UInt64 = 0
    /// Next instant at which a plugin may decide otherwise although nothing has changed, in nanoseconds.
    var wakeNs = Int64.max
    /// Jobs bound by a cycle after which none was played, with that cycle's instant: the next one, which was skipped, would
    /// have called their PodGroups Running.
    var unsettled: [(job: Int32, cycleNs: Int64)] = []
    /// False plays every cycle; for tests.
    var skipsCycles = true
    /// False makes a fresh snapshot for every cycle in place of keeping one up to date.
    var keepsDesk: Bool
    /// Cycles played.
    var played: Int64 = 0
    /// What is kept to tell what goes wrong over time; nil if nobody wants to know.
    var watch: RunWatch?
    private let jobTemplate: [Int32]
    private let podTemplate: [Int32]
    let workload: Workload
    /// Time zero of the run.
    private let epochNs: Int64
    private var tieBreak: TieBreak
    private var seed: UInt64
    private let digits: Int

    init(_ world: World) {
        let setup = world.volcano ?? VolcanoSetup()
        let objects = VolcanoObjects(world, setup)
        cluster = LiveCluster(objects.objects, namespace: VolcanoObjects.namespace)
        configuration = setup.configuration
        keepsDesk = LiveCluster.keepsDesk(setup.configuration, topology: setup.topology != nil)
        periodNs = max(1, setup.period.nanoseconds)
        jobTemplate = objects.jobTemplate
        podTemplate = objects.podTemplate
        workload = world.workload
        // 2026-01-01T00:00:00Z where the trace has no date.
        epochNs = (world.workload.epochUnixSeconds ?? 1_767_225_600) * 1_000_000_000
        tieBreak = world.scheduler.tieBreak
        seed = world.seed
        digits = String(world.workload.jobs.count).utf8.count
    }

    /// Whether Volcano can be told what the job asks for.
    func canExpress(_ job: Int32) -> Bool { jobTemplate[Int(job)] >= 0 }

    /// An instant of the run on the cluster's clock.
    func clock(_ time: SimTime) -> Timestamp {
        Timestamp(nanoseconds: epochNs.addingReportingOverflow(time.nanoseconds).partialValue)
    }

    /// An instant as objects carry it, in whole seconds.
    private func stamp(_ time: SimTime) -> Timestamp {
        let exact = clock(time).nanoseconds
        return Timestamp(nanoseconds: exact - exact % 1_000_000_000)
    }

    /// A job is submitted, for the first time or again: a new PodGroup.
    mutating func submit(_ job: Int32, attempt: Int32, now: SimTime) {
        let entry = workload.jobs[Int(job)]
        let number = String(job)
        let padding = String(repeating: "0", count: max(0, digits - number.utf8.count))
        let name = "j\(padding)\(number)" + (attempt == 0 ? "" : ".\(attempt)")
        remove(job, now: now)
        cluster.add(
            job, name: name, template: Int(jobTemplate[Int(job)]),
            members: entry.groupIndices.map {
                LiveCluster.Members(template: Int(podTemplate[$0]), count: Int(workload.groups[$0].pods))
            }, creation: stamp(now))
        noteChange()
    }

    /// The job's controller makes its pods.
    mutating func makePods(_ job: Int32, now: SimTime) { cluster.makePods(of: job, creation: stamp(now)) }

    /// A pod that was bound runs at once.
    mutating func run(_ job: Int32, pod: Int, on node: Int, now: SimTime) {
        cluster.run(job, pod: pod, on: node, at: stamp(now))
    }

    /// A job is gone, with its pods.
    mutating func remove(_ job: Int32, now: SimTime) {
        guard cluster.contains(job), let name = cluster.uid(of: job) else { return }
        cluster.remove(job)
        watch?.leave(job, at: now)
        memory.scheduleStart[name] = nil
        memory.placements[name] = nil
        noteChange()
    }

    mutating func setReady(_ node: NodeID, _ isReady: Bool) {
        cluster.setReady(Int(node.index), isReady)
        noteChange()
    }

    mutating func loseGPUs(_ count: Int64, on node: NodeID) {
        cluster.lose(count, of: VolcanoObjects.gpu, on: Int(node.index))
        noteChange()
    }

    mutating func noteChange() {
        hasChanged = true
        version &+= 1
    }

    /// The choice among equals in the present state.
    var tieRule: TieRule {
        tieBreak == .lowestName ? .lowestName : .seeded(seed ^ (version &* 0x9E37_79B9_7F4A_7C15))
    }

    /// Draws the choice among equals anew from here on.
    mutating func redraw(_ seed: UInt64) {
        tieBreak = .seeded
        self.seed = seed
        noteChange()
    }

    /// Whether a cycle can decide nothing while no job waits: all that can move running pods is left out.
    var restsWithoutWaiting: Bool {
        !configuration.actions.contains("shuffle")
            && configuration.tiers.joined().allSatisfy { !Self.movesByItself.contains($0.name) }
    }

    private static let movesByItself: Set<String> = ["tdm", "rescheduling", "usage", "cdp", "sla", "extender"]
}
