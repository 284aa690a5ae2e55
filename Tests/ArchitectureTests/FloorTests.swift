import Foundation
import Testing

/// Dependencies point downwards: Package.swift's table against itself and against every import line.
@Suite struct FloorTests {
    let package: PackageText

    init() throws { package = try PackageText() }

    @Test func theTableIsRead() {
        #expect(package.rows.count >= 18)
        #expect(package.rows.contains { $0.name == "Simulation" && $0.floor == 5 && $0.imports.contains("Scheduling") })
        #expect(package.files.count > 50)
    }

    @Test func rowsImportOnlyLowerFloors() {
        let floors = Dictionary(uniqueKeysWithValues: package.rows.map { ($0.name, $0.floor) })
        for row in package.rows {
            for name in row.imports {
                guard let floor = floors[name] else { continue }
                #expect(floor < row.floor, "\(row.name) (floor \(row.floor)) imports \(name) (floor \(floor))")
            }
        }
    }

    @Test func filesImportOnlyWhatTheirRowSays() {
        let rows = Dictionary(uniqueKeysWithValues: package.rows.map { ($0.name, $0) })
        for file in package.files {
            guard let row = rows[file.target] else {
                Issue.record("\(file.path): target \(file.target) has no row in Package.swift")
                continue
            }
            for module in file.imports where rows[module] != nil {
                #expect(row.imports.contains(module), "\(file.path) imports \(module), which its row does not list")
            }
        }
    }

    @Test func anUpwardImportWouldBeFound() {
        let file = PackageText.File(
            path: "Sources/Quantities/X.swift", target: "Quantities", lines: ["public import Simulation"])
        #expect(file.imports == ["Simulation"])
    }

    @Test(arguments: ["Quantities", "SimulationKernel", "ClusterModel", "Scheduling", "Simulation"])
    func theCoreHasNoFoundation(target: String) {
        for file in package.files where file.target == target {
            #expect(!file.imports.contains("Foundation"), "\(file.path)")
        }
    }
}
