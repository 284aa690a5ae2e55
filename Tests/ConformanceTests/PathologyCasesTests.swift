import Configuration
import ControlPlane
import Testing

@testable import Conformance

/// What goes wrong in recorded trajectories and recordings is found there.
@Suite struct PathologyCasesTests {
    /// What the beginning of a trajectory's title promises. The two controls show how it goes well.
    static let trajectories: [(title: String, kind: Pathology.Kind?)] = [
        ("gang deadlock", .gangDeadlock), ("starvation", .starvation), ("preemption cascade", .evictionCascade),
        ("reclaim under changing", .sharesNotRestored), ("node loss: a running gang (minMember 6", .incompleteGang),
        ("node loss: a running gang (minMember 5", .incompleteGang), ("node loss: a running gang (minMember 4", nil),
        ("two gangs that each need the whole cluster, gang plugin on, one queue", .idleCapacity),
        ("two gangs that each need the whole cluster, gang plugin on, same queue", nil),
        ("admission: a large gang that can never fit", .neverFits), ("admission: a large gang that fits", .overtaken),
        ("preempt before allocate", .reservationLoop), ("eviction livelock", .evictionLoop),
    ]

    @Test func everyPathologyOfTheTrajectoriesIsFound() throws {
        guard let root = SharedCases.root else { return }
        let files = try CaseFile.find(in: root + "/volcano").filter { $0.folder.hasSuffix("trajectory-pathology") }
        #expect(files.count >= 32)
        for file in files {
            let fields = try CaseFields(YAMLReader.document(in: SourceText(path: file.path)), path: "")
            let title = try fields.string("title")
            let expected = try #require(Self.trajectories.first { title.hasPrefix($0.title) }, "\(title)")
            let found = try TrajectoryCase(fields).history().pathologies()
            if let kind = expected.kind {
                #expect(found.contains { $0.kind == kind && $0.cause != nil }, "\(file.slug): \(title)")
            } else {
                #expect(found.isEmpty, "\(file.slug): \(title): \(found.map(\.text))")
            }
        }
    }

    /// Recordings by number; those that are not listed are healthy.
    static let recordings: [String: Pathology.Kind] = [
        "02": .overtaken, "06": .incompleteGang, "07": .preemptorShutOut, "16": .overtaken, "27": .neverAdmitted,
        "34": .neverAdmitted, "38": .evictionLoop, "40": .evictionLoop, "41": .starvation, "42": .sharesNotRestored,
        "43": .sharesNotRestored,
    ]

    @Test func recordingsAreSickOrHealthyAsTheyShouldBe() throws {
        guard let root = SharedCases.root else { return }
        for file in try CaseFile.find(in: root + "/volcano-live") {
            let fields = try CaseFields(YAMLReader.document(in: SourceText(path: file.path)), path: "")
            let found = try LiveCase(fields).history().pathologies()
            if let kind = Self.recordings[String(file.name.prefix(2))] {
                #expect(found.contains { $0.kind == kind }, "\(file.slug)")
            } else {
                #expect(found.isEmpty, "\(file.slug): \(found.map { "\($0.kind.rawValue): \($0.text)" })")
            }
        }
    }
}
