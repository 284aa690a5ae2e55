import Configuration
import Foundation
import KubernetesObjects
import Testing

/// Folder of the shared conformance cases, where there is one.
private let cases: URL = {
    if let shared = ProcessInfo.processInfo.environment["ORRERY_SHARED"] {
        return URL(fileURLWithPath: shared).appendingPathComponent("conformance/volcano")
    }
    return URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("shared/conformance/volcano")
}()

@Test func everyObjectOfTheSharedCasesIsRead() throws {
    let folders = (try? FileManager.default.contentsOfDirectory(at: cases, includingPropertiesForKeys: nil)) ?? []
    if folders.isEmpty { print("skipped: no shared cases at \(cases.path)") }
    // A few of each folder: debug builds are slow.
    for folder in folders where folder.hasDirectoryPath {
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        for file in files.sorted(by: { $0.path < $1.path }).prefix(3) {
            let document = try YAMLReader.document(in: SourceText(path: file.path))
            guard let list = document["objects"], case .sequence(let elements) = list.content else { continue }
            var reader = ObjectReader()
            try reader.add(list, path: "objects")
            #expect(reader.skipped.isEmpty, "\(file.path)")
            #expect(reader.objects.count == elements.count, "\(file.path)")
            if let scheduler = document["scheduler"] {
                _ = try VolcanoConfiguration(
                    reading: scheduler, path: "scheduler",
                    ignoring: ["enqueueConfigured", "ignoredProvisioners", "sharding", "tieBreak", "unlistedFlags"],
                    otherPlugins: document["testPlugins"]?.keys ?? [],
                    unlistedFlags: scheduler["unlistedFlags"] == nil)
            }
        }
    }
}

extension YAMLNode {
    fileprivate var keys: [String] {
        if case .mapping(let entries) = content { entries.map(\.key) } else { [] }
    }
}
