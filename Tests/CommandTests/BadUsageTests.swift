import Foundation
import Testing

/// Wrong words on the command line: exit code 2, one line that says what, nothing written.
@Suite struct BadUsageTests {
    /// A command line and what its message must say.
    struct Case: CustomTestStringConvertible {
        var line: String
        var says: String
        var testDescription: String { line }

        init(_ line: String, _ says: String) {
            self.line = line
            self.says = says
        }
    }

    static let cases = [
        Case("runn s.yaml", "'orrery' has no command 'runn'; did you mean 'run'?"),
        Case("frobnicate", "'orrery' has no command 'frobnicate'"),
        Case("trace descibe s.yaml", "'orrery trace' has no command 'descibe'; did you mean 'describe'?"),
        Case("scenario chekc s.yaml", "did you mean 'check'?"),
        Case("--frobnicate", "Unknown option '--frobnicate'"),
        Case("run s.yaml --polcy las", "Unknown option '--polcy'. Did you mean '--policy'?"),
        Case("compare s.yaml --polices las", "Did you mean '--policies'?"),
        Case("run", "Missing expected argument '<scenario>'"),
        Case("run s.yaml t.yaml", "Unexpected argument 't.yaml'"),
        Case("run s.yaml --out", "Missing value for '--out <out>'"),
        Case("run s.yaml --set", "Missing value for '--set <path=value>'"),
        Case("run s.yaml --policy fifo-gan", "expected one of kube-default, fifo-gang, "),
        Case("run s.yaml --policy fifo-gan", "did you mean 'fifo-gang'?"),
        Case("run s.yaml --jobs 0", "'0' is invalid for '--jobs <jobs>': expected a whole number of at least 1"),
        Case("run s.yaml --jobs -1", "'-1' is invalid for '--jobs <jobs>'"),
        Case("run s.yaml -j two", "'two' is invalid for '-j <jobs>'"),
        Case("run s.yaml --jobs 99999999999999999999", "is invalid for '--jobs <jobs>'"),
        Case("run s.yaml --seed -1", "'-1' is invalid for '--seed <seed>': expected a whole number from 0 to 1844"),
        Case("run s.yaml --seed 1.5", "expected a whole number from 0"),
        Case("compare s.yaml --jobs -3 --policies las,drf", "'-3' is invalid for '--jobs <jobs>'"),
        Case("compare s.yaml --policies las,fifo-gnag", "did you mean 'fifo-gang'?"),
        Case("compare s.yaml --policies las,las", "'las' is named twice"),
        Case("compare s.yaml t.yaml --variant a:b=1", "--variant goes with one scenario; 2 are given"),
        Case("compare s.yaml --policies las,drf --variant a:b=1", "--policies and --variant exclude each other"),
        Case("compare s.yaml t.yaml --policies las,drf", "--policies goes with one scenario; 2 are given"),
        Case("compare", "Missing expected argument '<scenarios>"),
        Case("compare s.yaml --policies las,", "expected one of kube-default"),
        Case("report", "Missing expected argument '<run>'"),
        Case("facts", "Missing expected argument '<run>"),
        Case("scenario check", "Missing expected argument '<files>"),
        Case("diagram topology s.yaml --format gif", "'gif' is invalid for '--format <format>'"),
        Case("diagram topology s.yaml --out fabric.gif", "end it in .dot, .svg, .png, .pdf, or give --format"),
        Case("diagram queues s.yaml --out fabric", "--out: 'fabric' does not say what to draw"),
        Case("trace describe jobs.csv --format parquet", "'parquet' is invalid for '--format <format>'"),
        Case("trace describe jobs.csv --gpus 0", "expected a whole number of at least 1"),
        Case("trace import jobs.csv", "Missing expected argument '--out <out>'"),
        Case("trace import jobs.csv --processors tpu --out o.csv", "'tpu' is invalid for '--processors <processors>'"),
        Case("trace generate --jobs 5", "Missing expected argument '--out <out>'"),
        Case("trace generate --jobs 5 --horizon 7d --out o.csv", "give --horizon or --jobs, not both"),
        Case("trace generate --jobs 5 --load 0.5 --out o.csv", "--load and --gpus belong together"),
        Case("trace generate --jobs 5 --gpus 8 --out o.csv", "--load and --gpus belong together"),
        Case("trace generate --philly --rate 5/h --out o.csv", "--rate does not go with --philly"),
        Case("trace generate --philly --horizon 7d --out o.csv", "--horizon does not go with --philly"),
        Case("trace generate --jobs 0 --out o.csv", "'0' is invalid for '--jobs <jobs>'"),
        Case("trace generate --horizon 7 --out o.csv", "\"7\" has no unit; expected a duration"),
        Case("trace generate --horizon -7d --out o.csv", "'-7d' is invalid for '--horizon <horizon>'"),
        Case("trace generate --rate 20 --out o.csv", "\"20\" has no unit; expected a rate"),
        Case("trace generate --jobs 5 --gpus 8 --load nan --out o.csv", "expected a number above 0"),
        Case("trace generate --jobs 5 --gpus 8 --load -1 --out o.csv", "'-1' is invalid for '--load <load>'"),
        Case("catalog softwar", "Please provide one of 'hardware', 'models', 'software', 'storage' or 'policies'"),
        Case("catalog model", "'model' is invalid for '<section>'"),
        Case(
            "estimate training --model llama-3-8b --gpus 8 --hardware h100-sxm --sofware fsdp",
            "Unknown option '--sofware'. Did you mean '--software'?"),
        Case(
            "estimate training --model llama-3-8b --gpus 8 --hardware h100-sxm --search --waterfall",
            "give --search or --waterfall, not both"),
        Case(
            "estimate training --model llama-3-8b --gpus 8 --hardware h100-sxm --out step.svg",
            "--out draws a waterfall: give --waterfall as well"),
        Case(
            "estimate training --model llama-3-8b --gpus 8 --hardware h100-sxm --waterfall --out step.png",
            "'step.png' does not end in .svg"),
        Case(
            "estimate training --model llama-3-8b --gpus 8 --hardware h100-sxm --cache-hit 1.5",
            "expected a share from 0 to 1, such as 0.9"),
        Case(
            "estimate training --model llama-3-8b --gpus 8 --hardware h100-sxm --storage-rate 40",
            "expected a data rate such as 400Gbit/s or 50GB/s"),
        Case("validate scheduling", "Missing expected argument '<directory>'"),
        Case("validate schedulin .", "did you mean 'scheduling'?"),
    ]

    @Test(arguments: cases)
    func isRefused(_ wrong: Case) throws {
        let folder = try WorkFolder(["s.yaml": Scenarios.small])
        let before = folder.contents()
        let outcome = try folder.run(wrong.line)
        #expect(outcome.code == 2)
        #expect(outcome.output == "")
        // The finding, then help about the option, then the usage of the command.
        let findings = outcome.complaints.filter { line in
            !["Help: ", "Usage: ", "  See '"].contains { line.hasPrefix($0) }
        }
        #expect(findings.count == 1, "\(outcome.complaint)")
        #expect(findings.first?.hasPrefix("Error: ") == true, "\(outcome.complaint)")
        #expect(findings.first?.contains(wrong.says) == true, "\(outcome.complaint)")
        #expect(outcome.complaints.last?.hasPrefix("  See 'orrery") == true, "\(outcome.complaint)")
        #expect(folder.contents() == before)
    }
}
