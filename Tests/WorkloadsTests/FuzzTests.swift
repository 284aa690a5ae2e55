import ClusterModel
import Quantities
import SimulationKernel
import Testing

@testable import Workloads

/// Damaged traces end in a workload or a `TraceError`, never in a crash or a hang. `ORRERY_FUZZ=full` runs 100,000 inputs.
@Suite struct FuzzTests {
    private static let inputs = ProcessEnvironment.value("ORRERY_FUZZ") == "full" ? 20_000 : 2_000

    /// A reader under test, with well-formed inputs to damage.
    struct Reader: Sendable, CustomStringConvertible {
        var description: String
        var seeds: @Sendable () throws -> [[UInt8]]
        var read: @Sendable (ByteSource) throws -> Void
    }

    static let readers: [Reader] = [
        Reader(description: "orrery", seeds: orreryTexts) { check(try Workload.read($0, format: .orrery)) },
        Reader(description: "openb pods", seeds: podTexts) { check(try Workload.read($0, format: .openb)) },
        Reader(description: "openb nodes", seeds: nodeTexts) { _ = try OpenbNode.list(reading: $0) },
        Reader(description: "swf", seeds: logTexts) { source in
            let trace = try SWFTrace(reading: source)
            check(try trace.workload())
            check(try trace.workload(SWFOptions(processor: .gpu, count: .allocated, zeroRun: .keep, memory: .bytes)))
        },
        Reader(description: "gzip", seeds: { try orreryTexts().map { try gzip($0) } }) { source in
            check(try Workload.read(source, format: .orrery))
        },
    ]

    @Test(arguments: readers)
    func damagedInputs(reader: Reader) throws {
        let seeds = try reader.seeds()
        for seed in seeds { try reader.read(ByteSource(bytes: seed, name: "whole")) }
        var refused = 0
        for number in 0..<Self.inputs {
            var random = RandomStream(seed: UInt64(number), name: "fuzz \(reader)")
            let damaged = Self.damage(seeds[random.below(seeds.count)], &random)
            do {
                try reader.read(ByteSource(bytes: damaged, name: "damaged"))
            } catch let error as TraceError {
                refused += 1
                let hasPlace = error.line != nil && error.column != nil || error.byteOffset != nil
                #expect(hasPlace && error.file == "damaged", "\(reader), input \(number): \(error)")
            } catch {
                Issue.record("\(reader), input \(number): \(error)")
            }
        }
        #expect(refused > Self.inputs / 10, "damage must be seen")
    }

    /// A workload that a reader lets through keeps its promises.
    private static func check(_ workload: Workload) {
        var previous = SimTime.zero
        for (index, job) in workload.jobs.enumerated() {
            precondition(job.id == Int32(index) && job.submit >= previous, "jobs are dense and sorted")
            previous = job.submit
            precondition(job.duration >= .zero && job.estimatedDuration >= .zero, "no negative time")
            precondition(job.undisturbedRun >= .zero, "no cancellation before the submit")
            precondition(!job.groupIndices.isEmpty && workload.pods(of: job) <= TraceLimits.pods, "pods")
            for group in workload.groups(of: job) {
                precondition(group.minMember >= 1 && group.minMember <= group.pods, "gang minimum")
                precondition(group.request.isWellFormed, "request")
            }
            _ = (workload.name(of: job), workload.gpuMilli(of: job), workload.cpuMilli(of: job))
        }
        _ = TraceDescription(workload, gpus: 8)
    }

    // MARK: Damage

    /// One to four edits: bytes flipped, dropped, doubled, cut off, moved, or replaced by what readers trip over.
    private static func damage(_ input: [UInt8], _ random: inout RandomStream) -> [UInt8] {
        var text = input
        for _ in 0...random.below(4) {
            guard !text.isEmpty else { return text }
            let place = random.below(text.count)
            let length = min(1 + random.below(random.below(8) == 0 ? 200 : 8), text.count - place)
            switch random.below(8) {
            case 0: text[place] ^= 1 << UInt8(random.below(8))
            case 1: text[place] = UInt8(truncatingIfNeeded: random.next())
            case 2: text.removeSubrange(place..<place + length)
            case 3: text.insert(contentsOf: text[place..<place + length], at: random.below(text.count))
            case 4: text.removeLast(text.count - place)
            case 5: text.replaceSubrange(place..<place + length, with: snippets[random.below(snippets.count)])
            case 6: text.insert(contentsOf: snippets[random.below(snippets.count)], at: place)
            default: text.swapAt(place, random.below(text.count))
            }
        }
        return text
    }

    private static let snippets: [[UInt8]] =
        [
            "-1", "0", "nan", "inf", "-inf", "1e308", "1e-308", "9223372036854775807", "9223372036854775808",
            "-9223372036854775808", "4294967296", "2147483648", "99999", "100001", "0.9999999999999999999999", ".", "-",
            "+", "e", "1e", "0x1", "true", "|", ",", ",,", ";", "#", "\"", "\"\"", "\n", "\r\n", "\r", "\t", " ", "\0",
            "\u{FEFF}", "é", "日本", "group", "job", "1g.10gb", "1000", "{", "# epoch_unix_s: 1",
        ].map { bytes($0) } + [[0xFF], [0xC3], [0x1F, 0x8B], [0xED, 0xA0, 0x80]]

    // MARK: Whole inputs

    private static func orreryTexts() throws -> [[UInt8]] {
        let mix = try TrainingMix(seed: 11, extent: .jobs(8), gpuModels: ["H100", "A100"], patience: .zero).generate()
        let wide = """
            # epoch_unix_s: 1700000000
            job,group,team,queue,class,user,priority,submit_s,duration_s,requested_s,pods,min_pods,cpu_per_pod,\
            memory_gib_per_pod,gpus_per_pod,gpu_milli,mig_profile,gpu_model,nics_per_pod,storage_gib_per_pod,\
            preemptible,checkpoint_s,max_restarts,abort_s
            a,0,t,q,c,u,-5,1.5,3600,7200,4,3,12.5,0.5,8,,,H100|H200,8,100,false,600,3,5000
            a,1,,,,,,,,,1,,1,1,1,250,,,,,,,,
            "b, ""x"" y",,,,,,,2,1,,,,,,,,1g.10gb,,,,,,,

            """
        return [OrreryWriter.bytes(of: mix), bytes(wide), bytes("job,submit_s,duration_s\na,0,60\nb,1e3,.5\n")]
    }

    private static func podTexts() throws -> [[UInt8]] {
        [
            bytes(
                """
                name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,qos,pod_phase,creation_time,deletion_time,scheduled_time
                openb-pod-0000,12000,16384,1,1000,,LS,Running,0,12537496,0
                openb-pod-0001,6000,12288,1,460,V100M16|V100M32,LS,Running,427061,12902960,427061
                openb-pod-0002,8000,30517,0,0,,BE,Pending,9437497,10769854,
                openb-pod-0003,64000,262144,8,1000,G2,BE,Failed,9437497,10769854,9437498

                """), bytes("name,cpu_milli,memory_mib,num_gpu,gpu_milli\np,12000,16384,1,1000\nq,1,1,0,0\n"),
        ]
    }

    private static func nodeTexts() throws -> [[UInt8]] {
        [
            bytes(
                "sn,cpu_milli,memory_mib,gpu,model\nopenb-node-0000,32000,262144,0,\nopenb-node-0227,96000,786432,8,G2\n"
                    + "openb-node-0228,64000,262144,2,P100\nopenb-node-0229,96000,524288,2,T4\n")
        ]
    }

    private static func logTexts() throws -> [[UInt8]] {
        [
            bytes(
                """
                ; Version: 2.2
                ; UnixStartTime: 749458803
                ; MaxProcs: 128
                ; Queue:  0  interactive
                    1        0     -1   1451  128     -1    -1   -1     -1    -1 -1   1   1  -1 -1 -1 -1 -1
                   12 342343      5    553   40 552.21    -1   40  43200    -1  1   4   1  -1 -1  1 -1 -1
                   13 342921      0      0   40  10027    -1   40  43200  1024  5   4   1   3  0  1 12 60
                14 1357002151 1 55541 64 1 1024 64 86400 68719476736 1 62 1 1 -1 1 1 1 {1242,1242} q_1d 1:ppn=64

                """)
        ]
    }
}
