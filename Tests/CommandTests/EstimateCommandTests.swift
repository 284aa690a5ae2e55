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

    @Test func searchPrintsPlans() throws {
        let outcome = try WorkFolder().run(
            "estimate training --model llama-3-8b --gpus 16 --hardware dgx-h100 --global-batch 64 --search")
        #expect(outcome.code == 0)
        #expect(outcome.output.contains("plans tried"))
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

    @Test(arguments: [
        "estimate training --model lama-3-70b --gpus 8 --hardware h100-sxm",
        "estimate training --model llama-3-8b --gpus 8 --hardware h101",
        "estimate training --model llama-3-8b --gpus 8 --hardware h100-sxm --tp 3",
        "estimate training --model llama-3-8b --gpus 8 --hardware h100-sxm --dp 3",
        "estimate training --model llama-3-8b --gpus 9999999999 --hardware h100-sxm",
        "estimate training --model nowhere.json --gpus 8 --hardware h100-sxm",
        "validate training nowhere.csv", "validate collectives nowhere.csv",
    ])
    func badInputIsExitCodeTwo(_ command: String) throws {
        let outcome = try WorkFolder().run(command)
        #expect(outcome.code == 2)
        #expect(outcome.output == "")
        #expect(outcome.complaint != "")
    }
}
