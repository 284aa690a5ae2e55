// `make bench [ONLY=prefix]`: runs the benchmarks whose names begin with the prefix, prints a table, and writes
// .build/bench.json below the working directory. Exit code 1 if a benchmark computes a wrong answer.
import Glibc

let prefix = getenv("ONLY").map { String(cString: $0) } ?? ""
let selected = Suite.entries.filter { $0.name.hasPrefix(prefix) }
if selected.isEmpty {
    let known = Suite.entries.map(\.name).joined(separator: ", ")
    complain("no benchmark begins with '\(prefix)'; there are: \(known)")
    exit(2)
}

var outcomes: [Outcome] = []
var failed = false
print(tableHeading)
for benchmark in selected {
    do {
        let outcome = try benchmark.run()
        outcomes.append(outcome)
        print(tableRow(outcome))
        fflush(nil)
    } catch {
        complain("\(error)")
        failed = true
    }
}
if !writeResults(outcomes, to: ".build/bench.json") {
    complain(".build/bench.json: \(String(cString: strerror(errno)))")
    failed = true
}
exit(failed ? 1 : 0)
