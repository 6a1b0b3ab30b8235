package io.oxbow.s3stream.store;

import io.oxbow.s3stream.env.Environment;
import java.time.Duration;

/**
 * Pauses between attempts of calls that may be repeated: growing, with jitter, within the call's
 * time and the store's budget. Thread-safe; blocks the caller. Create-only puts never come here:
 * their caller repeats them and knows what that means.
 */
public final class Retries {

    private final RetryPolicy policy;
    private final Environment environment;
    private final StoreMetrics metrics;
    private final RetryBudget budget = new RetryBudget();

    public Retries(RetryPolicy policy, Environment environment, StoreMetrics metrics) {
        this.policy = policy;
        this.environment = environment;
        this.metrics = metrics;
    }

    public Call begin(StoreMetrics.Operation operation) {
        return new Call(operation, environment.clock().nanoTime());
    }

    public RetryBudget budget() {
        return budget;
    }

    /** Attempts of one call. For one thread. */
    public final class Call {

        private final StoreMetrics.Operation operation;
        private final long begunNanos;
        private int attempt = 1;
        private int paid;

        private Call(StoreMetrics.Operation operation, long begunNanos) {
            this.operation = operation;
            this.begunNanos = begunNanos;
        }

        /** Notes that the store gave an answer, of any kind. */
        public void answered() {
            if (paid > 0) {
                budget.giveBack(paid);
            } else {
                budget.answered();
            }
        }

        /**
         * Waits for the next attempt; false if there is to be none.
         *
         * @param unanswered the attempt ended without any answer
         */
        public boolean again(boolean unanswered) {
            if (attempt >= policy.attemptsMax()) {
                return false;
            }
            Duration pause = pause();
            if (elapsed().plus(pause).compareTo(policy.callTimeout()) > 0) {
                return false;
            }
            int cost = unanswered ? RetryBudget.COST_UNANSWERED : RetryBudget.COST_REFUSED;
            if (!budget.take(cost)) {
                metrics.budgetExhausted(operation);
                return false;
            }
            paid += cost;
            attempt++;
            metrics.repeated(operation);
            return sleep(pause);
        }

        /**
         * Returns a random pause between half of the ceiling and all of it, so that callers do not
         * come back at once.
         */
        private Duration pause() {
            long half = Math.max(1, policy.ceiling(attempt).toNanos() / 2);
            return Duration.ofNanos(half + environment.random().nextLong(half));
        }

        private Duration elapsed() {
            return Duration.ofNanos(environment.clock().nanoTime() - begunNanos);
        }

        /** Sleeps; false if the thread was interrupted, which ends the attempts. */
        private boolean sleep(Duration pause) {
            if (Thread.currentThread().isInterrupted()) {
                return false;
            }
            try {
                environment.clock().sleep(pause);
                return true;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }
}
