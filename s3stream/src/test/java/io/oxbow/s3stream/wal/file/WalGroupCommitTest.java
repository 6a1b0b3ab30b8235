package io.oxbow.s3stream.wal.file;

import static io.oxbow.s3stream.wal.file.WalFixture.append;
import static io.oxbow.s3stream.wal.file.WalFixture.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.wal.RecordFrame;
import io.oxbow.s3stream.wal.Slab;
import io.oxbow.s3stream.wal.WriteAheadLog;
import io.oxbow.s3stream.wal.disk.AlignedMemory;
import io.oxbow.s3stream.wal.file.MemoryDisk.Operation;
import io.oxbow.s3stream.wal.file.WalFixture.Appended;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Tests the times at which batches are written, the order of commits, and the failure of all of
 * them.
 */
class WalGroupCommitTest {

    /** Holds writes to the ring back until each is released. */
    private static final class Valve implements MemoryDisk.Hook {
        private final Map<Long, CountDownLatch> held = new ConcurrentHashMap<>();
        private volatile boolean open = true;
        private volatile boolean broken;
        private volatile boolean syncBroken;

        @Override
        public void before(Operation operation, long position, int bytes) throws IOException {
            if (operation == Operation.SYNC) {
                if (syncBroken) {
                    throw new IOException("cannot sync");
                }
                return;
            }
            if (operation == Operation.READ) {
                return;
            }
            if (!open && position >= VolumeLayout.RING_START) {
                var latch = new CountDownLatch(1);
                held.put(position, latch);
                try {
                    if (!open) {
                        latch.await();
                    }
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
            if (broken) {
                throw new IOException("disk gone");
            }
        }

        void awaitHeld(int writes) {
            while (held.size() < writes) {
                Thread.onSpinWait();
            }
        }

        void letGo(Noted append) {
            long position = VolumeLayout.RING_START + AlignedMemory.roundDown(append.lsn());
            java.util.Objects.requireNonNull(held.remove(position)).countDown();
        }

        void letAllGo() {
            open = true;
            held.values().forEach(CountDownLatch::countDown);
        }
    }

    private final MemoryDisk disk = new MemoryDisk();
    private final ManualClock clock = new ManualClock();
    private final Valve valve = new Valve();
    private final List<Long> completed = Collections.synchronizedList(new ArrayList<>());
    private final List<Long> failed = Collections.synchronizedList(new ArrayList<>());
    private final FileWalVolume volume =
            FileWalVolume.open(WalFixture.config(), disk, WalFixture.environment(clock));
    private final WriteAheadLog log = volume.start(1);

    @BeforeEach
    void preWritten() {
        while (disk.size() < VolumeLayout.RING_START + WalFixture.RING_BYTES) {
            Thread.onSpinWait();
        }
        disk.hook(valve);
        valve.open = false;
    }

    @AfterEach
    void close() {
        valve.letAllGo();
        volume.close();
    }

    /** An append whose outcome is noted, and its position, which is known before. */
    private record Noted(long lsn, long endLsn, Slab[] slab) {}

    private Noted appendNoted(long offset, int length) {
        Slab[] slab = new Slab[1];
        log.append(
                record(offset, length),
                (entry, failure) -> {
                    slab[0] = entry.slab();
                    (failure == null ? completed : failed).add(offset);
                });
        long endLsn = log.appendedLsns().getFirst();
        return new Noted(endLsn - RecordFrame.HEADER_BYTES - length, endLsn, slab);
    }

    private void awaitCompleted(Long... offsets) {
        while (completed.size() < offsets.length) {
            Thread.onSpinWait();
        }
        assertThat(completed).containsExactly(offsets);
    }

    @Test
    void theFirstRecordIsWrittenAtOnceAndThoseMeanwhileShareOneBatch() {
        Noted first = appendNoted(0, 100);
        valve.awaitHeld(1);
        Noted second = appendNoted(1, 100);
        Noted third = appendNoted(2, 100);
        assertThat(third.lsn()).isEqualTo(second.endLsn());
        assertThat(valve.held).hasSize(1);
        valve.letGo(first);
        valve.awaitHeld(1);
        awaitCompleted(0L);
        valve.letGo(second);
        awaitCompleted(0L, 1L, 2L);
    }

    @Test
    void aFullBatchIsWrittenBesideTheOneUnderWay() {
        appendNoted(0, 100);
        valve.awaitHeld(1);
        appendNoted(1, 40_000);
        valve.awaitHeld(2);
        appendNoted(2, 40_000);
        valve.awaitHeld(3);
        assertThat(completed).isEmpty();
    }

    @Test
    void acksWaitForEverythingBefore() {
        Noted first = appendNoted(0, 100);
        valve.awaitHeld(1);
        Noted second = appendNoted(1, 40_000);
        valve.awaitHeld(2);
        Noted third = appendNoted(2, 40_000);
        valve.awaitHeld(3);
        long durable = log.durableLsns().getFirst();
        valve.letGo(third);
        Noted fourth = appendNoted(3, 100);
        valve.letGo(second); // a write slot frees, so the fourth goes out
        valve.awaitHeld(2);
        assertThat(completed).isEmpty();
        assertThat(log.durableLsns().getFirst()).isEqualTo(durable);
        valve.letGo(first);
        awaitCompleted(0L, 1L, 2L);
        assertThat(log.durableLsns().getFirst()).isGreaterThanOrEqualTo(third.endLsn());
        valve.letGo(fourth);
        awaitCompleted(0L, 1L, 2L, 3L);
    }

    @Test
    void noAckBeforeASync() {
        List<Operation> order = Collections.synchronizedList(new ArrayList<>());
        disk.hook((operation, position, bytes) -> order.add(operation));
        for (int i = 0; i < 20; i++) {
            append(log, i, 100).settle();
            // Were it not synced, it would be gone.
            var found = WalFixture.scan(WalFixture.open(disk.crash()), 0);
            assertThat(found.offsets()).hasSize(i + 1);
        }
        // The log's start may sync headers beside it.
        assertThat(order).containsSubsequence(Operation.WRITE, Operation.SYNC);
    }

    @Test
    void anErrorFailsEverythingOutstandingAndLaterAppends() throws InterruptedException {
        var told = new AtomicReference<S3StreamException>();
        var tellings = new CountDownLatch(1);
        log.onFailure(failure -> {
            told.set(failure);
            tellings.countDown();
        });
        Noted first = appendNoted(0, 100);
        valve.awaitHeld(1);
        appendNoted(1, 40_000);
        valve.awaitHeld(2);
        appendNoted(2, 100);
        valve.broken = true;
        valve.letGo(first);
        tellings.await();
        assertThat(failed).containsExactly(0L, 1L, 2L);
        assertThat(told.get().retry()).isEqualTo(S3StreamException.Retry.UNKNOWN);
        assertThat(told.get()).hasMessageContaining("disk gone");
        assertThatThrownBy(() -> append(log, 3, 1))
                .isInstanceOf(S3StreamException.class)
                .hasRootCauseMessage("disk gone");
    }

    @Test
    void whatWasDurableBeforeAnErrorIsAcked() throws InterruptedException {
        var told = new CountDownLatch(1);
        log.onFailure(failure -> told.countDown());
        Noted first = appendNoted(0, 100);
        valve.awaitHeld(1);
        Noted second = appendNoted(1, 40_000);
        valve.awaitHeld(2);
        valve.letGo(first);
        awaitCompleted(0L);
        valve.broken = true;
        valve.letGo(second);
        told.await();
        assertThat(failed).containsExactly(1L);
        assertThat(completed).containsExactly(0L);
    }

    @Test
    void aFailedSyncFailsTheLog() throws InterruptedException {
        var told = new CountDownLatch(1);
        log.onFailure(failure -> told.countDown());
        valve.syncBroken = true;
        valve.open = true;
        appendNoted(0, 100);
        told.await();
        assertThat(failed).containsExactly(0L);
    }

    @Test
    void aWriteThatHangsFailsTheLogAndClosingDoesNotWaitForIt() throws InterruptedException {
        var told = new AtomicReference<S3StreamException>();
        var tellings = new CountDownLatch(1);
        log.onFailure(failure -> {
            told.set(failure);
            tellings.countDown();
        });
        appendNoted(0, 100);
        valve.awaitHeld(1);
        clock.advance(Duration.ofSeconds(29));
        assertThat(failed).isEmpty();
        clock.advance(Duration.ofSeconds(1));
        tellings.await();
        assertThat(failed).containsExactly(0L);
        assertThat(told.get()).hasMessageContaining("longer than");
        log.close();
        assertThat(disk.isClosed()).isFalse();
        valve.letAllGo();
        while (!disk.isClosed()) {
            Thread.onSpinWait();
        }
    }

    /** As a suspended machine does, whose disk has long written what was asked for. */
    @Test
    void aProcessThatStoodStillDoesNotFailTheLog() throws InterruptedException {
        appendNoted(0, 100);
        valve.awaitHeld(1);
        clock.advance(Duration.ofSeconds(5));
        clock.standStill(Duration.ofMinutes(1));
        valve.letAllGo();
        append(log, 1, 100).settle();
        assertThat(failed).isEmpty();
    }

    @Test
    void aWriteThatIsMerelySlowDoesNotFailTheLog() {
        valve.open = true;
        for (int i = 0; i < 10; i++) {
            append(log, i, 100).settle();
            clock.advance(Duration.ofSeconds(29));
        }
        append(log, 10, 100).settle();
    }

    @Test
    void aFailureListenerSetLateIsTold() throws InterruptedException {
        valve.broken = true;
        valve.open = true;
        appendNoted(0, 100);
        while (failed.isEmpty()) {
            Thread.onSpinWait();
        }
        var told = new CountDownLatch(1);
        log.onFailure(failure -> told.countDown());
        told.await();
    }

    @Test
    void memoryIsGivenBackWhenTheLogFails() {
        valve.broken = true;
        valve.open = true;
        Noted appended = appendNoted(0, 100);
        while (failed.isEmpty()) {
            Thread.onSpinWait();
        }
        log.close();
        appended.slab()[0].release();
        assertThatThrownBy(() -> appended.slab()[0].retain())
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aCompletionThatThrowsHarmsNoOther() {
        log.append(
                record(0, 100),
                (entry, failure) -> {
                    throw new IllegalStateException("completion");
                });
        appendNoted(1, 100);
        valve.letAllGo();
        awaitCompleted(1L);
    }

    @Test
    void theLogMayBeClosedByItsFailureListener() throws InterruptedException {
        var closed = new CountDownLatch(1);
        log.onFailure(failure -> {
            log.close();
            closed.countDown();
        });
        valve.broken = true;
        valve.open = true;
        appendNoted(0, 100);
        closed.await();
    }

    @Test
    void nothingIsAppendedAboveWhatADurableHeaderReserves() throws InterruptedException {
        valve.open = true;
        var letGo = new CountDownLatch(1);
        disk.hook((operation, position, bytes) -> {
            if (operation == Operation.WRITE && position < VolumeLayout.RING_START) {
                try {
                    letGo.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
        });
        for (int i = 0; i < 4; i++) { // the quarter of the ring that is reserved
            Appended each = append(log, i, 60_000).settle();
            log.trim(List.of(each.entry().endLsn()));
        }
        var refused = new AtomicReference<S3StreamException>();
        Thread appender =
                Thread.startVirtualThread(() -> {
                    try {
                        append(log, 4, 60_000);
                    } catch (S3StreamException closed) {
                        refused.set(closed);
                    }
                });
        while (appender.isAlive() && appender.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        Thread closer = Thread.startVirtualThread(log::close);
        appender.join();
        letGo.countDown();
        closer.join();
        assertThat(refused.get()).isNotNull();
    }

    @Test
    void aHeaderThatCannotBeWrittenFailsTheLog() {
        valve.open = true;
        disk.hook((operation, position, bytes) -> {
            if (operation == Operation.WRITE && position < VolumeLayout.RING_START) {
                throw new IOException("header lost");
            }
        });
        assertThatThrownBy(
                        () -> {
                            for (int i = 0; i < 100; i++) {
                                Appended each = append(log, i, 60_000).settle();
                                log.trim(List.of(each.entry().endLsn()));
                            }
                        })
                .isInstanceOf(S3StreamException.class)
                .hasRootCauseMessage("header lost");
    }
}
