package io.oxbow.broker.control;

import io.oxbow.broker.config.BrokerConfig;
import java.util.List;
import org.apache.kafka.common.Endpoint;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.BrokerRegistrationRequestData;
import org.apache.kafka.controller.QuorumFeatures;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.metadata.BrokerRegistration;

/** The request that registers this process with the controller. */
record RegistrationRequest(
        BrokerConfig config, String clusterId, Uuid incarnation, List<Endpoint> advertised) {

    /** Id of the one log directory that a node has for Kafka; it lasts as long as the node's id. */
    private static final long DIRECTORY = 0x6f78626f77L;

    BrokerRegistrationRequestData data() {
        var data =
                new BrokerRegistrationRequestData()
                        .setBrokerId(config.nodeId())
                        .setClusterId(clusterId)
                        .setIncarnationId(incarnation)
                        .setRack(config.rack())
                        .setLogDirs(List.of(directory(config.nodeId())));
        for (Endpoint endpoint : advertised) {
            data.listeners()
                    .add(
                            new BrokerRegistrationRequestData.Listener()
                                    .setName(endpoint.listener())
                                    .setHost(endpoint.host())
                                    .setPort(endpoint.port())
                                    .setSecurityProtocol(endpoint.securityProtocol().id));
        }
        QuorumFeatures.defaultSupportedFeatureMap(false)
                .forEach((name, range) ->
                        data.features()
                                .add(
                                        new BrokerRegistrationRequestData.Feature()
                                                .setName(name)
                                                .setMinSupportedVersion(range.min())
                                                .setMaxSupportedVersion(range.max())));
        return data;
    }

    static Uuid directory(int nodeId) {
        return new Uuid(DIRECTORY, nodeId);
    }

    boolean isIn(MetadataImage image) {
        BrokerRegistration registration = image.cluster().broker(config.nodeId());
        return registration != null && registration.incarnationId().equals(incarnation);
    }
}
