package io.oxbow.s3stream.engine;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Faults of one process: it dies after a number of steps, or stops at one. */
final class NodeFaults {

    /** Death of the process, as an exception that the code under test does not know. */
    static final class Died extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private final AtomicInteger steps = new AtomicInteger();
    private volatile int lastStep = Integer.MAX_VALUE;
    private volatile @Nullable Hold hold;

    /** Step before which its thread waits. */
    static final class Hold {
        private final Predicate<String> step;
        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch letGo = new CountDownLatch(1);

        private Hold(Predicate<String> step) {
            this.step = step;
        }

        void awaitReached() throws InterruptedException {
            reached.await();
        }

        void letGo() {
            letGo.countDown();
        }
    }

    /** Lets the process die at the step after {@code more} further ones. */
    void dieAfter(int more) {
        lastStep = steps.get() + more;
    }

    void die() {
        lastStep = 0;
    }

    int steps() {
        return steps.get();
    }

    /** Holds the next step that matches: its thread waits before it; one at a time. */
    Hold hold(Predicate<String> step) {
        Hold made = new Hold(step);
        hold = made;
        return made;
    }

    void step(String what) {
        Hold here = hold;
        if (here != null && here.step.test(what)) {
            hold = null;
            here.reached.countDown();
            try {
                here.letGo.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
        if (steps.incrementAndGet() > lastStep) {
            throw new Died();
        }
    }
}
