package io.oxbow.benchmarks.parts;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.requests.AbstractRequest;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * Measures the decoding of a produce request: one topic, four partitions with a batch of 16 KiB
 * each.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class RequestBenchmark {

    private static final int PARTITIONS = 4;

    private final short version = ApiKeys.PRODUCE.latestVersion();
    private final ByteBuffer bytes = request();

    private ByteBuffer request() {
        var topic = new TopicProduceData().setName("topic");
        for (int i = 0; i < PARTITIONS; i++) {
            topic.partitionData()
                    .add(new PartitionProduceData().setIndex(i).setRecords(Batches.of16Kib()));
        }
        var data = new ProduceRequestData().setAcks((short) -1).setTimeoutMs(30_000);
        data.topicData().add(topic);
        return MessageUtil.toByteBufferAccessor(data, version).buffer();
    }

    @Benchmark
    public Object decodeRequest() {
        return AbstractRequest.parseRequest(
                ApiKeys.PRODUCE, version, new ByteBufferAccessor(bytes.duplicate()));
    }
}
