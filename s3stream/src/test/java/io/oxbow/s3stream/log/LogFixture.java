package io.oxbow.s3stream.log;

import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.log.format.ApplicationSnapshot;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Metadata logs over one store, and a listener that remembers its calls. */
final class LogFixture {

    static final MetadataLog.LeaderCheck NOBODY_IS_WELL = leader -> MetadataLog.LeaderSign.ENDED;

    private LogFixture() {}

    static LogConfig config(int nodeId) {
        return config(nodeId, LogConfig.Questions.usual());
    }

    static LogConfig config(int nodeId, LogConfig.Questions questions) {
        return config(nodeId, questions, questions);
    }

    static LogConfig config(
            int nodeId, LogConfig.Questions questions, LogConfig.Questions members) {
        return new LogConfig(
                nodeId,
                new UUID(0xC0FFEE, System.nanoTime()),
                1 << 20,
                Duration.ZERO,
                Duration.ofMillis(2),
                Duration.ofMillis(1),
                Duration.ofMillis(5),
                1_000_000,
                1L << 40,
                questions,
                members);
    }

    static BucketMetadataLog open(FaultyStore store, int nodeId) {
        return BucketMetadataLog.open(store, config(nodeId), Environment.system());
    }

    static BucketMetadataLog lead(FaultyStore store, int nodeId) {
        BucketMetadataLog log = open(store, nodeId);
        log.takeOver(NOBODY_IS_WELL);
        return log;
    }

    static CoreRecord pointer(String key) {
        return new CoreRecord.PutPointer(key, 0, key.getBytes(StandardCharsets.UTF_8));
    }

    static ApplyResult set(MetadataLog log, String key) {
        return log.append(List.of(pointer(key))).getFirst();
    }

    static List<byte[]> records(String... texts) {
        var records = new ArrayList<byte[]>();
        for (String text : texts) {
            records.add(text.getBytes(StandardCharsets.UTF_8));
        }
        return records;
    }

    static long appendToApplication(MetadataLog log, String... texts) {
        long last = log.application().prepare(log.leadership().leaderEpoch(), records(texts));
        log.application().schedulePrepared();
        return last;
    }

    /**
     * Blocks until {@code condition} holds; the test's time-out ends a test in which it never does.
     */
    static void until(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            Thread.onSpinWait();
            try {
                Thread.sleep(1);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Remembers its calls as text, in order. */
    static class Memory implements ApplicationLog.Listener {
        final List<String> calls = new CopyOnWriteArrayList<>();
        final List<String> records = new CopyOnWriteArrayList<>();
        volatile long nextOffset;

        @Override
        public void loadSnapshot(ApplicationSnapshot snapshot) {
            calls.add("snapshot to " + snapshot.endOffset());
            records.clear();
            snapshot.batches().forEach(batch -> batch.forEach(each -> records.add(text(each))));
            nextOffset = snapshot.endOffset();
        }

        @Override
        public void committed(List<ApplicationLog.Batch> batches) {
            for (ApplicationLog.Batch batch : batches) {
                if (batch.baseOffset() != nextOffset) {
                    calls.add("GAP at " + nextOffset + ": " + batch);
                }
                for (byte[] each : batch.records()) {
                    calls.add(text(each));
                    records.add(text(each));
                }
                nextOffset = batch.nextOffset();
            }
        }

        @Override
        public void leaderChanged(MetadataLog.Leadership leadership) {
            calls.add(
                    "epoch %d leader %d%s"
                            .formatted(
                                    leadership.leaderEpoch(),
                                    leadership.nodeId(),
                                    leadership.here() ? " here" : ""));
        }

        @Override
        public void closed() {
            calls.add("closed");
        }

        /** Returns the listener's state as the application's section: every record it has. */
        @Nullable ApplicationSnapshot snapshot() {
            var copy = List.copyOf(records);
            if (copy.isEmpty()) {
                return null;
            }
            return new ApplicationSnapshot(
                    copy.size(), 1, 0, List.of(LogFixture.records(copy.toArray(String[]::new))));
        }
    }
}
