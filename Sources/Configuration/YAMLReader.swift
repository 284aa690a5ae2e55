/// Reads YAML text into trees whose every key and value knows its place.
///
/// Differences to plain YAML, all in favour of clear configuration: keys must be scalars and unique, only the tags of
/// the core schema are known, and hostile input is refused: nesting beyond `depthLimit`, more than `nodeLimit` nodes
/// after the replacement of aliases, aliases inside what they name.
public struct YAMLReader {
    /// Deepest nesting accepted.
    public static let depthLimit = 200
    /// Most nodes of a document, each alias counting as all the nodes it stands for.
    public static let nodeLimit = 1_000_000

    /// The documents of `text`, in order; empty documents are left out.
    ///
    /// - Throws: every duplicate key and unknown tag, up to the first syntax error.
    public static func documents(in text: SourceText) throws(InvalidInput) -> [YAMLNode] {
        let diagnostics = Diagnostics()
        var documents: [YAMLNode] = []
        text.bytes.withUnsafeBufferPointer { bytes in
            var events = YAMLEventStream(bytes: bytes, file: text.name)
            var composer = YAMLComposer(diagnostics: diagnostics)
            do throws(YAMLSyntaxError) {
                reading: while true {
                    let event = try events.next()
                    switch event.kind {
                    case .streamEnd: break reading
                    case .documentStart: composer.startDocument()
                    case .documentEnd: if let root = composer.endDocument() { documents.append(root) }
                    default: try composer.add(event)
                    }
                }
            } catch {
                diagnostics.report(
                    Diagnostic(position: error.position, message: error.message, hint: error.hint))
            }
        }
        try diagnostics.throwIfAny()
        return documents
    }

    /// The only document of `text`.
    ///
    /// - Throws: as `documents(in:)`; also for a text without a document or with a second one.
    public static func document(in text: SourceText) throws(InvalidInput) -> YAMLNode {
        let documents = try documents(in: text)
        let start = SourcePosition(file: text.name, line: 1, column: 1)
        guard let first = documents.first else {
            throw InvalidInput([Diagnostic(position: start, message: "is empty; a YAML document is expected")])
        }
        if documents.count > 1 {
            let position = documents[1].origin.position ?? start
            throw InvalidInput([
                Diagnostic(
                    position: position, message: "a second document in one file", hint: "keep one document per file")
            ])
        }
        return first
    }
}
