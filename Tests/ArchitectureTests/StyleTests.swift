import Testing

/// House rules that a reviewer should not have to remember.
@Suite struct StyleTests {
    let package: PackageText

    init() throws { package = try PackageText() }

    @Test func noClockBelowTheCommandLine() {
        let clock = /\bDate\(\)|\bContinuousClock\b|\bSuspendingClock\b|clock_gettime|\bSystemRandomNumberGenerator\b/
        for file in package.files where !["orrery", "orrery-bench"].contains(file.target) {
            for (number, line) in file.lines.enumerated() where !line.contains("//") {
                #expect(line.firstMatch(of: clock) == nil, "\(file.path):\(number + 1): \(line)")
            }
        }
    }

    @Test func filesHaveOneSubject() {
        for file in package.files {
            #expect(file.lines.count <= 600, "\(file.path) has \(file.lines.count) lines")
        }
    }

    @Test func nothingIsForcedOrLeftOpen() {
        let forbidden = /\btry!|\bas!|\bfatalError\(|\b(TODO|FIXME|XXX)\b/
        for file in package.files {
            for (number, line) in file.lines.enumerated() {
                #expect(line.firstMatch(of: forbidden) == nil, "\(file.path):\(number + 1): \(line)")
            }
        }
    }
}
