package io.oxbow.s3stream.fence;

import io.oxbow.s3stream.S3StreamException;
import io.oxbow.s3stream.S3StreamException.Retry;
import io.oxbow.s3stream.env.Environment;
import io.oxbow.s3stream.fence.Confirmer.Answer;
import io.oxbow.s3stream.fence.Confirmer.Measure;
import java.time.Duration;

/**
 * Fence by a service outside, which cuts the dead node off and confirms that. A volume whose
 * detaching is under way can still be written. So a measure that is not confirmed in time is
 * unknown, and the next call asks for it again.
 */
public final class ConfirmedFence implements StorageFence {

    private final Measure measure;
    private final Confirmer confirmer;
    private final Environment environment;
    private final Patience patience;

    /** Limits for waiting on a confirmation. */
    public record Patience(Duration total, Duration pause) {
        public static final Patience DEFAULT =
                new Patience(Duration.ofMinutes(2), Duration.ofSeconds(1));

        public Patience {
            if (total.isNegative() || !pause.isPositive()) {
                throw new IllegalArgumentException(
                        "patience of %s with pauses of %s".formatted(total, pause));
            }
        }
    }

    public ConfirmedFence(
            Measure measure, Confirmer confirmer, Environment environment, Patience patience) {
        this.measure = measure;
        this.confirmer = confirmer;
        this.environment = environment;
        this.patience = patience;
    }

    @Override
    public Result fence(DeadWal wal) {
        long start = environment.clock().nanoTime();
        while (true) {
            switch (confirmer.ask(measure, wal)) {
                case Answer.Confirmed(String how) -> {
                    return new Result.Fenced("%s: %s confirmed, %s".formatted(wal, measure, how));
                }
                case Answer.Refused(String why) -> {
                    return new Result.NotFenced("%s: %s refused, %s".formatted(wal, measure, why));
                }
                case Answer.Unknown(S3StreamException cause) -> {
                    return new Result.Unknown(cause);
                }
                case Answer.Pending(String how) -> {
                    long waited = environment.clock().nanoTime() - start;
                    if (waited >= patience.total.toNanos() || !pause()) {
                        return new Result.Unknown(late(wal, how, waited));
                    }
                }
            }
        }
    }

    private S3StreamException late(DeadWal wal, String how, long waitedNanos) {
        return new S3StreamException(
                "%s: %s not confirmed after %d ms, %s"
                        .formatted(wal, measure, waitedNanos / 1_000_000, how),
                Retry.RETRYABLE,
                null);
    }

    /** Waits between two questions; false if the thread was interrupted. */
    private boolean pause() {
        try {
            environment.clock().sleep(patience.pause);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
