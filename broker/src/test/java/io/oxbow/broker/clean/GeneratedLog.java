package io.oxbow.broker.clean;

import io.oxbow.broker.producer.AbortedTransaction;
import io.oxbow.broker.producer.ProducerBatch;
import io.oxbow.broker.producer.ProducerState;
import io.oxbow.s3stream.AppendFilter;
import io.oxbow.s3stream.CommittedReader;
import io.oxbow.s3stream.ReadResult;
import io.oxbow.s3stream.RewriteResult;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.EndTransactionMarker;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.jspecify.annotations.Nullable;

/**
 * A log in memory with batches of plain and transactional producers, as a seed makes them. It keeps
 * the index of aborted transactions and what a crash would leave of it.
 */
class GeneratedLog implements CleanableLog {

    static final long RETENTION_MILLIS = 1_000;

    /** A record as it was appended. */
    record Sent(long offset, String key, @Nullable String value, long producerId) {}

    /** A producer's transaction that is open. */
    private static final class Open {
        private final long firstOffset;
        private final List<Sent> sent = new ArrayList<>();

        Open(long firstOffset) {
            this.firstOffset = firstOffset;
        }
    }

    final TreeMap<Long, ReadResult.Append> appends = new TreeMap<>();

    /** Records of decided transactions and of no transaction, by offset. */
    final TreeMap<Long, Sent> committed = new TreeMap<>();

    final TreeMap<Long, Sent> abortedRecords = new TreeMap<>();
    private final Map<Long, Open> open = new HashMap<>();
    private final Map<Long, Integer> sequences = new HashMap<>();
    private final Map<Long, ProducerBatch> lastBatches = new HashMap<>();
    private List<AbortedTransaction> aborted = new ArrayList<>();
    private List<AbortedTransaction> durableAborted = List.of();
    private long durableCleanedTo;
    private long checkpointOffset;
    private final Random random;
    private final LogConfig config;
    long nextOffset;
    private long cleanedTo;
    boolean forgetsProducers = true;

    GeneratedLog(Random random) {
        this.random = random;
        this.config =
                new LogConfig(
                        Map.of(
                                "cleanup.policy",
                                "compact",
                                "delete.retention.ms",
                                Long.toString(RETENTION_MILLIS)));
    }

    /** Appends a batch of a producer, a marker, or leaves a gap. */
    void step() {
        long producer = random.nextInt(4);
        boolean transactional = producer < 3;
        if (transactional && open.containsKey(producer) && random.nextInt(3) == 0) {
            end(producer, random.nextBoolean());
        } else {
            data(producer, transactional);
        }
    }

    void endAll() {
        List.copyOf(open.keySet()).forEach(producer -> end(producer, random.nextBoolean()));
    }

    private void data(long producer, boolean transactional) {
        int count = 1 + random.nextInt(4);
        var records = new SimpleRecord[count];
        var sent = new ArrayList<Sent>();
        for (int i = 0; i < count; i++) {
            String key = "k" + random.nextInt(8);
            String value = random.nextInt(4) == 0 ? null : "v" + (nextOffset + i);
            sent.add(new Sent(nextOffset + i, key, value, producer));
            records[i] = new SimpleRecord(nextOffset + i, bytes(key), bytes(value));
        }
        Compression codec = random.nextBoolean() ? Compression.NONE : Compression.gzip().build();
        int sequence = sequences.getOrDefault(producer, 0);
        sequences.put(producer, sequence + count);
        MemoryRecords batch =
                MemoryRecords.withRecords(
                        RecordBatch.CURRENT_MAGIC_VALUE,
                        nextOffset,
                        codec,
                        TimestampType.CREATE_TIME,
                        producer,
                        (short) 0,
                        sequence,
                        3,
                        transactional,
                        records);
        lastBatches.put(
                producer,
                new ProducerBatch(
                        sequence,
                        sequence + count - 1,
                        nextOffset,
                        nextOffset + count - 1,
                        nextOffset));
        if (transactional) {
            open.computeIfAbsent(producer, absent -> new Open(nextOffset)).sent.addAll(sent);
        } else {
            sent.forEach(one -> committed.put(one.offset(), one));
        }
        append(batch, count);
    }

    private void end(long producer, boolean commit) {
        Open ended = open.remove(producer);
        if (ended == null) {
            throw new IllegalStateException("no transaction of " + producer);
        }
        MemoryRecords marker =
                MemoryRecords.withEndTransactionMarker(
                        nextOffset,
                        nextOffset,
                        3,
                        producer,
                        (short) 0,
                        new EndTransactionMarker(
                                commit ? ControlRecordType.COMMIT : ControlRecordType.ABORT, 1));
        ended.sent.forEach(one -> (commit ? committed : abortedRecords).put(one.offset(), one));
        if (!commit) {
            long stable =
                    open.values().stream()
                            .mapToLong(other -> other.firstOffset)
                            .min()
                            .orElse(nextOffset + 1);
            aborted.add(new AbortedTransaction(producer, ended.firstOffset, nextOffset, stable));
        }
        append(marker, 1);
    }

    private void append(MemoryRecords records, int count) {
        appends.put(
                nextOffset,
                new ReadResult.Append(nextOffset, count, nextOffset, nextOffset, records.buffer()));
        nextOffset += count;
    }

    private static byte @Nullable [] bytes(@Nullable String text) {
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }

    /** Goes back to what is durable: the checkpoint, and what replay finds behind it. */
    void crash() {
        var recovered = new ArrayList<>(durableAborted);
        aborted.stream()
                .filter(one -> one.lastOffset() >= checkpointOffset)
                .forEach(recovered::add);
        aborted = recovered;
        cleanedTo = durableCleanedTo;
    }

    List<AbortedTransaction> index() {
        return aborted;
    }

    @Override
    public TopicIdPartition id() {
        return new TopicIdPartition(new Uuid(1, 2), 0, "generated");
    }

    @Override
    public LogConfig config() {
        return config;
    }

    @Override
    public boolean isLed() {
        return true;
    }

    @Override
    public long startOffset() {
        return 0;
    }

    @Override
    public long cleanedTo() {
        return cleanedTo;
    }

    @Override
    public long stableEndOffset() {
        return open.values().stream().mapToLong(one -> one.firstOffset).min().orElse(nextOffset);
    }

    @Override
    public long bytes(long fromOffset, long toOffset) {
        return appends.subMap(fromOffset, toOffset).values().stream()
                .mapToLong(append -> append.records().remaining())
                .sum();
    }

    @Override
    public CommittedReader.Cursor read(long fromOffset, long toOffset) {
        Iterator<ReadResult.Append> found =
                List.copyOf(appends.headMap(toOffset).values()).stream()
                        .filter(append -> append.nextOffset() > fromOffset)
                        .iterator();
        return new CommittedReader.Cursor() {
            @Override
            public ReadResult.@Nullable Append next() {
                return found.hasNext() ? found.next() : null;
            }

            @Override
            public void close() {}
        };
    }

    /** Rewrites batch by batch, and ends in the middle now and then. */
    @Override
    public RewriteResult rewrite(long fromOffset, long toOffset, AppendFilter filter) {
        long stop = random.nextInt(4) == 0 ? random.nextLong(nextOffset + 1) : Long.MAX_VALUE;
        long before = 0;
        long after = 0;
        for (ReadResult.Append append : List.copyOf(appends.tailMap(fromOffset).values())) {
            if (append.baseOffset() >= stop) {
                return new RewriteResult.Stale(append.baseOffset(), before, after, "of the test");
            }
            before += append.records().remaining();
            switch (filter.decide(append)) {
                case AppendFilter.Decision.Keep keep -> after += append.records().remaining();
                case AppendFilter.Decision.Drop drop -> appends.remove(append.baseOffset());
                case AppendFilter.Decision.Replace(var records, var timestamp) -> {
                    ByteBuffer copy = ByteBuffer.allocate(records.remaining());
                    copy.put(records.duplicate()).flip();
                    after += copy.remaining();
                    appends.put(
                            append.baseOffset(),
                            new ReadResult.Append(
                                    append.baseOffset(),
                                    append.count(),
                                    timestamp,
                                    append.appendTimeMillis(),
                                    copy));
                }
            }
        }
        return new RewriteResult.Done(Math.max(toOffset, nextOffset), before, after);
    }

    @Override
    public List<AbortedTransaction> abortedTransactions(long fromOffset, long toOffset) {
        return aborted.stream()
                .filter(one -> one.firstOffset() < toOffset && one.lastOffset() >= fromOffset)
                .toList();
    }

    @Override
    public List<ProducerState> producers() {
        return lastBatches.entrySet().stream()
                .filter(one -> !forgetsProducers || open.containsKey(one.getKey()))
                .map(one ->
                        new ProducerState(
                                one.getKey(),
                                (short) 0,
                                List.of(one.getValue()),
                                ProducerState.NOT_OPEN,
                                1,
                                0))
                .toList();
    }

    @Override
    public void settle() {
        durableAborted = List.copyOf(aborted);
        durableCleanedTo = cleanedTo;
        checkpointOffset = nextOffset;
    }

    @Override
    public void cleaned(long toOffset, Collection<AbortedTransaction> empty) {
        aborted.removeAll(List.copyOf(empty));
        cleanedTo = toOffset;
        if (random.nextBoolean()) {
            settle();
        }
    }
}
