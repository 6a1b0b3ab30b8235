package io.oxbow.broker.admin;

import io.oxbow.broker.control.ControlPlane;
import io.oxbow.broker.network.ApiHandler;
import io.oxbow.broker.network.Call;
import java.util.Map;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.errors.UnsupportedEndpointTypeException;
import org.apache.kafka.common.message.DescribeClusterResponseData;
import org.apache.kafka.common.message.DescribeClusterResponseData.DescribeClusterBroker;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.requests.DescribeClusterRequest;
import org.apache.kafka.common.requests.DescribeClusterResponse;
import org.apache.kafka.common.requests.MetadataResponse;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.metadata.BrokerRegistration;

/** DescribeCluster. */
public final class ClusterHandler implements ApiHandler {

    private static final byte BROKERS = 1;

    private final ControlPlane controlPlane;

    public ClusterHandler(ControlPlane controlPlane) {
        this.controlPlane = controlPlane;
    }

    @Override
    public Map<ApiKeys, Versions> apis() {
        return Map.of(ApiKeys.DESCRIBE_CLUSTER, Versions.all(ApiKeys.DESCRIBE_CLUSTER));
    }

    @Override
    public void handle(Call call) {
        var request = (DescribeClusterRequest) call.request();
        if (request.data().endpointType() != BROKERS) {
            throw new UnsupportedEndpointTypeException(
                    "Controllers have no endpoint of their own: ask for brokers.");
        }
        var answer =
                new DescribeClusterResponseData()
                        .setClusterId(controlPlane.clusterId())
                        .setControllerId(controlPlane.controllerId())
                        .setEndpointType(BROKERS)
                        .setClusterAuthorizedOperations(
                                request.data().includeClusterAuthorizedOperations()
                                        ? Operations.on(ResourceType.CLUSTER)
                                        : MetadataResponse.AUTHORIZED_OPERATIONS_OMITTED);
        boolean fencedToo = request.version() >= 2 && request.data().includeFencedBrokers();
        for (BrokerRegistration broker :
                controlPlane.metadata().image().cluster().brokers().values()) {
            if (!broker.fenced() || fencedToo) {
                broker.node(call.context().listenerName.value())
                        .ifPresent(node -> answer.brokers().add(describe(node, broker.fenced())));
            }
        }
        call.respond(new DescribeClusterResponse(answer));
    }

    private static DescribeClusterBroker describe(Node node, boolean fenced) {
        return new DescribeClusterBroker()
                .setBrokerId(node.id())
                .setHost(node.host())
                .setPort(node.port())
                .setRack(node.rack())
                .setIsFenced(fenced);
    }
}
