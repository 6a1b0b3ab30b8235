package io.oxbow.s3stream.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.S3StreamException.Retry;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.log.format.LogKeys;
import io.oxbow.s3stream.log.format.SlotCodec;
import io.oxbow.s3stream.log.format.SlotEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Rivals depose each other again and again, over a store that loses answers and applies puts late.
 * Meanwhile snapshots are written and slots deleted.
 */
@Timeout(120)
class RivalLeadersTest {

    private static final int RIVALS = 3;
    private static final int ROUNDS = 12;
    private static final int APPENDS_PER_ROUND = 4;

    private final Queue<String> acked = new ConcurrentLinkedQueue<>();
    private final Queue<String> notMade = new ConcurrentLinkedQueue<>();

    @ParameterizedTest
    @ValueSource(doubles = {0.0, 0.05, 0.25})
    void ackedStaysAndRefusedNeverAppears(double faults) throws Exception {
        long base = new Random().nextLong();
        for (int i = 0; i < 15; i++) {
            long seed = base + i;
            try {
                acked.clear();
                notMade.clear();
                run(seed, faults);
            } catch (Throwable e) {
                throw new AssertionError("seed " + seed + ", faults " + faults, e);
            }
        }
    }

    @Test
    void manyRivalsForAnEmptyBucketMakeOneCluster() throws Exception {
        var store = new FaultyStore(7, 0.1);
        var logs = new ArrayList<BucketMetadataLog>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int node = 0; node < 6; node++) {
                logs.add(LogFixture.open(store, node));
            }
            var takeovers = new ArrayList<Future<?>>();
            logs.forEach(log ->
                    takeovers.add(threads.submit(() -> log.takeOver(LogFixture.NOBODY_IS_WELL))));
            for (Future<?> takeover : takeovers) {
                takeover.get();
            }
        }
        assertThat(logs).extracting(BucketMetadataLog::clusterId).hasSize(6);
        assertThat(logs.stream().map(BucketMetadataLog::clusterId).distinct()).hasSize(1);
        logs.forEach(BucketMetadataLog::close);
    }

    private void run(long seed, double faults) throws Exception {
        var store = new FaultyStore(seed, faults);
        var logs = new ArrayList<BucketMetadataLog>();
        var memories = new ArrayList<LogFixture.Memory>();
        for (int node = 0; node < RIVALS; node++) {
            var log = BucketMetadataLog.open(store, LogFixture.config(node), Environment.system());
            var memory = new LogFixture.Memory();
            log.application().register(memory);
            log.application().onSnapshot(memory::snapshot);
            logs.add(log);
            memories.add(memory);
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var rivals = new ArrayList<Future<?>>();
            for (int node = 0; node < RIVALS; node++) {
                int id = node;
                rivals.add(threads.submit(() -> rival(logs.get(id), id, seed)));
            }
            for (Future<?> rival : rivals) {
                rival.get();
            }
        }
        store.faults(0);
        store.deliverLate();
        check(store, logs, memories);
    }

    private void rival(BucketMetadataLog log, int node, long seed) {
        var random = new Random(seed * 31 + node);
        for (int round = 0; round < ROUNDS; round++) {
            try {
                log.takeOver(leader ->
                        random.nextInt(3) == 0
                                ? MetadataLog.LeaderSign.WELL
                                : MetadataLog.LeaderSign.ENDED);
            } catch (LeaderAliveException e) {
                continue;
            }
            for (int i = 0; i < APPENDS_PER_ROUND; i++) {
                String key = "n%d-r%d-%d".formatted(node, round, i);
                appendToApplication(log, "app-" + key);
                appendPointer(log, key);
            }
            if (random.nextInt(3) == 0) {
                snapshot(log);
            }
        }
    }

    private static void snapshot(BucketMetadataLog log) {
        try {
            log.snapshot();
        } catch (LogAppendException e) {
            assertThat(e.retry()).isEqualTo(Retry.RETRYABLE);
        }
    }

    private static void appendToApplication(BucketMetadataLog log, String text) {
        try {
            LogFixture.appendToApplication(log, text);
        } catch (LogAppendException e) {
            assertThat(e.retry()).isEqualTo(Retry.RETRYABLE);
        }
    }

    private void appendPointer(BucketMetadataLog log, String key) {
        try {
            assertThat(LogFixture.set(log, key)).isInstanceOf(ApplyResult.PointerSet.class);
            acked.add(key);
        } catch (LogAppendException e) {
            if (e.retry() == Retry.RETRYABLE) {
                notMade.add(key);
            } else {
                assertThat(e.retry()).isEqualTo(S3StreamException.Retry.UNKNOWN);
            }
        }
    }

    private void check(
            FaultyStore store, List<BucketMetadataLog> logs, List<LogFixture.Memory> memories) {
        try (var reader = LogFixture.lead(store, 99)) {
            var truth = new LogFixture.Memory();
            reader.application().register(truth);
            LogFixture.until(() -> truth.nextOffset == reader.application().highWatermark());
            for (String key : acked) {
                assertThat(reader.image().pointer(key)).as("acked " + key).isPresent();
            }
            for (String key : notMade) {
                assertThat(reader.image().pointer(key)).as("refused " + key).isEmpty();
            }
            assertThat(truth.records).doesNotHaveDuplicates();
            for (int i = 0; i < logs.size(); i++) {
                BucketMetadataLog log = logs.get(i);
                try {
                    LogFixture.set(log, "last-" + i);
                } catch (LogAppendException e) {
                    assertThat(e.retry()).isNotEqualTo(Retry.FATAL);
                }
                LogFixture.until(() -> log.image().slot() == reader.image().slot());
                assertThat(SnapshotTest.hashes(log)).isEqualTo(SnapshotTest.hashes(reader));
                LogFixture.Memory memory = memories.get(i);
                LogFixture.until(() -> memory.nextOffset == truth.nextOffset);
                assertThat(memory.records).isEqualTo(truth.records);
                assertThat(memory.calls).noneMatch(call -> call.startsWith("GAP"));
            }
        } finally {
            logs.forEach(BucketMetadataLog::close);
        }
        for (String key : store.deleted()) {
            if (key.startsWith(LogKeys.SLOTS)) {
                assertThat(SlotCodec.decode(key, store.firstCreated(key)).content())
                        .isNotInstanceOf(SlotEntry.Takeover.class);
            }
        }
    }
}
