package org.apache.kafka.server;

/** Opens the parts of fetch sessions that Kafka keeps to its own package. */
public final class FetchSessionShards {

    private FetchSessionShards() {}

    /** Returns the number of partitions in all of a shard's sessions. */
    public static long partitions(FetchSessionCacheShard shard) {
        return shard.totalPartitions();
    }

    /** Removes a session; one that isn't there is fine. */
    public static void remove(FetchSessionCacheShard shard, int sessionId) {
        shard.remove(sessionId);
    }
}
