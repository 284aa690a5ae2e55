import ArgumentParser
import Diagrams
import Foundation
import Scenarios

struct DiagramCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diagram", abstract: "Draw a scenario: its fabric, or its queues.",
        discussion: "Example: orrery diagram topology scenarios/quickstart.yaml --out fabric.svg",
        subcommands: [Topology.self, Queues.self])

    /// Where the drawing goes and how it looks.
    struct Drawing: ParsableArguments {
        enum Format: String, CaseIterable, ExpressibleByArgument { case dot, svg, png, pdf }

        @Option(help: "Kind of file; taken from the name of --out if not given.") var format: Format?
        @Option(name: .shortAndLong, help: "File to write; without it the drawing goes to standard output, as DOT.")
        var out: String?
        @Flag(help: "Colours for a dark page.") var dark = false

        var theme: DiagramTheme { dark ? .dark : .light }

        func validate() throws {
            guard format == nil, let out, namedFormat == nil else { return }
            let known = Format.allCases.map { ".\($0.rawValue)" }.joined(separator: ", ")
            throw ValidationError("--out: '\(out)' does not say what to draw; end it in \(known), or give --format")
        }

        /// The format that the name of the file stands for.
        private var namedFormat: Format? { out.flatMap { Format(rawValue: ($0 as NSString).pathExtension) } }

        func write(_ dot: String) throws {
            let chosen = format ?? namedFormat ?? .dot
            let data: Data
            if let kind = Graphviz.Format(rawValue: chosen.rawValue) {
                do {
                    data = Data(try Graphviz.render(dot, as: kind))
                } catch {
                    throw Failure.runFailed(error.description)
                }
            } else {
                data = Data(dot.utf8)
            }
            if let out { try writeFile(data, to: out) } else { try writeOutput(data) }
        }
    }

    struct Topology: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The fabric: spines, leaves, NVLink domains, nodes.",
            discussion: "Example: orrery diagram topology scenarios/quickstart.yaml --out fabric.svg")

        @OptionGroup var options: ScenarioOptions
        @OptionGroup var drawing: Drawing

        func run() throws {
            let cluster = try options.load().scenario.cluster()
            try drawing.write(TopologyDiagram(cluster, theme: drawing.theme).dot)
        }
    }

    struct Queues: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The queues with what they deserve and may hold.",
            discussion: "Example: orrery diagram queues scenarios/quickstart.yaml --out queues.svg")

        @OptionGroup var options: ScenarioOptions
        @OptionGroup var drawing: Drawing

        func run() throws {
            let shares = try options.load().scenario.queueTree().map { queue in
                QueueShare(
                    name: queue.name, parent: queue.parent, allocated: 0, deserved: queue.deserved,
                    capability: queue.cap)
            }
            try drawing.write(QueueDiagram(shares, theme: drawing.theme).dot)
        }
    }
}
