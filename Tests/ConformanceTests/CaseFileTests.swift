import Configuration
import Testing

@testable import Conformance

@Suite struct CaseFileTests {
    let folder: CaseFolder

    init() throws {
        let good = CaseText.twoNodes(expect: "bindCount: 1")
        let bad = CaseText.twoNodes(expect: "bindCount: 2")
        folder = try CaseFolder([
            "b/2.yaml": good, "b/1.yaml": bad, "a/x.yaml": good, "a/notes.md": "no case", "trajectory-a/t.yaml": good,
            "c/deep/y.yaml": "kind: unheard-of\n",
        ])
    }

    @Test func casesAreFoundByFolderAndName() throws {
        let files = try CaseFile.find(in: folder.path + "/")
        #expect(files.map(\.slug) == ["a/x", "b/1", "b/2", "c/deep/y", "trajectory-a/t"])
        #expect(try CaseFile.find(in: folder.path + "/b").map(\.slug) == ["b/1", "b/2"])
        #expect(try CaseFile.find(in: folder.path + "/b/2.yaml").map(\.slug) == ["b/2"])
    }

    @Test func nothingToJudgeIsAnError() throws {
        #expect(throws: InvalidInput.self) { try CaseFile.find(in: folder.path + "/nowhere") }
        #expect(throws: InvalidInput.self) { try folder.report { $0.only = ["z*"] } }
        let empty = try CaseFolder(["readme.md": ""])
        #expect(throws: InvalidInput.self) { try empty.report() }
    }

    @Test(arguments: [
        ("b", true), ("b/2", true), ("b/*", true), ("*", true), ("?", true), ("b/1", false), ("*/*/*", false),
        ("a", false),
    ])
    func globsNameFoldersOrCases(_ glob: String, _ matches: Bool) throws {
        let file = try CaseFile.find(in: folder.path + "/b/2.yaml")[0]
        #expect(file.matches(glob) == matches)
    }

    @Test func skippedFoldersDoNotCount() throws {
        let report = try folder.report { $0.skip = ["trajectory-*"] }
        #expect(report.summary == "2 of 4 passed, 1 unsupported")
        #expect(report.folders.map(\.folder) == ["a", "b", "c/deep"])
        #expect(report.folders.map(\.passed) == [1, 1, 0])
        #expect(report.folders.map(\.failed) == [0, 1, 0])
        #expect(!report.passed)
        #expect(try folder.report { $0.only = ["a", "b/2"] }.summary == "2 of 2 passed, 0 unsupported")
    }

    @Test func foldersNamedTwiceCountOnce() throws {
        let report = try ConformanceRun.report(on: [folder.path + "/b", folder.path + "/b"])
        #expect(report.summary == "1 of 2 passed, 0 unsupported")
    }

    @Test func reportsDoNotDependOnThreads() throws {
        let one = try folder.report { $0.jobs = 1 }
        let many = try folder.report { $0.jobs = 4 }
        #expect(one == many)
    }

    @Test func aFileThatCannotBeReadIsAFailedCase() throws {
        #expect(try isFailure(CaseFolder.outcome("case: [")))
        #expect(try isFailure(CaseFolder.outcome("- a list\n")))
        #expect(try CaseFolder.outcome("case: x\n") == .unsupported("a case without kind and scheduler"))
        #expect(try CaseFolder.outcome("kind: kueue-tas\n") == .unsupported("kind kueue-tas"))
    }

    private func isFailure(_ outcome: CaseOutcome) -> Bool {
        if case .failed = outcome { true } else { false }
    }
}
