package io.oxbow.tableflow;

import io.oxbow.s3stream.CommittedReader;
import io.oxbow.s3stream.ReadResult;
import io.oxbow.tableflow.translate.TopicLog;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.jspecify.annotations.Nullable;

/** A topic's log in memory, of real Kafka batches. */
public final class MemoryLog implements TopicLog {

    private final Map<Integer, List<ReadResult.Append>> partitions = new TreeMap<>();
    private final Map<Integer, Long> starts = new TreeMap<>();
    private Compression compression = Compression.NONE;
    private boolean trusted;
    private long clockMillis = 1_700_000_000_000L;

    public MemoryLog compress(Compression newCompression) {
        compression = newCompression;
        return this;
    }

    /** For measurements: bytes stay valid, which saves their scrubbing. */
    public MemoryLog trust() {
        trusted = true;
        return this;
    }

    /** Appends values without keys, in one batch; timestamps a second apart. */
    public MemoryLog append(int partition, String... values) {
        return append(
                partition,
                Arrays.stream(values)
                        .map(v -> new SimpleRecord(tick(), null, bytes(v)))
                        .toArray(SimpleRecord[]::new));
    }

    public synchronized MemoryLog append(int partition, SimpleRecord... records) {
        MemoryRecords batch =
                MemoryRecords.withRecords(nextOffset(partition), compression, 3, records);
        return appendBatch(partition, batch, records.length);
    }

    public synchronized MemoryLog appendBatch(int partition, MemoryRecords batch, int count) {
        partitions
                .computeIfAbsent(partition, p -> new ArrayList<>())
                .add(
                        new ReadResult.Append(
                                nextOffset(partition),
                                count,
                                0,
                                clockMillis,
                                batch.buffer().duplicate().asReadOnlyBuffer()));
        return this;
    }

    public long tick() {
        clockMillis += 1_000;
        return clockMillis;
    }

    public synchronized long nextOffset(int partition) {
        List<ReadResult.Append> appends = partitions.getOrDefault(partition, List.of());
        return appends.isEmpty() ? start(partition) : appends.getLast().nextOffset();
    }

    public synchronized void trim(int partition, long newStart) {
        starts.put(partition, newStart);
    }

    /** Drops appends that end at or before an offset, but the last one of all. */
    public synchronized void forget(int partition, long before) {
        List<ReadResult.Append> appends = partitions.getOrDefault(partition, new ArrayList<>());
        while (appends.size() > 1 && appends.getFirst().nextOffset() <= before) {
            appends.removeFirst();
        }
    }

    private long start(int partition) {
        return starts.getOrDefault(partition, 0L);
    }

    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public synchronized Optional<Committed> committed(UUID topicId, int partition) {
        return partitions.containsKey(partition)
                ? Optional.of(new Committed(partition, start(partition), nextOffset(partition)))
                : Optional.empty();
    }

    @Override
    public synchronized CommittedReader.Cursor read(Committed stream, long from, long to) {
        List<ReadResult.Append> found =
                partitions.getOrDefault((int) stream.streamId(), List.of()).stream()
                        .filter(a -> a.nextOffset() > from && a.baseOffset() < to)
                        .toList();
        var iterator = found.iterator();
        return new CommittedReader.Cursor() {
            private @Nullable ByteBuffer last;

            @Override
            public ReadResult.@Nullable Append next() {
                scrub();
                if (!iterator.hasNext()) {
                    return null;
                }
                ReadResult.Append append = iterator.next();
                ByteBuffer copy = ByteBuffer.allocateDirect(append.records().remaining());
                copy.put(append.records().duplicate()).flip();
                last = copy;
                return new ReadResult.Append(
                        append.baseOffset(),
                        append.count(),
                        append.maxTimestamp(),
                        append.appendTimeMillis(),
                        copy.asReadOnlyBuffer());
            }

            /** The bytes of an append are valid until the next call, and not a moment longer. */
            private void scrub() {
                ByteBuffer old = last;
                if (old != null && !trusted) {
                    for (int i = 0; i < old.limit(); i++) {
                        old.put(i, (byte) 0xee);
                    }
                }
            }

            @Override
            public void close() {
                scrub();
            }
        };
    }
}
