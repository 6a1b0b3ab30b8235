package io.oxbow.broker.fetch;

/**
 * Settings of fetches.
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
     * Estimated heap of a session's partition, in bytes; {@link #HEAP_SHARE} is the part of all
     * heap that sessions may take.
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
     * Returns Kafka's defaults, but for the size of a reply (Kafka: 55 MiB). A client asks for more
     * only when it has handed out all of the last reply. A smaller reply is still in the
     * processor's caches then, so it is read faster and leaves producers' threads more turns.
     */
    public static FetchSettings defaults() {
        return new FetchSettings(
                8 << 20,
                1000,
                120_000,
                Runtime.getRuntime().maxMemory() / HEAP_SHARE / PARTITION_BYTES);
    }
}
