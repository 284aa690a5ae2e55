import SimulationKernel

// How fair shares are settled.

extension FairShares {
    /// Working arrays, kept between settlements.
    struct Scratch: Sendable {
        /// Of the channels: whether visited, the channel that stands for it and its like.
        var sawChannel: [Bool]
        var leader: [Int32]
        /// Of leaders: rising flows and bundles, capacity that the resting ones leave, rate at which it is full.
        var rising: [Double]
        var risers: [Int32]
        var left: [Double]
        var filledAt: [Double]
        /// Of the bundles: whether visited, whether its rate still rises, its loads on leaders in `loads`.
        var sawBundle: [Bool] = []
        var rises: [Bool] = []
        var span: [Range<Int32>] = []
        /// Those visited: leaders, channels that others stand for, bundles.
        var leaders: [Int32] = []
        var followers: [Int32] = []
        var bundles: [Int32] = []
        var loads: [Load] = []
        /// The bundles visited, ascending by limit.
        var byLimit: [Int32] = []
        /// Leaders by signature: open addressing, -1 where free; and the places that are taken.
        var table: [Int32]
        var taken: [Int] = []

        init(channels: Int = 0) {
            sawChannel = Array(repeating: false, count: channels)
            leader = Array(repeating: -1, count: channels)
            rising = Array(repeating: 0, count: channels)
            risers = Array(repeating: 0, count: channels)
            left = Array(repeating: 0, count: channels)
            filledAt = Array(repeating: 0, count: channels)
            var size = 16
            while size < 2 * channels { size *= 2 }
            table = Array(repeating: -1, count: size)
        }

        mutating func addBundle() {
            sawBundle.append(false)
            rises.append(false)
            span.append(0..<0)
        }
    }

    /// Computes the rates that the changes since the last call have altered.
    ///
    /// - Returns: the bundles whose rate, or what a channel offers them, may have changed; ascending.
    public mutating func settle() -> [Int32] {
        guard isDisturbed else { return [] }
        for channel in changed where channels[Int(channel)].canFill { visit(channel: channel) }
        for bundle in disturbed { visit(bundle: bundle) }
        repeat { fill() } while takeIn()
        for channel in scratch.leaders { conclude(Int(channel), as: Int(channel)) }
        for channel in scratch.followers { conclude(Int(channel), as: Int(scratch.leader[Int(channel)])) }
        let touched = scratch.bundles.sorted()
        forgetVisits()
        return touched
    }

    private mutating func forgetVisits() {
        for bundle in scratch.bundles { scratch.sawBundle[Int(bundle)] = false }
        for channel in scratch.leaders + scratch.followers { scratch.sawChannel[Int(channel)] = false }
        for place in scratch.taken { scratch.table[place] = -1 }
        scratch.bundles.removeAll(keepingCapacity: true)
        scratch.taken.removeAll(keepingCapacity: true)
        scratch.leaders.removeAll(keepingCapacity: true)
        scratch.followers.removeAll(keepingCapacity: true)
        scratch.loads.removeAll(keepingCapacity: true)
        scratch.byLimit.removeAll(keepingCapacity: true)
        disturbed.removeAll(keepingCapacity: true)
        changed.removeAll(keepingCapacity: true)
    }

    // MARK: What is filled

    private mutating func visit(channel: Int32) {
        guard !scratch.sawChannel[Int(channel)] else { return }
        scratch.sawChannel[Int(channel)] = true
        let mask = scratch.table.count - 1
        var place = Int(truncatingIfNeeded: channels[Int(channel)].signature) & mask
        while scratch.table[place] >= 0 {
            let known = scratch.table[place]
            if isLike(channels[Int(known)], channels[Int(channel)]) {
                scratch.leader[Int(channel)] = known
                scratch.followers.append(channel)
                return
            }
            place = (place + 1) & mask
        }
        scratch.table[place] = channel
        scratch.taken.append(place)
        scratch.leader[Int(channel)] = channel
        scratch.leaders.append(channel)
    }

    private func isLike(_ a: Channel, _ b: Channel) -> Bool {
        a.signature == b.signature && a.capacity == b.capacity && a.members == b.members
    }

    private mutating func visit(bundle: Int32) {
        guard !scratch.sawBundle[Int(bundle)] else { return }
        scratch.sawBundle[Int(bundle)] = true
        scratch.bundles.append(bundle)
        scratch.byLimit.append(bundle)
        let first = Int32(scratch.loads.count)
        for load in bundles[Int(bundle)].contested {
            visit(channel: load.channel)
            if scratch.leader[Int(load.channel)] == load.channel { scratch.loads.append(load) }
        }
        scratch.span[Int(bundle)] = first..<Int32(scratch.loads.count)
    }

    /// Takes in the bundles whose rate is no longer right beside the new ones; false if there are none.
    private mutating func takeIn() -> Bool {
        let before = scratch.bundles.count
        for position in scratch.leaders.indices {
            let channel = Int(scratch.leaders[position])
            let slack = Self.tolerance * channels[channel].capacity
            let left = scratch.left[channel]
            let filledAt = scratch.filledAt[channel]
            let highest = filledAt < .infinity ? filledAt : highestRate(channel)
            for member in channels[channel].members where !scratch.sawBundle[Int(member.bundle)] {
                let rate = bundles[Int(member.bundle)].rate
                let isTooHigh = left < -slack || rate > filledAt * (1 + Self.tolerance)
                let isFree = left > slack || rate < highest * (1 - Self.tolerance)
                if isTooHigh || isFree && isBottleneck(channel, of: member) { visit(bundle: member.bundle) }
            }
        }
        return scratch.bundles.count > before
    }

    private func highestRate(_ channel: Int) -> Double {
        channels[channel].members.reduce(0) { max($0, bundles[Int($1.bundle)].rate) }
    }

    /// Enters how full a channel is now, which its leader knows. Others on it are told if that has changed.
    private mutating func conclude(_ channel: Int, as leader: Int) {
        let room = max(0, scratch.left[leader])
        let isFull = room <= Self.tolerance * channels[channel].capacity
        let level =
            scratch.filledAt[leader] < .infinity
            ? scratch.filledAt[leader] : isFull ? highestRate(leader) : .infinity
        guard level != channels[channel].level || room != channels[channel].room else { return }
        channels[channel].level = level
        channels[channel].room = room
        for member in channels[channel].members where !scratch.sawBundle[Int(member.bundle)] {
            scratch.sawBundle[Int(member.bundle)] = true
            scratch.bundles.append(member.bundle)
        }
    }

    // MARK: Filling

    /// When a channel is full, at the latest.
    private struct Stop: Comparable {
        var level: Double
        var channel: Int32

        static func < (a: Stop, b: Stop) -> Bool { a.level != b.level ? a.level < b.level : a.channel < b.channel }
    }

    /// Fills the channels with the bundles visited, beside what the others have.
    private mutating func fill() {
        var stops = BinaryHeap<Stop>()
        for channel in scratch.leaders {
            count(Int(channel))
            if scratch.risers[Int(channel)] > 0 { stops.push(Stop(level: fullAt(channel), channel: channel)) }
        }
        for bundle in scratch.bundles { scratch.rises[Int(bundle)] = true }
        scratch.byLimit.sort { bundles[Int($0)].limit < bundles[Int($1)].limit }
        var next = 0
        while next < scratch.byLimit.count {
            let bundle = scratch.byLimit[next]
            guard scratch.rises[Int(bundle)] else {
                next += 1
                continue
            }
            let limit = bundles[Int(bundle)].limit
            if let stop = stops.first, stop.level < limit {
                stops.pop()
                reach(stop, &stops)
            } else {
                rest(bundle, at: limit)
                next += 1
            }
        }
    }

    /// Counts what rises on a channel, and what those at rest leave of it.
    private mutating func count(_ channel: Int) {
        var rising = 0.0, risers: Int32 = 0, left = channels[channel].capacity
        for member in channels[channel].members {
            if scratch.sawBundle[Int(member.bundle)] {
                rising += member.flows
                risers += 1
            } else {
                left -= member.flows * bundles[Int(member.bundle)].rate
            }
        }
        scratch.rising[channel] = rising
        scratch.risers[channel] = risers
        scratch.left[channel] = left
        scratch.filledAt[channel] = .infinity
    }

    /// A channel is full now, unless bundles that came to rest since have left it more time.
    private mutating func reach(_ stop: Stop, _ stops: inout BinaryHeap<Stop>) {
        guard scratch.risers[Int(stop.channel)] > 0 else { return }
        let level = fullAt(stop.channel)
        if level > stop.level { return stops.push(Stop(level: level, channel: stop.channel)) }
        scratch.filledAt[Int(stop.channel)] = stop.level
        for position in channels[Int(stop.channel)].members.indices {
            rest(channels[Int(stop.channel)].members[position].bundle, at: stop.level)
        }
    }

    /// The common rate of its rising bundles at which a channel is full.
    private func fullAt(_ channel: Int32) -> Double {
        max(0, scratch.left[Int(channel)] / scratch.rising[Int(channel)])
    }

    private mutating func rest(_ bundle: Int32, at level: Double) {
        let index = Int(bundle)
        guard scratch.rises[index] else { return }
        scratch.rises[index] = false
        bundles[index].rate = level
        for position in scratch.span[index] {
            let load = scratch.loads[Int(position)]
            scratch.rising[Int(load.channel)] -= load.flows
            scratch.risers[Int(load.channel)] -= 1
            scratch.left[Int(load.channel)] -= load.flows * level
        }
    }
}
