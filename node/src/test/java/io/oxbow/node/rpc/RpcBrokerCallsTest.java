package io.oxbow.node.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.s3stream.CorruptException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.EndTxnRequestData;
import org.apache.kafka.common.message.WriteTxnMarkersRequestData;
import org.apache.kafka.common.message.WriteTxnMarkersRequestData.WritableTxnMarker;
import org.apache.kafka.common.message.WriteTxnMarkersRequestData.WritableTxnMarkerTopic;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.EndTxnRequest;
import org.apache.kafka.common.requests.WriteTxnMarkersRequest;
import org.apache.kafka.common.requests.WriteTxnMarkersResponse;
import org.junit.jupiter.api.Test;

/** Tests the bytes of requests between brokers, and which process serves them. */
class RpcBrokerCallsTest {

    private static final UUID SELF = new UUID(0, 1);
    private static final long PRODUCER = 7;
    private static final TopicPartition PARTITION = new TopicPartition("payments", 3);

    private static AbstractRequest markers() {
        var marker =
                new WritableTxnMarker()
                        .setProducerId(PRODUCER)
                        .setProducerEpoch((short) 2)
                        .setTransactionResult(true)
                        .setCoordinatorEpoch(5)
                        .setTopics(
                                List.of(
                                        new WritableTxnMarkerTopic()
                                                .setName("payments")
                                                .setPartitionIndexes(List.of(3))));
        return new WriteTxnMarkersRequest.Builder(
                        new WriteTxnMarkersRequestData().setMarkers(List.of(marker)))
                .build(ApiKeys.WRITE_TXN_MARKERS.latestVersion());
    }

    private static AbstractResponse answer(AbstractRequest request) {
        assertThat(request.data()).isEqualTo(markers().data());
        return new WriteTxnMarkersResponse(
                Map.of(PRODUCER, Map.of(PARTITION, Errors.NOT_LEADER_OR_FOLLOWER)));
    }

    @Test
    void requestAndAnswerAreReadAsTheyWereWritten() {
        AbstractRequest request = markers();
        byte[] answer =
                RpcBrokerCalls.serve(
                        RpcBrokerCalls.bytes(SELF, request), SELF, RpcBrokerCallsTest::answer);

        var read =
                (WriteTxnMarkersResponse)
                        AbstractResponse.parseResponse(
                                request.apiKey(),
                                new ByteBufferAccessor(ByteBuffer.wrap(answer)),
                                request.version());
        assertThat(read.errorsByProducerId())
                .isEqualTo(Map.of(PRODUCER, Map.of(PARTITION, Errors.NOT_LEADER_OR_FOLLOWER)));
    }

    @Test
    void anotherProcessAtTheAddressServesNothing() {
        byte[] request = RpcBrokerCalls.bytes(new UUID(0, 2), markers());

        assertThat(
                        RpcBrokerCalls.serve(
                                request,
                                SELF,
                                served -> {
                                    throw new AssertionError("it was served");
                                }))
                .isEmpty();
    }

    @Test
    void requestsOfOtherApisAreRefused() {
        var request =
                new EndTxnRequest.Builder(new EndTxnRequestData().setTransactionalId("id"), false)
                        .build();

        assertThatThrownBy(() ->
                        RpcBrokerCalls.serve(
                                RpcBrokerCalls.bytes(SELF, request),
                                SELF,
                                RpcBrokerCallsTest::answer))
                .isInstanceOf(CorruptException.class);
    }
}
