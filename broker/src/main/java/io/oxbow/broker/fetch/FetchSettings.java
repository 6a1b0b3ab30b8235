package io.oxbow.broker.fetch;

/**
 * What fetches are told.
 *
 * @param responseBytesMax most that one reply carries, whatever the client asks for ({@code
 *     fetch.max.bytes})
 * @param sessionsMax incremental fetch sessions kept ({@code
 *     max.incremental.fetch.session.cache.slots})
 * @param sessionIdleMillis a session used less recently may be replaced by another's
 * @param sessionPartitionsMax that all sessions together keep; beyond, fetches go without one
 */
public record FetchSettings(
        int responseBytesMax, int sessionsMax, long sessionIdleMillis, long sessionPartitionsMax) {

    /**
     * Heap for a partition of a session, about; and the part of all heap that sessions may take.
     */
    private static final int PARTITION_BYTES = 160;

    private static final int HEAP_SHARE = 32;

    public FetchSettings {
        if (responseBytesMax < 1024 || sessionsMax < 0) {
            throw new IllegalArgumentException(
                    "responseBytesMax %d: at least 1024; sessionsMax %d: at least 0"
                            .formatted(responseBytesMax, sessionsMax));
        }
    }

    /**
     * Kafka's defaults, but for the size of a reply (Kafka: 55 MiB): a client asks for more only
     * when it has handed out all of the last one, so a smaller one, still in the processor's caches
     * when the client comes to it, is read faster and leaves producers' threads more turns.
     */
    public static FetchSettings defaults() {
        return new FetchSettings(
                8 << 20,
                1000,
                120_000,
                Runtime.getRuntime().maxMemory() / HEAP_SHARE / PARTITION_BYTES);
    }
}
