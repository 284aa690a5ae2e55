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

    /// Draws everything: fabric and queues (light and dark), and the page with both in it.
    ///
    /// - Parameter cluster: the cluster of the run; nil leaves out the fabric, or takes the one drawn earlier.
    public func write(cluster: Cluster?) throws -> [File] {
        var files: [File] = []
        var fabric: (light: String, dark: String)?
        if let cluster {
            let utilization = try linkUtilization(cluster)
            fabric = try draw("fabric", &files) { TopologyDiagram(cluster, utilization: utilization, theme: $0).dot }
        } else {
            fabric = earlier("fabric")
        }
        let shares = try queueShares()
        let queues = try draw("queues", &files) { QueueDiagram(shares, theme: $0).dot }
        let page = try RunReport.html(run: reader, fabricSVG: fabric, queueSVG: queues)
        try save(Data(page.utf8), "report.html")
        files.insert(("report", path("report.html")), at: 0)
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

    private func draw(
        _ name: String, _ files: inout [File], _ dot: (DiagramTheme) -> String
    ) throws -> (light: String, dark: String) {
        let light = try Graphviz.render(dot(.light), as: .svg)
        let dark = try Graphviz.render(dot(.dark), as: .svg)
        try save(Data(light), "\(name).svg")
        try save(Data(dark), "\(name)-dark.svg")
        files.append((name, path("\(name).svg")))
        return (String(decoding: light, as: UTF8.self), String(decoding: dark, as: UTF8.self))
    }

    /// Diagrams that an earlier run left beside the run file.
    private func earlier(_ name: String) -> (light: String, dark: String)? {
        guard let light = try? String(contentsOfFile: path("\(name).svg"), encoding: .utf8),
            let dark = try? String(contentsOfFile: path("\(name)-dark.svg"), encoding: .utf8)
        else { return nil }
        return (light, dark)
    }

    private func path(_ name: String) -> String { folder.isEmpty ? name : folder + "/" + name }

    private func save(_ data: Data, _ name: String) throws {
        do {
            try data.write(to: URL(filePath: path(name)), options: .atomic)
        } catch {
            throw PictureError(description: "\(path(name)): cannot be written")
        }
    }
}

/// A page or diagram could not be written.
public struct PictureError: Error, CustomStringConvertible {
    /// "path: reason".
    public let description: String
}
