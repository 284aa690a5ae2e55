import Glibc

let tableHeading = row("name", "value", "unit", "reference", "ratio", "compared with")

/// One line of the table on standard output.
func tableRow(_ outcome: Outcome) -> String {
    row(
        outcome.benchmark.name, significant(outcome.value), outcome.benchmark.unit,
        outcome.reference.map(significant) ?? "-", outcome.ratio.map(significant) ?? "-", outcome.referenceName ?? "-")
}

private func row(_ name: String, _ value: String, _ unit: String, _ reference: String, _ ratio: String, _ who: String)
    -> String
{
    func left(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
    func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
    return [left(name, 34), right(value, 14), left(unit, 10), right(reference, 14), right(ratio, 10), who]
        .joined(separator: "  ")
}

/// Four significant digits, without an exponent.
private func significant(_ value: Double) -> String {
    if !value.isFinite { return "\(value)" }
    var scale = 1.0
    while value.magnitude * scale < 1000, scale < 1e9 { scale *= 10 }
    if scale == 1 { return String(Int64(value.rounded())) }
    return String((value * scale).rounded() / scale)
}

/// Writes the outcomes as JSON. Returns false, with `errno` set, if the file cannot be written.
func writeResults(_ outcomes: [Outcome], to path: String) -> Bool {
    let lines = outcomes.map { outcome -> String in
        let benchmark = outcome.benchmark
        let fields = [
            ("name", quoted(benchmark.name)), ("value", number(outcome.value)), ("unit", quoted(benchmark.unit)),
            ("better", quoted(benchmark.better.rawValue)), ("reference", outcome.reference.map(number) ?? "null"),
            ("referenceName", outcome.referenceName.map(quoted) ?? "null"),
            ("ratio", outcome.ratio.map(number) ?? "null"), ("work", quoted(benchmark.work)),
        ]
        return "  {" + fields.map { "\"\($0.0)\": \($0.1)" }.joined(separator: ", ") + "}"
    }
    let text = "[\n" + lines.joined(separator: ",\n") + "\n]\n"
    mkdir(".build", 0o755)
    guard let file = fopen(path, "w") else { return false }
    let written = fputs(text, file) >= 0
    return fclose(file) == 0 && written
}

/// JSON has no infinities; a figure that is none is null.
private func number(_ value: Double) -> String { value.isFinite ? "\(value)" : "null" }

/// Names and descriptions are our own literals; only quotes and backslashes need care.
private func quoted(_ text: String) -> String {
    var out = "\""
    for character in text {
        if character == "\"" || character == "\\" { out.append("\\") }
        out.append(character)
    }
    return out + "\""
}

/// One line on standard error.
func complain(_ message: String) {
    let bytes = Array((message + "\n").utf8)
    write(STDERR_FILENO, bytes, bytes.count)
}
