package io.oxbow.broker.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.broker.config.TopicConfigExtension;
import io.oxbow.broker.memory.MemoryBucket;
import io.oxbow.broker.memory.MemoryMetadataLog;
import io.oxbow.broker.memory.MemoryPartitions;
import io.oxbow.broker.network.ApiHandler;
import io.oxbow.broker.network.Call;
import io.oxbow.s3stream.log.MetadataLog;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.errors.NotControllerException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.message.DeleteTopicsRequestData;
import org.apache.kafka.common.message.DeleteTopicsResponseData;
import org.apache.kafka.common.message.EnvelopeResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.DeleteTopicsRequest;
import org.apache.kafka.common.requests.DeleteTopicsResponse;
import org.apache.kafka.common.requests.DescribeQuorumRequest;
import org.apache.kafka.common.requests.RequestContext;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.apache.kafka.image.MetadataImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests requests to a controller in another process, by two brokers on one metadata log. */
@Timeout(60)
class ControllerRequestsTest {

    private final MemoryBucket bucket = new MemoryBucket();
    private final MemoryMetadataLog leader = bucket.process(7);
    private final MemoryMetadataLog follower = bucket.process(8);
    private final Deletions deletions = new Deletions();

    /** Handler that keeps the calls to delete topics, and answers each. */
    private static final class Deletions implements ApiHandler {

        private final BlockingQueue<Call> calls = new LinkedBlockingQueue<>();

        @Override
        public Map<ApiKeys, Versions> apis() {
            return Map.of(ApiKeys.DELETE_TOPICS, Versions.all(ApiKeys.DELETE_TOPICS));
        }

        @Override
        public void handle(Call call) {
            calls.add(call);
            call.respond(
                    new DeleteTopicsResponse(
                            new DeleteTopicsResponseData().setThrottleTimeMs(calls.size())));
        }
    }

    private ControlFixture broker(MemoryMetadataLog log, int nodeId, ControllerLink link) {
        return new ControlFixture(
                log,
                new MemoryPartitions(),
                Map.of("node.id", Integer.toString(nodeId)),
                TopicConfigExtension.none(),
                link,
                List.of(deletions));
    }

    private static AbstractResponse delete(ControlFixture broker) throws Exception {
        var header = new RequestHeader(ApiKeys.DELETE_TOPICS, (short) 6, "client-1", 42);
        RequestContext context =
                ControllerService.context(
                        header,
                        new KafkaPrincipal(KafkaPrincipal.USER_TYPE, "alice"),
                        InetAddress.getByName("10.1.2.3"));
        var request =
                new DeleteTopicsRequest.Builder(new DeleteTopicsRequestData()).build((short) 6);
        return broker.requests.send(context, request).get(30, TimeUnit.SECONDS);
    }

    @Test
    void brokerRegistersAndBeatsThroughAControllerElsewhere() throws Exception {
        try (var seven = broker(leader, 7, ControllerLink.none())) {
            leader.takeOver(sign -> MetadataLog.LeaderSign.ENDED);
            seven.awaitUnfenced();
            try (var eight =
                    broker(follower, 8, envelope -> seven.service.serve(envelope).join())) {
                eight.awaitUnfenced();

                assertThat(seven.plane.metadata().image().cluster().broker(8)).isNotNull();
                assertThat(seven.faults).isEmpty();
                assertThat(eight.faults).isEmpty();
            }
        }
    }

    @Test
    void formerProcessOfANodeDoesNotUnseatItsSuccessor() throws Exception {
        MemoryMetadataLog successor = bucket.process(8);
        try (var seven = broker(leader, 7, ControllerLink.none())) {
            leader.takeOver(sign -> MetadataLog.LeaderSign.ENDED);
            seven.awaitUnfenced();
            ControllerLink link = envelope -> seven.service.serve(envelope).join();
            try (var eight = broker(successor, 8, link)) {
                eight.awaitUnfenced();
                try (var former = broker(follower, 8, link)) {
                    assertThat(former.session.awaitUnfenced(Duration.ofSeconds(1))).isFalse();
                }

                assertThat(seven.plane.metadata().image().cluster().broker(8).incarnationId())
                        .isEqualTo(eight.incarnation);
            }
        }
    }

    @Test
    void partitionsOfABrokerThatIsGoneGoToAllOthersInTurns() throws Exception {
        try (var seven = broker(leader, 7, ControllerLink.none())) {
            leader.takeOver(sign -> MetadataLog.LeaderSign.ENDED);
            seven.awaitUnfenced();
            ControllerLink link = envelope -> seven.service.serve(envelope).join();
            try (var eight = broker(follower, 8, link);
                    var nine = broker(bucket.process(9), 9, link)) {
                eight.awaitUnfenced();
                nine.awaitUnfenced();
                seven.create("orders", 12, 1, Map.of());
                seven.awaitPartition("orders", 11);
                KafkaController controller = seven.plane.controller();

                var alive = controller.handOver(9, broker -> true).get(30, TimeUnit.SECONDS);
                var dead = controller.handOver(9, broker -> broker != 9).get(30, TimeUnit.SECONDS);

                assertThat(alive.given()).isZero();
                assertThat(dead.given()).isEqualTo(4);
                seven.plane.metadata().await(image -> partitionsOf(9, image) == 0);
                assertThat(partitionsOf(7, seven.plane.metadata().image())).isEqualTo(6);
                assertThat(partitionsOf(8, seven.plane.metadata().image())).isEqualTo(6);
            }
        }
    }

    private static long partitionsOf(int broker, MetadataImage image) {
        return image.topics().getTopic("orders").partitions().values().stream()
                .filter(partition -> partition.leader == broker)
                .count();
    }

    @Test
    void forwardedRequestKeepsItsClientsNameAndAddress() throws Exception {
        try (var seven = broker(leader, 7, ControllerLink.none());
                var eight = broker(follower, 8, envelope -> seven.service.serve(envelope).join())) {
            leader.takeOver(sign -> MetadataLog.LeaderSign.ENDED);

            AbstractResponse response = delete(eight);

            Call call = deletions.calls.remove();
            assertThat(call.context().principal().getName()).isEqualTo("alice");
            assertThat(call.context().clientAddress().getHostAddress()).isEqualTo("10.1.2.3");
            assertThat(call.context().clientId()).isEqualTo("client-1");
            assertThat(((DeleteTopicsResponse) response).throttleTimeMs()).isEqualTo(1);
        }
    }

    @Test
    void requestWaitsWhileTheLeaderChanges() throws Exception {
        var asked = new AtomicInteger();
        try (var seven = broker(leader, 7, ControllerLink.none())) {
            leader.takeOver(sign -> MetadataLog.LeaderSign.ENDED);
            seven.awaitUnfenced();
            ControllerLink link =
                    envelope ->
                            switch (asked.incrementAndGet()) {
                                case 1 -> throw new NotControllerException("nobody leads now");
                                case 2 ->
                                        new EnvelopeResponseData()
                                                .setErrorCode(Errors.NOT_CONTROLLER.code());
                                default -> seven.service.serve(envelope).join();
                            };
            try (var eight = broker(follower, 8, link)) {
                assertThat(delete(eight).errorCounts()).doesNotContainKey(Errors.NOT_CONTROLLER);
                assertThat(deletions.calls).hasSize(1);
                assertThat(asked.get()).isGreaterThanOrEqualTo(3);
            }
        }
    }

    /** It may have been served: only its client knows if it may be repeated. */
    @Test
    void requestOfUnknownOutcomeIsNotRepeated() {
        try (var eight =
                broker(
                        follower,
                        8,
                        envelope -> {
                            throw new TimeoutException("no answer");
                        })) {
            assertThatThrownBy(() -> delete(eight))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(TimeoutException.class);
        }
    }

    @Test
    void onlyTheControllersRequestsAreServed() throws Exception {
        try (var seven = broker(leader, 7, ControllerLink.none())) {
            leader.takeOver(sign -> MetadataLog.LeaderSign.ENDED);
            var request =
                    new DescribeQuorumRequest.Builder(
                                    DescribeQuorumRequest.singletonRequest(
                                            new org.apache.kafka.common.TopicPartition("t", 0)))
                            .build();

            AbstractResponse response =
                    seven.requests
                            .send(ControllerRequests.internal(ApiKeys.DESCRIBE_QUORUM), request)
                            .get(30, TimeUnit.SECONDS);

            assertThat(response.errorCounts()).containsKey(Errors.INVALID_REQUEST);
        }
    }
}
