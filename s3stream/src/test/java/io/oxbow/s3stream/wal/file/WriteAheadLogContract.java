package io.oxbow.s3stream.wal.file;

import static io.oxbow.s3stream.wal.file.WalFixture.append;
import static io.oxbow.s3stream.wal.file.WalFixture.appendedLsn;
import static io.oxbow.s3stream.wal.file.WalFixture.durableLsn;
import static io.oxbow.s3stream.wal.file.WalFixture.payload;
import static io.oxbow.s3stream.wal.file.WalFixture.record;
import static io.oxbow.s3stream.wal.file.WalFixture.scan;
import static io.oxbow.s3stream.wal.file.WalFixture.trim;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.testkit.PendingAppend;
import io.oxbow.s3stream.wal.RecordFrame;
import io.oxbow.s3stream.wal.WalEntry;
import io.oxbow.s3stream.wal.WalVolume;
import io.oxbow.s3stream.wal.WriteAheadLog;
import io.oxbow.s3stream.wal.file.WalFixture.Appended;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Contract of every write-ahead log, over volumes as {@link WalFixture#config} makes them. */
abstract class WriteAheadLogContract {

    private @Nullable WalVolume volume;

    /** Opens the only volume of this test, or opens it again. */
    abstract WalVolume open();

    /** Returns how many records a test writes that reads each back in requests of its own. */
    int records(int usual) {
        return usual;
    }

    private WriteAheadLog start(long nodeEpoch) {
        WalVolume opened = open();
        volume = opened;
        return opened.start(nodeEpoch);
    }

    private WalVolume reopen() {
        close();
        WalVolume opened = open();
        volume = opened;
        return opened;
    }

    @AfterEach
    void close() {
        if (volume != null) {
            volume.close();
        }
    }

    private static List<Long> offsets(long from, long to) {
        return LongStream.range(from, to).boxed().toList();
    }

    @Test
    void whatWasAckedComesBackInOrder() {
        WriteAheadLog log = start(1);
        List<Appended> appended = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            appended.add(append(log, i, 1 + i * 7 % 3000));
        }
        appended.forEach(Appended::settle);
        var found = scan(reopen(), 0);
        assertThat(found.offsets()).isEqualTo(offsets(0, 200));
        assertThat(found.lsns()).isEqualTo(appended.stream().map(a -> a.entry().lsn()).toList());
        assertThat(found.end().damaged()).isFalse();
    }

    @Test
    void anEntryShowsTheBytesAndTheirFrame() {
        Appended appended = append(start(1), 9, 1000);
        appended.pending().await();
        assertThat(appended.entry().records()).isEqualTo(ByteBuffer.wrap(payload(9, 1000)));
        assertThat(RecordFrame.decode(appended.entry().frame())).isEqualTo(record(9, 1000));
        assertThat(appended.entry().endLsn() - appended.entry().lsn())
                .isEqualTo(RecordFrame.HEADER_BYTES + 1000);
        appended.entry().slab().release();
    }

    @Test
    void appendsOfManyThreadsCompleteInLsnOrder() throws InterruptedException {
        WriteAheadLog log = start(1);
        List<Long> completed = Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            int stream = t;
            threads.add(
                    Thread.startVirtualThread(() -> {
                        for (int i = 0; i < 100; i++) {
                            log.append(
                                    record(stream * 1000L + i, 500),
                                    (entry, failure) -> {
                                        completed.add(entry.lsn());
                                        entry.slab().release();
                                    });
                        }
                    }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        append(log, 9999, 1).settle();
        assertThat(completed).hasSize(400);
        assertThat(scan(reopen(), 0).lsns().subList(0, 400)).isEqualTo(completed);
    }

    @Test
    void durableFollowsAppended() {
        WriteAheadLog log = start(1);
        assertThat(durableLsn(log)).isEqualTo(appendedLsn(log));
        Appended appended = append(log, 0, 100).settle();
        assertThat(appendedLsn(log)).isEqualTo(appended.entry().endLsn());
        assertThat(durableLsn(log)).isGreaterThanOrEqualTo(appendedLsn(log));
    }

    @Test
    void scanFromTheMiddleGivesOnlyWhatLiesAtOrAbove() {
        WriteAheadLog log = start(1);
        int records = records(50);
        List<Appended> appended = new ArrayList<>();
        for (int i = 0; i < records; i++) {
            appended.add(append(log, i, 900));
        }
        appended.forEach(Appended::settle);
        WalVolume again = reopen();
        for (Appended each : appended) {
            assertThat(scan(again, each.entry().lsn()).offsets())
                    .isEqualTo(offsets(each.offset(), records));
            assertThat(scan(again, each.entry().endLsn()).offsets())
                    .isEqualTo(offsets(each.offset() + 1, records));
        }
    }

    @Test
    void theRingIsReusedManyTimesWhenTrimmed() {
        WriteAheadLog log = start(1);
        long bytes = 0;
        long keptFrom = 0;
        List<Long> kept = List.of();
        for (int i = 0; bytes < 5L * log.capacityBytes(); i++) {
            int length = 1 + i * 7919 % 60_000;
            Appended last = append(log, i, length).settle();
            bytes += length;
            if (i % 5 == 4) {
                trim(log, last.entry().endLsn());
                keptFrom = last.entry().endLsn();
                kept = List.of();
            } else {
                kept = new ArrayList<>(kept);
                kept.add((long) i);
            }
        }
        assertThat(scan(reopen(), keptFrom).offsets()).isEqualTo(kept);
    }

    @Test
    void appendBlocksWhenTheRingIsFullAndGoesOnAfterTrim() throws InterruptedException {
        WriteAheadLog log = start(1);
        var progress = new AtomicReference<>(0L);
        var last = new AtomicReference<Appended>();
        var done = new CountDownLatch(1);
        Thread appender =
                Thread.startVirtualThread(() -> {
                    for (int i = 0; i < 40; i++) {
                        last.set(append(log, i, 60_000).settle());
                        progress.set(i + 1L);
                    }
                    done.countDown();
                });
        while (appender.getState() != Thread.State.WAITING || progress.get() < 10) {
            Thread.onSpinWait();
        }
        assertThat(log.usedBytes()).isLessThanOrEqualTo(log.capacityBytes());
        while (!done.await(1, java.util.concurrent.TimeUnit.MILLISECONDS)) {
            trim(log, last.get().entry().endLsn());
        }
        assertThat(progress.get()).isEqualTo(40);
    }

    @Test
    void aBlockedAppendIsRefusedWhenTheLogCloses() throws InterruptedException {
        WriteAheadLog log = start(1);
        fill(log);
        var refused = new AtomicReference<S3StreamException>();
        Thread appender = appendInBackground(log, refused);
        log.close();
        appender.join();
        assertThat(refused.get()).hasMessageContaining("closed");
    }

    @Test
    void whatWouldWaitForSpaceIsNotAppendedAndLeavesNothing() throws InterruptedException {
        WriteAheadLog log = start(1);
        fill(log);
        var told = new AtomicInteger();
        List<Long> before = log.appendedLsns();
        assertThat(log.tryAppend(record(17, 60_000), (entry, failure) -> told.incrementAndGet()))
                .isFalse();
        assertThat(log.appendedLsns()).isEqualTo(before);
        log.close();
        assertThat(told).hasValue(0);
        assertThat(scan(reopen(), 0).offsets()).isEqualTo(offsets(0, 17));
    }

    @Test
    void whatIsAppendedAtOnceIsDurableLikeAllElse() throws InterruptedException {
        WriteAheadLog log = start(1);
        append(log, 0, 100).settle();
        var pending = new PendingAppend();
        assertThat(log.tryAppend(record(1, 50), pending)).isTrue();
        pending.settle();
        log.close();
        assertThat(scan(reopen(), 0).offsets()).isEqualTo(offsets(0, 2));
    }

    @Test
    void aCompletionMayCloseTheLog() throws InterruptedException {
        WriteAheadLog log = start(1);
        var closed = new CountDownLatch(1);
        log.append(
                record(0, 100),
                (entry, failure) -> {
                    entry.slab().release();
                    log.close();
                    closed.countDown();
                });
        assertThat(closed.await(1, TimeUnit.MINUTES)).isTrue();
        assertThat(scan(reopen(), 0).offsets()).isEqualTo(offsets(0, 1));
    }

    @Test
    void anInterruptedAppendAppendsNothing() throws InterruptedException {
        WriteAheadLog log = start(1);
        fill(log);
        var refused = new AtomicReference<S3StreamException>();
        Thread appender = appendInBackground(log, refused);
        appender.interrupt();
        appender.join();
        assertThat(refused.get().retry()).isEqualTo(S3StreamException.Retry.RETRYABLE);
        assertThat(scan(reopen(), 0).offsets()).isEqualTo(offsets(0, 17));
    }

    /** Appends as much as just fits. */
    private static void fill(WriteAheadLog log) {
        for (int i = 0; i < 17; i++) {
            append(log, i, 60_000).settle();
        }
    }

    private static Thread appendInBackground(
            WriteAheadLog log, AtomicReference<S3StreamException> refused) {
        return Thread.startVirtualThread(() -> {
            try {
                append(log, 17, 60_000);
            } catch (S3StreamException refusal) {
                refused.set(refusal);
            }
        });
    }

    @Test
    void theLargestRecordIsTakenAndALargerOneRefused() {
        WriteAheadLog log = start(1);
        for (int i = 0; i < 30; i++) {
            Appended appended = append(log, i, 64 << 10).settle();
            trim(log, appended.entry().lsn());
        }
        assertThatThrownBy(() -> append(log, 30, (64 << 10) + 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("65536");
        append(log, 30, 10).settle();
    }

    @Test
    void memoryIsBoundedByWhatIsNotReleased() throws InterruptedException {
        WriteAheadLog log = start(1);
        List<Appended> held = Collections.synchronizedList(new ArrayList<>());
        Thread appender =
                Thread.startVirtualThread(() -> {
                    for (int i = 0; i < 100; i++) {
                        Appended appended = append(log, i, 60_000);
                        held.add(appended);
                        appended.pending().await();
                        trim(log, appended.entry().endLsn());
                    }
                });
        while (held.size() < 60 || appender.getState() != Thread.State.WAITING) {
            assertThat(held.size()).isLessThan(80); // 4 MiB of memory hold no more
            Thread.onSpinWait();
        }
        while (appender.isAlive()) {
            while (!held.isEmpty()) {
                held.removeFirst().entry().slab().release();
            }
        }
        append(log, 100, 1).settle();
    }

    @Test
    void trimBeyondWhatIsDurableIsRefused() {
        WriteAheadLog log = start(1);
        append(log, 0, 10).settle();
        assertThatThrownBy(() -> trim(log, durableLsn(log) + 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void startGivesUpWhatAnEarlierEpochWrote() {
        append(start(1), 0, 100).settle();
        WriteAheadLog second = reopen().start(2);
        long firstLsn = appendedLsn(second);
        append(second, 1, 100).settle();
        assertThat(firstLsn).isPositive();
        assertThat(scan(reopen(), 0).offsets()).containsExactly(1L);
    }

    @Test
    void anEpochThatIsNotNewerIsRefused() {
        start(5);
        WalVolume again = reopen();
        assertThatThrownBy(() -> again.start(5)).hasMessageContaining("epoch 5");
    }

    @Test
    void appendAfterCloseIsRefused() {
        WriteAheadLog log = start(1);
        log.close();
        assertThatThrownBy(() -> append(log, 0, 1))
                .isInstanceOfSatisfying(
                        S3StreamException.class,
                        e -> assertThat(e.retry()).isEqualTo(S3StreamException.Retry.FATAL));
    }

    @Test
    void closeWaitsForWhatIsUnderWay() {
        WriteAheadLog log = start(1);
        List<Appended> appended = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            appended.add(append(log, i, 3000));
        }
        log.close();
        appended.forEach(Appended::settle);
        assertThat(scan(reopen(), 0).offsets()).isEqualTo(offsets(0, 100));
    }

    @Test
    void theIdentityStays() {
        start(1);
        var walIds = reopen().walIds();
        assertThat(reopen().walIds()).isEqualTo(walIds);
    }

    // ---- reading back

    private static ByteBuffer readBack(WriteAheadLog log, WalEntry first, long endLsn) {
        ByteBuffer target = ByteBuffer.allocate((int) (endLsn - first.lsn()));
        log.readBack(first.volume(), first.lsn(), target);
        return target.flip();
    }

    @Test
    void everyDurableRecordCanBeReadBack() {
        WriteAheadLog log = start(1);
        for (int i = 0; i < records(300); i++) { // several times round the ring
            Appended appended = append(log, i, 1 + i * 7919 % 60_000).settle();
            ByteBuffer bytes = readBack(log, appended.entry(), appended.entry().endLsn());
            assertThat(RecordFrame.decode(bytes)).isEqualTo(record(i, appended.length()));
            assertThat(bytes.hasRemaining()).isFalse();
            trim(log, appended.entry().lsn());
        }
    }

    @Test
    void recordsThatTouchAreReadAtOnce() {
        WriteAheadLog log = start(1);
        List<Appended> appended = new ArrayList<>();
        for (int i = 0; i < 200; i++) { // they fit if each is a batch of its own, too
            appended.add(append(log, i, 3000));
        }
        appended.forEach(Appended::settle);
        int from = 0;
        for (int i = 1; i <= appended.size(); i++) {
            long end = appended.get(i - 1).entry().endLsn();
            if (i == appended.size() || appended.get(i).entry().lsn() != end) {
                requireReadable(log, appended.subList(from, i));
                from = i;
            }
        }
    }

    private static void requireReadable(WriteAheadLog log, List<Appended> touching) {
        WalEntry first = touching.getFirst().entry();
        ByteBuffer all = readBack(log, first, touching.getLast().entry().endLsn());
        for (Appended each : touching) {
            assertThat(RecordFrame.decode(all)).isEqualTo(record(each.offset(), each.length()));
        }
        assertThat(all.hasRemaining()).isFalse();
    }

    @Test
    void recordsAreReadBackWhileOthersAreWritten() throws InterruptedException {
        WriteAheadLog log = start(1);
        List<Appended> kept = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            kept.add(append(log, i, 2000).settle());
        }
        Thread writer =
                Thread.startVirtualThread(() -> {
                    for (int i = 20; i < 120; i++) {
                        append(log, i, 2000).settle();
                    }
                });
        int reads = 0;
        while (writer.isAlive() || reads < 50) {
            Appended each = kept.get(reads++ % kept.size());
            ByteBuffer bytes = readBack(log, each.entry(), each.entry().endLsn());
            assertThat(RecordFrame.decode(bytes)).isEqualTo(record(each.offset(), 2000));
        }
        writer.join();
    }
}
