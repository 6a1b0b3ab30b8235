package io.oxbow.broker.network;

/**
 * Measures the time that a client keeps the node waiting: for the rest of a frame, or for the
 * client to read a reply. Used by one thread.
 */
final class ClientProgress {

    /**
     * Least number of bytes that counts as progress between two looks, a tenth of a second apart.
     */
    private static final long LEAST_BYTES = 4 << 10;

    private long position;
    private long since;

    /**
     * Takes a look at the client's progress.
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
