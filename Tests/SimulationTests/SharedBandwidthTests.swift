import SimulationKernel
import Testing

@testable import Simulation

/// Max-min sharing against closed forms, and against a slow reference that moves every transfer by itself.
@Suite struct SharedBandwidthTests {
    private func run(_ shared: inout SharedBandwidth) -> [Int32: Double] {
        var ends: [Int32: Double] = [:]
        while let end = shared.nextEnd() {
            shared.advance(to: end)
            for tag in shared.takeEnded() { ends[tag] = Double(end) / 1e9 }
        }
        return ends
    }

    @Test func equalReadersShareOneStore() {
        var shared = SharedBandwidth()
        let store = shared.addResource(10e9)
        let path = SharedBandwidth.Path(uses: [.init(resource: store, perByte: 1)], limit: 5e9)
        _ = shared.start(path, members: 1000, bytes: 140e9, tag: 0)
        // N·S/B = 1000 · 140 GB / 10 GB/s.
        let ends = run(&shared)
        #expect(near((ends[0] ?? 0), 14_000, 1e-6))
    }

    @Test func whoIsLimitedLeavesTheRestToOthers() {
        var shared = SharedBandwidth()
        let store = shared.addResource(10e9)
        let slow = SharedBandwidth.Path(uses: [.init(resource: store, perByte: 1)], limit: 1e9)
        let fast = SharedBandwidth.Path(uses: [.init(resource: store, perByte: 1)], limit: 100e9)
        let a = shared.start(slow, members: 2, bytes: 10e9, tag: 0)
        let b = shared.start(fast, members: 1, bytes: 80e9, tag: 1)
        #expect(shared.rate(of: a) == 1e9)
        #expect(shared.rate(of: b) == 8e9)
        #expect(run(&shared) == [0: 10, 1: 10])
    }

    @Test func requestsLimitSmallFiles() {
        var shared = SharedBandwidth()
        let bytes = shared.addResource(100e9)
        let requests = shared.addResource(5_500)
        // A million files of 100 kB: 100 GB in 1 s by bytes, in 182 s by requests.
        let path = SharedBandwidth.Path(
            uses: [.init(resource: bytes, perByte: 1), .init(resource: requests, perByte: 1e-5)], limit: 100e9)
        _ = shared.start(path, members: 1, bytes: 100e9, tag: 0)
        #expect(near((run(&shared)[0] ?? 0), 1e6 / 5_500, 1e-6))
    }

    /// One transfer with its own bytes left, in a world where all rates are computed anew at every event.
    private struct Slow {
        var path: SharedBandwidth.Path
        var members: Double
        var left: Double
        var tag: Int32
    }

    @Test(arguments: UInt64(1)...12)
    func randomWorldsAgreeWithTheReference(seed: UInt64) {
        var random = RandomStream(seed: seed, name: "storage-world")
        var shared = SharedBandwidth()
        let capacities = (0..<4).map { _ in Double(1 + random.below(50)) * 1e9 }
        let resources = capacities.map { shared.addResource($0) }
        let paths = (0..<7).map { _ in
            let uses = resources.filter { _ in random.below(2) == 0 }.map { resource in
                SharedBandwidth.Use(resource: resource, perByte: Double(1 + random.below(3)))
            }
            return SharedBandwidth.Path(uses: uses, limit: Double(1 + random.below(20)) * 1e9)
        }
        var starts: [(atNs: Int64, path: Int, members: Int, bytes: Double)] = []
        for _ in 0..<80 {
            starts.append(
                (
                    Int64(random.below(100)) * 1_000_000_000, random.below(paths.count), 1 + random.below(40),
                    Double(1 + random.below(400)) * 1e9
                ))
        }
        starts.sort { $0.atNs < $1.atNs }
        let fast = play(&shared, starts, paths)
        let slow = playSlowly(starts, paths, capacities)
        for tag in starts.indices.map({ Int32($0) }) {
            let (a, b) = (fast[tag] ?? -1, slow[tag] ?? -2)
            #expect(abs(a - b) <= 1e-6 * max(1, b), "transfer \(tag) ends at \(a), expected \(b)")
        }
    }

    private func play(
        _ shared: inout SharedBandwidth, _ starts: [(atNs: Int64, path: Int, members: Int, bytes: Double)],
        _ paths: [SharedBandwidth.Path]
    ) -> [Int32: Double] {
        var ends: [Int32: Double] = [:]
        var next = 0
        while true {
            let end = shared.nextEnd()
            if next < starts.count, end ?? .max > starts[next].atNs {
                let start = starts[next]
                shared.advance(to: start.atNs)
                _ = shared.start(paths[start.path], members: start.members, bytes: start.bytes, tag: Int32(next))
                next += 1
            } else if let end {
                shared.advance(to: end)
                for tag in shared.takeEnded() { ends[tag] = Double(end) / 1e9 }
            } else {
                return ends
            }
        }
    }

    private func playSlowly(
        _ starts: [(atNs: Int64, path: Int, members: Int, bytes: Double)], _ paths: [SharedBandwidth.Path],
        _ capacities: [Double]
    ) -> [Int32: Double] {
        var ends: [Int32: Double] = [:]
        var open: [Slow] = []
        var now = 0.0
        var next = 0
        while next < starts.count || !open.isEmpty {
            let groups = open.map { FairShare.Group(path: $0.path, members: $0.members) }
            let rates = FairShare.rates(of: groups, capacities: capacities)
            let finish = zip(open, rates).map { now + $0.left / $1 }.min() ?? .infinity
            let arrival = next < starts.count ? Double(starts[next].atNs) / 1e9 : .infinity
            let then = min(finish, arrival)
            for index in open.indices { open[index].left -= rates[index] * (then - now) }
            now = then
            if arrival <= finish {
                let start = starts[next]
                open.append(
                    Slow(path: paths[start.path], members: Double(start.members), left: start.bytes, tag: Int32(next)))
                next += 1
            }
            for done in open where done.left < 1 { ends[done.tag] = now }
            open.removeAll { $0.left < 1 }
        }
        return ends
    }

    @Test func cancelledTransfersGiveTheirShareBack() {
        var shared = SharedBandwidth()
        let store = shared.addResource(10e9)
        let path = SharedBandwidth.Path(uses: [.init(resource: store, perByte: 1)], limit: 100e9)
        let first = shared.start(path, members: 1, bytes: 100e9, tag: 0)
        _ = shared.start(path, members: 1, bytes: 50e9, tag: 1)
        shared.advance(to: 4_000_000_000)
        shared.cancel(first)
        shared.cancel(first)
        // 20 GB in the first 4 s at half the rate, 30 GB at the full rate.
        #expect(run(&shared) == [1: 7])
    }
}
