import ArgumentParser
import Configuration

/// Variants of a scenario as `--variant name:path=value` gives them.
enum VariantOption {
    /// One variant by what it changes.
    struct Variant {
        var name: String
        var changes: [Override]
    }

    /// Variants in the order of their first mention; changes of one name belong together.
    static func grouped(_ options: [String]) throws -> [Variant] {
        var variants: [Variant] = []
        for (index, option) in options.enumerated() {
            guard let colon = option.firstIndex(of: ":"), colon > option.startIndex else {
                throw Failure.badInput(
                    "--variant:\(index + 1):1: expected name:path=value, such as "
                        + "'72-nodes:spec.clusters[0].nodePools[h100].count=72', found \"\(option)\"")
            }
            let name = String(option[..<colon])
            guard ObjectName.isValid(name) else {
                throw Failure.badInput("--variant:\(index + 1):1: \"\(name)\" is not a valid name; \(ObjectName.hint)")
            }
            let text = String(option[option.index(after: colon)...])
            let change = try Override(
                argument: text, number: index + 1, option: "--variant", before: name.unicodeScalars.count + 1)
            if let known = variants.firstIndex(where: { $0.name == name }) {
                variants[known].changes.append(change)
            } else {
                variants.append(Variant(name: name, changes: [change]))
            }
        }
        return variants
    }
}
