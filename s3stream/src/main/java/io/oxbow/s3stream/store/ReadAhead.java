package io.oxbow.s3stream.store;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.function.LongFunction;

/**
 * Reads of numbered objects that never change, in their order, several of them under way at a time.
 * An object that was not read is asked for again in its turn. For one thread.
 *
 * @param <T> type of the objects
 */
public final class ReadAhead<T> {

    /** Number of objects under way at most. */
    public static final int OBJECTS_MAX = 16;

    /** Bound in bytes of what is under way; one object is read, whatever its size. */
    private static final long BYTES_MAX = 8 << 20;

    private final LongFunction<Optional<T>> reader;
    private final ThreadFactory threads;
    private final Deque<Read<T>> underWay = new ArrayDeque<>();
    private long bytesUnderWay;

    /**
     * @param reader of an object, thread-safe; empty when it was not read
     */
    public ReadAhead(LongFunction<Optional<T>> reader, ThreadFactory threads) {
        this.reader = reader;
        this.threads = threads;
    }

    public boolean isEmpty() {
        return underWay.isEmpty();
    }

    /** Begins to read the next object, unless that is more than may be under way. */
    public void begin(long number, long bytes) {
        bytesUnderWay += bytes;
        if (underWay.isEmpty() || (underWay.size() < OBJECTS_MAX && bytesUnderWay <= BYTES_MAX)) {
            var read = new Read<T>(number);
            underWay.add(read);
            threads.newThread(() -> read.run(reader)).start();
        }
    }

    /**
     * Returns an object whose read was begun before those of all others that were not taken. Empty
     * when it was not, or failed; others are forgotten then.
     */
    public Optional<T> take(long number) {
        Read<T> next = underWay.poll();
        if (next != null && next.number == number) {
            if (underWay.isEmpty()) {
                bytesUnderWay = 0;
            }
            return next.await();
        }
        underWay.clear();
        bytesUnderWay = 0;
        return Optional.empty();
    }

    /** A read on a thread of its own. */
    private static final class Read<T> {

        private final long number;
        private final CountDownLatch ended = new CountDownLatch(1);
        private volatile Optional<T> found = Optional.empty();

        Read(long number) {
            this.number = number;
        }

        void run(LongFunction<Optional<T>> reader) {
            try {
                found = reader.apply(number);
            } catch (RuntimeException e) {
                // The read in its turn meets the same, and tells of it.
                found = Optional.empty();
            } finally {
                ended.countDown();
            }
        }

        Optional<T> await() {
            try {
                ended.await();
                return found;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Optional.empty();
            }
        }
    }
}
