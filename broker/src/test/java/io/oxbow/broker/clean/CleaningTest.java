package io.oxbow.broker.clean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.oxbow.broker.producer.AbortedTransaction;
import io.oxbow.broker.producer.EndMarker;
import io.oxbow.s3stream.CommittedReader;
import io.oxbow.s3stream.ReadResult;
import io.oxbow.s3stream.S3StreamException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Cleans generated logs again and again, beside appends, crashes and passes that end in the middle,
 * and compares what readers see with a plain model. Each rule, once broken, is noticed.
 */
class CleaningTest {

    private static final int SEEDS = 60;

    @Test
    void readersSeeWhatTheModelKeeps() {
        long base = new Random().nextLong();
        for (long seed = base; seed < base + SEEDS; seed++) {
            long failing = seed;
            assertThatCode(() -> new Run(failing, GeneratedLog::new).run())
                    .as("seed " + failing)
                    .doesNotThrowAnyException();
        }
    }

    /** The delete horizon is in the past at once. */
    @Test
    void aTombstoneThatGoesTooEarlyIsNoticed() {
        assertNoticed(
                seed -> {
                    var run = new Run(seed, GeneratedLog::new);
                    run.hurriesMillis = GeneratedLog.RETENTION_MILLIS;
                    return run;
                },
                "tombstone");
    }

    /** The filter does not know that the index still names the transaction. */
    @Test
    void aMarkerThatGoesTooEarlyIsNoticed() {
        assertNoticed(
                seed ->
                        new Run(
                                seed,
                                random ->
                                        new GeneratedLog(random) {
                                            @Override
                                            public List<AbortedTransaction> abortedTransactions(
                                                    long fromOffset, long toOffset) {
                                                return super.abortedTransactions(
                                                                fromOffset, toOffset)
                                                        .stream()
                                                        .filter(this::hasData)
                                                        .toList();
                                            }

                                            private boolean hasData(AbortedTransaction one) {
                                                return appends
                                                        .subMap(one.firstOffset(), one.lastOffset())
                                                        .values()
                                                        .stream()
                                                        .anyMatch(append ->
                                                                batch(append).producerId()
                                                                        == one.producerId());
                                            }
                                        }),
                "marker");
    }

    @Test
    void abortedDataThatStaysIsNoticed() {
        assertNoticed(
                seed ->
                        new Run(
                                seed,
                                random ->
                                        new GeneratedLog(random) {
                                            @Override
                                            public List<AbortedTransaction> abortedTransactions(
                                                    long fromOffset, long toOffset) {
                                                return List.of();
                                            }
                                        }),
                "aborted");
    }

    /** Aborted records hide committed ones. */
    @Test
    void aNewestValueThatIsLostIsNoticed() {
        assertNoticed(
                seed ->
                        new Run(
                                seed,
                                random ->
                                        new GeneratedLog(random) {
                                            private int calls;

                                            @Override
                                            public CommittedReader.Cursor read(
                                                    long fromOffset, long toOffset) {
                                                calls = 0;
                                                return super.read(fromOffset, toOffset);
                                            }

                                            @Override
                                            public void settle() {
                                                super.settle();
                                                calls = 1;
                                            }

                                            @Override
                                            public List<AbortedTransaction> abortedTransactions(
                                                    long fromOffset, long toOffset) {
                                                return calls-- > 0
                                                        ? List.of()
                                                        : super.abortedTransactions(
                                                                fromOffset, toOffset);
                                            }
                                        }),
                "newest");
    }

    private static void assertNoticed(Function<Long, Run> mutant, String rule) {
        List<String> found = new ArrayList<>();
        for (long seed = 0; seed < SEEDS; seed++) {
            try {
                mutant.apply(seed).run();
            } catch (AssertionError e) {
                found.add(String.valueOf(e.getMessage()));
            }
        }
        assertThat(found).as("seeds that notice it").anyMatch(text -> text.contains(rule));
    }

    @Test
    void aMapThatIsFullMakesSeveralRounds() {
        var log = new GeneratedLog(new Random(1));
        for (int i = 0; i < 200; i++) {
            log.step();
        }
        log.endAll();
        // Room for the digests of three keys.
        var tiny = new CleanerSettings(4 * KeyOffsets.ENTRY_BYTES, 0.9, Duration.ZERO);
        int rounds = 0;
        while (log.cleanedTo() < log.nextOffset) {
            long before = log.cleanedTo();
            try {
                new Cleaning(log, tiny).run(log.stableEndOffset(), 0);
            } catch (S3StreamException stale) {
                continue;
            }
            assertThat(log.cleanedTo()).isGreaterThan(before);
            rounds++;
        }
        assertThat(rounds).isGreaterThan(5);
        var run = new Run(1, random -> log);
        run.cleanMillis.put(log.nextOffset, 0L);
        run.check();
    }

    @Test
    void theLastBatchesOfProducersStayForTheirSequences() {
        var log = new GeneratedLog(new Random(2));
        log.forgetsProducers = false;
        for (int i = 0; i < 200; i++) {
            log.step();
        }
        log.endAll();
        while (log.cleanedTo() < log.nextOffset) {
            clean(log, 0);
        }
        List<Long> bases = new ArrayList<>(log.appends.keySet());
        log.producers()
                .forEach(producer ->
                        assertThat(bases).contains(producer.batches().getLast().baseOffset()));
    }

    private static void clean(GeneratedLog log, long nowMillis) {
        try {
            new Cleaning(log, new CleanerSettings(1 << 20, 0.9, Duration.ZERO))
                    .run(log.stableEndOffset(), nowMillis);
        } catch (S3StreamException stale) {
            assertThat(stale).hasMessageContaining("changed under");
        }
    }

    private static RecordBatch batch(ReadResult.Append append) {
        return MemoryRecords.readableRecords(append.records()).batches().iterator().next();
    }

    private static String text(@Nullable ByteBuffer bytes) {
        return bytes == null ? "null" : StandardCharsets.UTF_8.decode(bytes).toString();
    }

    /** A life of a log, with the model's checks. */
    private static final class Run {
        private final Random random;
        private final GeneratedLog log;
        private long nowMillis = 1;
        private long hurriesMillis;

        /** When a cleaning first went for an offset. */
        private final TreeMap<Long, Long> cleanMillis = new TreeMap<>();

        Run(long seed, Function<Random, GeneratedLog> maker) {
            this.random = new Random(seed);
            this.log = maker.apply(random);
        }

        void run() {
            for (int round = 0; round < 30; round++) {
                for (int i = random.nextInt(12); i > 0; i--) {
                    log.step();
                }
                if (random.nextInt(4) == 0) {
                    log.endAll();
                }
                if (log.stableEndOffset() > log.cleanedTo()) {
                    cleanMillis.putIfAbsent(log.stableEndOffset(), nowMillis);
                    clean(log, nowMillis + hurriesMillis * round);
                }
                check();
                if (random.nextInt(5) == 0) {
                    log.crash();
                    check();
                }
                nowMillis += random.nextInt(600);
            }
        }

        void check() {
            offsetsAreTheSame();
            newestValuesAreThere();
            readersOfCommittedDataSeeThoseAlone();
            abortedDataIsGone();
            markersAreThereAsLongAsTheirData();
        }

        private void offsetsAreTheSame() {
            log.appends
                    .values()
                    .forEach(append -> {
                        RecordBatch batch = batch(append);
                        assertThat(batch.baseOffset()).isEqualTo(append.baseOffset());
                        assertThat(batch.nextOffset()).isEqualTo(append.nextOffset());
                    });
        }

        private Map<Long, String> remaining() {
            Map<Long, String> remaining = new TreeMap<>();
            for (ReadResult.Append append : log.appends.values()) {
                RecordBatch batch = batch(append);
                for (Record record : batch) {
                    if (!batch.isControlBatch()) {
                        remaining.put(
                                record.offset(), text(record.key()) + "=" + text(record.value()));
                    }
                }
            }
            return remaining;
        }

        private void newestValuesAreThere() {
            Map<Long, String> remaining = remaining();
            Map<String, GeneratedLog.Sent> newest = new HashMap<>();
            log.committed.values().forEach(sent -> newest.put(sent.key(), sent));
            for (GeneratedLog.Sent sent : log.committed.values()) {
                boolean isNewest = newest.get(sent.key()) == sent;
                boolean dirty = sent.offset() >= triedTo();
                boolean isThere = remaining.containsKey(sent.offset());
                if (isThere) {
                    assertThat(remaining.get(sent.offset()))
                            .isEqualTo(sent.key() + "=" + sent.value());
                } else if (dirty || isNewest && sent.value() != null) {
                    throw new AssertionError("the newest value is lost: " + sent);
                } else if (isNewest) {
                    long passed = firstCleanedPast(sent.offset());
                    if (nowMillis < passed + GeneratedLog.RETENTION_MILLIS) {
                        throw new AssertionError("a tombstone is gone too early: " + sent);
                    }
                }
            }
        }

        /** Returns the end of the last cleaning, which may have ended in the middle. */
        private long triedTo() {
            return cleanMillis.isEmpty() ? 0 : cleanMillis.lastKey();
        }

        private long firstCleanedPast(long offset) {
            return cleanMillis.tailMap(offset, false).values().stream()
                    .min(Comparator.naturalOrder())
                    .orElse(0L);
        }

        /** Reads as Kafka's consumer does: from some offset on, by the index of aborted ones. */
        private void readersOfCommittedDataSeeThoseAlone() {
            Map<Long, String> remaining = remaining();
            long from = random.nextLong(log.nextOffset + 1);
            long stable = log.stableEndOffset();
            var index = new ArrayList<>(log.index());
            index.removeIf(one -> one.lastOffset() < from || one.firstOffset() >= stable);
            index.sort(Comparator.comparingLong(AbortedTransaction::firstOffset));
            Set<Long> abortedProducers = new HashSet<>();
            Set<Long> seen = new HashSet<>();
            for (ReadResult.Append append : log.appends.values()) {
                if (append.nextOffset() <= from || append.baseOffset() >= stable) {
                    continue;
                }
                RecordBatch batch = batch(append);
                while (!index.isEmpty() && index.getFirst().firstOffset() <= batch.lastOffset()) {
                    abortedProducers.add(index.removeFirst().producerId());
                }
                EndMarker marker = EndMarker.of(batch);
                if (marker != null) {
                    abortedProducers.remove(batch.producerId());
                } else if (!batch.isTransactional()
                        || !abortedProducers.contains(batch.producerId())) {
                    batch.forEach(record -> seen.add(record.offset()));
                }
            }
            for (long offset : remaining.keySet()) {
                if (offset < from || offset >= stable) {
                    continue;
                }
                boolean committed = log.committed.containsKey(offset);
                if (committed && !seen.contains(offset)) {
                    throw new AssertionError(
                            "a marker is gone too early: " + offset + " is unseen");
                }
                if (!committed && seen.contains(offset)) {
                    throw new AssertionError("an aborted record is read at " + offset);
                }
            }
        }

        private void abortedDataIsGone() {
            Set<Long> remaining = remaining().keySet();
            for (long offset : log.abortedRecords.headMap(log.cleanedTo()).keySet()) {
                if (remaining.contains(offset)) {
                    throw new AssertionError("aborted data is kept at " + offset);
                }
            }
        }

        /** Replays the log: below the stable end nothing looks like an open transaction. */
        private void markersAreThereAsLongAsTheirData() {
            Map<Long, Long> open = new HashMap<>();
            for (ReadResult.Append append : log.appends.values()) {
                RecordBatch batch = batch(append);
                if (EndMarker.of(batch) != null) {
                    open.remove(batch.producerId());
                } else if (batch.isTransactional()) {
                    open.putIfAbsent(batch.producerId(), batch.baseOffset());
                }
            }
            for (long first : open.values()) {
                if (first < log.stableEndOffset()) {
                    throw new AssertionError("a marker is gone before its data at " + first);
                }
            }
        }
    }
}
