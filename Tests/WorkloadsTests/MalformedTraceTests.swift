import Testing

@testable import Workloads

/// Every malformed trace is refused with the place, the value found and what was expected.
@Suite struct MalformedTraceTests {
    private func refused(_ text: String, as format: TraceFormat) throws -> String {
        let error = #expect(throws: TraceError.self) {
            try Workload.read(source(text, name: "t"), format: format)
        }
        return error?.description ?? "accepted"
    }

    private static let header = "job,submit_s,duration_s,pods,min_pods,gpus_per_pod,gpu_milli,abort_s,preemptible\n"

    @Test(arguments: [
        ("", "t:1:1: found no header line; expected columns job, submit_s, duration_s"),
        ("\n\n", "t:3:1: found no header line"),
        ("# only a comment\n", "t:2:1: found no header line"),
        ("job,submit_s\n", "t:1:1: found a header without column duration_s"),
        ("job,submit_s,duration\n", "t:1:14: found 'duration'; expected a column of this format"),
        ("job,submit_s,duration_s,job\n", "t:1:25: found 'job'; expected every column once"),
        ("job;submit_s;duration_s\n", "t:1:1: found 'job;submit_s;duration_s'"),
        ("# epoch_unix_s: yesterday\njob,submit_s,duration_s\n", "t:1:1: found 'yesterday' as epoch"),
        ("job,submit_s,duration_s\na,0\n", "t:2:1: found 2 fields; expected 3 as in the header"),
        ("job,submit_s,duration_s\na,0,1,2\n", "t:2:1: found 4 fields"),
        ("job,submit_s,duration_s\n,0,1\n", "t:2:1: found nothing in column job; expected a name"),
        ("job,submit_s,duration_s\na,,1\n", "t:2:3: found nothing in column submit_s; expected seconds"),
        ("job,submit_s,duration_s\na,0,\n", "t:2:5: found nothing in column duration_s"),
        ("job,submit_s,duration_s\na,0,nan\n", "t:2:5: found 'nan' in column duration_s"),
        ("job,submit_s,duration_s\na,0,inf\n", "t:2:5: found 'inf' in column duration_s"),
        ("job,submit_s,duration_s\na,0,-1\n", "t:2:5: found '-1' in column duration_s"),
        ("job,submit_s,duration_s\na,0,0x10\n", "t:2:5: found '0x10' in column duration_s"),
        ("job,submit_s,duration_s\na,0,1h\n", "t:2:5: found '1h' in column duration_s"),
        ("job,submit_s,duration_s\na,0,3155760001\n", "t:2:5: found '3155760001' in column duration_s"),
        ("job,submit_s,duration_s\na,0,99999999999999999999999999\n", "t:2:5: found '99999999999999999999999999'"),
        ("job,submit_s,duration_s\na,0,1e99999\n", "t:2:5: found '1e99999'"),
        (
            "job,submit_s,duration_s\na,1,1\nb,2,1\na,3,1\n",
            "t:4:1: found 'a' in column job; expected a name that no job above has"
        ),
        ("job,submit_s,duration_s\na,1,1\na,2,1\nb,x,1\n", "t:3:1: found 'a' in column job"),
        ("submit_s,duration_s,job\n1,1,a\n1,1,\"a\"\n", "t:3:6: found 'a' in column job"),
        ("job,submit_s,duration_s\na\u{1},1,1\n", "t:2:1: found 'a\u{FFFD}' in column job; expected a name in UTF-8"),
        (header + "a,0,1,0,,,,,\n", "t:2:7: found '0' in column pods; expected a whole number from 1 to 100000"),
        (header + "a,0,1,1.5,,,,,\n", "t:2:7: found '1.5' in column pods"),
        (header + "a,0,1,100001,,,,,\n", "t:2:7: found '100001' in column pods"),
        (header + "a,0,1,9223372036854775808,,,,,\n", "t:2:7: found '9223372036854775808' in column pods"),
        (header + "a,0,1,4,5,,,,\n", "t:2:9: found '5' in column min_pods; expected at most the 4 pods"),
        (header + "a,0,1,4,0,,,,\n", "t:2:9: found '0' in column min_pods"),
        (header + "a,0,1,,,-2,,,\n", "t:2:9: found '-2' in column gpus_per_pod"),
        (header + "a,0,1,,,2,500,,\n", "t:2:11: found '500' in column gpu_milli; expected 1000, or gpus_per_pod 1"),
        (header + "a,0,1,,,1,0,,\n", "t:2:11: found '0' in column gpu_milli"),
        (header + "a,0,1,,,1,1001,,\n", "t:2:11: found '1001' in column gpu_milli"),
        (header + "a,5,1,,,,,4.999,\n", "t:2:11: found '4.999' in column abort_s; expected a time not before submit_s"),
        (header + "a,0,1,,,,,,yes\n", "t:2:12: found 'yes' in column preemptible; expected true or false"),
        ("job,submit_s,duration_s,gpu_model\na,0,1,H100||H200\n", "t:2:7: found 'H100||H200' in column gpu_model"),
        ("job,submit_s,duration_s,gpu_model\na,0,1,\"|\"\n", "t:2:8: found '|' in column gpu_model"),
        (
            "job,submit_s,duration_s,mig_profile\na,0,1,1g.9gb\n",
            "t:2:7: found '1g.9gb' in column mig_profile; expected a MIG profile; did you mean"
        ),
        (
            "job,submit_s,duration_s,mig_profile,gpus_per_pod\na,0,1,1g.10gb,2\n",
            "t:2:15: found '2' in column gpus_per_pod; expected 1"
        ),
        (
            "job,submit_s,duration_s,mig_profile,gpu_milli\na,0,1,1g.10gb,500\n",
            "t:2:15: found '500' in column gpu_milli"
        ),
        ("job,submit_s,duration_s,cpu_per_pod\na,0,1,0.0005\n", "t:2:7: found '0.0005' in column cpu_per_pod"),
        ("job,submit_s,duration_s,cpu_per_pod\na,0,1,1e9\n", "t:2:7: found '1e9' in column cpu_per_pod"),
        (
            "job,submit_s,duration_s,memory_gib_per_pod\na,0,1,16385\n",
            "t:2:7: found '16385' in column memory_gib_per_pod"
        ),
        ("job,submit_s,duration_s,memory_gib_per_pod\na,0,1,-1\n", "t:2:7: found '-1' in column memory_gib_per_pod"),
        (
            "job,submit_s,duration_s,checkpoint_s\na,0,1,0\n",
            "t:2:7: found '0' in column checkpoint_s; expected more than 0"
        ),
        ("job,submit_s,duration_s,max_restarts\na,0,1,-1\n", "t:2:7: found '-1' in column max_restarts"),
        ("job,submit_s,duration_s,priority\na,0,1,1000000001\n", "t:2:7: found '1000000001' in column priority"),
        ("job,group,submit_s,duration_s\na,1,0,1\n", "t:2:3: found '1' in column group; expected 0, or the next group"),
        ("job,group,submit_s,duration_s\na,0,0,1\na,2,,\n", "t:3:3: found '2' in column group"),
        ("job,group,submit_s,duration_s\na,0,0,1\nb,1,,\n", "t:3:3: found '1' in column group"),
        (
            "job,group,submit_s,duration_s\na,0,0,1\na,1,0,\n",
            "t:3:5: found '0' in column submit_s; expected an empty cell"
        ),
        (
            "job,group,submit_s,duration_s,pods\na,0,0,1,60000\na,1,,,60000\n",
            "t:3:7: found '60000' in column pods; expected at most 100000 pods in all groups"
        ),
        ("job,submit_s,duration_s\n\"a,0,1\n", "t:2:1: found a quote that is never closed"),
        (
            "job,submit_s,duration_s\na\0,0,1\n",
            "t:2:2: found a zero byte; expected text: this looks like a binary file"
        ),
    ])
    func orrery(text: String, message: String) throws {
        let found = try refused(text, as: .orrery)
        #expect(found.hasPrefix(message), "\(found)")
    }

    @Test func unknownColumnsNameTheNearestOne() throws {
        let found = try refused("job,submit_s,duration_s,gpus_pre_pod\n", as: .orrery)
        #expect(found.hasPrefix("t:1:25: found 'gpus_pre_pod'"))
        #expect(found.hasSuffix("did you mean 'gpus_per_pod'?"))
    }

    private static let podHeader =
        "name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,creation_time,deletion_time,scheduled_time\n"

    @Test(arguments: [
        ("", "t:1:1: found no header line; expected columns name, cpu_milli, memory_mib, num_gpu, gpu_milli"),
        ("name,cpu_milli\n", "t:1:1: found a header without column memory_mib"),
        (podHeader + "p,1,1,1,1000,,0,1\n", "t:2:1: found 8 fields; expected 9"),
        (podHeader + "p,,1,1,1000,,0,1,0\n", "t:2:3: found nothing in column cpu_milli"),
        (podHeader + "p,1,1,-1,1000,,0,1,0\n", "t:2:7: found '-1' in column num_gpu"),
        (
            podHeader + "p,1,1,2,500,,0,1,0\n",
            "t:2:9: found '500' in column gpu_milli; expected 1000 where num_gpu is over 1"
        ),
        (podHeader + "p,1,1,1,0,,0,1,0\n", "t:2:9: found '0' in column gpu_milli; expected 1 to 1000"),
        (podHeader + "p,1,1,1,2000,,0,1,0\n", "t:2:9: found '2000' in column gpu_milli"),
        (podHeader + "p,1,1,1,1000,V100||T4,0,1,0\n", "t:2:14: found 'V100||T4' in column gpu_spec"),
        (podHeader + "p,1,1,1,1000,,zero,1,0\n", "t:2:15: found 'zero' in column creation_time"),
        (
            podHeader + "p,1,1,1,1000,,0,1,0\np,1,1,1,1000,,0,1,0\n",
            "t:3:1: found 'p' in column name; expected a name that no row above has"
        ),
    ])
    func openbPods(text: String, message: String) throws {
        let found = try refused(text, as: .openb)
        #expect(found.hasPrefix(message), "\(found)")
    }

    @Test(arguments: [
        ("sn,cpu_milli,memory_mib,gpu,model\nn,1,1,2,\n", "t:2:9: found nothing in column model"),
        ("sn,cpu_milli,memory_mib,gpu,model\nn,1,1,33,T4\n", "t:2:7: found '33' in column gpu"),
        ("sn,cpu_milli,memory_mib,gpu,model\nn,1,1,0,\nn,1,1,0,\n", "t:3:1: found 'n' in column sn"),
        ("sn,cpu_milli,memory_mib,gpu\n", "t:1:1: found a header without column model"),
    ])
    func openbNodes(text: String, message: String) throws {
        let error = #expect(throws: TraceError.self) { try OpenbNode.list(reading: source(text, name: "t")) }
        #expect(error?.description.hasPrefix(message) == true, "\(String(describing: error))")
    }

    private static let line = "1 0 5 10 4 -1 -1 4 20 -1 1 1 1 1 1 1 -1 -1\n"

    @Test(arguments: [
        ("", "t:1:1: found no jobs; expected lines of 18 numbers"),
        ("; MaxJobs: 3\n", "t:2:1: found no jobs"),
        ("1 2 3\n", "t:1:1: found 3 fields; expected 18 numbers"),
        (line + "x 0 5 10 4 -1 -1 4 20 -1 1 1 1 1 1 1 -1 -1\n", "t:2:1: found 'x' in column job number"),
        (line + "2 0 5 nan 4 -1 -1 4 20 -1 1 1 1 1 1 1 -1 -1\n", "t:2:7: found 'nan' in column run time"),
        (line + "2 0 5 1e30 4 -1 -1 4 20 -1 1 1 1 1 1 1 -1 -1\n", "t:2:7: found '1e30' in column run time"),
        (line + "2 0 5 10 4.5 -1 -1 4 20 -1 1 1 1 1 1 1 -1 -1\n", "t:2:10: found '4.5' in column allocated processors"),
        (
            line + "2 0 5 10 4 -1 -1 9999999999 20 -1 1 1 1 1 1 1 -1 -1\n",
            "t:2:18: found '9999999999' in column requested processors"
        ),
        (line + "2 0 5 10 4 -1 -1 4 20 -1 7 1 1 1 1 1 -1 -1\n", "t:2:26: found '7' in column status; expected -1 to 5"),
        (line + "2 0 5 10 4 -1 -1 4 20 1e40 1 1 1 1 1 1 -1 -1\n", "t:2:23: found '1e40' in column requested memory"),
        (line + "; a note\n" + line, "t:3:1: found a second line for job 1"),
        ("1 0 5 10 4 -1 -1 2000000 20 -1 1 1 1 1 1 1 -1 -1\n", "t:1:1: found 2000000 processors for job 1"),
        (line + "2 0 5\u{0} 10\n", "t:2:6: found a zero byte"),
    ])
    func swf(text: String, message: String) throws {
        let found = try refused(text, as: .swf)
        #expect(found.hasPrefix(message), "\(found)")
    }

    @Test(arguments: [
        ("", "found nothing"), ("a,b,c\n", "found a first line of no known format"), ("1 2 3\n", "found a first line"),
    ])
    func formatsThatCannotBeTold(text: String, message: String) throws {
        let error = #expect(throws: TraceError.self) { try TraceFormat.detect(source(text, name: "t")) }
        #expect(error?.description.contains(message) == true)
    }

    @Test func formatsAreToldByTheirFirstLine() throws {
        #expect(try TraceFormat.detect(source("# c\njob,submit_s,duration_s\n")) == .orrery)
        #expect(try TraceFormat.detect(source(Self.podHeader)) == .openb)
        #expect(try TraceFormat.detect(source("; Version: 2.2\n")) == .swf)
        #expect(try TraceFormat.detect(source(Self.line)) == .swf)
    }
}
