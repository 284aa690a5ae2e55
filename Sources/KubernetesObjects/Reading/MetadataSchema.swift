extension ObjectMeta: Described {
    static let schema = Schema<ObjectMeta>(
        "the metadata of an object", otherKeys: .refused,
        [
            .init("name") { $1.read(&$0.name) },
            .init("namespace") { $1.read(&$0.namespace) },
            .init("uid") { $1.read(&$0.uid) },
            .init("labels") { $1.readShared(&$0.labels) },
            .init("annotations") { metadata, decoder in
                decoder.readAnnotations(&metadata.annotations)
            },
            .init("creationTimestamp") { $1.read(&$0.creationTimestamp) },
            .init("deletionTimestamp") { $1.read(&$0.deletionTimestamp) },
            .init("deletionGracePeriodSeconds") { $1.read(&$0.deletionGracePeriodSeconds) },
            .init("ownerReferences") {
                $1.read(&$0.ownerReferences)
                $1.pools.owners.share(&$0.ownerReferences)
            },
        ])
}

extension OwnerReference: Described {
    static let schema = Schema<OwnerReference>(
        "an owner reference",
        [
            .init("kind") { $1.read(&$0.kind) },
            .init("name") { $1.read(&$0.name) },
            .init("uid") { $1.read(&$0.uid) },
            .init("controller") { $1.read(&$0.isController) },
        ])
}

extension ObjectDecoder {
    /// A mapping of texts that many objects have in common.
    mutating func readShared(_ map: inout [String: String]) {
        read(&map)
        pools.names.share(&map)
    }

    /// Annotations without the copy of the whole object that `kubectl apply` leaves there.
    fileprivate mutating func readAnnotations(_ map: inout [String: String]) {
        readNamed("a mapping from names to strings") { decoder, name in
            let place = decoder.peek().place
            if name == "kubectl.kubernetes.io/last-applied-configuration" {
                decoder.skipValue()
            } else if map.updateValue(decoder.string() ?? "", forKey: name) != nil {
                decoder.reportTwice(name, place)
            }
        }
        pools.names.share(&map)
    }
}
