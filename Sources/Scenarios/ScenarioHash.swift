import Configuration

extension ResolvedScenario {
    /// What asks about runs and changes none.
    private static let judgements = [
        "spec.compare", "spec.objectives", "spec.plan", "spec.demand.growth", "spec.demand.from",
    ]

    /// Names the content of the scenario: SHA-256 over every resolved value under `spec` but `compare`,
    /// `objectives`, `plan` and the growth of the demand, as `path=value` lines, then the bytes of every trace and model configuration in order, as they lie in the file.
    ///
    /// Layout, comments, the scenario's name and spelt-out defaults do not change it. Built-in cards are not part of
    /// it: they belong to the version of the program, which results record besides.
    ///
    /// - Throws: if a trace cannot be read.
    public func hash() throws(InvalidInput) -> String {
        var hash = SHA256()
        let counted = values.filter { value in
            value.path.hasPrefix("spec.") && !Self.judgements.contains { value.path.hasPrefix($0) }
        }
        hash.update(Explanation.content(counted).utf8)
        for (index, entry) in content.spec.workload.enumerated() {
            let (path, key): (String, String)
            switch entry {
            case .trace(let section): (path, key) = (resolve(section.path), "trace")
            case .train(let section) where section.model.hasSuffix(".json"):
                (path, key) = (resolve(section.model), "train")
            default: continue
            }
            let result = FileBytes.forEachChunk(of: path) { chunk in
                hash.update(chunk)
                return true
            }
            if case .failure(let failure) = result {
                let reading = Reading(continuing: values)
                let place = Place.root.key("spec").key("workload").element(index).key(key)
                reading.report(path: place.path, "\(path) \(failure.reason)")
                throw InvalidInput(reading.diagnostics.findings)
            }
        }
        return hash.digest()
    }
}
