/// Rates of bundles of flows that share channels, by max-min fairness.
///
/// A bundle is the flows of one collective: they advance together, so all of them have the rate of the slowest. Progressive
/// filling: the rates of all bundles rise together; when a channel is full, the bundles on it keep their rate and the others rise
/// on (Bertsekas and Gallager, Data Networks, 2nd edition, section 6.5.2). A flow never exceeds its bundle's limit.
///
/// `settle` computes anew only what a change can reach: bundles joined by channels that could be full. It is O(n log n) in
/// the channel loads of those.
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
    /// Bundles that the next settlement starts from.
    private var disturbed: [Int32] = []
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

    /// Finds out whether a changed channel can be full; those on it are disturbed if it can be or could be.
    private mutating func review(_ channel: Int32) {
        let index = Int(channel)
        var most = 0.0
        for member in channels[index].members { most += member.flows * bundles[Int(member.bundle)].limit }
        let could = channels[index].canFill
        let can = most > channels[index].capacity * (1 + 1e-12)
        if can != could { contest(channel, can) }
        if can || could { disturbed += channels[index].members.map(\.bundle) }
        if !can {
            channels[index].level = .infinity
            channels[index].room = channels[index].capacity
        }
    }

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
    public var isDisturbed: Bool { !disturbed.isEmpty }

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
        /// Of the bundles: whether visited, whether its rate still rises.
        var sawBundle: [Bool] = []
        var rises: [Bool] = []

        init(channels: Int = 0) {
            sawChannel = Array(repeating: false, count: channels)
            rising = Array(repeating: 0, count: channels)
            left = Array(repeating: 0, count: channels)
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

    /// Computes the rates that the changes since the last call can have altered.
    ///
    /// - Returns: the bundles looked at, ascending.
    public mutating func settle() -> [Int32] {
        guard !disturbed.isEmpty else { return [] }
        let (members, shared) = reached()
        disturbed.removeAll(keepingCapacity: true)
        fill(members, shared)
        for member in members { scratch.sawBundle[Int(member)] = false }
        for channel in shared { scratch.sawChannel[Int(channel)] = false }
        return members
    }

    /// Bundles and channels that can be full, joined to the disturbed bundles; ascending.
    private mutating func reached() -> (bundles: [Int32], channels: [Int32]) {
        var members: [Int32] = []
        var shared: [Int32] = []
        for start in disturbed where !scratch.sawBundle[Int(start)] {
            scratch.sawBundle[Int(start)] = true
            members.append(start)
        }
        var next = 0
        while next < members.count {
            for load in bundles[Int(members[next])].contested {
                let channel = Int(load.channel)
                guard !scratch.sawChannel[channel] else { continue }
                scratch.sawChannel[channel] = true
                shared.append(load.channel)
                for other in channels[channel].members where !scratch.sawBundle[Int(other.bundle)] {
                    scratch.sawBundle[Int(other.bundle)] = true
                    members.append(other.bundle)
                }
            }
            next += 1
        }
        return (members.sorted(), shared.sorted())
    }

    private mutating func fill(_ members: [Int32], _ shared: [Int32]) {
        for channel in shared {
            scratch.rising[Int(channel)] = 0
            scratch.left[Int(channel)] = channels[Int(channel)].capacity
            channels[Int(channel)].level = .infinity
        }
        var stops = StopHeap()
        for member in members {
            let index = Int(member)
            scratch.rises[index] = true
            for load in bundles[index].contested {
                scratch.rising[Int(load.channel)] += load.flows
            }
            stops.push(Stop(level: bundles[index].limit, what: -1 - member))
        }
        for channel in shared { stops.push(Stop(level: fullAt(channel), what: channel)) }
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
            channels[Int(stop.what)].level = stop.level
            for member in channels[Int(stop.what)].members { rest(member.bundle, at: stop.level) }
        }
        for channel in shared { channels[Int(channel)].room = max(0, scratch.left[Int(channel)]) }
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
