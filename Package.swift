// swift-tools-version: 6.2
// Orrery: a wind tunnel for GPU clusters.
//
// The table below is the architecture: one row per folder of Sources/, with its floor. A target imports
// only targets of lower floors (equal floors never); Tests/ArchitectureTests checks this file and every import line.
import PackageDescription

struct Row {
    let name: String
    let floor: Int
    let imports: [String]
    var products: [Target.Dependency] = []
}

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

/// C bridges: floor 0, one small header each, linked to the system library named.
let bridges: [(name: String, libraries: [String])] = [
    ("CGSL", ["gsl", "gslcblas", "m"]),
    ("CGraphvizShim", ["gvc", "cgraph", "cdt"]),
    ("CSQLite", ["sqlite3"]),
    ("CYAML", ["yaml"]),
    ("CZlib", ["z"]),
]

let rows: [Row] = [
    Row(name: "Quantities", floor: 0, imports: []),
    Row(name: "SimulationKernel", floor: 1, imports: ["Quantities"]),
    Row(name: "Configuration", floor: 1, imports: ["Quantities", "CYAML"]),
    Row(name: "Statistics", floor: 2, imports: ["CGSL", "SimulationKernel"]),
    Row(name: "ClusterModel", floor: 2, imports: ["Quantities", "SimulationKernel"]),
    Row(name: "KubernetesObjects", floor: 2, imports: ["Quantities", "Configuration"]),
    Row(
        name: "Scheduling", floor: 3,
        imports: ["Quantities", "SimulationKernel", "Configuration", "ClusterModel", "KubernetesObjects"]),
    Row(name: "Controllers", floor: 3, imports: ["Quantities", "KubernetesObjects"]),
    Row(
        name: "CostModel", floor: 3,
        imports: ["Quantities", "SimulationKernel", "Configuration", "ClusterModel", "Statistics"]),
    Row(
        name: "ControlPlane", floor: 4,
        imports: ["Quantities", "SimulationKernel", "KubernetesObjects", "Scheduling", "Controllers"]),
    Row(
        name: "Workloads", floor: 4,
        imports: ["Quantities", "SimulationKernel", "ClusterModel", "CZlib"]),
    Row(
        name: "Simulation", floor: 5,
        imports: [
            "Quantities", "SimulationKernel", "ClusterModel", "KubernetesObjects", "CostModel", "Scheduling",
            "ControlPlane", "Workloads",
        ]),
    Row(
        name: "Scenarios", floor: 6,
        imports: [
            "Quantities", "SimulationKernel", "Configuration", "ClusterModel", "KubernetesObjects", "CostModel",
            "Scheduling", "Workloads", "Simulation",
        ]),
    Row(
        name: "Results", floor: 6,
        imports: ["CSQLite", "Quantities", "ClusterModel", "Scheduling", "Workloads", "Simulation"]),
    Row(
        name: "Conformance", floor: 7,
        imports: [
            "Quantities", "SimulationKernel", "Configuration", "KubernetesObjects", "Scheduling", "Controllers",
            "ControlPlane",
        ]),
    Row(
        name: "Snapshots", floor: 7,
        imports: [
            "Quantities", "Configuration", "ClusterModel", "KubernetesObjects", "Scheduling", "ControlPlane",
        ]),
    Row(name: "Diagrams", floor: 7, imports: ["CGraphvizShim", "Quantities", "ClusterModel"]),
    Row(name: "Reports", floor: 7, imports: ["Quantities", "Statistics", "Results"]),
    Row(
        name: "Experiments", floor: 8,
        imports: [
            "Quantities", "SimulationKernel", "Configuration", "Statistics", "ClusterModel", "CostModel", "Scheduling",
            "Workloads", "Simulation", "Scenarios", "Results", "Diagrams", "Reports", "CZlib",
        ]),
]

let programs: [Row] = [
    Row(
        name: "orrery", floor: 9,
        imports: rows.map(\.name), products: [argumentParser]),
    Row(name: "orrery-bench", floor: 9, imports: rows.map(\.name) + ["CPriorityQueue", "CSQLite"]),
]

/// Test targets mirror the targets; each may also import lower floors.
let tests: [(name: String, imports: [String])] = [
    ("ArchitectureTests", []),
    ("QuantitiesTests", ["Quantities"]),
    ("KernelTests", ["SimulationKernel", "Quantities"]),
    ("ConfigurationTests", ["Configuration", "Quantities"]),
    ("StatisticsTests", ["Statistics", "SimulationKernel"]),
    ("ClusterModelTests", ["ClusterModel", "Quantities", "SimulationKernel"]),
    ("KubernetesObjectsTests", ["KubernetesObjects", "Configuration", "Quantities"]),
    (
        "SchedulingTests",
        ["Scheduling", "KubernetesObjects", "Configuration", "ClusterModel", "Quantities", "SimulationKernel"]
    ),
    (
        "ConformanceTests",
        [
            "Conformance", "ControlPlane", "Scheduling", "KubernetesObjects", "Configuration", "Quantities",
            "SimulationKernel",
        ]
    ),
    ("ControllersTests", ["Controllers", "KubernetesObjects", "Configuration", "Quantities"]),
    (
        "ControlPlaneTests",
        [
            "ControlPlane", "Controllers", "Scheduling", "KubernetesObjects", "Configuration", "SimulationKernel",
            "Quantities",
        ]
    ),
    ("CostModelTests", ["CostModel", "ClusterModel", "Configuration", "Quantities", "SimulationKernel"]),
    ("WorkloadsTests", ["Workloads", "ClusterModel", "Quantities", "SimulationKernel"]),
    (
        "SimulationTests",
        [
            "Simulation", "Scheduling", "KubernetesObjects", "CostModel", "Workloads", "ClusterModel", "Quantities",
            "SimulationKernel",
        ]
    ),
    (
        "ScenariosTests",
        [
            "Scenarios", "Simulation", "Configuration", "Workloads", "CostModel", "ClusterModel", "Quantities",
            "SimulationKernel",
        ]
    ),
    (
        "ResultsTests",
        ["Results", "Simulation", "Scheduling", "Workloads", "ClusterModel", "Quantities", "SimulationKernel"]
    ),
    (
        "SnapshotsTests",
        [
            "Snapshots", "Scenarios", "ControlPlane", "Scheduling", "Simulation", "Workloads", "KubernetesObjects",
            "ClusterModel", "Configuration", "Quantities", "SimulationKernel",
        ]
    ),
    ("DiagramsTests", ["Diagrams", "ClusterModel", "Quantities"]),
    (
        "ReportsTests",
        ["Reports", "Results", "Simulation", "CostModel", "Scheduling", "Workloads", "ClusterModel", "Quantities"]
    ),
    (
        "ExperimentsTests",
        [
            "Experiments", "Scenarios", "Reports", "Results", "Statistics", "KubernetesObjects", "Simulation",
            "Scheduling", "Workloads", "ClusterModel", "Configuration", "Quantities", "SimulationKernel",
        ]
    ),
    ("CommandTests", ["orrery"]),
]

/// Tests that compare with text files in a folder Golden.
let withGoldenFiles: Set<String> = ["ResultsTests", "ReportsTests", "CommandTests"]

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6), .unsafeFlags(["-warnings-as-errors"]), .enableUpcomingFeature("ExistentialAny"),
]

func dependencies(_ row: Row) -> [Target.Dependency] {
    row.imports.map { .target(name: $0) } + row.products
}

let package = Package(
    name: "orrery",
    products: [.executable(name: "orrery", targets: ["orrery"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.4.0")
    ],
    targets: bridges.map { bridge in
        .target(
            name: bridge.name, cSettings: [.define("_GNU_SOURCE")],
            linkerSettings: bridge.libraries.map { .linkedLibrary($0) })
    }
        + [.target(name: "CPriorityQueue", linkerSettings: [.linkedLibrary("stdc++")])]
        + rows.map { .target(name: $0.name, dependencies: dependencies($0), swiftSettings: strict) }
        + programs.map { .executableTarget(name: $0.name, dependencies: dependencies($0), swiftSettings: strict) }
        + tests.map { test in
            .testTarget(
                name: test.name, dependencies: test.imports.map { .target(name: $0) },
                exclude: withGoldenFiles.contains(test.name) ? ["Golden"] : [], swiftSettings: strict)
        }
)
