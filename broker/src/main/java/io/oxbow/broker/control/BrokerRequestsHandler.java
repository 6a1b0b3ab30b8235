package io.oxbow.broker.control;

import io.oxbow.broker.network.Answers;
import io.oxbow.broker.network.ApiHandler;
import io.oxbow.broker.network.Call;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.errors.DuplicateBrokerRegistrationException;
import org.apache.kafka.common.message.BrokerHeartbeatResponseData;
import org.apache.kafka.common.message.BrokerRegistrationRequestData;
import org.apache.kafka.common.message.BrokerRegistrationResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.requests.AllocateProducerIdsRequest;
import org.apache.kafka.common.requests.AllocateProducerIdsResponse;
import org.apache.kafka.common.requests.AlterPartitionRequest;
import org.apache.kafka.common.requests.AlterPartitionResponse;
import org.apache.kafka.common.requests.BrokerHeartbeatRequest;
import org.apache.kafka.common.requests.BrokerHeartbeatResponse;
import org.apache.kafka.common.requests.BrokerRegistrationRequest;
import org.apache.kafka.common.requests.BrokerRegistrationResponse;
import org.apache.kafka.metadata.BrokerRegistrationReply;

/** Serves what brokers ask of the controller; not for clients. */
public final class BrokerRequestsHandler implements ApiHandler {

    private final ControlPlane controlPlane;
    private final KafkaController controller;

    public BrokerRequestsHandler(ControlPlane controlPlane) {
        this.controlPlane = controlPlane;
        this.controller = controlPlane.controller();
    }

    @Override
    public Map<ApiKeys, Versions> apis() {
        return Map.of(
                ApiKeys.BROKER_REGISTRATION, Versions.all(ApiKeys.BROKER_REGISTRATION),
                ApiKeys.ALTER_PARTITION, Versions.all(ApiKeys.ALTER_PARTITION),
                ApiKeys.BROKER_HEARTBEAT, Versions.all(ApiKeys.BROKER_HEARTBEAT),
                ApiKeys.ALLOCATE_PRODUCER_IDS, Versions.all(ApiKeys.ALLOCATE_PRODUCER_IDS));
    }

    @Override
    public void handle(Call call) {
        switch (call.request()) {
            case BrokerRegistrationRequest register ->
                    Answers.whenDone(
                            call,
                            register(register.data()),
                            reply ->
                                    new BrokerRegistrationResponse(
                                            new BrokerRegistrationResponseData()
                                                    .setBrokerEpoch(reply.epoch())));
            case BrokerHeartbeatRequest beat ->
                    Answers.whenDone(
                            call,
                            controller
                                    .api()
                                    .processBrokerHeartbeat(KafkaController.INTERNAL, beat.data()),
                            reply ->
                                    new BrokerHeartbeatResponse(
                                            new BrokerHeartbeatResponseData()
                                                    .setIsCaughtUp(reply.isCaughtUp())
                                                    .setIsFenced(reply.isFenced())
                                                    .setShouldShutDown(reply.shouldShutDown())));
            case AllocateProducerIdsRequest allocate ->
                    Answers.whenDone(
                            call,
                            controller
                                    .api()
                                    .allocateProducerIds(KafkaController.INTERNAL, allocate.data()),
                            AllocateProducerIdsResponse::new);
            case AlterPartitionRequest alter ->
                    Answers.whenDone(
                            call,
                            controller
                                    .api()
                                    .alterPartition(
                                            KafkaController.internal(alter.version()),
                                            alter.data()),
                            AlterPartitionResponse::new);
            default -> throw new IllegalArgumentException("not served here: " + call.request());
        }
    }

    /**
     * Registers the incarnation that the metadata log has registered: a process that was stopped
     * and followed by another does not unseat that one here.
     */
    private CompletableFuture<BrokerRegistrationReply> register(
            BrokerRegistrationRequestData broker) {
        if (!controlPlane.isMember(broker.brokerId(), broker.incarnationId())) {
            return CompletableFuture.failedFuture(
                    new DuplicateBrokerRegistrationException(
                            "incarnation %s of node %d is fenced or unknown in the metadata log"
                                    .formatted(broker.incarnationId(), broker.brokerId())));
        }
        return controller
                .endSessionOfOthers(broker.brokerId(), broker.incarnationId())
                .thenCompose(ignored ->
                        controller.api().registerBroker(KafkaController.INTERNAL, broker));
    }
}
