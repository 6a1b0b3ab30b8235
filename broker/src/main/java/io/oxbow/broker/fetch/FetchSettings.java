package io.oxbow.broker.fetch;

/**
 * What fetches are told.
 *
 * @param responseBytesMax most that one reply carries, whatever the client asks for ({@code
 *     fetch.max.bytes})
 * @param sessionsMax incremental fetch sessions kept ({@code
 *     max.incremental.fetch.session.cache.slots})
 * @param sessionIdleMillis a session used less recently may be replaced by another's
 */
public record FetchSettings(int responseBytesMax, int sessionsMax, long sessionIdleMillis) {

    public FetchSettings {
        if (responseBytesMax < 1024 || sessionsMax < 0) {
            throw new IllegalArgumentException(
                    "responseBytesMax %d: at least 1024; sessionsMax %d: at least 0"
                            .formatted(responseBytesMax, sessionsMax));
        }
    }

    /** Kafka's defaults. */
    public static FetchSettings defaults() {
        return new FetchSettings(55 << 20, 1000, 120_000);
    }
}
