/// One value to be set in a configuration before it is read: `spec.clusters[0].nodePools[h100].count=40`.
///
/// The value is YAML; `null` removes what stands there.
public struct Override: Sendable {
    private let parts: [OverridePath.Part]
    private let value: YAMLNode
    /// Origin of the text at a column of the path.
    private let origin: @Sendable (Int) -> Origin

    /// The override `path=value` given as the `number`th `option` of a command line, from 1, behind `before` characters of it.
    public init(
        argument: String, number: Int, option: String = "--set", before: Int = 0
    ) throws(InvalidInput) {
        let position = { @Sendable (column: Int) in
            SourcePosition(file: option, line: number, column: column + before)
        }
        let scalars = argument.unicodeScalars
        guard let end = OverridePath.end(in: scalars) else {
            let message = "expected path=value, found \(argument.quoted)"
            throw InvalidInput([Diagnostic(position: position(1), message: message)])
        }
        parts = try Self.parts(String(scalars[..<end])) { position($0) }
        let column = scalars.distance(from: scalars.startIndex, to: end) + 1
        // A fault at the end of the text is found by libyaml on the line after it.
        let length = scalars.count
        let moved = { @Sendable (p: SourcePosition) in position(p.line == 1 ? p.column + column : length + 1) }
        let text = String(scalars[scalars.index(after: end)...])
        do throws(InvalidInput) {
            let source = try SourceText(name: option, text: text)
            let document = try YAMLReader.documents(in: source)
            let empty = YAMLNode(.scalar(text: "", style: .plain), origin: .override(position(column + 1)))
            value = (document.first ?? empty).withOrigins { .override(moved($0)) }
        } catch {
            throw InvalidInput(
                error.diagnostics.map { finding in
                    var finding = finding
                    finding.position = moved(finding.position)
                    return finding
                })
        }
        origin = { .override(position($0)) }
    }

    /// The override that variant `variant` writes as `path: value` in a file.
    public init(path: String, at keyOrigin: Origin, value: YAMLNode, variant: String) throws(InvalidInput) {
        let start = keyOrigin.position ?? SourcePosition(file: "", line: 1, column: 1)
        parts = try Self.parts(path) { column in
            SourcePosition(file: start.file, line: start.line, column: start.column + column - 1)
        }
        self.value = value.withOrigins { .variant(variant, $0) }
        origin = { column in
            .variant(
                variant, SourcePosition(file: start.file, line: start.line, column: start.column + column - 1))
        }
    }

    /// Whether the path goes on below a key: `spec.clusters[0].scheduler.policy` below `scheduler`.
    public func reaches(into key: String) -> Bool { parts.dropLast().contains { $0.text == key } }

    /// Sets the value in `root`.
    ///
    /// - Throws: if the path leads through something that is no mapping or list, or to an element that does not exist.
    public func apply(to root: inout YAMLNode) throws(InvalidInput) {
        do throws(Diagnostic) {
            try set(parts[...], in: &root, path: "")
        } catch {
            throw InvalidInput([error])
        }
    }

    private static func parts(
        _ path: String, position: (Int) -> SourcePosition
    ) throws(InvalidInput) -> [OverridePath.Part] {
        do throws(OverridePath.SyntaxError) {
            return try OverridePath(parsing: path).parts
        } catch {
            throw InvalidInput([
                Diagnostic(
                    position: position(error.column), message: error.message,
                    hint: "write a path such as spec.clusters[0].nodePools[h100].count")
            ])
        }
    }

    private func set(
        _ parts: ArraySlice<OverridePath.Part>, in node: inout YAMLNode, path: String
    ) throws(Diagnostic) {
        guard let part = parts.first else {
            node = value
            return
        }
        switch node.content {
        case .mapping(var entries):
            let inner = path.isEmpty ? part.text : "\(path).\(part.text)"
            try set(part, parts.dropFirst(), in: &entries, path: inner)
            node.content = .mapping(entries)
        case .sequence(var elements):
            let index = try element(part, of: elements, path: path)
            if parts.count == 1 && value.kind == .null {
                elements.remove(at: index)
            } else {
                try set(parts.dropFirst(), in: &elements[index], path: "\(path)[\(index)]")
            }
            node.content = .sequence(elements)
        case .scalar:
            throw problem(
                part, path, "is \(node.found), which has no \(part.text.quoted)",
                hint: path.isEmpty ? nil : "set the whole value: \(path)={\(part.text): …}")
        }
    }

    private func set(
        _ part: OverridePath.Part, _ rest: ArraySlice<OverridePath.Part>, in entries: inout [YAMLNode.Entry],
        path: String
    ) throws(Diagnostic) {
        let index = entries.firstIndex { $0.key == part.text }
        if rest.isEmpty && value.kind == .null {
            if let index { entries.remove(at: index) }
            return
        }
        if let index {
            try set(rest, in: &entries[index].value, path: path)
            return
        }
        if let next = rest.first, next.isBracketed, !next.isQuoted, Int(next.text) != nil {
            throw problem(next, path, "does not exist, so it has no element \(next.text)")
        }
        var made = YAMLNode(.mapping([]), origin: origin(part.column))
        try set(rest, in: &made, path: path)
        entries.append(YAMLNode.Entry(key: part.text, keyOrigin: origin(part.column), value: made))
    }

    /// The element of a list that `part` means: by index, or by the `name` of a mapping in it.
    private func element(
        _ part: OverridePath.Part, of elements: [YAMLNode], path: String
    ) throws(Diagnostic) -> Int {
        if !part.isBracketed {
            throw problem(
                part, path, "is a list, which has no \(part.text.quoted)",
                hint: "choose an element: \(path)[0] or \(path)[name]")
        }
        if !part.isQuoted, let index = Int(part.text) {
            if elements.indices.contains(index) { return index }
            throw problem(
                part, path,
                "has \(elements.count) element\(elements.count == 1 ? "" : "s"), so none with index \(index)",
                hint: elements.isEmpty ? nil : "indexes run from 0 to \(elements.count - 1)")
        }
        let names = elements.map { element -> String? in
            if case .scalar(let name, _)? = element["name"]?.content { name } else { nil }
        }
        if let index = names.firstIndex(of: part.text) { return index }
        throw problem(
            part, path, "has no element named \(part.text.quoted)",
            hint: Suggestion.text(part.text, among: names.compactMap { $0 }))
    }

    private func problem(
        _ part: OverridePath.Part, _ path: String, _ message: String, hint: String? = nil
    ) -> Diagnostic {
        let position = origin(part.column).position ?? SourcePosition(file: "--set", line: 1, column: 1)
        return Diagnostic(position: position, path: path, message: message, hint: hint)
    }
}

extension YAMLNode {
    /// The same tree with every origin replaced; depth is bounded by `YAMLReader.depthLimit`.
    fileprivate func withOrigins(_ change: (SourcePosition) -> Origin) -> YAMLNode {
        let moved = origin.position.map(change) ?? origin
        switch content {
        case .scalar: return YAMLNode(content, origin: moved)
        case .sequence(let elements):
            return YAMLNode(.sequence(elements.map { $0.withOrigins(change) }), origin: moved)
        case .mapping(let entries):
            let entries = entries.map { entry in
                Entry(
                    key: entry.key, keyOrigin: entry.keyOrigin.position.map(change) ?? entry.keyOrigin,
                    value: entry.value.withOrigins(change))
            }
            return YAMLNode(.mapping(entries), origin: moved)
        }
    }
}
