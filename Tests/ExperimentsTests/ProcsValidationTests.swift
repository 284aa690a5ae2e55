import Experiments
import Foundation
import Testing
import Workloads

@Suite("Validation of replays on processor counts")
struct ProcsValidationTests {
    /// A directory as `validate scheduling` takes it, removed at the end.
    final class Directory {
        let path: String

        init(_ files: [(path: String, text: String)]) throws {
            let root = FileManager.default.temporaryDirectory.appendingPathComponent(
                "orrery-procs-\(UUID().uuidString)")
            path = root.path
            try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
            for file in files {
                let target = root.appendingPathComponent(file.path)
                try FileManager.default.createDirectory(
                    at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(file.text.utf8).write(to: target)
            }
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }

        func report() throws -> SchedulingValidation.Report { try SchedulingValidation.run(directory: path) }
    }

    /// Job 1 takes the whole machine for 10 s; 2 waits for it; 3 is too large for it; 4 has no run time.
    static let log = """
        ; MaxProcs: 4
        1 0 -1 10 4 -1 -1 4 -1 -1 1 1 1 -1 1 -1 -1 -1
        2 3 -1 5 2 -1 -1 2 20 -1 1 1 1 -1 1 -1 -1 -1
        3 4 -1 5 8 -1 -1 8 20 -1 1 1 1 -1 1 -1 -1 -1
        4 5 -1 -1 1 -1 -1 1 20 -1 1 1 1 -1 1 -1 -1 -1

        """

    @Test("A case that agrees, with its figures, and a table for comparison only")
    func agreement() throws {
        let directory = try Directory([
            ("procs-tiny/tiny_log.swf", Self.log),
            ("procs-tiny/tiny_fifo.csv", "job_id,start_s\n2,10\n1,0\n"),
            ("procs-tiny/tiny_other_ebf.csv", "job_id,start_s\n1,0\n"),
            ("procs_summary.csv", "case,jobs,procs,mean_wait_s,makespan_s\ntiny_fifo,2,4,3.501,15\n"),
        ])
        let report = try directory.report()
        #expect(report.rows.map(\.name) == ["tiny_fifo", "tiny_fifo summary", "tiny_other_ebf"])
        #expect(report.rows.map(\.verdict) == [.agrees, .agrees, .notCovered])
        #expect(report.rows.map(\.compared) == [2, 3, 0])
        #expect(report.passed)
        #expect(report.summary == "2 of 2 cases agree, 1 not covered")
    }

    @Test("The first difference is told: a wrong start, a missing job, one too many, a wrong figure")
    func differences() throws {
        func detail(_ expected: String, _ summary: String = "tiny_fifo,4,3.5\n") throws -> [String] {
            let directory = try Directory([
                ("procs-tiny/tiny.swf", Self.log), ("procs-tiny/tiny_fifo.csv", "job_id,start_s\n" + expected),
                ("procs_summary.csv", "case,procs,mean_wait_s\n" + summary),
            ])
            let report = try directory.report()
            #expect(!report.passed)
            return report.rows.filter { $0.verdict == .differs }.map { "\($0.agreeing)/\($0.compared) \($0.detail)" }
        }
        #expect(try detail("1,0\n2,9.5\n") == ["1/2 job 2 starts at 10 s, expected 9.5 s"])
        #expect(try detail("1,0\n") == ["1/2 job 2 is not in the expected table"])
        #expect(try detail("1,0\n2,10\n7,11\n") == ["2/3 job 7 is not in the input"])
        #expect(try detail("1,0\n2,10\n", "tiny_fifo,4,3.51\n") == ["0/1 mean_wait_s is 3.5, expected 3.51"])
    }

    @Test("Without a log, or with an unknown change of it, the input columns serve")
    func inputColumns() throws {
        let table = """
            job_id,submit_s,run_s,procs,requested_s,start_s
            1,0,10,3,12,0
            2,1,5,4,5,10
            3,1,2,1,2,1

            """
        let directory = try Directory([
            ("procs-tiny/bare_easy.csv", table), ("procs-tiny/tiny_twisted_easy.csv", table),
            ("procs-tiny/tiny.swf", Self.log),
            ("procs_summary.csv", "case,procs\nbare_easy,4\ntiny_twisted_easy,4\n"),
        ])
        let report = try directory.report()
        #expect(report.rows.filter { $0.compared == 3 && $0.verdict == .agrees }.count == 2)
    }

    @Test("halfgap halves submit times and doubles run times into requests")
    func halfgap() throws {
        let directory = try Directory([
            ("procs-tiny/tiny.swf", Self.log),
            ("procs-tiny/tiny_halfgap_easy.csv", "job_id,submit_s,start_s\n1,0,0\n2,1,10\n"),
            ("procs_summary.csv", "case,procs,mean_wait_s\ntiny_halfgap_easy,4,4.5\n"),
        ])
        // The wait of job 2 is 9 only if it came at 1.
        #expect(try directory.report().rows.map(\.verdict) == [.agrees, .agrees])
    }

    @Test("Folders without rules are named, not skipped in silence")
    func uncovered() throws {
        let directory = try Directory([("muri/x.csv", "a\n"), ("procs-none/notes.txt", "x\n")])
        let report = try directory.report()
        #expect(report.rows.map(\.verdict) == [.notCovered, .notCovered])
        #expect(!report.passed)
    }

    @Test("What cannot be read is told with file, line and column")
    func refusals() throws {
        func refusal(_ files: [(path: String, text: String)]) throws -> String {
            let directory = try Directory(files)
            do {
                _ = try directory.report()
                return "none"
            } catch let error as TraceError {
                return error.description.replacing(directory.path + "/", with: "").replacing(
                    directory.path, with: "DIR")
            }
        }
        let log = (path: "procs-t/t.swf", text: Self.log)
        #expect(try refusal([]) == "DIR: found no folders; expected a folder for each set of cases")
        #expect(
            try refusal([log, ("procs-t/t_fifo.csv", "job_id,begin_s\n1,0\n")])
                == "procs-t/t_fifo.csv:1:1: found no column start_s; expected a header with it")
        #expect(
            try refusal([log, ("procs-t/t_fifo.csv", "job_id,start_s\n1,0\n2,1o\n")])
                == "procs-t/t_fifo.csv:3:3: found '1o' in column start_s; expected seconds below 292 years")
        #expect(
            try refusal([log, ("procs-t/t_fifo.csv", "job_id,start_s\n1\n")])
                == "procs-t/t_fifo.csv:2:1: found 1 fields; expected 2 as in the header")
        #expect(try refusal([log, ("procs-t/t_fifo.csv", "")]).hasSuffix("found nothing; expected a header line"))
        #expect(
            try refusal([("procs-t/u_fifo.csv", "job_id,submit_s,run_s,procs,requested_s,start_s\n1,0,1,1,1,0\n")])
                .contains("no machine size"))
        #expect(
            try refusal([
                ("procs-t/u_fifo.csv", "job_id,submit_s,run_s,procs,requested_s,start_s\n1,-5,1,1,1,0\n"),
                ("procs_summary.csv", "case,procs\nu_fifo,4\n"),
            ]).contains("negative submit"))
        #expect(throws: TraceError.self) { try SchedulingValidation.run(directory: "/no/such/place") }
    }

    @Test("The recorded schedules of HPC2N and NASA are met in every start")
    func recordedSchedules() throws {
        let besidePackage = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 } + "/../shared"
        let root = ProcessInfo.processInfo.environment["ORRERY_SHARED"] ?? besidePackage
        let files = FileManager.default
        guard files.isReadableFile(atPath: "\(root)/validation/scheduling/procs_summary.csv") else {
            print("skipped 6 cases: no validation/scheduling")
            return
        }
        // Links to the folders of this kind only: the others have tests of their own.
        let directory = try Directory([("validation/scheduling/README.md", "")])
        for name in ["procs-hpc2n-sample", "procs-nasa", "procs_summary.csv"].map({ "validation/scheduling/\($0)" })
            + ["traces-real"]
        {
            try files.createSymbolicLink(
                atPath: "\(directory.path)/\(name)", withDestinationPath: "\(root)/\(name)")
        }
        let report = try SchedulingValidation.run(directory: "\(directory.path)/validation/scheduling")
        #expect(report.rows.count { $0.verdict == .agrees } == 12)
        #expect(report.passed, "\(report.rows)")
        let compared = report.rows.map(\.compared).reduce(0, +)
        #expect(compared == 4 * 3145 + 2 * 18239 + 6 * 7)
    }
}
