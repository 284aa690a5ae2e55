import CYAML

/// What libyaml's parser says next, with its place.
struct YAMLEvent {
    enum Kind {
        case documentStart
        case documentEnd
        case streamEnd
        case alias(String)
        case scalar(text: String, style: YAMLNode.ScalarStyle)
        case sequenceStart
        case sequenceEnd
        case mappingStart
        case mappingEnd
    }

    var kind: Kind
    /// Name given by `&name`.
    var anchor: String?
    /// Tag in full, such as `tag:yaml.org,2002:str`.
    var tag: String?
    var position: SourcePosition
}

/// A syntax error as libyaml reports it, in our words where those are clearer.
struct YAMLSyntaxError: Error {
    var position: SourcePosition
    var message: String
    var hint: String?
}

/// The stream of parsing events of one text.
///
/// libyaml keeps its own stacks on the heap, so nesting cannot overflow ours.
struct YAMLEventStream: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let file: String

    /// Parses `bytes`, which must outlive the stream.
    init(bytes: UnsafeBufferPointer<UInt8>, file: String) {
        parser = .allocate(capacity: 1)
        self.file = file
        precondition(yaml_parser_initialize(parser) == 1, "libyaml could not allocate a parser")
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
    }

    /// The next event. Not to be called after an error or the end of the stream.
    mutating func next() throws(YAMLSyntaxError) -> YAMLEvent {
        while true {
            var event = yaml_event_t()
            guard yaml_parser_parse(parser, &event) == 1 else { throw syntaxError() }
            defer { yaml_event_delete(&event) }
            if let kind = kind(of: event) {
                let (anchor, tag) = properties(of: event)
                return YAMLEvent(kind: kind, anchor: anchor, tag: tag, position: position(event.start_mark))
            }
        }
    }

    private func kind(of event: yaml_event_t) -> YAMLEvent.Kind? {
        switch event.type {
        case YAML_DOCUMENT_START_EVENT: .documentStart
        case YAML_DOCUMENT_END_EVENT: .documentEnd
        case YAML_STREAM_END_EVENT: .streamEnd
        case YAML_ALIAS_EVENT: .alias(Self.string(event.data.alias.anchor) ?? "")
        case YAML_SCALAR_EVENT: .scalar(text: Self.text(event), style: Self.style(event))
        case YAML_SEQUENCE_START_EVENT: .sequenceStart
        case YAML_SEQUENCE_END_EVENT: .sequenceEnd
        case YAML_MAPPING_START_EVENT: .mappingStart
        case YAML_MAPPING_END_EVENT: .mappingEnd
        default: nil
        }
    }

    private func properties(of event: yaml_event_t) -> (anchor: String?, tag: String?) {
        switch event.type {
        case YAML_SCALAR_EVENT: (Self.string(event.data.scalar.anchor), Self.string(event.data.scalar.tag))
        case YAML_SEQUENCE_START_EVENT:
            (Self.string(event.data.sequence_start.anchor), Self.string(event.data.sequence_start.tag))
        case YAML_MAPPING_START_EVENT:
            (Self.string(event.data.mapping_start.anchor), Self.string(event.data.mapping_start.tag))
        default: (nil, nil)
        }
    }

    private static func text(_ event: yaml_event_t) -> String {
        guard let start = event.data.scalar.value else { return "" }
        return String(decoding: UnsafeBufferPointer(start: start, count: event.data.scalar.length), as: UTF8.self)
    }

    private static func style(_ event: yaml_event_t) -> YAMLNode.ScalarStyle {
        event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE ? .plain : .quoted
    }

    private static func string(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        pointer.map { String(cString: $0) }
    }

    private func position(_ mark: yaml_mark_t) -> SourcePosition {
        SourcePosition(file: file, line: mark.line + 1, column: mark.column + 1)
    }

    private func syntaxError() -> YAMLSyntaxError {
        let problem = parser.pointee.problem.map { String(cString: $0) } ?? "the text could not be parsed"
        let context = parser.pointee.context.map { " " + String(cString: $0) } ?? ""
        let hint: String? =
            switch problem {
            case "found character that cannot start any token": "tabs cannot indent; quote texts starting with @ ` or %"
            case "mapping values are not allowed in this context": "check the indentation, or quote a text with \": \""
            case "could not find expected ':'": "every key needs a colon"
            case "did not find expected ',' or '}'", "did not find expected ',' or ']'":
                "inside { } and [ ] quote texts that contain brackets, braces or commas"
            case "did not find expected key", "did not find expected '-' indicator":
                "check the indentation of this line and the lines above"
            default: nil
            }
        return YAMLSyntaxError(
            position: position(parser.pointee.problem_mark), message: "not valid YAML\(context): \(problem)", hint: hint
        )
    }
}
