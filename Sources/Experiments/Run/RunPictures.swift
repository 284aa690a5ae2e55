import ClusterModel
import Diagrams
import Foundation
import Reports
import Results

/// The page and the diagrams of a finished run, written beside its run file.
public struct RunPictures {
    /// A file that was written, and what it is called in a summary.
    public typealias File = (name: String, path: String)

    private let reader: RunReader
    private let folder: String

    /// The pictures of the run file at `database`. Throws `ResultsError` if it cannot be read.
    public init(database: String) throws {
        reader = try RunReader(path: database)
        folder = (database as NSString).deletingLastPathComponent
    }

    /// One diagram as SVG, for light pages and for dark ones.
    private typealias Drawing = (light: String, dark: String)

    /// Draws fabric and queues (light and dark) and the page with both in it, and writes them when all are drawn: a
    /// damaged run file leaves nothing new behind.
    ///
    /// - Parameter cluster: the cluster of the run; nil leaves out the fabric, or takes the one drawn earlier.
    public func write(cluster: Cluster?) throws -> [File] {
        let shares = try queueShares()
        let queues = try draw { QueueDiagram(shares, theme: $0).dot }
        var drawings = [("queues", queues)]
        var fabric = earlier("fabric")
        if let cluster {
            let utilization = try linkUtilization(cluster)
            let drawn = try draw { TopologyDiagram(cluster, utilization: utilization, theme: $0).dot }
            drawings.insert(("fabric", drawn), at: 0)
            fabric = drawn
        }
        let page = try RunReport.html(run: reader, fabricSVG: fabric, queueSVG: queues)
        var files: [File] = [("report", try save(page, "report.html"))]
        for (name, drawing) in drawings {
            files.append((name, try save(drawing.light, "\(name).svg")))
            try save(drawing.dark, "\(name)-dark.svg")
        }
        return files
    }

    /// Mean demand over capacity of every link; nil when links were not sampled.
    func linkUtilization(_ cluster: Cluster) throws -> [Double]? {
        let rows = try reader.rows("SELECT link_id, mean_demand_share FROM link_hot")
        guard !rows.isEmpty else { return nil }
        var shares = Array(repeating: 0.0, count: cluster.fabric.links.count)
        for row in rows {
            guard let link = row.integer("link_id"), Int(link) < shares.count else { continue }
            shares[Int(link)] = row.real("mean_demand_share") ?? 0
        }
        return shares
    }

    /// Queues, parents first, with their mean holdings over the run.
    func queueShares() throws -> [QueueShare] {
        let rows = try reader.rows(
            """
            SELECT q.id, q.name, q.parent, q.cap_gpus, q.entitled_share * c.gpus AS deserved,
                   m.mean_share * c.gpus AS allocated
            FROM queue q, (SELECT sum(gpus) AS gpus FROM cluster) c
            LEFT JOIN queue_share_mean m ON m.queue_id = q.id ORDER BY q.id
            """)
        var position: [Int64: Int] = [:]
        var shares: [QueueShare] = []
        var waiting = rows
        while !waiting.isEmpty {
            let ready = waiting.filter { row in row.integer("parent").map { position[$0] != nil } ?? true }
            guard !ready.isEmpty else { break }
            for row in ready {
                position[row.integer("id") ?? -1] = shares.count
                shares.append(
                    QueueShare(
                        name: row.text("name") ?? "", parent: row.integer("parent").flatMap { position[$0] },
                        allocated: row.real("allocated") ?? 0, deserved: row.real("deserved"),
                        capability: row.real("cap_gpus")))
            }
            waiting.removeAll { row in row.integer("id").map { position[$0] != nil } ?? true }
        }
        return shares
    }

    private func draw(_ dot: (DiagramTheme) -> String) throws -> Drawing {
        func svg(_ theme: DiagramTheme) throws -> String {
            String(decoding: try Graphviz.render(dot(theme), as: .svg), as: UTF8.self)
        }
        return (try svg(.light), try svg(.dark))
    }

    /// Diagrams that an earlier run left beside the run file.
    private func earlier(_ name: String) -> Drawing? {
        guard let light = try? String(contentsOfFile: path("\(name).svg"), encoding: .utf8),
            let dark = try? String(contentsOfFile: path("\(name)-dark.svg"), encoding: .utf8)
        else { return nil }
        return (light, dark)
    }

    private func path(_ name: String) -> String { folder.isEmpty ? name : folder + "/" + name }

    /// Writes one file in one step and returns its path.
    @discardableResult
    private func save(_ text: String, _ name: String) throws -> String {
        do {
            try Data(text.utf8).write(to: URL(filePath: path(name)), options: .atomic)
        } catch {
            throw PictureError(description: "\(path(name)): cannot be written")
        }
        return path(name)
    }
}

/// A page or diagram could not be written.
public struct PictureError: Error, CustomStringConvertible {
    /// "path: reason".
    public let description: String
}
