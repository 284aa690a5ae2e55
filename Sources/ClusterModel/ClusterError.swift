/// Everything that is wrong with the description of a cluster, found at once.
public struct ClusterError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One fault.
    public struct Issue: Hashable, Sendable, CustomStringConvertible {
        /// The pool at fault, by position; nil when the fault is not in a pool.
        public let pool: Int?
        /// The field at fault, as scenario files spell it: `count`, `gpuCount`, `fabric.nodesPerLeaf`.
        public let field: String
        /// What was found and what is expected.
        public let message: String

        /// The path as scenario files spell it: `nodePools[2].count`.
        public var path: String { pool.map { "nodePools[\($0)].\(field)" } ?? field }

        public var description: String { "\(path): \(message)" }
    }

    /// The faults, in the order of the description.
    public let issues: [Issue]

    public var description: String { issues.map(\.description).joined(separator: "\n") }
}
