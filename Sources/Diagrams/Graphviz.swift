import CGraphvizShim
import Synchronization

/// Graphviz could not draw.
public struct GraphvizError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What Graphviz said, and what to do about it.
    public let description: String
}

/// Draws DOT text with Graphviz's `dot`.
public enum Graphviz {
    /// What a picture is made of.
    public enum Format: String, CaseIterable, Sendable {
        /// Scalable, with text as text; needs no fonts.
        case svg
        /// Pixels; needs Graphviz's pango plugin and a font.
        case png
        /// For print; needs Graphviz's pango plugin and a font.
        case pdf
    }

    /// Graphviz is not made for threads: one drawing at a time.
    private static let oneAtATime = Mutex(())

    /// The picture of `dot` as the bytes of a file.
    public static func render(_ dot: String, as format: Format) throws(GraphvizError) -> [UInt8] {
        guard !dot.utf8.contains(0) else { throw GraphvizError(description: "the DOT text contains a zero byte") }
        return try oneAtATime.withLock { (_) throws(GraphvizError) -> [UInt8] in
            var result = orrery_graphviz_result()
            defer { orrery_graphviz_free(&result) }
            guard orrery_graphviz_render(dot, format.rawValue, &result) == 0, let bytes = result.bytes else {
                let said = result.message.map { String(cString: $0) } ?? ""
                throw GraphvizError(description: explain(said, format))
            }
            return UnsafeRawBufferPointer(start: bytes, count: result.length).map { $0 }
        }
    }

    private static func explain(_ said: String, _ format: Format) -> String {
        if format != .svg, said.isEmpty || said.contains("not recognized") {
            return "cannot draw \(format.rawValue): Graphviz's pango plugin is missing "
                + "(on Debian: apt-get install graphviz, or libgvplugin-pango8); svg always works"
        }
        return said.isEmpty ? "Graphviz drew nothing: the text holds no graph" : said
    }
}
