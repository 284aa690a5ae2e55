import Quantities
import SimulationKernel

/// One job before it becomes a row: real numbers, handles into the mix.
struct JobDraft {
    var submit: Double
    var team: Int
    var user: Int
    /// Index in `TrainingMix.classes`.
    var kind: Int
    var gpus: Int
    var duration: Double
    /// How far into its run the user cancels it; nil for a job that may finish.
    var cancelledAt: Double?
    /// Requested over true run time.
    var overestimate: Double

    /// Seconds from submit to cancellation; infinite for never.
    func timeToCancel(patience: Double) -> Double {
        cancelledAt.map { max(patience, $0 * duration) } ?? .infinity
    }
}

/// Draws submissions of a training mix, each property from its own stream.
struct JobSampler {
    private let mix: TrainingMix
    private let teams: WeightedChoice
    private let users: [WeightedChoice]
    /// Classes of each team; sizes of each team and class.
    private let classes: [WeightedChoice]
    private let sizes: [[WeightedChoice]]
    private let modes: [WeightedChoice]
    /// Mean number of jobs of one submission.
    let jobsPerSubmission: Double

    private var teamStream: RandomStream
    private var userStream: RandomStream
    private var classStream: RandomStream
    private var sizeStream: RandomStream
    private var burstStream: RandomStream
    private var durationStream: RandomStream
    private var cancelStream: RandomStream
    private var requestStream: RandomStream

    private static let largestBurst = 500.0

    init(_ mix: TrainingMix, purpose: String = "jobs") {
        func stream(_ name: String) -> RandomStream {
            RandomStream(seed: mix.seed, name: "training-mix/\(purpose)/\(name)")
        }
        self.mix = mix
        teams = WeightedChoice(mix.teams.map(\.share))
        users = mix.teams.map { team in WeightedChoice((1...team.users).map { 1 / Double($0) }) }
        sizes = mix.teams.map { team in mix.classes.map { WeightedChoice(mix.sizeWeights(of: $0, in: team)) } }
        // A class is drawn for a submission, its share is of jobs: divide by what one submission brings.
        let weights = mix.teams.map { mix.classWeights(of: $0) }
        classes = weights.map { WeightedChoice(zip($0, mix.classes).map { weight, kind in weight / kind.burst }) }
        modes = mix.classes.map { WeightedChoice($0.modes.map(\.weight)) }
        let teamTotal = mix.teams.reduce(0) { $0 + $1.share }
        jobsPerSubmission = zip(mix.teams, weights).reduce(0) { mean, entry in
            let submissions = zip(entry.1, mix.classes).reduce(0) { $0 + $1.0 / $1.1.burst }
            return mean + entry.0.share / teamTotal * (entry.1.reduce(0, +) / submissions)
        }
        teamStream = stream("team")
        userStream = stream("user")
        classStream = stream("class")
        sizeStream = stream("size")
        burstStream = stream("burst")
        durationStream = stream("duration")
        cancelStream = stream("cancel")
        requestStream = stream("request")
    }

    /// Appends the jobs of one submission: alike but for run time and fate, a few seconds apart.
    mutating func appendSubmission(at time: Double, to drafts: inout [JobDraft]) {
        let team = teams.draw(teamStream.uniform())
        let kind = classes[team].draw(classStream.uniform())
        let user = users[team].draw(userStream.uniform())
        let gpus = mix.classes[kind].sizes[sizes[team][kind].draw(sizeStream.uniform())].gpus
        var submit = time
        for _ in 0..<burstSize(mean: mix.classes[kind].burst) {
            drafts.append(
                JobDraft(
                    submit: submit, team: team, user: user, kind: kind, gpus: gpus, duration: duration(of: kind),
                    cancelledAt: cancellation(of: kind), overestimate: 1 + requestStream.exponential(mean: 1)))
            submit += burstStream.exponential(mean: 3)
        }
    }

    /// Geometric with this mean, from 1.
    private mutating func burstSize(mean: Double) -> Int {
        guard mean > 1 else { return 1 }
        let further = PinnedMath.log(burstStream.uniformPositive()) / PinnedMath.log(1 - 1 / mean)
        return 1 + Int(min(further, Self.largestBurst))
    }

    private mutating func duration(of kind: Int) -> Double {
        let profile = mix.classes[kind]
        let mode = profile.modes[modes[kind].draw(durationStream.uniform())]
        let seconds = durationStream.lognormal(mu: PinnedMath.log(mode.median), sigma: mode.sigma)
        return min(max(seconds, 1), profile.longest.seconds)
    }

    /// Both numbers are drawn for every job, so that a change of the share moves no other job.
    private mutating func cancellation(of kind: Int) -> Double? {
        let isCancelled = cancelStream.uniform() < mix.classes[kind].cancelled
        let point = 0.1 + 0.9 * cancelStream.uniform()
        return isCancelled ? point : nil
    }
}

/// Draws an index in proportion to weights, by one uniform number.
struct WeightedChoice {
    private let cumulated: [Double]

    init(_ weights: [Double]) {
        var sum = 0.0
        cumulated = weights.map { weight in
            sum += weight
            return sum
        }
    }

    /// Whether anything can be drawn.
    var isPossible: Bool { (cumulated.last ?? 0) > 0 }

    /// Index for `uniform` in [0, 1).
    func draw(_ uniform: Double) -> Int {
        let point = uniform * (cumulated.last ?? 0)
        return cumulated.firstIndex { point < $0 } ?? cumulated.count - 1
    }
}

extension TrainingMix {
    /// Weights of the classes for one team, before bursts.
    func classWeights(of team: Team) -> [Double] {
        classes.map { kind in
            let fits = sizeWeights(of: kind, in: team).contains { $0 > 0 }
            return fits ? kind.share * (team.classFactors[kind.name] ?? 1) : 0
        }
    }

    /// Weights of the sizes of a class for one team; sizes over a limit are never drawn.
    func sizeWeights(of kind: TrainingClass, in team: Team) -> [Double] {
        let limit = min(largestJob ?? .max, team.largestJob ?? .max)
        return kind.sizes.map { $0.gpus <= limit ? $0.weight : 0 }
    }

    /// Throws at the first parameter that makes no sense.
    func check() throws(GeneratorError) {
        try require(
            jobsPerHour > 0 && jobsPerHour <= 1e6, "rate", "\(jobsPerHour)",
            "more than 0 and at most a million jobs an hour")
        switch extent {
        case .horizon(let horizon):
            let years = horizon.seconds / 31_557_600
            try require(
                years > 0 && years <= 100, "horizon", "\(horizon.seconds) s", "more than 0 s, at most 100 years")
            let jobs = horizon.seconds / 3600 * jobsPerHour
            try require(jobs <= 1e8, "horizon", "about \(Int(jobs)) jobs", "at most 100 million jobs")
        case .jobs(let count):
            try require(1...100_000_000 ~= count, "jobs", "\(count)", "1 to 100 million")
        }
        try require(!teams.isEmpty, "teams", "none", "at least one team")
        try require(!classes.isEmpty, "classes", "none", "at least one class")
        try checkNames(teams.map(\.name), "teams")
        try checkNames(classes.map(\.name), "classes")
        for kind in classes { try check(kind) }
        for team in teams { try check(team) }
        try require(WeightedChoice(teams.map(\.share)).isPossible, "teams", "no share", "a share over 0")
        if let load {
            try require(load.share > 0 && load.share <= 100, "load", "\(load.share)", "more than 0, at most 100")
            try require(1...10_000_000 ~= load.gpus, "load", "\(load.gpus) GPUs", "1 to 10 million GPUs")
        }
        try require(1...32 ~= gpusPerPod, "gpus-per-pod", "\(gpusPerPod)", "1 to 32")
        let podLimit = Int64(gpusPerPod)
        try require(
            0...TraceLimits.cpuMilli / podLimit ~= cpuMilliPerGPU, "cpu-per-gpu", "\(cpuMilliPerGPU)", "cores of a node"
        )
        try require(
            0...TraceLimits.memoryBytes / podLimit ~= memoryPerGPU.rawValue, "memory-per-gpu", "\(memoryPerGPU)",
            "memory of a node")
        try require(patience >= .zero, "patience", "\(patience.seconds) s", "no negative time")
    }

    private func check(_ kind: TrainingClass) throws(GeneratorError) {
        let path = "class \(kind.name)"
        try require(isWeight(kind.share), path, "share \(kind.share)", "a share from 0")
        try require(kind.burst >= 1 && kind.burst <= 500, path, "burst \(kind.burst)", "1 to 500")
        try require(0...1 ~= kind.cancelled, path, "cancelled \(kind.cancelled)", "0 to 1")
        try require(kind.longest > .zero, path, "longest \(kind.longest.seconds) s", "more than 0 s")
        let sizesFine = kind.sizes.allSatisfy { 1...100_000 ~= $0.gpus && isWeight($0.weight) }
        try require(
            sizesFine && !kind.sizes.isEmpty, path, "sizes \(kind.sizes)", "1 to 100,000 GPUs with weights from 0")
        let modesFine = kind.modes.allSatisfy {
            isWeight($0.weight) && $0.median > 0 && $0.median <= 1e9 && 0...5 ~= $0.sigma
        }
        try require(
            modesFine && WeightedChoice(kind.modes.map(\.weight)).isPossible, path, "modes \(kind.modes)",
            "medians over 0 s, sigmas from 0 to 5, a weight over 0")
    }

    private func check(_ team: Team) throws(GeneratorError) {
        let path = "team \(team.name)"
        try require(isWeight(team.share), path, "share \(team.share)", "a share from 0")
        try require(1...100_000 ~= team.users, path, "\(team.users) users", "1 to 100,000")
        for name in team.classFactors.keys.sorted() {
            let factor = team.classFactors[name] ?? 0
            try require(classes.contains { $0.name == name }, path, "a factor for \(name)", "the name of a class")
            try require(isWeight(factor), path, "factor \(factor) for \(name)", "a factor from 0")
        }
        try require(
            WeightedChoice(classWeights(of: team)).isPossible, path, "no class with a size it may use",
            "a larger limit or smaller jobs")
    }

    private func checkNames(_ names: [String], _ parameter: String) throws(GeneratorError) {
        for (index, name) in names.enumerated() {
            try require(!name.isEmpty && !names[..<index].contains(name), parameter, "'\(name)'", "names, each once")
        }
    }

    private func isWeight(_ weight: Double) -> Bool { weight >= 0 && weight <= 1e9 }

    private func require(
        _ holds: Bool, _ parameter: String, _ found: String, _ expected: String
    ) throws(GeneratorError) {
        if !holds { throw GeneratorError(parameter: parameter, found: found, expected: expected) }
    }
}
