/// What every page has around its subject: the answer first, then facts, then sections in the order in which a reader
/// with five minutes asks. One self-contained HTML file: style, drawings and script inside, nothing fetched.
struct PageFrame: Sendable {
    /// A part of the page under a heading of its own.
    struct Section: Sendable {
        /// What links within the page name.
        let id: String
        let heading: String
        /// HTML that was built before.
        let content: String

        /// A section.
        init(_ id: String, _ heading: String, _ content: String) {
            self.id = id
            self.heading = heading
            self.content = content
        }
    }

    /// A line below the answer that a reader must not miss: words that lead to a section, and what is said there.
    struct Notice: Sendable {
        let section: String
        let words: String
        let text: String
    }

    /// Title of the window.
    let title: String
    /// What the page is about, in small letters above the answer.
    let subject: String
    /// Said above everything else where the page does not show all, or nil.
    var banner: String?
    let answer: Answer
    var notices: [Notice] = []
    let facts: FactsStrip
    let sections: [Section]

    /// The whole file.
    var html: String {
        var page = Markup()
        page.raw("<!DOCTYPE html>\n")
        page.element("html", ["lang": "en"]) { root in
            root.element("head") { head in
                head.raw("<meta charset=\"utf-8\">")
                head.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
                head.raw("<meta name=\"color-scheme\" content=\"light dark\">")
                head.leaf("title", title)
                head.element("style") { $0.raw(PageStyle.css) }
            }
            root.element("body") { body in
                body.raw(PageStyle.patterns)
                writeHead(into: &body)
                body.element("main", ["id": "main"]) { main in
                    main.raw(facts.html)
                    for section in sections {
                        main.element("section", ["id": section.id, "aria-labelledby": section.id + "-h"]) { box in
                            box.leaf("h2", ["id": section.id + "-h"], section.heading)
                            box.raw(section.content)
                        }
                    }
                }
                body.element("script") { $0.raw(PageScript.javascript) }
            }
        }
        page.raw("\n")
        return page.text
    }

    private func writeHead(into body: inout Markup) {
        body.leaf("a", ["class": "skip", "href": "#main"], "Skip to the facts")
        body.element("header") { header in
            header.element("div", ["class": "top"]) { top in
                top.leaf("p", ["class": "name"], subject)
                top.leaf("button", ["type": "button", "id": "theme", "hidden": ""], "Dark")
            }
            if let banner { header.leaf("p", ["class": "partial", "role": "alert"], banner) }
            header.element("h1") { $0.raw(answer.html) }
            for notice in notices {
                header.element("p", ["class": "warned"]) { line in
                    line.leaf("a", ["href": "#" + notice.section], notice.words)
                    line.write(": \(notice.text)")
                }
            }
        }
    }
}

/// How a page was computed: enough to repeat it, and to judge it.
struct MethodList: Sendable {
    /// Names and values, in order.
    var entries: [(name: String, value: String)]
    /// What to type to have the same again, or nil where nothing has to be typed.
    var command: String?
    /// What may be wrong with the result, and what was taken for granted.
    var warnings: [String] = []
    var assumptions: [String] = []

    /// The section as HTML.
    var html: String {
        var markup = Markup()
        markup.element("dl", ["class": "method"]) { list in
            for (name, value) in entries {
                list.leaf("dt", name)
                list.leaf("dd", value)
            }
        }
        if let command {
            markup.leaf("h3", "To repeat it")
            markup.element("pre", ["tabindex": "0"]) { $0.leaf("code", command) }
        }
        for (heading, notes, none) in [
            ("Warnings", warnings, "no warnings"),
            ("Assumptions and defaults", assumptions, "no assumptions were noted"),
        ] {
            markup.leaf("h3", heading)
            guard !notes.isEmpty else {
                markup.raw(DataTable.note(none))
                continue
            }
            markup.element("ul") { list in
                for note in notes { list.leaf("li", note) }
            }
        }
        return markup.text
    }
}
