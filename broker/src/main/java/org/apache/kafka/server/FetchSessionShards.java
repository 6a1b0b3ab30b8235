package org.apache.kafka.server;

/** Opens what Kafka keeps to its own package: how many partitions a shard's sessions hold. */
public final class FetchSessionShards {

    private FetchSessionShards() {}

    /** Partitions of all sessions together. */
    public static long partitions(FetchSessionCacheShard shard) {
        return shard.totalPartitions();
    }

    /** Gives a session up; none is fine. */
    public static void remove(FetchSessionCacheShard shard, int sessionId) {
        shard.remove(sessionId);
    }
}
