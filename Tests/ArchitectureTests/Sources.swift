import Foundation

/// The package as text: target rows of Package.swift and the Swift files of Sources/ and Tests/.
struct PackageText {
    struct Row {
        var name: String
        var floor: Int
        var imports: [String]
    }

    struct File {
        var path: String
        var target: String
        var lines: [Substring]

        /// Modules named by the file's import lines.
        var imports: [String] {
            lines.compactMap { line in
                line.firstMatch(
                    of:
                        /^\s*(?:@\w+(?:\(\w+\))?\s+|public\s+|internal\s+|private\s+)*import\s+(?:struct\s+|func\s+|enum\s+|class\s+)?(\w+)/
                )
                .map { String($0.1) }
            }
        }
    }

    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    var rows: [Row] = []
    var files: [File] = []

    init() throws {
        let manifest = try String(contentsOf: Self.root.appending(path: "Package.swift"), encoding: .utf8)
        let row = /Row\(\s*name:\s*"([^"]+)",\s*floor:\s*(\d+),\s*imports:\s*([^\]]*\]|rows\.map[^,\n]*)/
        for match in manifest.matches(of: row) {
            let names = match.3.matches(of: /"([^"]+)"/).map { String($0.1) }
            let libraries = rows.filter { $0.floor < 9 }.map(\.name)
            let all = match.3.hasPrefix("rows") ? libraries + names : names
            rows.append(Row(name: String(match.1), floor: Int(match.2) ?? -1, imports: all))
        }
        for match in manifest.matches(of: /\("(C\w+)", \[/) {
            rows.insert(Row(name: String(match.1), floor: 0, imports: []), at: 0)
        }
        let sources = Self.root.appending(path: "Sources").resolvingSymlinksInPath()
        for case let url as URL in FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil)
            ?? .init()
        where url.pathExtension == "swift" {
            let text = try String(contentsOf: url, encoding: .utf8)
            let path = url.path.components(separatedBy: "/Sources/").last ?? url.path
            files.append(
                File(
                    path: "Sources/" + path, target: String(path.prefix { $0 != "/" }),
                    lines: text.split(separator: "\n", omittingEmptySubsequences: false)))
        }
        files.sort { $0.path < $1.path }
    }
}
