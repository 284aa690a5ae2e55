import Configuration

/// A ConfigMap, as far as it holds the configuration of the scheduler or of device plugins.
struct ConfigMap: APIObject {
    var metadata = ObjectMeta()
    /// The text of `volcano-scheduler.conf`; nil in other ConfigMaps.
    var schedulerConfiguration: String?
    /// The text of `device-config.yaml`; nil in other ConfigMaps.
    var deviceConfiguration: String?

    static let schema = Schema<ConfigMap>(
        "a ConfigMap",
        [
            .init("metadata") { $1.read(&$0.metadata) },
            .init("data") { map, decoder in
                decoder.readNamed("a mapping from names to strings") { decoder, name in
                    if name == VolcanoConfiguration.fileName {
                        decoder.read(&map.schedulerConfiguration)
                    } else if name == DeviceConfigMap.fileName {
                        decoder.read(&map.deviceConfiguration)
                    } else {
                        decoder.skipValue()
                    }
                }
            },
        ])

    /// Keeps the configuration, if there is one.
    func enter(_ set: inout ObjectSet, _ place: Int, _ decoder: inout ObjectDecoder) {
        if let deviceConfiguration {
            set.deviceConfigurations.append(DeviceConfigMap(metadata: metadata, text: deviceConfiguration))
        }
        guard let schedulerConfiguration else { return }
        do throws(InvalidInput) {
            let text = try SourceText(name: VolcanoConfiguration.fileName, text: schedulerConfiguration)
            set.schedulerConfigurations.append(
                SchedulerConfigMap(
                    metadata: metadata, configuration: try VolcanoConfiguration(reading: text),
                    text: schedulerConfiguration))
        } catch {
            for finding in error.diagnostics { decoder.report(place, finding.description) }
        }
    }
}
