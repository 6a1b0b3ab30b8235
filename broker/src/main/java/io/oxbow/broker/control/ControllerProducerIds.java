package io.oxbow.broker.control;

import io.oxbow.broker.network.Answers;
import io.oxbow.broker.producerid.ProducerIdBlocks;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.CoordinatorLoadInProgressException;
import org.apache.kafka.common.message.AllocateProducerIdsRequestData;
import org.apache.kafka.common.message.AllocateProducerIdsResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AllocateProducerIdsRequest;
import org.apache.kafka.common.requests.AllocateProducerIdsResponse;
import org.apache.kafka.metadata.BrokerRegistration;
import org.apache.kafka.server.common.ProducerIdsBlock;

/** Requests blocks of producer ids from the controller. */
public final class ControllerProducerIds implements ProducerIdBlocks {

    private static final int PATIENCE_SECONDS = 30;

    private final int nodeId;
    private final ClusterMetadata metadata;
    private final ControllerRequests requests;

    public ControllerProducerIds(
            int nodeId, ClusterMetadata metadata, ControllerRequests requests) {
        this.nodeId = nodeId;
        this.metadata = metadata;
        this.requests = requests;
    }

    @Override
    public ProducerIdsBlock next() {
        BrokerRegistration broker = metadata.image().cluster().broker(nodeId);
        if (broker == null) {
            throw new CoordinatorLoadInProgressException("this broker has not registered yet");
        }
        var request =
                new AllocateProducerIdsRequestData()
                        .setBrokerId(nodeId)
                        .setBrokerEpoch(broker.epoch());
        try {
            var response =
                    (AllocateProducerIdsResponse)
                            requests.send(new AllocateProducerIdsRequest.Builder(request).build())
                                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            AllocateProducerIdsResponseData block = response.data();
            Errors.forCode(block.errorCode()).maybeThrow();
            return new ProducerIdsBlock(nodeId, block.producerIdStart(), block.producerIdLen());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable(e);
        } catch (ExecutionException | TimeoutException | ApiException e) {
            throw unavailable(Answers.cause(e));
        }
    }

    /** Returns the error that makes a producer ask again. */
    private static CoordinatorLoadInProgressException unavailable(Throwable cause) {
        return new CoordinatorLoadInProgressException(
                "the controller gives no producer ids now", cause);
    }
}
