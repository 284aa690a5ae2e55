import ClusterModel
import Testing

@testable import Scheduling

/// Scores, fragmentation and typical pods worked out by hand.
@Suite struct PlacementScoreTests {
    let half = ResourceRequest(cpuMilli: 8000, gpuCount: 1, gpuMilli: 500)
    let two = ResourceRequest(cpuMilli: 16_000, gpuCount: 2)
    let noGPU = ResourceRequest(cpuMilli: 4000)

    @Test func packingPrefersSharedThenUsedThenSmallNodes() {
        func score(free: Int, of count: Int, tightest: Int? = nil, _ request: ResourceRequest) -> Int {
            NodeScores.gpuPacking(freeGPUs: free, gpuCount: count, tightest: tightest, request)
        }
        #expect(score(free: 3, of: 8, tightest: 500, half) == 95)
        #expect(score(free: 3, of: 8, tightest: 990, half) == 91)
        #expect(score(free: 3, of: 8, half) == 49)
        #expect(score(free: 3, of: 8, two) == 48)
        #expect(score(free: 2, of: 2, two) == 31)
        #expect(score(free: 8, of: 8, two) == 25)
        #expect(score(free: 8, of: 8, noGPU) == 0)
    }

    @Test func clusteringScoresInQuarters() {
        // Bit 1: fractions; bit 3: pods of two GPUs.
        #expect(NodeScores.gpuClustering(freeGPU: 4000, kind: 1, kindsOnNode: 0b0010) == 87)
        #expect(NodeScores.gpuClustering(freeGPU: 4000, kind: 1, kindsOnNode: 0b1010) == 62)
        #expect(NodeScores.gpuClustering(freeGPU: 8000, kind: 1, kindsOnNode: 0) == 25)
        #expect(NodeScores.gpuClustering(freeGPU: 4000, kind: 1, kindsOnNode: 0b1000) == 12)
        #expect(NodeScores.gpuClustering(freeGPU: 4000, kind: 0, kindsOnNode: 0b1000) == 0)
    }

    @Test func productAndRest() {
        // (64/128)(16/128) + (4/8)(2/8) = 3/16; half of that off 1, in percent, truncated.
        #expect(NodeScores.dotProduct(freeCPU: 64_000, freeGPU: 4000, two) == 90)
        // (48/128)/2 + (2/8)/2 = 5/16 left over.
        #expect(NodeScores.weightedBestFit(freeCPU: 64_000, freeGPU: 4000, two) == 68)
    }

    @Test func gradientIsFlatAtNoChangeAndTruncated() {
        #expect(NodeScores.gradient(before: 1234, after: 1234) == 50)
        #expect(NodeScores.gradient(before: 0, after: 0) == 50)
        // 1/(1+exp(-0.03)) = 0.5075, 1/(1+exp(-0.05)) = 0.5125
        #expect(NodeScores.gradient(before: 1030, after: 1000) == 50)
        #expect(NodeScores.gradient(before: 1050, after: 1000) == 51)
        #expect(NodeScores.gradient(before: 1000, after: 1000.0001) == 49)
        #expect(NodeScores.gradient(before: 0, after: 8000) == 0)
        #expect(NodeScores.gradient(before: 8000, after: 0) == 99)
    }

    @Test func fragmentationOfOneNode() throws {
        var builder = ClusterBuilder(name: "one")
        let shape = NodeShape(
            name: "m", cpuMilli: 32_000, memoryBytes: 64, gpuModel: builder.catalogue.gpu(named: "t4"), gpuCount: 2)
        builder.add(NodePool(name: "p", count: 1, shape: shape))
        let cluster = try builder.build()
        var ledger = AllocationLedger(cluster)
        let node = NodeID(0)
        func measure(_ request: ResourceRequest, pools: UInt64 = .max) -> Double {
            FragmentationMeasure([TypicalPod(request: request, share: 1, pools: pools)]).fragmentedMilli(ledger, node)
        }
        #expect(measure(half) == 0)
        #expect(measure(two) == 0)
        #expect(measure(two, pools: 0b10) == 2000)
        #expect(measure(noGPU) == 2000)
        _ = ledger.allocate(ResourceRequest(cpuMilli: 20_000, gpuCount: 1, gpuMilli: 700), on: node)
        // GPUs 300 and 1000, 12 cores left.
        #expect(measure(half) == 300)
        #expect(measure(ResourceRequest(cpuMilli: 12_000, gpuCount: 1, gpuMilli: 300)) == 0)
        #expect(measure(ResourceRequest(cpuMilli: 12_001, gpuCount: 1, gpuMilli: 300)) == 1300)
        #expect(measure(ResourceRequest(cpuMilli: 1000, gpuCount: 2)) == 1300)
        let mixed = FragmentationMeasure([
            TypicalPod(request: half, share: 0.75), TypicalPod(request: two, share: 0.25),
        ])
        #expect(mixed.fragmentedMilli(ledger, node) == 0.75 * 300 + 0.25 * 1300)
    }

    @Test func censusTakesTheMostFrequentKinds() {
        var census = TypicalPodCensus()
        census.count(half, pods: 50)
        census.count(noGPU, pods: 30)
        census.count(two, models: ["T4"], pods: 15)
        census.count(two, models: ["A10"], pods: 4)
        census.count(ResourceRequest(cpuMilli: 1), pods: 1)
        let typical = census.typicalPods()
        #expect(typical.map(\.request.gpuMilli) == [500, 0, 1000])
        #expect(abs(typical[0].share - 50.0 / 95) < 1e-12)
        #expect(abs(typical.reduce(0) { $0 + $1.share } - 1) < 1e-12)
        #expect(census.typicalPods(coverage: 0.96).count == 4)
        #expect(census.typicalPods(coverage: 1).map(\.share).last == 0.01)
        #expect(TypicalPodCensus().typicalPods().isEmpty)
    }

    @Test func censusOrdersEqualCountsByLargerPods() {
        var census = TypicalPodCensus()
        let requests = [noGPU, two, half, ResourceRequest(cpuMilli: 8000, gpuCount: 1, gpuMilli: 700)]
        for request in requests { census.count(request, models: ["T4"]) }
        census.count(two, models: ["V100"])
        let typical = census.typicalPods(coverage: 1)
        #expect(typical.map(\.request.cpuMilli) == [16_000, 16_000, 8000, 8000, 4000])
        #expect(typical.map(\.request.gpuMilli) == [1000, 1000, 700, 500, 0])
    }
}
