package io.oxbow.s3stream.wal.bucket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.s3stream.CorruptException;
import io.oxbow.s3stream.FencedException;
import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.image.WalKind;
import io.oxbow.s3stream.store.ObjectStore;
import io.oxbow.s3stream.store.StoreException;
import io.oxbow.s3stream.testkit.ForwardingStore;
import io.oxbow.s3stream.testkit.InMemoryObjectStore;
import io.oxbow.s3stream.testkit.PendingAppend;
import io.oxbow.s3stream.wal.DeadVolume;
import io.oxbow.s3stream.wal.RecordFrame;
import io.oxbow.s3stream.wal.WalAccess;
import io.oxbow.s3stream.wal.WalEntry;
import io.oxbow.s3stream.wal.WalRecord;
import io.oxbow.s3stream.wal.WalVolume;
import io.oxbow.s3stream.wal.WriteAheadLog;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests faults of the bucket under a log, and rivals that open the same log. */
class BucketWalTest {

    static {
        // Faults are ordered here, and each is logged.
        System.setProperty("org.slf4j.simpleLogger.log.io.oxbow.s3stream.wal", "off");
    }

    private static final int NODE = 3;
    private static final AtomicInteger SEEDS = new AtomicInteger();

    private final InMemoryObjectStore bucket = new InMemoryObjectStore();
    private final Faults store = new Faults(bucket);
    private final List<AutoCloseable> toClose = new ArrayList<>();

    /** Decides the outcomes of the next creations. */
    private static final class Faults extends ForwardingStore {

        private volatile @Nullable UnaryOperator<CreateResult> answers;
        private volatile boolean applies = true;
        private volatile @Nullable CountDownLatch hold;
        private volatile String heldKey = "";
        private final AtomicInteger creations = new AtomicInteger();
        private final AtomicInteger left = new AtomicInteger();

        Faults(ObjectStore target) {
            super(target);
        }

        /** Lets the next {@code count} creations have unknown outcomes, applied or not. */
        void unknown(int count, boolean applied) {
            applies = applied;
            left.set(count);
            answers = ignored -> new CreateResult.Unknown(fault());
        }

        @Override
        public CreateResult putIfAbsent(String key, List<ByteBuffer> body) {
            CountDownLatch waiting = hold;
            if (waiting != null && key.endsWith(heldKey)) {
                try {
                    waiting.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
            creations.incrementAndGet();
            UnaryOperator<CreateResult> answer = answers;
            if (answer == null || left.getAndDecrement() <= 0) {
                return super.putIfAbsent(key, body);
            }
            return answer.apply(
                    applies ? super.putIfAbsent(key, body) : new CreateResult.Unknown(fault()));
        }

        private static StoreException fault() {
            return new StoreException("ordered", S3StreamException.Retry.UNKNOWN, null);
        }
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : toClose) {
            each.close();
        }
    }

    private static Environment environment() {
        Environment system = Environment.system();
        return new Environment(
                system.clock(),
                Thread.ofVirtual().factory(),
                Thread.ofVirtual().factory(),
                new Random(SEEDS.incrementAndGet()));
    }

    private static BucketWalConfig config() {
        return BucketWalConfig.defaults()
                .withLimits(1 << 20, 64 << 10)
                .withMemory(4 << 20, 256 << 10)
                .withBatches(Duration.ofMillis(1), 32 << 10);
    }

    private WriteAheadLog start(long epoch) {
        return start(epoch, config());
    }

    private WriteAheadLog start(long epoch, BucketWalConfig config) {
        var wal = new BucketWal(config, environment(), store, NODE);
        toClose.add(wal);
        return wal.start(epoch);
    }

    private static PendingAppend append(WriteAheadLog log, long offset) {
        return PendingAppend.of(log, record(offset));
    }

    private static WalRecord record(long offset) {
        byte[] payload = ("payload " + offset).getBytes();
        return new WalRecord(1, 1, offset, 1, 0, 0, ByteBuffer.wrap(payload));
    }

    private static void ack(WriteAheadLog log, long offset) throws InterruptedException {
        append(log, offset).settle();
    }

    /** Reads of which each waits until so many are under way. */
    private static final class ReadsTogether extends ForwardingStore {

        private final CountDownLatch begun;
        private volatile boolean alone;

        ReadsTogether(ObjectStore target, int count) {
            super(target);
            begun = new CountDownLatch(count);
        }

        @Override
        public GetResult get(String key, long position, int size) {
            begun.countDown();
            try {
                if (!begun.await(10, TimeUnit.SECONDS)) {
                    alone = true;
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            return super.get(key, position, size);
        }
    }

    @Test
    void deadLogsObjectsAreReadTogetherAndVisitedInTheirOrder() throws InterruptedException {
        WriteAheadLog log = start(1);
        for (long offset = 0; offset < 40; offset++) {
            ack(log, offset);
        }
        var reads = new ReadsTogether(bucket, 16);
        var dead = new ApplyResult.DeadEpoch(NODE, 1, WalKind.OBJECT, List.of(), List.of(0L), 1);
        var access = new BucketWal(config(), environment(), reads, 99);
        DeadVolume volume = ((WalAccess.Access.Open) access.open(dead, 0, 2)).volume();

        assertThat(scan(volume, 0))
                .containsExactlyElementsOf(LongStream.range(0, 40).boxed().toList());
        assertThat(reads.alone).as("a read waited for the one before").isFalse();
    }

    private DeadVolume dead(long epoch, long recoverer) {
        var dead =
                new ApplyResult.DeadEpoch(NODE, epoch, WalKind.OBJECT, List.of(), List.of(0L), 1);
        var access = new BucketWal(config(), environment(), bucket, 99);
        return ((WalAccess.Access.Open) access.open(dead, 0, recoverer)).volume();
    }

    private static List<Long> scan(DeadVolume volume, long fromLsn) {
        List<Long> offsets = new ArrayList<>();
        WalVolume.ScanEnd end =
                volume.scan(fromLsn, (lsn, endLsn, record) -> offsets.add(record.baseOffset()));
        assertThat(end.damaged()).isFalse();
        return offsets;
    }

    private List<String> keys(long epoch) {
        var listed =
                (ObjectStore.ListResult.Listed) bucket.list(WalKey.prefix(NODE, epoch), "", 1000);
        return listed.objects().stream().map(ObjectStore.ObjectSummary::key).toList();
    }

    @Test
    void unknownOutcomesAreResolvedByTheSameBytesAgain() throws InterruptedException {
        WriteAheadLog log = start(1);
        ack(log, 0);
        store.unknown(3, true); // applied, and then refused as existing, twice unanswered
        ack(log, 1);
        store.unknown(3, false);
        ack(log, 2);
        assertThat(scan(dead(1, 9), 0)).containsExactly(0L, 1L, 2L);
    }

    @Test
    void acksWaitForThoseBefore() throws InterruptedException {
        WriteAheadLog log = start(1);
        ack(log, 0);
        store.heldKey = "2";
        store.hold = new CountDownLatch(1);
        List<Long> acked = Collections.synchronizedList(new ArrayList<>());
        log.append(record(1), (entry, failure) -> acked.add(1L));
        PendingAppend third = null;
        while (keys(1).size() < 4) { // START, 1, and two beyond the one that is held
            long next = 2 + acked.size();
            third = append(log, next);
            Thread.sleep(2);
        }
        assertThat(acked).isEmpty();
        assertThat(keys(1)).noneMatch(key -> key.endsWith("02"));
        store.hold.countDown();
        third.await();
        assertThat(acked).containsExactly(1L);
    }

    @Test
    void aFencedWriterAcksNothingMore() throws InterruptedException {
        WriteAheadLog log = start(1);
        ack(log, 0);
        var failure = new AtomicReference<S3StreamException>();
        log.onFailure(failure::set);
        assertThat(scan(dead(1, 9), 0)).containsExactly(0L);
        PendingAppend late = append(log, 1);
        assertThatThrownBy(late::await)
                .rootCause()
                .isInstanceOf(FencedException.class)
                .hasMessageContaining("epoch 9");
        assertThatThrownBy(() -> append(log, 2)).isInstanceOf(S3StreamException.class);
        while (failure.get() == null) {
            Thread.onSpinWait();
        }
        assertThat(scan(dead(1, 10), 0)).as("again").containsExactly(0L);
    }

    @Test
    void aSecondProcessOfTheSameEpochIsRefused() {
        start(1);
        assertThatThrownBy(() -> start(1))
                .isInstanceOf(CorruptException.class)
                .hasMessageContaining("epoch 1");
    }

    @Test
    void anothersDataIsABrokenInvariant() throws InterruptedException {
        WriteAheadLog log = start(1);
        ack(log, 0);
        var key = new WalKey(NODE, 1, 2);
        var other = ObjectHeader.bare(ObjectHeader.Kind.DATA, key, new java.util.UUID(1, 1), 1);
        bucket.putIfAbsent(key.path(), List.of(other.encode()));
        assertThatThrownBy(() -> append(log, 1).await())
                .hasRootCauseInstanceOf(CorruptException.class);
    }

    @Test
    void aBucketThatStaysAwayEndsTheLogWhenPatienceEnds() {
        WriteAheadLog log = start(1, config().withPuts(2, Duration.ofMillis(200)));
        store.unknown(Integer.MAX_VALUE, false);
        assertThatThrownBy(() -> append(log, 0).await()).hasStackTraceContaining("gave up after");
    }

    @Test
    void objectsBelowTheCoveredPositionAreDeletedAndRecoveryBeginsThere()
            throws InterruptedException {
        WriteAheadLog log = start(1);
        List<Long> ends = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            ack(log, i);
            ends.add(log.durableLsns().getFirst());
        }
        log.trim(List.of(ends.get(6)));
        while (keys(1).size() > 5) { // START, the seventh (it holds the position), three more
            Thread.onSpinWait();
        }
        assertThat(scan(dead(1, 9), ends.get(6))).containsExactly(7L, 8L, 9L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gone", "empty", "cut short", "flipped", "another"})
    void whatIsWholeBeyondADamagedObjectIsRead(String kind) throws InterruptedException {
        WriteAheadLog log = start(1);
        for (long offset = 0; offset < 10; offset++) {
            ack(log, offset);
        }
        String key = keys(1).get(4);
        byte[] bytes = bytes(key);
        bucket.delete(List.of(key));
        switch (kind) {
            case "empty" -> put(key);
            case "cut short" -> put(key, Arrays.copyOf(bytes, bytes.length - 3));
            case "another" -> put(key, bytes(keys(1).get(6)));
            case "flipped" -> {
                bytes[bytes.length - 5] ^= 0x5a;
                put(key, bytes);
            }
            default -> {}
        }
        DeadVolume volume = dead(1, 2);
        List<Long> read = new ArrayList<>();
        WalVolume.RecordVisitor visitor = (lsn, endLsn, record) -> read.add(record.baseOffset());

        WalVolume.ScanEnd end = volume.scan(0, visitor);

        assertThat(end.damaged()).isTrue();
        var before = List.copyOf(read);
        read.clear();
        volume.salvage(end, visitor);
        // The log's first object says that it began, and holds no record.
        assertThat(before).hasSizeBetween(3, 4).isSorted().startsWith(0L);
        assertThat(read)
                .containsExactlyElementsOf(
                        LongStream.range(before.size() + 1, 10).boxed().toList());
    }

    @Test
    void anUnreadableHeaderBeyondAMissingObjectIsDamageAndNoObstacle() throws InterruptedException {
        WriteAheadLog log = start(1);
        for (long offset = 0; offset < 8; offset++) {
            ack(log, offset);
        }
        List<String> keys = keys(1);
        bucket.delete(List.of(keys.get(4)));
        for (String key : keys.subList(5, keys.size())) {
            put(key, new byte[] {1, 2, 3});
        }
        DeadVolume volume = dead(1, 2);
        List<Long> read = new ArrayList<>();
        WalVolume.RecordVisitor visitor = (lsn, endLsn, record) -> read.add(record.baseOffset());

        WalVolume.ScanEnd end = volume.scan(0, visitor);

        assertThat(end.damaged()).isTrue();
        int before = read.size();
        volume.salvage(end, visitor);
        assertThat(read).hasSize(before);
    }

    private byte[] bytes(String key) {
        var body = ((ObjectStore.GetResult.Found) bucket.get(key)).body();
        byte[] bytes = new byte[body.remaining()];
        body.get(bytes);
        return bytes;
    }

    private void put(String key, byte... bytes) {
        bucket.put(key, List.of(ByteBuffer.wrap(bytes)));
    }

    @Test
    void aWhollyTrimmedLogIsFencedWhereItWouldHaveGoneOn() throws InterruptedException {
        WriteAheadLog log = start(1);
        ack(log, 0);
        ack(log, 1);
        long end = log.durableLsns().getFirst();
        log.trim(List.of(end));
        assertThat(scan(dead(1, 9), end)).isEmpty();
        assertThatThrownBy(() -> append(log, 2).await()).isInstanceOf(S3StreamException.class);
    }

    @Test
    void appendsAfterAPauseArePutAtOnceAndOthersOncePerInterval() throws InterruptedException {
        WriteAheadLog log = start(1, config().withBatches(Duration.ofDays(1), 32 << 10));
        int before = store.creations.get();
        ack(log, 0); // nothing was put for a long time
        assertThat(store.creations.get() - before).isEqualTo(1);
        PendingAppend waits = append(log, 1);
        for (int i = 2; i < 400; i++) { // 400 * 64 bytes stay below what seals
            append(log, i);
        }
        assertThat(store.creations.get() - before).isEqualTo(1);
        log.close(); // puts the rest
        waits.await();
        assertThat(store.creations.get() - before).isEqualTo(2);
    }

    @Test
    void recordsAreReadBackAcrossObjects() throws InterruptedException {
        WriteAheadLog log = start(1);
        List<WalEntry> entries = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            entries.add(append(log, i).await());
        }
        for (int i = 0; i < 5; i++) {
            WalEntry entry = entries.get(i);
            ByteBuffer bytes = ByteBuffer.allocate((int) (entry.endLsn() - entry.lsn()));
            log.readBack(0, entry.lsn(), bytes);
            assertThat(RecordFrame.decode(bytes.flip()).baseOffset()).isEqualTo(i);
        }
        // A stretch that begins behind an object's end and reaches into the next one.
        long start = entries.get(3).lsn() - 1000;
        ByteBuffer stretch = ByteBuffer.allocate((int) (entries.get(3).endLsn() - start));
        log.readBack(0, start, stretch);
        stretch.flip().position(1000);
        assertThat(RecordFrame.decode(stretch).baseOffset()).isEqualTo(3);
        entries.forEach(entry -> entry.slab().release());
    }

    /**
     * A log whose objects its recovery deleted counts as fenced, also to a writer that has not
     * heard of that.
     */
    @Test
    void aLogThatWasClearedAwayIsFencedAndNotDamaged() throws InterruptedException {
        WriteAheadLog log = start(1);
        WalEntry entry = append(log, 0).await();
        store.delete(List.of(new WalKey(NODE, 1, 1).path()));

        ByteBuffer bytes = ByteBuffer.allocate((int) (entry.endLsn() - entry.lsn()));
        assertThatThrownBy(() -> log.readBack(0, entry.lsn(), bytes))
                .isInstanceOf(FencedException.class);
        entry.slab().release();
    }

    @Test
    void whatIsLeftAfterRecoveryIsTheFence() throws InterruptedException {
        WriteAheadLog log = start(1);
        for (int i = 0; i < 5; i++) {
            ack(log, i);
        }
        DeadVolume dead = dead(1, 9);
        scan(dead, 0);
        dead.recovered();
        assertThat(keys(1)).containsExactly(new WalKey(NODE, 1, 6).path());
        // A put that was on its way all the time comes back from the dead, and is harmless.
        assertThat(scan(dead, WalPosition.startOf(6))).isEmpty();
        assertThatThrownBy(() -> append(log, 5).await()).isInstanceOf(S3StreamException.class);
    }

    @Test
    void aNewLogClearsEarlierOnesAwayButForTheirFences() throws InterruptedException {
        WriteAheadLog first = start(1);
        ack(first, 0);
        first.close();
        WriteAheadLog second = start(2);
        ack(second, 0);
        scan(dead(2, 9), 0);
        WriteAheadLog third = start(3);
        ack(third, 0);
        while (keys(1).size() + keys(2).size() > 1) {
            Thread.onSpinWait();
        }
        assertThat(keys(2)).containsExactly(new WalKey(NODE, 2, 2).path());
        assertThat(scan(dead(3, 9), 0)).containsExactly(0L);
    }
}
