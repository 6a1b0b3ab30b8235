package io.oxbow.broker.partition;

import io.oxbow.s3stream.ReadResult;
import io.oxbow.s3stream.Stream;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;

/** Looks records up by the stream's own index of appends, then inside the append found. */
final class StreamHistory implements PartitionHistory {

    private static final int READ_BYTES = 1 << 20;

    private final Stream data;
    private final LeaderEpochs epochs;

    StreamHistory(Stream data, LeaderEpochs epochs) {
        this.data = data;
        this.epochs = epochs;
    }

    @Override
    public Optional<Found> firstAtOrAfter(long timestampMillis) {
        OptionalLong append = data.firstAppendAtOrAfter(timestampMillis);
        if (append.isEmpty()) {
            return Optional.empty();
        }
        // Usually the first append read has the record. The search goes on only if the log's start
        // lies within that append, behind the record.
        return firstFrom(append.getAsLong(), record -> record.timestamp() >= timestampMillis);
    }

    @Override
    public Optional<Found> maxTimestamp() {
        return data.maxTimestamp()
                .flatMap(max ->
                        firstFrom(
                                max.offset(),
                                record -> record.timestamp() >= max.timestampMillis()));
    }

    private Optional<Found> firstFrom(long baseOffset, Predicate<Record> wanted) {
        long start = data.startOffset();
        long offset = Math.max(baseOffset, start);
        while (offset < data.durableEndOffset()) {
            try (ReadResult fetched = data.read(offset, READ_BYTES)) {
                for (ReadResult.Append append : fetched.appends()) {
                    Optional<Found> found = firstIn(append, start, wanted);
                    if (found.isPresent()) {
                        return found;
                    }
                }
                offset = fetched.nextOffset();
            }
        }
        return Optional.empty();
    }

    private static Optional<Found> firstIn(
            ReadResult.Append append, long startOffset, Predicate<Record> wanted) {
        for (RecordBatch batch : MemoryRecords.readableRecords(append.records()).batches()) {
            for (Record record : batch) {
                if (record.offset() >= startOffset && wanted.test(record)) {
                    return Optional.of(
                            new Found(
                                    record.offset(),
                                    record.timestamp(),
                                    OptionalInt.of(batch.partitionLeaderEpoch())));
                }
            }
        }
        return Optional.empty();
    }

    @Override
    public OptionalInt leaderEpochAt(long offset) {
        return epochs.at(offset);
    }

    @Override
    public EpochEnd endOffsetFor(int leaderEpoch) {
        return epochs.endOffsetFor(leaderEpoch, data.nextOffset());
    }

    @Override
    public long tieredEndOffset() {
        return data.committedEndOffset();
    }
}
