package io.oxbow.broker.validation;

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

/**
 * Measures the validation of a batch of 16 KiB before it is appended. In this package to reach it.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class BatchValidationBenchmark {

    private final RecordValidation validation =
            new RecordValidation(new TopicPartition("topic", 0), Time.SYSTEM);
    private final LogConfig config = new LogConfig(Map.of());
    private final MemoryRecords records = Batches.of16Kib();
    private final MemoryRecords smallRecords = Batches.of16KibIn100Bytes();
    private final RecordValidation.Checked checked =
            validation.check(Batches.of16Kib(), AppendOrigin.CLIENT, config);

    /** Checks size, CRC and each record's own rules, outside of the partition's lock. */
    @Benchmark
    public Object check16Kib() {
        return validation.check(records, AppendOrigin.CLIENT, config);
    }

    /** Checks as many bytes with ten times as many records. */
    @Benchmark
    public Object check16KibIn100Bytes() {
        return validation.check(smallRecords, AppendOrigin.CLIENT, config);
    }

    /** Assigns the offsets, inside the partition's lock. */
    @Benchmark
    public Object assignOffsets() {
        return validation.assign(checked, config, 0, 1);
    }
}
