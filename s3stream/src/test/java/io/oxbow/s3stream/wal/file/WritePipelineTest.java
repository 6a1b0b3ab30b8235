package io.oxbow.s3stream.wal.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.s3stream.testkit.PendingAppend;
import io.oxbow.s3stream.wal.LogState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class WritePipelineTest {

    private final LogState gate = new LogState();
    private final BatchBuilder builder;
    private final WritePipeline pipeline;

    WritePipelineTest() throws IOException {
        var headers = VolumeHeaders.open(new MemoryDisk(), WalFixture.RING_BYTES, new Random(1));
        var config = WalFixture.config();
        var watchdog = new WriteWatchdog(new ManualClock(), config.writes().timeout(), gate);
        var pool = config.newPool();
        var beginning = new LogStart(0, 1, 0, pool);
        var pace =
                new WritePace(
                        gate,
                        new ManualClock(),
                        config.writes().rate(),
                        config.largestWriteBytes());
        var space = new RingSpace(gate, headers, watchdog, pace, beginning);
        builder = new BatchBuilder(gate, space, config, beginning);
        pipeline = new WritePipeline(gate, builder, pace, config.writes().sealBytes());
    }

    private WriteBatch addOne() throws InterruptedException {
        gate.lock();
        try {
            WriteBatch batch = builder.batchFor(100);
            builder.add(batch, 100, new PendingAppend());
            return batch;
        } finally {
            gate.unlock();
        }
    }

    private static Thread awaitWaiting(Thread thread) {
        while (thread.isAlive() && thread.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        return thread;
    }

    @Test
    void aBatchIsNotTakenBeforeItsFramesAreCopied() throws InterruptedException {
        WriteBatch batch = addOne();
        var taken = new AtomicReference<WriteBatch>();
        Thread writer = awaitWaiting(take(taken));
        assertThat(taken.get()).isNull();
        assertThat(batch.copyDone()).isTrue();
        pipeline.copiesDone();
        writer.join();
        assertThat(taken.get()).isSameAs(batch);
    }

    @Test
    void aBatchWhoseFrameCouldNotBeCopiedIsNeverTaken() throws InterruptedException {
        WriteBatch batch = addOne();
        var taken = new AtomicReference<WriteBatch>();
        Thread writer = awaitWaiting(take(taken));
        gate.fail("copy failed", null);
        assertThat(batch.copyDone()).isTrue();
        pipeline.copiesDone();
        writer.join();
        assertThat(taken.get()).isNull();
        assertThat(pipeline.isWriting()).isFalse();
    }

    @Test
    void theNextBatchIsTakenOnceTheOneBeforeIsSealed() throws InterruptedException {
        WriteBatch first = takeOne();
        addOne().copyDone();
        closeBatch();
        var taken = new AtomicReference<WriteBatch>();
        Thread writer = awaitWaiting(take(taken));
        assertThat(taken.get()).isNull();
        pipeline.sealed();
        writer.join();
        assertThat(taken.get()).isNotNull().isNotSameAs(first);
    }

    @Test
    void durableBatchesAreHandedOutInOrderToOneAtATime() throws InterruptedException {
        WriteBatch first = takeOne();
        pipeline.sealed();
        WriteBatch second = takeOne();
        pipeline.sealed();
        List<WriteBatch> group = new ArrayList<>();
        pipeline.writeEnded(second, true);
        assertThat(pipeline.takeDurable(group, false)).isFalse();
        pipeline.writeEnded(first, true);
        assertThat(pipeline.takeDurable(group, false)).isTrue();
        assertThat(group).containsExactly(first, second);
        assertThat(pipeline.takeDurable(new ArrayList<>(), false)).isFalse();
        assertThat(pipeline.takeDurable(new ArrayList<>(), true)).isFalse();
        assertThat(pipeline.durableLsn()).isEqualTo(second.endLsn());
    }

    @Test
    void aFailureIsToldOnlyAfterWhatWasBeingCompleted() throws InterruptedException {
        WriteBatch first = takeOne();
        pipeline.sealed();
        WriteBatch second = takeOne();
        pipeline.sealed();
        pipeline.writeEnded(first, true);
        assertThat(pipeline.takeDurable(new ArrayList<>(), false)).isTrue();
        gate.fail("the disk is gone", null);
        List<WriteBatch> outstanding = Collections.synchronizedList(new ArrayList<>());
        Thread teller = awaitWaiting(awaitEnd(outstanding));
        assertThat(outstanding).isEmpty();
        pipeline.writeEnded(second, true);
        List<WriteBatch> last = new ArrayList<>();
        assertThat(pipeline.takeDurable(last, true)).isTrue();
        assertThat(last).containsExactly(second);
        addOneLate();
        assertThat(pipeline.takeDurable(new ArrayList<>(), true)).isFalse();
        teller.join();
        assertThat(outstanding).isEmpty();
        assertThat(pipeline.takeDurable(new ArrayList<>(), false)).isFalse();
    }

    private void addOneLate() {
        gate.lock();
        try {
            assertThatThrownBy(() -> builder.batchFor(100)).hasMessageContaining("failed");
        } finally {
            gate.unlock();
        }
    }

    private WriteBatch takeOne() throws InterruptedException {
        addOne().copyDone();
        closeBatch();
        return Objects.requireNonNull(pipeline.take(false));
    }

    private void closeBatch() {
        gate.lock();
        builder.closeBatch();
        gate.unlock();
    }

    private Thread awaitEnd(List<WriteBatch> outstanding) {
        return Thread.startVirtualThread(() -> {
            try {
                pipeline.awaitEnd(outstanding);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
    }

    private Thread take(AtomicReference<WriteBatch> taken) {
        return Thread.startVirtualThread(() -> {
            try {
                WriteBatch batch = pipeline.take(false);
                if (batch != null) {
                    taken.set(batch);
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
    }
}
