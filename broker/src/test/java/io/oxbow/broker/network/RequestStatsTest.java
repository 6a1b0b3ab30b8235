package io.oxbow.broker.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.FetchResponse;
import org.apache.kafka.common.requests.HeartbeatResponse;
import org.apache.kafka.common.requests.ProduceResponse;
import org.junit.jupiter.api.Test;

/** Tests the counts of requests by duration and by error. */
class RequestStatsTest {

    private final RequestStats stats = new RequestStats();

    @Test
    void aCallCountsInTheFirstBucketThatHoldsIt() {
        double[] bounds = RequestStats.boundsSeconds();
        for (double bound : bounds) {
            stats.took((long) (bound * 1e9));
        }
        stats.took(TimeUnit.HOURS.toNanos(1));

        assertThat(stats.counts()).hasSize(bounds.length + 1).containsOnly(1);
        assertThat(LongStream.of(stats.counts()).sum()).isEqualTo(bounds.length + 1);
        assertThat(stats.seconds()).isBetween(3_649.0, 3_651.0);
    }

    @Test
    void errorsOfEveryPartitionOfARepliesKindAreCounted() {
        var produced = new ProduceResponseData.TopicProduceResponse().setName("t");
        produced.partitionResponses()
                .addAll(
                        List.of(
                                new ProduceResponseData.PartitionProduceResponse(),
                                new ProduceResponseData.PartitionProduceResponse()
                                        .setIndex(1)
                                        .setErrorCode(Errors.INVALID_RECORD.code())));
        var produce = new ProduceResponseData();
        produce.responses().add(produced);
        var fetch = new FetchResponseData().setErrorCode(Errors.FETCH_SESSION_ID_NOT_FOUND.code());
        fetch.responses()
                .add(
                        new FetchResponseData.FetchableTopicResponse()
                                .setPartitions(
                                        List.of(
                                                new FetchResponseData.PartitionData(),
                                                new FetchResponseData.PartitionData()
                                                        .setErrorCode(
                                                                Errors.OFFSET_OUT_OF_RANGE
                                                                        .code()))));

        stats.replied(new ProduceResponse(produce));
        stats.replied(FetchResponse.of(fetch));
        stats.replied(new HeartbeatResponse(new HeartbeatResponseData()));
        stats.replied(
                new HeartbeatResponse(
                        new HeartbeatResponseData()
                                .setErrorCode(Errors.REBALANCE_IN_PROGRESS.code())));
        stats.hungUp();

        assertThat(stats.errors())
                .isEqualTo(
                        Map.of(
                                "INVALID_RECORD",
                                1L,
                                "FETCH_SESSION_ID_NOT_FOUND",
                                1L,
                                "OFFSET_OUT_OF_RANGE",
                                1L,
                                "REBALANCE_IN_PROGRESS",
                                1L,
                                RequestStats.HUNG_UP,
                                1L));
    }

    @Test
    void aReplyTellsOfAnErrorThatNobodyExpected() {
        for (Errors error : Errors.values()) {
            var fetch = new FetchResponseData();
            fetch.responses()
                    .add(
                            new FetchResponseData.FetchableTopicResponse()
                                    .setPartitions(
                                            List.of(
                                                    new FetchResponseData.PartitionData()
                                                            .setErrorCode(error.code()))));
            var produced = new ProduceResponseData.TopicProduceResponse().setName("t");
            produced.partitionResponses()
                    .add(
                            new ProduceResponseData.PartitionProduceResponse()
                                    .setErrorCode(error.code()));
            var produce = new ProduceResponseData();
            produce.responses().add(produced);
            var heartbeat = new HeartbeatResponseData().setErrorCode(error.code());
            assertThat(
                            List.of(
                                    stats.replied(FetchResponse.of(fetch)),
                                    stats.replied(new ProduceResponse(produce)),
                                    stats.replied(new HeartbeatResponse(heartbeat))))
                    .containsOnly(error == Errors.UNKNOWN_SERVER_ERROR);
        }
    }
}
