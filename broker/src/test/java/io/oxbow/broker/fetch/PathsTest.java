package io.oxbow.broker.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.broker.Broker;
import io.oxbow.broker.testing.Batches;
import io.oxbow.broker.testing.DataPlane;
import io.oxbow.broker.testing.WireClient;
import io.oxbow.s3stream.testkit.TouchedFiles;
import java.util.Collection;
import java.util.List;
import java.util.function.IntFunction;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.FetchMetadata;
import org.apache.kafka.common.requests.FetchResponse;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.common.requests.ProduceResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The files that {@code docs/paths.md} names are those whose methods a request calls. */
@Timeout(120)
class PathsTest {

    private static final int CALLS = 300;

    private final DataPlane broker = new DataPlane();

    @AfterEach
    void close() {
        broker.close();
    }

    @Test
    void aProduceRequestTouchesTheFilesOfItsPath() throws Exception {
        assertThat(touched(PathsTest::produce, ProduceResponse.class))
                .containsExactlyInAnyOrderElementsOf(TouchedFiles.listed("A produce request"));
    }

    @Test
    void aFetchRequestTouchesTheFilesOfItsPath() throws Exception {
        broker.connect().call(produce(0), ProduceResponse.class);
        var fetch =
                new FetchBuilder(ApiKeys.FETCH.latestVersion())
                        .session(FetchMetadata.INITIAL)
                        .build();
        Collection<String> touched = touched(i -> fetch, FetchResponse.class);
        touched.add("control/ClusterMetadata.java"); // the broker's topics; here a fixed one
        assertThat(touched)
                .containsExactlyInAnyOrderElementsOf(TouchedFiles.listed("A fetch request"));
    }

    private <T extends AbstractResponse> Collection<String> touched(
            IntFunction<AbstractRequest> request, Class<T> type) throws Exception {
        WireClient client = broker.connect();
        client.call(request.apply(0), type);
        return TouchedFiles.of(Broker.class, "io/oxbow/broker")
                .touchedBy(
                        CALLS,
                        () -> {
                            for (int i = 1; i <= CALLS; i++) {
                                client.call(request.apply(i), type);
                            }
                        });
    }

    /** Returns a request with the next batch of an idempotent producer. */
    private static ProduceRequest produce(int sequence) {
        var batch = Batches.idempotent(7, 0, sequence, "v");
        var part = new PartitionProduceData().setRecords(batch);
        var topic = new TopicProduceData().setTopicId(DataPlane.TOPIC_ID);
        topic.setPartitionData(List.of(part));
        var data = new ProduceRequestData().setAcks((short) -1).setTimeoutMs(60_000);
        data.topicData().add(topic);
        return new ProduceRequest(data, ApiKeys.PRODUCE.latestVersion());
    }
}
