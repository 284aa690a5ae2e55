/// A few numbers, each with its unit, a word of context and, where time matters, its course over the run.
struct FactsStrip: Sendable {
    /// One number.
    struct Fact: Sendable {
        let name: String
        let value: String
        let context: String
        /// Values at equal distances, drawn beside the name; empty for none.
        var course: [Double] = []
    }

    let facts: [Fact]

    /// The strip as a list.
    var html: String {
        var markup = Markup()
        markup.element("dl", ["class": "facts"]) { list in
            for fact in facts {
                list.element("div") { item in
                    item.element("dt") { name in
                        name.leaf("span", fact.name)
                        name.raw(Sparkline(values: fact.course).svg)
                    }
                    item.element("dd") { value in
                        value.leaf("span", ["class": "value"], fact.value)
                        value.leaf("span", ["class": "context"], fact.context)
                    }
                }
            }
        }
        return markup.text
    }
}
