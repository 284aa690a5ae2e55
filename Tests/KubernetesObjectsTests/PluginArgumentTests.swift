import Configuration
import KubernetesObjects
import Testing

@Test func argumentsOfTheWrongTypeLeaveTheDefault() {
    let arguments = PluginArguments([
        "int": 3, "double": .number(1.5), "flag": true, "text": "a", "quoted": "3", "yes": "T", "time": "1h30m",
        "none": .null,
    ])
    #expect(arguments.int("int", default: 7) == 3 && arguments.int("quoted", default: 7) == 7)
    #expect(arguments.int("double", default: 7) == 7 && arguments.int("missing", default: 7) == 7)
    #expect(arguments.double("double", default: 7) == 1.5 && arguments.double("int", default: 7) == 3)
    #expect(arguments.double("quoted", default: 7) == 7)
    #expect(arguments.bool("flag", default: false) && arguments.bool("yes", default: false))
    #expect(!arguments.bool("text", default: false) && arguments.bool("int", default: true))
    #expect(arguments.string("text", default: "b") == "a" && arguments.string("int", default: "b") == "b")
    #expect(arguments.duration("time", default: 1) == 5_400_000_000_000 && arguments.duration("text", default: 1) == 1)
    #expect(arguments.value("none") == .null && arguments.value("missing") == nil)
}
