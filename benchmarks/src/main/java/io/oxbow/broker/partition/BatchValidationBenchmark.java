package io.oxbow.broker.partition;

import io.oxbow.benchmarks.parts.Batches;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.storage.internals.log.AppendOrigin;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What a batch of 16 KiB goes through before it is appended. In this package to reach it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class BatchValidationBenchmark {

    private final RecordValidation validation =
            new RecordValidation(new TopicPartition("topic", 0), Time.SYSTEM);
    private final LogConfig config = new LogConfig(Map.of());
    private final MemoryRecords records = Batches.of16Kib();

    /** Size and CRC, outside of the partition's lock. */
    @Benchmark
    public Object checkEnvelopeOf16Kib() {
        return validation.checkEnvelope(records, AppendOrigin.CLIENT, config);
    }

    /** Each record's own rules and the offsets, inside. */
    @Benchmark
    public Object assignOffsetsOf16Kib() {
        return validation.assign(records, AppendOrigin.CLIENT, config, 0, 1);
    }
}
