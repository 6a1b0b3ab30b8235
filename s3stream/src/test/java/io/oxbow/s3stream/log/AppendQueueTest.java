package io.oxbow.s3stream.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oxbow.s3stream.env.Clock;
import io.oxbow.s3stream.image.CoreRecord;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AppendQueueTest {

    private static final CoreRecord COMMIT =
            new CoreRecord.CommitObjects(1, 1, 0, 1, 0, List.of(0L), List.of());
    private static final CoreRecord FENCE = new CoreRecord.FenceNode(1, 1);

    private long nowNanos = 1_000;
    private final Clock clock =
            new Clock() {
                @Override
                public long wallMillis() {
                    return 0;
                }

                @Override
                public long nanoTime() {
                    return nowNanos;
                }

                @Override
                public Cancellable after(Duration delay, Runnable task) {
                    throw new UnsupportedOperationException();
                }

                @Override
                public void sleep(Duration duration) {
                    throw new UnsupportedOperationException();
                }
            };
    private final LogConfig config =
            new LogConfig(
                    1,
                    new UUID(0, 1),
                    1_000,
                    Duration.ofMillis(20),
                    Duration.ofMillis(1),
                    Duration.ofMillis(1),
                    Duration.ofMillis(1),
                    100,
                    100);
    private final AppendQueue queue = new AppendQueue(clock, config, () -> {});

    @BeforeEach
    void lead() {
        queue.lead(1);
    }

    private AppendUnit submit(CoreRecord record) {
        return queue.submit(new AppendUnit(List.of(record), nowNanos));
    }

    private AppendQueue.Group take() {
        return ((AppendQueue.Write) queue.next()).group();
    }

    @Test
    void nothingWaitsForASignal() {
        assertThat(queue.next()).isInstanceOf(AppendQueue.WaitForSignal.class);
        queue.prepare(1, LogFixture.records("a"));
        assertThat(queue.next()).as("not scheduled").isInstanceOf(AppendQueue.WaitForSignal.class);
    }

    @Test
    void objectCommitsAloneWaitForOthersToJoin() {
        submit(COMMIT);
        nowNanos += Duration.ofMillis(5).toNanos();
        submit(COMMIT);
        assertThat(queue.next()).isEqualTo(new AppendQueue.WaitFor(Duration.ofMillis(15)));
        nowNanos += Duration.ofMillis(15).toNanos();
        assertThat(take().units()).hasSize(2);
    }

    @Test
    void anythingElseGoesAtOnceAndTakesTheCommitsAlong() {
        submit(COMMIT);
        submit(FENCE);
        assertThat(take().units()).hasSize(2);
    }

    @Test
    void objectCommitsNeverDelayTheApplication() {
        submit(COMMIT);
        queue.prepare(1, LogFixture.records("a"));
        queue.schedulePrepared();
        AppendQueue.Group group = take();
        assertThat(group.batches()).hasSize(1);
        assertThat(group.units()).hasSize(1);
    }

    @Test
    void slotHoldsAboutSoMuchAndAtLeastOneOfEachFamily() {
        var large = new CoreRecord.PutPointer("p", 0, new byte[5_000]);
        submit(large);
        submit(large);
        for (int i = 0; i < 3; i++) {
            queue.prepare(1, List.of(new byte[900]));
        }
        queue.schedulePrepared();
        AppendQueue.Group first = take();
        assertThat(first.batches()).hasSize(1);
        assertThat(first.units()).hasSize(1);
        queue.settled();
        AppendQueue.Group second = take();
        assertThat(second.batches()).hasSize(1);
        assertThat(second.units()).hasSize(1);
        queue.settled();
        assertThat(take().batches()).hasSize(1);
    }

    @Test
    void preparedBytesAreBounded() {
        var records = List.of(new byte[AppendQueue.UNIT_BYTES_MAX - 10]);
        queue.prepare(1, records);
        queue.prepare(1, records);
        assertThatThrownBy(() -> queue.prepare(1, List.of(new byte[100])))
                .isInstanceOf(LogAppendException.class);
        assertThat(queue.preparedEnd()).isEqualTo(2);
        queue.schedulePrepared();
        take();
        assertThat(queue.prepare(1, List.of(new byte[100]))).isEqualTo(2);
    }

    @Test
    void oversizedAppendIsRefused() {
        assertThatThrownBy(() -> queue.prepare(1, List.of(new byte[AppendQueue.UNIT_BYTES_MAX])))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void resignationComesBeforeWhatWaitsAndTakesNothingNew() {
        submit(FENCE);
        queue.resign(1);
        assertThat(queue.next()).isInstanceOf(AppendQueue.Resign.class);
        assertThatThrownBy(() -> submit(FENCE)).isInstanceOf(LogAppendException.class);
    }
}
