import Glibc
import Testing

/// Path of a file of the shared material, or nil (with a line on the output) where that is absent.
func shared(_ path: String) -> String? {
    let root = ProcessEnvironment.value("ORRERY_SHARED") ?? packageRoot() + "/../shared"
    let full = root + "/" + path
    if access(full, R_OK) == 0 { return full }
    print("skipped 1 case: no \(path)")
    return nil
}

enum ProcessEnvironment {
    static func value(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}

/// The folder above Tests/WorkloadsTests, links resolved.
func packageRoot(_ file: String = #filePath) -> String {
    let resolved = realpath(file, nil)
    defer { free(resolved) }
    let path = resolved.map { String(cString: $0) } ?? file
    return path.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }
}
