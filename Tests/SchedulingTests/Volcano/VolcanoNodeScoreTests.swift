import Configuration
import KubernetesObjects
import Quantities
import Testing

@testable import Scheduling

/// Plugins binpack and resource-strategy-fit: sections 9.16 and 9.18 of the reference.
@Suite struct VolcanoNodeScores {
    private static func gpus(_ count: Int64) -> ResourceList { ["nvidia.com/gpu": KubernetesQuantity(count)] }
    private static func cores(_ count: Int64, gpus: Int64 = 0) -> ResourceList {
        var list: ResourceList = ["cpu": KubernetesQuantity(count)]
        if gpus > 0 { list["nvidia.com/gpu"] = KubernetesQuantity(gpus) }
        return list
    }

    /// Node `gpus` has 4 of 8 GPUs in use, node `cpus` 32 of 64 cores and 2 GPUs; pod `p` asks for 8 cores and 2 GPUs.
    private static func scene() -> DeviceScene {
        var scene = DeviceScene()
        scene.node("cpus", gpus(8))
        scene.node("gpus", gpus(8))
        scene.pod("cpu-user", on: "cpus", cores(32, gpus: 2))
        scene.pod("gpu-user", on: "gpus", cores(8, gpus: 4))
        scene.pod("p", cores(8, gpus: 2))
        return scene
    }

    private static func scores(_ plugin: String, _ arguments: [String: JSONValue], _ scene: DeviceScene = scene())
        -> [Double]
    {
        let session = scene.session(plugin, arguments, others: [])
        return ["cpus", "gpus"].map { session.nodeOrder(session.task("p"), session.node($0)) }
    }

    /// "GPUs are ignored unless listed in binpack.resources": only 40 of 64 and 16 of 64 cores count.
    @Test func binpackIgnoresGPUsThatAreNotListed() {
        #expect(Self.scores("binpack", [:]) == [62.5, 25])
    }

    /// Listed with weight 3: (62.5 · 1 + 50 · 3) / 4 and (25 · 1 + 75 · 3) / 4.
    @Test func binpackCountsGPUsThatAreListed() {
        let arguments: [String: JSONValue] = [
            "binpack.resources": "nvidia.com/gpu, example.com/foo", "binpack.resources.nvidia.com/gpu": 3,
        ]
        #expect(Self.scores("binpack", arguments) == [53.125, 62.5])
    }

    /// "Allocatable 0 or weight 0 gives term 0, while its weight still enters the denominator"; "binpack.weight" scales.
    @Test func binpackWeighsResources() {
        #expect(Self.scores("binpack", ["binpack.cpu": 0, "binpack.resources": "nvidia.com/gpu"]) == [50, 75])
        #expect(Self.scores("binpack", ["binpack.weight": 10]) == [625, 250])
        // A listed resource that neither node has: its weight 1 is in the denominator.
        var scene = Self.scene()
        scene.objects.pods[2].spec.containers[0].resources.requests["example.com/foo"] = KubernetesQuantity(1)
        #expect(Self.scores("binpack", ["binpack.resources": "example.com/foo"], scene) == [31.25, 12.5])
    }

    /// `binpack.go`, calculateWeight: weights below zero are 1; a plugin of weight 0 does not take part.
    @Test func binpackReplacesNegativeWeights() {
        #expect(Self.scores("binpack", ["binpack.cpu": -5]) == [62.5, 25])
        let off = Self.scene().session("binpack", ["binpack.weight": 0], others: [])
        #expect(off.nodeOrder(off.task("p"), off.node("cpus")) == 0)
    }

    /// "An r with used + req > allocatable makes the whole score 0", also for memory that nobody weighs down.
    @Test func binpackGivesNothingToANodeThatIsTooSmall() {
        var scene = Self.scene()
        scene.objects.pods[2].spec.containers[0].resources.requests = Self.cores(40)
        #expect(Self.scores("binpack", [:], scene) == [0, 75])
    }

    /// The same request is placed by what counts: the fuller cpus without GPUs listed, the fuller GPUs with them.
    @Test func binpackDecidesWhereAPodGoes() {
        func place(_ arguments: [String: JSONValue]) -> [String] {
            let session = Self.scene().session("binpack", arguments)
            session.runActions()
            return session.boundPlaces
        }
        #expect(place([:]) == ["p@cpus"])
        #expect(place(["binpack.resources": "nvidia.com/gpu", "binpack.resources.nvidia.com/gpu": 10]) == ["p@gpus"])
    }

    /// "name wildcards prefix/*, exact name first, then longest prefix"; weighted mean · 100 · weight.
    @Test func strategiesAreFoundByWildcard() {
        let arguments: [String: JSONValue] = [
            "resourceStrategyFitWeight": 1,
            "resources": [
                "nvidia.com/*": ["type": "MostAllocated", "weight": 1], "*": ["type": "MostAllocated", "weight": 9],
            ],
        ]
        #expect(Self.scores("resource-strategy-fit", arguments) == [50, 75])
    }

    /// "weight ≤ 0 → 1, other type → LeastAllocated; nothing configured → cpu and memory LeastAllocated, weight 1".
    @Test func strategiesHaveDefaults() {
        #expect(Self.scores("resource-strategy-fit", [:]) == [375, 750])
        let odd: JSONValue = ["cpu": ["type": "Whatever", "weight": -3]]
        #expect(Self.scores("resource-strategy-fit", ["resources": odd]) == [375, 750])
        #expect(Self.scores("resource-strategy-fit", ["resourceStrategyFitWeight": 0]) == [0, 0])
    }

    /// "Pod annotations … replace type and weights; a type without (parsable) weights → 0".
    @Test func podsMayChooseTheirStrategy() {
        var scene = Self.scene()
        scene.objects.pods[2].metadata.annotations["volcano.sh/resource-strategy-scoring-type"] = "MostAllocated"
        #expect(Self.scores("resource-strategy-fit", [:], scene) == [0, 0])
        scene.objects.pods[2].metadata.annotations["volcano.sh/resource-strategy-weight"] = #"{"nvidia.com/gpu": 2}"#
        #expect(Self.scores("resource-strategy-fit", [:], scene) == [500, 750])
    }

    /// "proportional": idle cpu − request must stay ≥ idle GPUs · cores per GPU for a pod that asks for none.
    @Test func proportionalKeepsCoresForIdleGPUs() {
        var scene = Self.scene()
        scene.pod("plain", Self.cores(20))
        let session = scene.session(
            "resource-strategy-fit",
            [
                "proportional": [
                    "enable": true, "resources": "nvidia.com/gpu",
                    "resourceProportion": ["nvidia.com/gpu.cpu": 4, "nvidia.com/gpu.memory": 1],
                ]
            ], others: [])
        // cpus: 32 − 20 cores for 6 idle GPUs (24 wanted); gpus: 56 − 20 for 4 (16 wanted).
        #expect(session.refusals("plain", on: "cpus") == ["proportional of resource nvidia.com/gpu check failed"])
        #expect(session.refusals("plain", on: "gpus").isEmpty)
        #expect(session.refusals("p", on: "cpus").isEmpty)
    }

    /// "sra: 0 if the node's allocatable lacks any requested resource"; else fewer scarce resources score more.
    @Test func scarceResourcesAreAvoided() {
        var scene = Self.scene()
        scene.node("plain")
        scene.pod("cpu-only", Self.cores(1))
        let session = scene.session(
            "resource-strategy-fit",
            [
                "resourceStrategyFitWeight": 0,
                "sra": ["enable": true, "resources": "nvidia.com/gpu, example.com/foo", "weight": 2],
            ], others: [])
        let scores = ["cpu-only", "p"].map { pod in
            ["plain", "gpus"].map { session.nodeOrder(session.task(pod), session.node($0)) }
        }
        #expect(scores == [[200, 100], [0, 100]])
    }
}
