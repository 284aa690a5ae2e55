import Results

extension RunDiff {
    /// The life of a job in one run.
    private struct Life {
        var firstStart: Int64
        var end: Int64
        var wait: Int64
        var evictions: Int64
    }

    /// Counts how jobs moved, and lists those that moved most: by the shift of their end, then of their wait.
    static func jobChanges(
        _ first: RunReader, _ second: RunReader, limit: Int
    ) throws -> (JobCounts, [JobChange]) {
        var (names, lives) = try readLives(first)
        let (otherNames, otherLives) = try readLives(second)
        let ends = (first.run.endNs, second.run.endNs)
        // Almost always the same jobs in the same order: no dictionary of a million names then.
        let known =
            names == otherNames
            ? nil : Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { a, _ in a })
        var counts = JobCounts()
        var changes: [JobChange] = []
        var matched = 0
        for (index, life) in otherLives.enumerated() {
            guard let position = known == nil ? index : known?[otherNames[index]] else {
                counts.onlyInSecond += 1
                continue
            }
            matched += 1
            let change = change(names[position], lives[position], life, ends)
            if change.endShift_ns < 0 {
                counts.earlier += 1
            } else if change.endShift_ns > 0 {
                counts.later += 1
            } else if differs(lives[position], life) {
                counts.otherwiseChanged += 1
            } else {
                counts.same += 1; continue
            }
            changes.append(change)
            if changes.count >= max(4096, 8 * limit) { keepLargest(&changes, limit) }
        }
        counts.onlyInFirst = names.count - matched
        (names, lives) = ([], [])
        keepLargest(&changes, limit)
        return (counts, changes)
    }

    private static func readLives(_ reader: RunReader) throws -> ([String], [Life]) {
        var names: [String] = []
        var lives: [Life] = []
        try reader.forEachRawRow(
            "SELECT name, first_start_ns, end_ns, wait_ns, preemptions FROM job ORDER BY id"
        ) { row in
            names.append(row.text(0))
            lives.append(
                Life(
                    firstStart: row.integer(1, unlessNull: -1), end: row.integer(2, unlessNull: -1),
                    wait: row.integer(3), evictions: row.integer(4)))
        }
        return (names, lives)
    }

    private static func differs(_ a: Life, _ b: Life) -> Bool {
        a.firstStart != b.firstStart || a.end != b.end || a.wait != b.wait || a.evictions != b.evictions
    }

    private static func change(_ name: String, _ a: Life, _ b: Life, _ ends: (Int64, Int64)) -> JobChange {
        func known(_ time: Int64) -> Int64? { time < 0 ? nil : time }
        return JobChange(
            job: name, firstStart_ns: [known(a.firstStart), known(b.firstStart)], end_ns: [known(a.end), known(b.end)],
            wait_ns: [a.wait, b.wait], evictions: [a.evictions, b.evictions],
            endShift_ns: (known(b.end) ?? ends.1) &- (known(a.end) ?? ends.0))
    }

    private static func keepLargest(_ changes: inout [JobChange], _ limit: Int) {
        func size(_ change: JobChange) -> (UInt64, UInt64) {
            (change.endShift_ns.magnitude, (change.wait_ns[1] &- change.wait_ns[0]).magnitude)
        }
        let order = changes.enumerated().sorted { a, b in
            let (x, y) = (size(a.element), size(b.element))
            return x != y ? x > y : a.offset < b.offset
        }
        changes = order.prefix(limit).map(\.element)
    }
}
