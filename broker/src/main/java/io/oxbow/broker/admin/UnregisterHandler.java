package io.oxbow.broker.admin;

import io.oxbow.broker.control.ControlPlane;
import io.oxbow.broker.control.KafkaController;
import io.oxbow.broker.network.Answers;
import io.oxbow.broker.network.ApiHandler;
import io.oxbow.broker.network.Call;
import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.log.LogAppendException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.errors.BrokerIdNotRegisteredException;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.message.UnregisterBrokerResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.requests.UnregisterBrokerRequest;
import org.apache.kafka.common.requests.UnregisterBrokerResponse;
import org.apache.kafka.image.MetadataImage;

/**
 * UnregisterBroker: removes a node for good. It is removed from the metadata log first, which
 * refuses one that lives or has acked what nobody has recovered; a repetition goes on from there.
 */
public final class UnregisterHandler implements ApiHandler {

    private final ControlPlane controlPlane;
    private final KafkaController controller;

    public UnregisterHandler(ControlPlane controlPlane) {
        this.controlPlane = controlPlane;
        this.controller = controlPlane.controller();
    }

    @Override
    public Map<ApiKeys, Versions> apis() {
        return Map.of(ApiKeys.UNREGISTER_BROKER, Versions.all(ApiKeys.UNREGISTER_BROKER));
    }

    @Override
    public void handle(Call call) {
        int broker = ((UnregisterBrokerRequest) call.request()).data().brokerId();
        call.runBeside(() ->
                Answers.whenDone(
                        call,
                        unregister(call, broker),
                        ignored ->
                                new UnregisterBrokerResponse(new UnregisterBrokerResponseData())));
    }

    private CompletableFuture<Void> unregister(Call call, int broker) {
        if (broker < 0) {
            throw new BrokerIdNotRegisteredException("there is no node %d".formatted(broker));
        }
        MetadataImage image = controlPlane.metadata().image();
        long partitions =
                image.topics().topicsById().values().stream()
                        .flatMap(topic -> topic.partitions().values().stream())
                        .filter(partition -> partition.replicas[0] == broker)
                        .count();
        if (partitions > 0) {
            throw new InvalidRequestException(
                    "node %d has %d partitions, which no other has taken"
                            .formatted(broker, partitions));
        }
        boolean registered = image.cluster().broker(broker) != null;
        switch (removed(broker)) {
            case ApplyResult.Refused(var why) ->
                    throw controlPlane.knows(broker)
                            ? new InvalidRequestException(why)
                            : new BrokerIdNotRegisteredException(why);
            case ApplyResult.AlreadyApplied() when !registered ->
                    throw new BrokerIdNotRegisteredException(
                            "there is no node %d any more".formatted(broker));
            default -> {}
        }
        return !registered
                ? CompletableFuture.completedFuture(null)
                : controller.api().unregisterBroker(ControllerCalls.context(call), broker);
    }

    private ApplyResult removed(int broker) {
        try {
            return controlPlane.removeNode(broker);
        } catch (LogAppendException e) {
            throw new TimeoutException("the metadata log takes no changes now", e);
        }
    }
}
