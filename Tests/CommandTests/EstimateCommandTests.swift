import Foundation
import Testing

/// `orrery estimate` and the validations of the cost model.
@Suite struct EstimateCommandTests {
    static let table = """
        row_id,source_id,framework,task,model,arch_family,n_layers,hidden,n_heads,ffn_hidden,gated_mlp,vocab,seq_len,gpu,n_gpus,tp,pp,dp_sharding,micro_batch,global_batch,precision,recompute,attention,derived_step_s,quality,notes
        r1,s1,llm-foundry,pretrain,mpt-7b,dense_gpt,32,4096,32,16384,0,50368,2048,H100-SXM5-80GB,8,1,1,zero3_fsdp,8,64,bf16_mixed,none,flash,1.5,A,
        r2,s1,llm-foundry,pretrain,mpt-7b,dense_gpt,32,4096,32,16384,0,50368,2048,H100-SXM5-80GB,8,1,1,zero3_fsdp,8,64,bf16_mixed,none,flash,1.5,X,

        """

    @Test func estimatePrintsStepAndMemory() throws {
        let outcome = try WorkFolder().run(
            "estimate training --model llama-3-70b --gpus 64 --hardware h100-sxm --tp 4 --pp 4 --precision fp8")
        #expect(outcome.code == 0)
        #expect(outcome.output.contains("llama-3-70b: 70.6 B parameters"))
        #expect(outcome.output.contains("matrix multiplications"))
        #expect(outcome.output.contains("MFU"))
    }

    @Test func searchPrintsPlansAndWhyTheOthersAreOut() throws {
        let outcome = try WorkFolder().run(
            "estimate training --model llama-3-8b --gpus 16 --hardware dgx-h100 --global-batch 64 --search")
        #expect(outcome.code == 0)
        #expect(outcome.output.contains("Fastest plans that fit"))
        #expect(outcome.output.contains("out of memory"))
        #expect(
            outcome.output.contains(/\d+ plans tried of \d+: \d+ estimated in full, \d+ ruled out by a lower bound/))
    }

    @Test func searchThatFindsNothingFails() throws {
        let outcome = try WorkFolder().run(
            "estimate training --model llama-3-70b --gpus 1 --hardware a100-40 --global-batch 8 --search")
        #expect(outcome.code == 1)
        #expect(outcome.output == "")
        #expect(outcome.complaint.contains("no plan of"))
        #expect(outcome.complaint.contains("the nearest, tp 1"))
    }

    static let step = "estimate training --model llama-3-70b --gpus 64 --hardware dgx-h100 --tp 8 --pp 2 --waterfall"

    /// As wide as the terminal, with every wall; no colour where nobody looks.
    @Test(arguments: [60, 80, 120])
    func waterfallIsAsWideAsTheTerminal(_ columns: Int) throws {
        let words = Self.step.split(separator: " ").map(String.init)
        let folder = try WorkFolder()
        let outcome = try folder.start(words, environment: ["COLUMNS": "\(columns)"]).wait()
        #expect(outcome.code == 0)
        #expect(!outcome.output.contains("\u{1B}"))
        let bars = outcome.output.split(separator: "\n").filter { $0.hasSuffix(" %") && $0.hasPrefix("  ") }
        #expect(bars.count > 8)
        #expect(bars.allSatisfy { $0.count == columns }, "\(bars.map(\.count))")
        #expect(bars[0].contains("ideal: model FLOPs at peak"))
        #expect(outcome.output.contains("walls: compute "))
    }

    @Test func waterfallIsDrawn() throws {
        let folder = try WorkFolder()
        let outcome = try folder.run(Self.step + " --out step.svg")
        #expect(outcome.code == 0)
        let svg = String(decoding: try folder.data("step.svg"), as: UTF8.self)
        #expect(svg.hasPrefix("<svg xmlns="))
        #expect(svg.contains("prefers-color-scheme:dark"))
        #expect(svg.contains("kernel efficiency"))
        for tag in ["svg", "text", "title", "style"] {
            let opened = svg.matches(of: try Regex("<\(tag)[ >]")).count
            let closed = svg.matches(of: try Regex("</\(tag)>")).count
            #expect(opened > 0 && opened == closed, "\(tag)")
        }
    }

    @Test func waterfallAsJSONSumsUp() throws {
        struct Read: Decodable {
            struct Bar: Decodable { var seconds: Double }
            var stepSeconds: Double
            var bars: [Bar]
            var wallSeconds: [String: Double]
        }
        let outcome = try WorkFolder().run(Self.step + " --json")
        let read = try JSONDecoder().decode(Read.self, from: Data(outcome.output.utf8))
        #expect(abs(read.bars.reduce(0) { $0 + $1.seconds } / read.stepSeconds - 1) < 1e-9)
        #expect(abs(read.wallSeconds.values.reduce(0, +) / read.stepSeconds - 1) < 1e-9)
    }

    @Test func whatDoesNotFitComesWithItsCheapestFix() throws {
        let base = "estimate training --model llama-3-70b --hardware a100-80 --global-batch 512"
        let outcome = try WorkFolder().run(base + " --gpus 16 --micro-batch 4")
        #expect(outcome.code == 0)
        #expect(outcome.output.contains("out of memory"))
        #expect(outcome.output.contains("largest: activations"))
        let fix = try #require(outcome.output.firstMatch(of: /cheapest fix: (--[^(]*) \(/)).output.1
        // The fix is an option of this command, and it helps.
        let others = ["--gpus 16", "--micro-batch 4"].filter { !fix.contains($0.prefix(6)) }.joined(separator: " ")
        let mended = try WorkFolder().run("\(base) \(others) \(fix)")
        #expect(mended.code == 0, "\(mended.complaint)")
        #expect(!mended.output.contains(": out of memory"), "\(fix)")
    }

    @Test func preferencesPrintPhases() throws {
        let base = "estimate training --model llama-3-8b --gpus 16 --hardware h100-sxm --sharding zero3 --sequence 1024"
        let ppo = try WorkFolder().run(base + " --objective ppo --prompt 256 --epochs 2")
        #expect(ppo.code == 0)
        for phase in ["sampling: responses", "reward scores", "critic training"] {
            #expect(ppo.output.contains(phase))
        }
        let dpo = try WorkFolder().run(base + " --objective dpo --json")
        #expect(dpo.code == 0)
        #expect(dpo.output.contains("reference scores pairs"))
    }

    @Test func configurationsAreRead() throws {
        let config = """
            {"model_type":"llava","text_config":{"model_type":"llama","vocab_size":32064},
             "vision_config":{"model_type":"clip_vision_model","hidden_size":1024,"intermediate_size":4096,
             "num_hidden_layers":24,"num_attention_heads":16,"image_size":336,"patch_size":14}}
            """
        let folder = try WorkFolder(["llava.json": config, "odd.json": #"{"model_type":"lama"}"#])
        let seen = try folder.run(
            "estimate training --model llava.json --gpus 8 --hardware a100-80 --freeze-vision --images 2")
        #expect(seen.code == 0)
        #expect(seen.output.contains("7.1 B parameters (7063427072), 0.32 B of them see"))
        let odd = try folder.run("estimate training --model odd.json --gpus 8 --hardware a100-80")
        #expect(odd.code == 2)
        #expect(odd.complaints.count == 1)
        #expect(odd.complaint.contains("did you mean 'llama'?"))
    }

    @Test func shardingHasItsOtherNames() throws {
        let base = "estimate training --model llama-3-8b --gpus 16 --hardware dgx-h100 --sharding "
        let folder = try WorkFolder()
        func output(_ name: String) throws -> String { try folder.run(base + name).output }
        #expect(try output("ddp") == output("none"))
        #expect(try output("distributed-optimizer") == output("zero1"))
        #expect(try output("fsdp") == output("zero3"))
        #expect(try output("hsdp") == output("zero3 --shard-group 8"))
        #expect(try output("hsdp") != output("fsdp"))
    }

    @Test func validationEndsWithTheBalancedMean() throws {
        let outcome = try WorkFolder(["t.csv": Self.table]).run("validate training t.csv")
        #expect(outcome.code == 0)
        let last = String(outcome.output.split(separator: "\n").last ?? "")
        #expect(
            last.wholeMatch(of: /balanced mean absolute error \d+\.\d % over 1 sources, 1 rows scored, 1 skipped/)
                != nil,
            "\(last)")
    }

    @Test func collectivesSayWhatNCCLRuns() throws {
        let folder = try WorkFolder()
        let one = try folder.run("estimate collective --gpus 8 --hardware dgx-h100 --bytes 1GiB")
        #expect(one.code == 0)
        #expect(one.output.contains("NCCL's table puts first: nvls with Simple"))
        #expect(one.output.contains(/predicted: nvls with Simple, [0-9.]+ µs, bus bandwidth 4\d\d\.\d GB\/s/))
        #expect(one.output.contains("needs SHARP in the network") == false)
        let many = try folder.run("estimate collective --gpus 256 --hardware dgx-h100")
        #expect(many.output.contains(/64KiB .* tree LL/))
        #expect(many.output.contains(/8GiB .* ring Simple/))
        let json = try folder.run("estimate collective --gpus 16 --hardware dgx-h100 --bytes 1MiB --sharp --json")
        #expect(json.output.contains("\"ncclAlgorithm\""))
    }

    @Test(arguments: [
        "estimate collective --gpus 1 --hardware dgx-h100", "estimate collective --gpus 8 --hardware h101",
        "estimate collective --gpus 8 --hardware dgx-h100 --bytes 0B",
        "estimate collective --gpus 64 --hardware dgx-h100 --per-domain 16",
        "estimate collective --gpus 9999999999 --hardware dgx-h100",
        "estimate training --model lama-3-70b --gpus 8 --hardware h100-sxm",
        "estimate training --model llama-3-8b --gpus 8 --hardware h101",
        "estimate training --model llama-3-8b --gpus 8 --hardware h100-sxm --tp 3",
        "estimate training --model llama-3-8b --gpus 8 --hardware h100-sxm --dp 3",
        "estimate training --model llama-3-8b --gpus 9999999999 --hardware h100-sxm",
        "estimate training --model nowhere.json --gpus 8 --hardware h100-sxm",
        "estimate training --model llama-3-8b --gpus 8 --hardware h100-sxm --software fdsp",
        "estimate training --model llama-3-8b --gpus 8 --hardware h100-sxm --workers 4",
        "estimate training --model llama-3-8b --gpus 8 --hardware h100-sxm --checkpoint-every 5min",
        "estimate training --model llama-3-8b --gpus 8 --hardware h100-sxm --prompt 4",
        "estimate training --model llama-3-8b --gpus 8 --hardware h100-sxm --objective ppo --prompt 4096",
        "estimate training --model llama-3-8b --gpus 8 --hardware h100-sxm --objective ppo --critic lama",
        "estimate training --model llama-3-8b --gpus 8 --hardware h100-sxm --offload parameters",
        "estimate training --model llama-3-8b --gpus 8 --hardware h100-sxm --offload optimizer --optimizer adam-8bit",
        "estimate training --model llama-3-8b --gpus 8 --hardware h100-sxm --storage s3-standart",
        "estimate training --model llama-3-8b --gpus 8 --hardware h100-sxm --storage fsx-lustre-125",
        "estimate training --model llama-3-8b --gpus 8 --hardware h100-sxm --storage-capacity 9TiB",
        "estimate training --model llama-3-8b --gpus 12 --hardware h100-sxm --tp 3",
        "estimate training --model llama-3-8b --gpus 8 --hardware h100-sxm --ep 8",
        "estimate training --model llama-3-8b --gpus 8 --hardware h100-sxm --global-batch 13",
        "estimate training --model llama-3-8b --gpus 8 --hardware h100-sxm --pp 4 --vpp 2 --schedule gpipe",
        "estimate training --model llama-3-8b --gpus 8 --hardware h100-sxm --images 2",
        "estimate training --model llama-3-8b --gpus 8 --hardware a100-80 --precision fp8",
        "estimate training --model llama-3-8b --gpus 8 --hardware h100-sxm --network-gbps 1e300",
        "estimate training --model llama-3-8b --gpus 8 --hardware h100-sxm --shard-group 3 --sharding fsdp",
        "estimate training --model llama-3-8b --gpus 8 --hardware h100-sxm --sharding fsddp",
        "estimate training --model bert-large --gpus 8 --hardware h100-sxm --sequence 1024",
        "validate training nowhere.csv", "validate collectives nowhere.csv",
    ])
    func badInputIsExitCodeTwo(_ command: String) throws {
        let outcome = try WorkFolder().run(command)
        #expect(outcome.code == 2)
        #expect(outcome.output == "")
        #expect(outcome.complaint != "")
    }
}
