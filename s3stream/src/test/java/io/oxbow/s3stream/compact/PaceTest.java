package io.oxbow.s3stream.compact;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.s3stream.env.Clock;
import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.image.CoreImage;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.object.ObjectNumbers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/** Tests the pace with a clock that advances only while compaction pauses. */
class PaceTest {

    private static final long RATE = 1 << 20;
    private static final Percentage ABOUT = Percentage.withPercentage(3);

    private final PausingHost host = new PausingHost();
    private final Pace pace = new Pace(host, host, RATE);

    @Test
    void theRateIsKept() {
        assertThat(secondsFor(100)).isCloseTo(100, ABOUT);
    }

    @Test
    void aBusyNodeHalvesIt() {
        host.busy = true;
        assertThat(secondsFor(100)).isCloseTo(200, ABOUT);
    }

    @Test
    void pressureDoublesItAndDoesNotStepBack() {
        host.busy = true;
        pace.pressing(true);
        assertThat(secondsFor(100)).isCloseTo(50, ABOUT);
    }

    @Test
    void whatIsUploadedSetsALargerRate() {
        host.uploadedPerSecond = 2 * RATE;
        secondsFor(60);
        assertThat(secondsFor(600)).isCloseTo(100, ABOUT);
    }

    @Test
    void whatWasNotUsedIsNotSavedUp() {
        host.nanos += Duration.ofHours(1).toNanos();
        assertThat(secondsFor(100)).isCloseTo(100, ABOUT);
    }

    @Test
    void aNodeThatStopsIsNotWaitedForInOnePiece() {
        secondsFor(100);
        assertThat(host.longestPauseNanos).isLessThanOrEqualTo(500_000_000L);
    }

    @Test
    void withoutABoundNothingIsWaitedFor() {
        var unbounded = new Pace(host, host, 0);
        unbounded.take(Long.MAX_VALUE);
        assertThat(host.nanos).isZero();
    }

    private double secondsFor(int times) {
        long start = host.nanos;
        for (int i = 0; i < times; i++) {
            pace.take(RATE);
        }
        return (host.nanos - start) / 1e9;
    }

    private static final class PausingHost implements CompactionHost, Clock {
        private long nanos;
        private long longestPauseNanos;
        private boolean busy;
        private double uploadedPerSecond;

        @Override
        public void pause(long pauseNanos, String what) {
            nanos += pauseNanos;
            longestPauseNanos = Math.max(longestPauseNanos, pauseNanos);
        }

        @Override
        public boolean isBusy() {
            return busy;
        }

        @Override
        public long uploadedBytes() {
            return (long) (uploadedPerSecond * nanos / 1e9);
        }

        @Override
        public long nanoTime() {
            return nanos;
        }

        @Override
        public boolean isStopping() {
            return false;
        }

        @Override
        public CoreImage image() {
            throw new UnsupportedOperationException();
        }

        @Override
        public ObjectNumbers numbers() {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean leads() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void put(String key, List<ByteBuffer> body) {
            throw new UnsupportedOperationException();
        }

        @Override
        public ApplyResult commit(CoreRecord record) {
            throw new UnsupportedOperationException();
        }

        @Override
        public ByteBuffer read(String key, long position, int size) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long wallMillis() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Cancellable after(Duration delay, Runnable task) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void sleep(Duration duration) {
            throw new UnsupportedOperationException();
        }
    }
}
