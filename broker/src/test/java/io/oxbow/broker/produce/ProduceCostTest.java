package io.oxbow.broker.produce;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.oxbow.broker.testing.Batches;
import io.oxbow.broker.testing.DataPlane;
import io.oxbow.broker.testing.WireClient;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.common.requests.ProduceResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Bounds the broker's cost of a produce above its stream, counted, not timed: {@code PathCostTest}
 * counts the stream's own part. A change that raises a number says why it is worth it.
 */
@Timeout(120)
class ProduceCostTest {

    private static final int RECORDS = 15;
    private static final String VALUE = "v".repeat(1 << 10);

    /**
     * Header, request and reply, as Kafka's classes are made, and what the in-memory stream makes
     * beside its copy. Before the compiler has looked at it, which may find less; a twentieth more
     * than was seen, for what tests that ran before in the same process have set up otherwise.
     */
    private static final long REQUEST_BYTES_MAX = 5450;

    private static final int WARM = 50;
    private static final int ROUNDS = 5;
    private static final int REQUESTS = 100;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private int sequence;

    private Set<Long> eventLoops() {
        return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                .filter(Objects::nonNull)
                .filter(each -> each.getThreadName().startsWith("kafka-network"))
                .map(ThreadInfo::getThreadId)
                .collect(Collectors.toSet());
    }

    private long allocatedBy(Set<Long> eventLoops) {
        return eventLoops.stream().mapToLong(threads::getThreadAllocatedBytes).sum();
    }

    /** Of one request with one batch, the in-memory stream's copy left out. */
    private long allocatedPerRequest(int records) {
        sequence = 0;
        Set<Long> others = eventLoops();
        try (var broker = new DataPlane(Map.of())) {
            WireClient client = broker.connect();
            for (int i = 0; i < WARM; i++) {
                produce(client, records);
            }
            Set<Long> own = eventLoops();
            own.removeAll(others);
            // The least of the rounds: what is made only once belongs to no request.
            long least = Long.MAX_VALUE;
            for (int round = 0; round < ROUNDS; round++) {
                long before = allocatedBy(own);
                int size = 0;
                for (int i = 0; i < REQUESTS; i++) {
                    size = produce(client, records);
                }
                least = Math.min(least, (allocatedBy(own) - before) / REQUESTS - size);
            }
            return least;
        }
    }

    private int produce(WireClient client, int records) {
        String[] values = Collections.nCopies(records, VALUE).toArray(new String[0]);
        MemoryRecords batch = Batches.idempotent(1, 0, sequence, values);
        sequence += records;
        var topic = new TopicProduceData().setTopicId(DataPlane.TOPIC_ID);
        topic.partitionData().add(new PartitionProduceData().setIndex(0).setRecords(batch));
        var data = new ProduceRequestData().setAcks((short) -1).setTimeoutMs(1000);
        data.topicData().add(topic);
        var request = new ProduceRequest(data, ApiKeys.PRODUCE.latestVersion());
        ProduceResponse reply = client.call(request, ProduceResponse.class);
        var part = reply.data().responses().iterator().next().partitionResponses().getFirst();
        assertThat(part.errorCode()).isZero();
        return batch.sizeInBytes();
    }

    @Test
    void aRequestAllocatesLittleAndItsRecordsNothing() {
        assertThat(allocatedPerRequest(1)).isLessThanOrEqualTo(REQUEST_BYTES_MAX);
        assertThat(allocatedPerRequest(1 + RECORDS)).isLessThanOrEqualTo(REQUEST_BYTES_MAX);
    }

    /** Appends go from the event loop that read them into the stream, with no thread between. */
    @Test
    void theEventLoopAppends() {
        try (var broker = new DataPlane(Map.of())) {
            WireClient client = broker.connect();
            for (int i = 0; i < 20; i++) {
                produce(client, RECORDS);
            }
            assertThat(broker.store.appenders())
                    .allMatch(name -> name.startsWith("kafka-network"))
                    .hasSize(1);
        }
    }
}
