import Configuration
import Testing

@testable import CostModel

@Suite struct MeasuredTableTests {
    static let header =
        "row_id,source_id,framework,task,model,arch_family,n_layers,hidden,n_heads,ffn_hidden,gated_mlp,vocab,seq_len,gpu,n_gpus,tp,pp,dp_sharding,micro_batch,global_batch,precision,recompute,attention,derived_step_s,quality,notes"

    func table(_ lines: String...) throws -> MeasuredTable {
        let text = ([Self.header] + lines).joined(separator: "\n") + "\n"
        return try MeasuredTable(bytes: Array(text.utf8), path: "table.csv")
    }

    @Test func readsQuotedFieldsAndRows() throws {
        let table = try table(
            #"r1,s1,llm-foundry,pretrain,mpt-7b,dense_gpt,32,4096,32,16384,0,50368,2048,H100-SXM5-80GB,8,1,1,zero3_fsdp,8,64,bf16_mixed,none,flash,3.5,A,"a, ""note""""#
        )
        let row = try TrainingRow(table[0])
        #expect(table[0].text("notes") == #"a, "note""#)
        #expect(row.platform.card.name == "h100-sxm")
        #expect(row.plan.sharding == .zero3)
        #expect(row.measured == 3.5)
        #expect(row.estimate().step > 0)
    }

    /// A prediction must not depend on the measured columns.
    @Test func predictionsDoNotSeeTheMeasurement() throws {
        let start =
            "r1,s1,Megatron-LM,pretrain,g,dense_gpt,24,2304,24,9216,0,51200,2048,A100-SXM4-80GB,32,1,1,ddp,,512,fp16_mixed,full,fused_unflash,"
        let table = try table(start + "3.5,A,", start + "9.5,A,")
        #expect(try TrainingRow(table[0]).estimate().step == TrainingRow(table[1]).estimate().step)
    }

    @Test func rowsNotToScoreAreRefused() throws {
        let start =
            "r1,s1,x,pretrain,g,dense_gpt,24,2304,24,9216,0,51200,2048,A100-SXM4-80GB,32,1,1,ddp,1,512,bf16_mixed,full,flash,"
        let table = try table(start + "3.5,C,", start + ",A,", start.replacing("A100-SXM4-80GB", with: "Q7") + "3.5,A,")
        #expect(throws: TrainingRow.Refusal.excluded) { try TrainingRow(table[0]) }
        #expect(throws: TrainingRow.Refusal.excluded) { try TrainingRow(table[1]) }
        #expect(throws: TrainingRow.Refusal.incomplete("GPU Q7")) { try TrainingRow(table[2]) }
    }

    /// What a row says about recomputation, the compiler and the GPU's limits is read.
    @Test func configurationsOfOtherTestbedsAreRead() throws {
        func row(_ framework: String, _ recompute: String, _ notes: String) throws -> TrainingRow {
            try TrainingRow(
                table(
                    "r1,s1,\(framework),pretrain,llama3-8b,dense_llama,32,4096,32,14336,1,128256,8192,H100-SXM5-96GB,8,1,1,fsdp,2,16,"
                        + "bf16_mixed,\(recompute),flash,2.8,A,\(notes)")[0])
        }
        #expect(try row("torchtitan", "selective_per_op", "").plan.recompute == .everyOtherProduct)
        #expect(try row("torchtitan", "selective_layer", "").plan.recompute == .everyOtherLayer)
        #expect(try row("torchtitan", "selective_attn", "").plan.recompute == .selective)
        let eager = try row("torchtitan", "full", "without torch.compile")
        let compiled = try row("torchtitan", "full", "with torch.compile")
        #expect(compiled.estimate().step < 0.95 * eager.estimate().step)
        #expect(try row("llm-foundry", "full", "").plan.software.attention == .flashFirst)
        #expect(try row("xtuner", "full", "").plan.software.name == SoftwareCard.huggingFace.name)
        let text =
            Self.header
            + ",gpu_note\nr1,s1,torchtitan,pretrain,l,dense_llama,32,4096,32,14336,1,128256,8192,H100-SXM5-96GB,8,1,1,"
            + "fsdp,2,16,bf16_mixed,full,flash,2.8,A,,\"HBM2e, 2.4 TB/s, 500 W\"\n"
        let limited = try TrainingRow(MeasuredTable(bytes: Array(text.utf8), path: "t.csv")[0])
        #expect(limited.platform.card.memoryBandwidth == 2.4e12)
        #expect(limited.estimate().step > 1.05 * eager.estimate().step)
    }

    @Test func brokenTablesAreRefused() {
        for text in ["", "a,b\n1\n", "a,b\n\"1,2\n"] {
            #expect(throws: InvalidInput.self) { try MeasuredTable(bytes: Array(text.utf8), path: "t.csv") }
        }
    }

    @Test func sourcesAreBalanced() {
        let errors = SourceErrors(
            errors: [("a", 0.1), ("a", -0.1), ("a", 0.1), ("b", 0.3)], skipped: 2)
        #expect(abs(errors.balancedMean - 0.2) < 1e-12)
        #expect(errors.summary == "balanced mean absolute error 20.0 % over 2 sources, 4 rows scored, 2 skipped")
    }
}
