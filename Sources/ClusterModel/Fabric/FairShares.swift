/// Rates of bundles of flows that share channels, by max-min fairness.
///
/// A bundle is the flows of one collective: they advance together, so all of them have the rate of the slowest. Progressive
/// filling: the rates of all bundles rise together; when a channel is full, the bundles on it keep their rate and the others rise
/// on (Bertsekas and Gallager, Data Networks, 2nd edition, section 6.5.2). A flow never exceeds its bundle's limit.
///
/// A distribution is max-min fair, and then the only one, if every bundle is at its limit or has a bottleneck: a full channel on
/// which none has more than it (same section). `settle` therefore fills only for the bundles that changed, beside all others
/// at their rates, and takes in those that lose their bottleneck by it, until none does. It is O(n log n) in the channel loads of
/// the bundles taken in.
public struct FairShares: Sendable {
    /// Flows of a bundle on one channel; a fraction where a flow sends only a part of its traffic there.
    public struct Load: Hashable, Sendable, BitwiseCopyable {
        /// The channel.
        public var channel: Int32
        /// Flows.
        public var flows: Double

        /// A load.
        public init(channel: Int32, flows: Double) {
            self.channel = channel
            self.flows = flows
        }
    }

    private struct Bundle: Sendable {
        var loads: [Load]
        /// Those of them on channels that can be full: only these can hold it back.
        var contested: [Load] = []
        /// Most that one flow can send.
        var limit: Double
        /// Present rate of each flow.
        var rate: Double
    }

    /// A bundle's part in a channel.
    private struct Member: Sendable, BitwiseCopyable {
        var bundle: Int32
        var flows: Double
    }

    private struct Channel: Sendable {
        var capacity: Double
        /// Bundles with flows here.
        var members: [Member] = []
        /// Whether its members could fill it, if nothing else held them back.
        var canFill = false
        /// Rate at which it is full; infinite while it has room.
        var level = Double.infinity
        /// What its members leave.
        var room: Double
    }

    private var channels: [Channel]
    private var bundles: [Bundle] = []
    private var unused: [Int32] = []
    /// Bundles and channels that the next settlement starts from.
    private var disturbed: [Int32] = []
    private var changed: [Int32] = []
    private var scratch = Scratch()

    /// Channels with so much capacity in bytes per second, and no bundles.
    public init(capacities: [Double]) {
        channels = capacities.map { Channel(capacity: $0, room: $0) }
        scratch = Scratch(channels: capacities.count)
    }

    /// Adds a bundle; its rate is known after `settle`.
    ///
    /// - Parameters:
    ///   - loads: its flows, each channel at most once, all above 0.
    ///   - limit: bytes per second that one flow can send at most.
    /// - Returns: a handle, valid until `remove`.
    public mutating func add(_ loads: [Load], limit: Double) -> Int32 {
        let id: Int32
        if let free = unused.popLast() {
            id = free
        } else {
            id = Int32(bundles.count)
            bundles.append(Bundle(loads: [], limit: 0, rate: 0))
            scratch.addBundle()
        }
        bundles[Int(id)] = Bundle(loads: loads, limit: limit, rate: limit)
        for load in loads {
            channels[Int(load.channel)].members.append(Member(bundle: id, flows: load.flows))
            if channels[Int(load.channel)].canFill { bundles[Int(id)].contested.append(load) }
            review(load.channel)
        }
        disturbed.append(id)
        return id
    }

    /// Takes a bundle away.
    public mutating func remove(_ id: Int32) {
        let loads = bundles[Int(id)].loads
        bundles[Int(id)].loads = []
        bundles[Int(id)].contested = []
        disturbed.removeAll { $0 == id }
        for load in loads {
            channels[Int(load.channel)].members.removeAll { $0.bundle == id }
            review(load.channel)
        }
        unused.append(id)
    }

    /// Gives a channel another capacity, in bytes per second.
    public mutating func setCapacity(_ capacity: Double, of channel: Int32) {
        guard channels[Int(channel)].capacity != capacity else { return }
        channels[Int(channel)].capacity = capacity
        review(channel)
    }

    /// Finds out whether a changed channel can be full. If it no longer can, those whose bottleneck it was are disturbed.
    private mutating func review(_ channel: Int32) {
        let index = Int(channel)
        var most = 0.0
        for member in channels[index].members { most += member.flows * bundles[Int(member.bundle)].limit }
        let can = most > channels[index].capacity * (1 + 1e-12)
        if can { changed.append(channel) }
        guard can != channels[index].canFill else { return }
        contest(channel, can)
        if can { return }
        for member in channels[index].members where isBottleneck(index, of: member) { disturbed.append(member.bundle) }
        channels[index].level = .infinity
        channels[index].room = channels[index].capacity
    }

    /// Whether a channel was full at the rate that a member still has.
    private func isBottleneck(_ channel: Int, of member: Member) -> Bool {
        bundles[Int(member.bundle)].rate >= channels[channel].level * (1 - Self.tolerance)
    }

    /// Rates and room, relative to capacity, that differ by less are equal.
    private static let tolerance = 1e-11

    /// A channel has become one that can be full, or is no longer.
    private mutating func contest(_ channel: Int32, _ can: Bool) {
        channels[Int(channel)].canFill = can
        for member in channels[Int(channel)].members {
            if can {
                bundles[Int(member.bundle)].contested.append(Load(channel: channel, flows: member.flows))
            } else {
                bundles[Int(member.bundle)].contested.removeAll { $0.channel == channel }
            }
        }
    }

    /// Whether rates must be settled anew.
    public var isDisturbed: Bool { !disturbed.isEmpty || !changed.isEmpty }

    /// Bytes per second that the bundles on a channel use together.
    public func used(_ channel: Int32) -> Double {
        channels[Int(channel)].members.reduce(0) { $0 + $1.flows * bundles[Int($1.bundle)].rate }
    }

    /// Rate of each flow of a bundle, in bytes per second.
    public func rate(of bundle: Int32) -> Double { bundles[Int(bundle)].rate }

    /// What a channel offers to `flows` flows of a bundle if only that channel and the limit held them back.
    ///
    /// A full channel offers the rate at which it became full; another one what the bundle has, and all that is left.
    public func offer(of channel: Int32, to bundle: Int32, flows: Double) -> Double {
        let here = channels[Int(channel)]
        let limit = bundles[Int(bundle)].limit
        guard here.canFill else { return limit }
        if here.level < .infinity { return min(limit, max(here.level, bundles[Int(bundle)].rate)) }
        return min(limit, bundles[Int(bundle)].rate + here.room / flows)
    }
}

// MARK: - Progressive filling

extension FairShares {
    /// Working arrays, kept between settlements.
    private struct Scratch: Sendable {
        /// Of the channels: whether visited, rising flows, capacity that the resting ones leave.
        var sawChannel: [Bool] = []
        var rising: [Double] = []
        var left: [Double] = []
        var filledAt: [Double] = []
        /// Of the bundles: whether visited, whether its rate still rises.
        var sawBundle: [Bool] = []
        var rises: [Bool] = []
        /// Those visited.
        var channels: [Int32] = []
        var bundles: [Int32] = []

        init(channels: Int = 0) {
            sawChannel = Array(repeating: false, count: channels)
            rising = Array(repeating: 0, count: channels)
            left = Array(repeating: 0, count: channels)
            filledAt = Array(repeating: 0, count: channels)
        }

        mutating func addBundle() {
            sawBundle.append(false)
            rises.append(false)
        }
    }

    /// When something next stops rising: a channel is full (its index) or a bundle is at its limit (-1 - its index).
    private struct Stop: Comparable {
        var level: Double
        var what: Int32

        static func < (a: Stop, b: Stop) -> Bool { a.level != b.level ? a.level < b.level : a.what < b.what }
    }

    /// Computes the rates that the changes since the last call have altered.
    ///
    /// - Returns: the bundles whose rate, or what a channel offers them, may have changed; ascending.
    public mutating func settle() -> [Int32] {
        guard isDisturbed else { return [] }
        for channel in changed where channels[Int(channel)].canFill { visit(channel: channel) }
        for bundle in disturbed { visit(bundle: bundle) }
        repeat { fill() } while takeIn()
        for channel in scratch.channels { conclude(Int(channel)) }
        let touched = scratch.bundles.sorted()
        for bundle in scratch.bundles { scratch.sawBundle[Int(bundle)] = false }
        for channel in scratch.channels { scratch.sawChannel[Int(channel)] = false }
        scratch.bundles.removeAll(keepingCapacity: true)
        scratch.channels.removeAll(keepingCapacity: true)
        disturbed.removeAll(keepingCapacity: true)
        changed.removeAll(keepingCapacity: true)
        return touched
    }

    private mutating func visit(channel: Int32) {
        guard !scratch.sawChannel[Int(channel)] else { return }
        scratch.sawChannel[Int(channel)] = true
        scratch.channels.append(channel)
    }

    private mutating func visit(bundle: Int32) {
        guard !scratch.sawBundle[Int(bundle)] else { return }
        scratch.sawBundle[Int(bundle)] = true
        scratch.bundles.append(bundle)
        for load in bundles[Int(bundle)].contested { visit(channel: load.channel) }
    }

    /// Takes in the bundles whose rate is no longer right beside the new ones; false if there are none.
    private mutating func takeIn() -> Bool {
        let before = scratch.bundles.count
        for position in scratch.channels.indices {
            let channel = Int(scratch.channels[position])
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

    /// Enters how full a channel is now. Others on it are told if that has changed.
    private mutating func conclude(_ channel: Int) {
        let room = max(0, scratch.left[channel])
        let isFull = room <= Self.tolerance * channels[channel].capacity
        let level =
            scratch.filledAt[channel] < .infinity
            ? scratch.filledAt[channel] : isFull ? highestRate(channel) : .infinity
        guard level != channels[channel].level || room != channels[channel].room else { return }
        channels[channel].level = level
        channels[channel].room = room
        for member in channels[channel].members where !scratch.sawBundle[Int(member.bundle)] {
            scratch.sawBundle[Int(member.bundle)] = true
            scratch.bundles.append(member.bundle)
        }
    }

    /// Fills the channels with the bundles visited, beside what the others have.
    private mutating func fill() {
        var stops = StopHeap()
        for channel in scratch.channels {
            let index = Int(channel)
            var rising = 0.0, left = channels[index].capacity
            for member in channels[index].members {
                if scratch.sawBundle[Int(member.bundle)] {
                    rising += member.flows
                } else {
                    left -= member.flows * bundles[Int(member.bundle)].rate
                }
            }
            scratch.rising[index] = rising
            scratch.left[index] = left
            scratch.filledAt[index] = .infinity
            if rising > 0 { stops.push(Stop(level: fullAt(channel), what: channel)) }
        }
        for bundle in scratch.bundles {
            scratch.rises[Int(bundle)] = true
            stops.push(Stop(level: bundles[Int(bundle)].limit, what: -1 - bundle))
        }
        while let stop = stops.pop() {
            if stop.what < 0 {
                rest(-1 - stop.what, at: stop.level)
                continue
            }
            guard channels[Int(stop.what)].members.contains(where: { scratch.rises[Int($0.bundle)] }) else { continue }
            // Bundles that came to rest since have left this channel more time.
            let level = fullAt(stop.what)
            if level > stop.level {
                stops.push(Stop(level: level, what: stop.what))
                continue
            }
            scratch.filledAt[Int(stop.what)] = stop.level
            for member in channels[Int(stop.what)].members { rest(member.bundle, at: stop.level) }
        }
    }

    /// The common rate of its rising bundles at which a channel is full.
    private func fullAt(_ channel: Int32) -> Double {
        let rising = scratch.rising[Int(channel)]
        return rising > 0 ? max(0, scratch.left[Int(channel)] / rising) : .infinity
    }

    private mutating func rest(_ member: Int32, at level: Double) {
        let index = Int(member)
        guard scratch.rises[index] else { return }
        scratch.rises[index] = false
        bundles[index].rate = level
        for load in bundles[index].contested {
            scratch.rising[Int(load.channel)] -= load.flows
            scratch.left[Int(load.channel)] -= load.flows * level
        }
    }

    /// A binary heap, least first.
    private struct StopHeap {
        private var items: [Stop] = []

        mutating func push(_ stop: Stop) {
            items.append(stop)
            var child = items.count - 1
            while child > 0, items[child] < items[(child - 1) / 2] {
                items.swapAt(child, (child - 1) / 2)
                child = (child - 1) / 2
            }
        }

        mutating func pop() -> Stop? {
            guard let first = items.first else { return nil }
            let last = items.removeLast()
            guard !items.isEmpty else { return first }
            items[0] = last
            var parent = 0
            while true {
                let left = 2 * parent + 1, right = left + 1
                var least = parent
                if left < items.count, items[left] < items[least] { least = left }
                if right < items.count, items[right] < items[least] { least = right }
                if least == parent { break }
                items.swapAt(parent, least)
                parent = least
            }
            return first
        }
    }
}
