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
///
/// Channels with equal capacities and equal bundles, such as the rails of a leaf group that only whole nodes use, are filled
/// once.
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

    struct Bundle: Sendable {
        var loads: [Load]
        /// Those of them on channels that can be full: only these can hold it back.
        var contested: [Load] = []
        /// Most that one flow can send.
        var limit: Double
        /// Present rate of each flow.
        var rate: Double
    }

    /// A bundle's part in a channel.
    struct Member: Equatable, Sendable, BitwiseCopyable {
        var bundle: Int32
        var flows: Double

        /// The member's bits, mixed (the finalizer of SplitMix64: Steele, Lea and Flood, OOPSLA 2014).
        var signature: UInt64 {
            var bits = flows.bitPattern &+ UInt64(UInt32(bitPattern: bundle)) &* 0x9E37_79B9_7F4A_7C15
            bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
            bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
            return bits ^ bits >> 31
        }
    }

    struct Channel: Sendable {
        var capacity: Double
        /// Bundles with flows here.
        var members: [Member] = []
        /// Sum over the members, equal for channels with equal ones.
        var signature: UInt64 = 0
        /// Whether its members could fill it, if nothing else held them back.
        var canFill = false
        /// Rate at which it is full; infinite while it has room.
        var level = Double.infinity
        /// What its members leave.
        var room: Double
    }

    var channels: [Channel]
    var bundles: [Bundle] = []
    private var unused: [Int32] = []
    /// Bundles and channels that the next settlement starts from.
    var disturbed: [Int32] = []
    var changed: [Int32] = []
    var scratch = Scratch()

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
            let member = Member(bundle: id, flows: load.flows)
            channels[Int(load.channel)].members.append(member)
            channels[Int(load.channel)].signature &+= member.signature
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
            channels[Int(load.channel)].signature &-= Member(bundle: id, flows: load.flows).signature
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
    func isBottleneck(_ channel: Int, of member: Member) -> Bool {
        bundles[Int(member.bundle)].rate >= channels[channel].level * (1 - Self.tolerance)
    }

    /// Rates and room, relative to capacity, that differ by less are equal.
    static let tolerance = 1e-11

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
