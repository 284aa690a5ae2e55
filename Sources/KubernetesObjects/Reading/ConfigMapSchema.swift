import Configuration

/// A ConfigMap, as far as it holds the scheduler's configuration.
struct ConfigMap: APIObject {
    var metadata = ObjectMeta()
    /// The text of `volcano-scheduler.conf`; nil in other ConfigMaps.
    var schedulerConfiguration: String?

    static let schema = Schema<ConfigMap>(
        "a ConfigMap",
        [
            .init("metadata") { $1.read(&$0.metadata) },
            .init("data") { map, decoder in
                decoder.readNamed("a mapping from names to strings") { decoder, name in
                    if name == VolcanoConfiguration.fileName {
                        decoder.read(&map.schedulerConfiguration)
                    } else {
                        decoder.skipValue()
                    }
                }
            },
        ])

    /// Keeps the configuration, if there is one.
    func enter(_ set: inout ObjectSet, _ place: Int, _ decoder: inout ObjectDecoder) {
        guard let schedulerConfiguration else { return }
        do throws(InvalidInput) {
            let text = try SourceText(name: VolcanoConfiguration.fileName, text: schedulerConfiguration)
            set.schedulerConfigurations.append(
                SchedulerConfigMap(metadata: metadata, configuration: try VolcanoConfiguration(reading: text)))
        } catch {
            for finding in error.diagnostics { decoder.report(place, finding.description) }
        }
    }
}
