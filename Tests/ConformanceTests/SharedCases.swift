import Foundation

@testable import Conformance

/// The recorded cases, which live beside the repository, not in it.
enum SharedCases {
    /// The folder `conformance` of `$ORRERY_SHARED`, or of `../shared`; nil if there is none.
    static let root: String? = {
        let file = URL(filePath: #filePath).resolvingSymlinksInPath()
        let repository = file.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let beside = repository.deletingLastPathComponent().appending(path: "shared").path
        let shared = ProcessInfo.processInfo.environment["ORRERY_SHARED"] ?? beside
        let folder = shared + "/conformance"
        return FileManager.default.fileExists(atPath: folder) ? folder : nil
    }()

    /// Complaints about the cases of `folder` below the root that match `only`, under two seeds; nil, and a word on
    /// the terminal, where the cases are missing.
    static func complaints(
        _ folder: String, only: [String]? = nil, skip: [String] = [], count: Int
    ) throws -> (complaints: [String], count: Int)? {
        guard let root else {
            print("skipped \(count) cases of \(folder): no ../shared/conformance")
            return nil
        }
        var options = ConformanceOptions()
        options.seeds = 2
        options.only = only
        options.skip = skip
        let report = try ConformanceRun.report(on: [root + "/" + folder], options: options)
        return (report.complaints, report.total.count)
    }
}
