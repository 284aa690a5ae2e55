/// A table of named columns: the same content as HTML behind a chart and as text in a terminal.
public struct DataTable: Equatable, Sendable {
    /// One column: its heading (with the unit) and whether it holds numbers, which are set flush right.
    public struct Column: Equatable, Sendable {
        /// Words of the first row, with the unit.
        public var heading: String
        /// Whether cells are set flush right.
        public var isNumber: Bool
        /// Whether it holds sentences, which need room and may wrap.
        var isProse = false

        /// A column of text.
        public static func text(_ heading: String) -> Column { Column(heading: heading, isNumber: false) }
        /// A column of sentences.
        public static func prose(_ heading: String) -> Column {
            Column(heading: heading, isNumber: false, isProse: true)
        }
        /// A column of numbers.
        public static func number(_ heading: String) -> Column { Column(heading: heading, isNumber: true) }
    }

    /// One cell: its text, what it sorts by, and optionally where it leads and the colour it names.
    public struct Cell: Equatable, Sendable {
        var text: String
        var order: Double?
        var link: String?
        var swatch: String?

        /// A cell of text; `link` is the identity of an element of the same page.
        public init(_ text: String, link: String? = nil) {
            self.text = text
            self.link = link
        }

        /// A number as printed, with the value it stands for.
        public init(_ text: String, _ order: Double) {
            self.text = text
            self.order = order
        }

        init(_ text: String, paint: Paint, link: String? = nil) {
            self.text = text
            self.link = link
            swatch = paint.cssClass
        }
    }

    /// What the table says, as its caption.
    public var caption: String
    /// From left to right.
    public var columns: [Column]
    /// One cell per column each.
    public var rows: [[Cell]]
    /// Last row, set apart.
    public var total: [Cell]?
    /// Said instead of rows when there are none.
    public var emptyReason: String

    /// A table; every row has one cell per column.
    public init(
        _ caption: String, _ columns: [Column], rows: [[Cell]] = [], total: [Cell]? = nil,
        emptyReason: String = "nothing to show"
    ) {
        precondition(rows.allSatisfy { $0.count == columns.count }, "every row has one cell per column")
        self.caption = caption
        self.columns = columns
        self.rows = rows
        self.total = total
        self.emptyReason = emptyReason
    }
}

// MARK: - HTML

extension DataTable {
    /// The table as HTML. With `isSortable`, headings are buttons for the page's script; without `showsCaption`, only
    /// readers that cannot see the heading above it are told what it is.
    func html(isSortable: Bool = false, showsCaption: Bool = true) -> String {
        guard !rows.isEmpty else { return Self.note(emptyReason) }
        var markup = Markup()
        if showsCaption { markup.leaf("p", ["class": "caption"], caption) }
        markup.element("div", ["class": "scroll", "tabindex": "0", "role": "region", "aria-label": caption]) { box in
            box.element("table", ["class": (isSortable ? "sortable" : "") + (columns.count <= 4 ? " slim" : "")]) {
                table in
                table.leaf("caption", ["class": "hidden"], caption)
                table.element("thead") { head in
                    head.element("tr") { row in
                        for column in columns {
                            row.leaf(
                                "th", ["scope": "col", "class": column.isNumber ? "n" : column.isProse ? "why" : "x"],
                                column.heading)
                        }
                    }
                }
                table.element("tbody") { body in
                    for row in rows { body.element("tr") { write(row, into: &$0, withOrder: isSortable) } }
                }
                if let total {
                    table.element("tfoot") { foot in
                        foot.element("tr") { write(total, into: &$0, withOrder: false) }
                    }
                }
            }
        }
        return markup.text
    }

    /// A paragraph that says why nothing is shown.
    static func note(_ reason: String) -> String {
        var markup = Markup()
        markup.leaf("p", ["class": "empty"], reason)
        return markup.text
    }

    private func write(_ cells: [Cell], into row: inout Markup, withOrder: Bool) {
        for (column, cell) in zip(columns, cells) {
            let style = (column.isNumber ? "n" : column.isProse ? "why" : "x") + (cell.swatch == nil ? "" : " sw")
            let order = withOrder ? cell.order.map(Figures.machine) : nil
            let content: (inout Markup) -> Void = { box in
                if let swatch = cell.swatch { box.leaf("i", ["class": "swatch " + swatch], "") }
                if let link = cell.link {
                    box.leaf("a", ["href": "#" + link], cell.text)
                } else {
                    box.write(cell.text)
                }
            }
            if let order {
                row.element("td", ["class": style, "data-v": order], content)
            } else {
                row.element("td", ["class": style], content)
            }
        }
    }
}

// MARK: - Text

extension DataTable {
    /// The table as lines of text with aligned columns, caption first.
    public var text: String {
        guard !rows.isEmpty else { return caption + "\n  " + emptyReason + "\n" }
        let body = rows + (total.map { [$0] } ?? [])
        let widths = columns.indices.map { index in
            max(columns[index].heading.count, body.map { $0[index].text.count }.max() ?? 0)
        }
        func line(_ texts: [String]) -> String {
            var line = " "
            for (index, text) in texts.enumerated() {
                let padding = String(repeating: " ", count: widths[index] - text.count)
                line += " " + (columns[index].isNumber ? padding + text : text + padding) + " "
            }
            while line.last == " " { line.removeLast() }
            return line + "\n"
        }
        let rule = "  " + widths.map { String(repeating: "─", count: $0) }.joined(separator: "  ") + "\n"
        return caption + "\n" + line(columns.map(\.heading)) + rule
            + rows.map { line($0.map(\.text)) }.joined()
            + (total.map { rule + line($0.map(\.text)) } ?? "")
    }
}
