package io.oxbow.broker.network;

/**
 * Tells for how long a client has kept the node waiting: for the rest of a frame that it began, or
 * for it to read the reply that it asked for. Used by one thread.
 */
final class ClientProgress {

    /** Less than this between two looks, a tenth of a second apart, is none. */
    private static final long LEAST_BYTES = 4 << 10;

    private long position;
    private long since;

    /**
     * Looks again.
     *
     * @param waiting whether the client has anything to do
     * @param now by {@link System#nanoTime}
     * @param newPosition grows with every byte that the client moves
     * @return nanoseconds without progress
     */
    long look(boolean waiting, long now, long newPosition) {
        boolean moved = newPosition - position >= LEAST_BYTES;
        if (!waiting || moved || since == 0) {
            position = newPosition;
            since = waiting ? now : 0;
        }
        return since == 0 ? 0 : now - since;
    }
}
